package main

import (
	"context"
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
