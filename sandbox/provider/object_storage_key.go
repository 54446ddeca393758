package main

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/linode/linodego"
)

func keyResource() *schema.Resource {
	return &schema.Resource{
		Schema: readPublished().Resources["linode_object_storage_key"].Block.toSDK(hidden{
			forceNew: []string{"bucket_access"},
		}, ""),
		CreateContext: createKey,
		ReadContext:   readKey,
		UpdateContext: updateKey,
		DeleteContext: deleteKey,
	}
}

func createKey(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	options := linodego.ObjectStorageKeyCreateOptions{Label: d.Get("label").(string)}
	if regions := stringsOf(d.Get("regions")); len(regions) > 0 {
		options.Regions = regions
	}
	access := []linodego.ObjectStorageKeyBucketAccess{}
	for _, member := range d.Get("bucket_access").(*schema.Set).List() {
		fields := member.(map[string]any)
		access = append(access, linodego.ObjectStorageKeyBucketAccess{
			Cluster: fields["cluster"].(string), Region: fields["region"].(string),
			BucketName: fields["bucket_name"].(string), Permissions: fields["permissions"].(string),
		})
	}
	if len(access) > 0 {
		options.BucketAccess = &access
	}
	key, err := meta.(*account).framework.CreateObjectStorageKey(ctx, options)
	if err != nil {
		return diag.Errorf("Failed to create Object Storage key: %s", err)
	}
	d.SetId(strconv.Itoa(key.ID))
	if err := d.Set("secret_key", key.SecretKey); err != nil {
		return diag.FromErr(err)
	}
	return setKey(d, key)
}

func readKey(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	id, err := number(d)
	if err != nil {
		return diag.FromErr(err)
	}
	key, err := meta.(*account).framework.GetObjectStorageKey(ctx, id)
	if linodego.IsNotFound(err) {
		d.SetId("")
		return nil
	}
	if err != nil {
		return diag.Errorf("Failed to get Object Storage key %d: %s", id, err)
	}
	return setKey(d, key)
}

func updateKey(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	id, err := number(d)
	if err != nil {
		return diag.FromErr(err)
	}
	options := linodego.ObjectStorageKeyUpdateOptions{Label: d.Get("label").(string)}
	if d.HasChange("regions") {
		options.Regions = stringsOf(d.Get("regions"))
	}
	d.Partial(true)
	key, err := meta.(*account).framework.UpdateObjectStorageKey(ctx, id, options)
	if err != nil {
		return diag.Errorf("Failed to update Object Storage key %d: %s", id, err)
	}
	d.Partial(false)
	return setKey(d, key)
}

func deleteKey(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	id, err := number(d)
	if err != nil {
		return diag.FromErr(err)
	}
	if err := meta.(*account).framework.DeleteObjectStorageKey(ctx, id); err != nil {
		return diag.Errorf("Failed to delete Object Storage key %d: %s", id, err)
	}
	return nil
}

// setKey leaves the secret alone, which the API tells only once.
func setKey(d *schema.ResourceData, key *linodego.ObjectStorageKey) diag.Diagnostics {
	regions, details := []string{}, []any{}
	for _, region := range key.Regions {
		regions = append(regions, region.ID)
		details = append(details, map[string]any{
			"id": region.ID, "s3_endpoint": region.S3Endpoint, "endpoint_type": string(region.EndpointType),
		})
	}
	access := []any{}
	if key.BucketAccess != nil {
		for _, one := range *key.BucketAccess {
			access = append(access, map[string]any{
				"cluster": one.Cluster, "region": one.Region,
				"bucket_name": one.BucketName, "permissions": one.Permissions,
			})
		}
	}
	return setAll(d, map[string]any{
		"label": key.Label, "access_key": key.AccessKey, "limited": key.Limited,
		"regions": regions, "regions_details": details, "bucket_access": access,
	})
}
