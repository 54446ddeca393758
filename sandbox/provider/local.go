package main

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// localProvider gives the stand-in for hashicorp/local: its two resources, without its data sources and functions.
func localProvider() *schema.Provider {
	open := fileResource(false, "0777")
	open.Schema["sensitive_content"] = contentSchema(true)
	open.Schema["sensitive_content"].Deprecated = "Use the `local_sensitive_file` resource instead"
	exactlyOneOf(open, "content", "sensitive_content", "content_base64", "source")
	secret := fileResource(true, "0700")
	exactlyOneOf(secret, "content", "content_base64", "source")
	return &schema.Provider{ResourcesMap: map[string]*schema.Resource{
		"local_file": open, "local_sensitive_file": secret,
	}}
}

func fileResource(sensitive bool, permission string) *schema.Resource {
	mode := func() *schema.Schema {
		return &schema.Schema{Type: schema.TypeString, Optional: true, ForceNew: true, Default: permission}
	}
	fields := map[string]*schema.Schema{
		"filename":             {Type: schema.TypeString, Required: true, ForceNew: true},
		"content":              contentSchema(sensitive),
		"content_base64":       contentSchema(sensitive),
		"source":               contentSchema(false),
		"file_permission":      mode(),
		"directory_permission": mode(),
	}
	for name := range digests(nil) {
		fields[name] = &schema.Schema{Type: schema.TypeString, Computed: true}
	}
	return &schema.Resource{
		Schema:        fields,
		CreateContext: createFile,
		ReadContext:   readFile,
		DeleteContext: deleteFile,
	}
}

func contentSchema(sensitive bool) *schema.Schema {
	return &schema.Schema{Type: schema.TypeString, Optional: true, ForceNew: true, Sensitive: sensitive}
}

func exactlyOneOf(resource *schema.Resource, names ...string) {
	for _, name := range names {
		resource.Schema[name].ExactlyOneOf = names
	}
}

func createFile(_ context.Context, d *schema.ResourceData, _ any) diag.Diagnostics {
	content, err := fileContent(d)
	if err != nil {
		return diag.FromErr(err)
	}
	name := d.Get("filename").(string)
	directoryMode, err := strconv.ParseUint(d.Get("directory_permission").(string), 8, 32)
	if err != nil {
		return diag.Errorf("directory_permission: %s", err)
	}
	fileMode, err := strconv.ParseUint(d.Get("file_permission").(string), 8, 32)
	if err != nil {
		return diag.Errorf("file_permission: %s", err)
	}
	if err := os.MkdirAll(filepath.Dir(name), fs.FileMode(directoryMode)); err != nil {
		return diag.FromErr(err)
	}
	if err := os.WriteFile(name, content, fs.FileMode(fileMode)); err != nil {
		return diag.FromErr(err)
	}
	sums := digests(content)
	d.SetId(sums["content_sha1"].(string))
	return setAll(d, sums)
}

func fileContent(d *schema.ResourceData) ([]byte, error) {
	if text, ok := d.GetOk("content_base64"); ok {
		return base64.StdEncoding.DecodeString(text.(string))
	}
	if file, ok := d.GetOk("source"); ok {
		return os.ReadFile(file.(string))
	}
	if text, ok := d.GetOk("sensitive_content"); ok {
		return []byte(text.(string)), nil
	}
	return []byte(d.Get("content").(string)), nil
}

// readFile forgets a file that is missing or was changed by others, so that it is made anew.
func readFile(_ context.Context, d *schema.ResourceData, _ any) diag.Diagnostics {
	content, err := os.ReadFile(d.Get("filename").(string))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return diag.FromErr(err)
	}
	if err != nil || digests(content)["content_sha1"] != d.Id() {
		d.SetId("")
	}
	return nil
}

func deleteFile(_ context.Context, d *schema.ResourceData, _ any) diag.Diagnostics {
	if err := os.Remove(d.Get("filename").(string)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return diag.FromErr(err)
	}
	return nil
}

func digests(content []byte) map[string]any {
	md5sum, sha1sum := md5.Sum(content), sha1.Sum(content)
	sha256sum, sha512sum := sha256.Sum256(content), sha512.Sum512(content)
	return map[string]any{
		"content_md5":          hex.EncodeToString(md5sum[:]),
		"content_sha1":         hex.EncodeToString(sha1sum[:]),
		"content_sha256":       hex.EncodeToString(sha256sum[:]),
		"content_sha512":       hex.EncodeToString(sha512sum[:]),
		"content_base64sha256": base64.StdEncoding.EncodeToString(sha256sum[:]),
		"content_base64sha512": base64.StdEncoding.EncodeToString(sha512sum[:]),
	}
}
