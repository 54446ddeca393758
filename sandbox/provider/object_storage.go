package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/linode/linodego"
)

func bucketResource() *schema.Resource {
	return &schema.Resource{
		Schema: readPublished().Resources["linode_object_storage_bucket"].Block.toSDK(hidden{
			forceNew: []string{"label", "region", "cluster", "endpoint_type", "s3_endpoint"},
			defaults: map[string]any{"acl": "private"},
		}, ""),
		CreateContext: createBucket,
		ReadContext:   readBucket,
		UpdateContext: updateBucket,
		DeleteContext: deleteBucket,
		Importer:      &schema.ResourceImporter{StateContext: schema.ImportStatePassthroughContext},
	}
}

// unplayedBucketFields need the S3 protocol, which the stand-in does not speak.
var unplayedBucketFields = []string{"versioning", "lifecycle_rule", "cert"}

func checkBucket(d *schema.ResourceData) diag.Diagnostics {
	for _, name := range unplayedBucketFields {
		if _, set := d.GetOk(name); set {
			return diag.Errorf("%s of linode_object_storage_bucket is not played by the sandbox's stand-in provider", name)
		}
	}
	return nil
}

func createBucket(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	client := meta.(*account).sdk
	if diags := checkBucket(d); diags != nil {
		return diags
	}
	if _, err := client.ListObjectStorageEndpoints(ctx, nil); err != nil {
		return diag.Errorf("failed to list Object Storage endpoints: %s", err)
	}
	bucket, err := client.CreateObjectStorageBucket(ctx, linodego.ObjectStorageBucketCreateOptions{
		Cluster:      d.Get("cluster").(string),
		Region:       d.Get("region").(string),
		Label:        d.Get("label").(string),
		S3Endpoint:   d.Get("s3_endpoint").(string),
		EndpointType: linodego.ObjectStorageEndpointType(d.Get("endpoint_type").(string)),
		ACL:          linodego.ObjectStorageACL(d.Get("acl").(string)),
		CorsEnabled:  configuredCors(d),
	})
	if err != nil {
		return diag.Errorf("failed to create a Linode ObjectStorageBucket: %s", err)
	}
	d.SetId(bucket.Region + ":" + bucket.Label)
	if _, err := client.ListObjectStorageEndpoints(ctx, nil); err != nil {
		return diag.Errorf("failed to list Object Storage endpoints: %s", err)
	}
	return setBucketAccess(ctx, d, meta)
}

func updateBucket(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	if diags := checkBucket(d); diags != nil {
		return diags
	}
	return setBucketAccess(ctx, d, meta)
}

func setBucketAccess(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	region, label, _ := strings.Cut(d.Id(), ":")
	options := linodego.ObjectStorageBucketUpdateAccessOptions{
		ACL: linodego.ObjectStorageACL(d.Get("acl").(string)), CorsEnabled: configuredCors(d),
	}
	if err := meta.(*account).sdk.UpdateObjectStorageBucketAccess(ctx, region, label, options); err != nil {
		return diag.Errorf("failed to update the access of bucket %s: %s", d.Id(), err)
	}
	return readBucket(ctx, d, meta)
}

func configuredCors(d *schema.ResourceData) *bool {
	if d.GetRawConfig().GetAttr("cors_enabled").IsNull() {
		return nil
	}
	enabled := d.Get("cors_enabled").(bool)
	return &enabled
}

func readBucket(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	client := meta.(*account).sdk
	region, label, _ := strings.Cut(d.Id(), ":")
	bucket, err := client.GetObjectStorageBucket(ctx, region, label)
	if linodego.IsNotFound(err) {
		d.SetId("")
		return nil
	}
	if err != nil {
		return diag.Errorf("failed to find the bucket %s: %s", d.Id(), err)
	}
	access, err := client.GetObjectStorageBucketAccessV2(ctx, region, label)
	if err != nil {
		return diag.Errorf("failed to find the access of bucket %s: %s", d.Id(), err)
	}
	cors := access.CorsEnabled != nil && *access.CorsEnabled
	return setAll(d, map[string]any{
		"label": bucket.Label, "region": bucket.Region, "cluster": bucket.Cluster, "hostname": bucket.Hostname,
		"s3_endpoint": bucket.S3Endpoint, "endpoint": bucket.S3Endpoint,
		"endpoint_type": string(bucket.EndpointType), "acl": string(access.ACL), "cors_enabled": cors,
	})
}

func deleteBucket(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	region, label, _ := strings.Cut(d.Id(), ":")
	if err := meta.(*account).sdk.DeleteObjectStorageBucket(ctx, region, label); err != nil {
		return diag.Errorf("failed to delete the bucket %s: %s", d.Id(), err)
	}
	return nil
}

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
