package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// linodeProvider gives the stand-in for linode/linode.
func linodeProvider() *schema.Provider {
	schemas := readPublished()
	resources := map[string]*schema.Resource{
		"linode_lke_cluster":           lkeClusterResource(),
		"linode_lke_node_pool":         lkeNodePoolResource(),
		"linode_volume":                volumeResource(),
		"linode_object_storage_bucket": bucketResource(),
		"linode_object_storage_key":    keyResource(),
	}
	for name, published := range schemas.Resources {
		if resources[name] == nil {
			resources[name] = missingResource(name)
			resources[name].Schema = published.Block.toSDK(hidden{}, "")
		}
	}
	provider := &schema.Provider{
		Schema:       schemas.Provider.Block.toSDK(hidden{}, ""),
		ResourcesMap: resources,
	}
	provider.ConfigureContextFunc = func(ctx context.Context, d *schema.ResourceData) (any, diag.Diagnostics) {
		account, err := connect(ctx, d, provider.UserAgent("terraform-provider-linode", "3.13.0"))
		if err != nil {
			return nil, diag.Errorf("Error connecting to the Linode API: %s", err)
		}
		return account, nil
	}
	return provider
}

// missingResource refuses every step of a resource that the stand-in does not play.
func missingResource(name string) *schema.Resource {
	refuse := func(context.Context, *schema.ResourceData, any) diag.Diagnostics {
		return diag.Errorf("%s is not played by the sandbox's stand-in provider; leave it out, or use linode/linode", name)
	}
	return &schema.Resource{
		CreateContext: refuse,
		ReadContext:   refuse,
		UpdateContext: refuse,
		DeleteContext: refuse,
	}
}
