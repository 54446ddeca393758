// Command provider stands in for linode/linode 3.13.0 and hashicorp/local 2.5.3, where the machine can have neither:
// the name that it is called by, terraform-provider-linode_* or terraform-provider-local_*, says which.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
)

var providers = map[string]func() *schema.Provider{
	"linode/linode":   linodeProvider,
	"hashicorp/local": localProvider,
}

func main() {
	name := filepath.Base(os.Args[0])
	for source, provider := range providers {
		if strings.HasPrefix(name, "terraform-provider-"+filepath.Base(source)+"_") {
			plugin.Serve(&plugin.ServeOpts{
				ProviderFunc: provider,
				ProviderAddr: "registry.terraform.io/" + source,
			})
			return
		}
	}
	fmt.Fprintf(os.Stderr, "%s: call me terraform-provider-linode_v3.13.0 or terraform-provider-local_v2.5.3\n", name)
	os.Exit(2)
}
