package main

import (
	"context"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/linode/linodego"
)

func volumeResource() *schema.Resource {
	return &schema.Resource{
		Schema: readPublished().Resources["linode_volume"].Block.toSDK(hidden{
			forceNew: []string{"region", "encryption", "source_volume_id"},
		}, ""),
		CreateContext: createVolume,
		ReadContext:   readVolume,
		UpdateContext: updateVolume,
		DeleteContext: deleteVolume,
		Importer:      &schema.ResourceImporter{StateContext: schema.ImportStatePassthroughContext},
		Timeouts: &schema.ResourceTimeout{
			Create: schema.DefaultTimeout(15 * time.Minute),
			Update: schema.DefaultTimeout(20 * time.Minute),
			Delete: schema.DefaultTimeout(10 * time.Minute),
		},
	}
}

func createVolume(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	client := meta.(*account).framework
	if d.Get("source_volume_id").(int) != 0 {
		return diag.Errorf("source_volume_id of linode_volume is not played by the sandbox's stand-in provider")
	}
	encryption := d.Get("encryption").(string)
	if encryption == "" {
		encryption = "enabled"
	}
	volume, err := client.CreateVolume(ctx, linodego.VolumeCreateOptions{
		Label:      d.Get("label").(string),
		Region:     d.Get("region").(string),
		LinodeID:   d.Get("linode_id").(int),
		Size:       d.Get("size").(int),
		Tags:       stringsOf(d.Get("tags")),
		Encryption: encryption,
	})
	if err != nil {
		return diag.Errorf("Failed to create volume: %s", err)
	}
	d.SetId(strconv.Itoa(volume.ID))
	return awaitVolume(ctx, d, client, volume.ID, schema.TimeoutCreate)
}

func readVolume(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	id, err := number(d)
	if err != nil {
		return diag.FromErr(err)
	}
	volume, err := meta.(*account).framework.GetVolume(ctx, id)
	if linodego.IsNotFound(err) {
		d.SetId("")
		return nil
	}
	if err != nil {
		return diag.Errorf("Failed to get volume %d: %s", id, err)
	}
	return setVolume(d, volume)
}

func updateVolume(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	client := meta.(*account).framework
	id, err := number(d)
	if err != nil {
		return diag.FromErr(err)
	}
	size, grows := d.Get("size").(int), d.HasChange("size")
	// Else the SDK keeps the wanted values when the API refuses them.
	d.Partial(true)
	if d.HasChange("linode_id") {
		return diag.Errorf("attaching a linode_volume is not played by the sandbox's stand-in provider")
	}
	if d.HasChanges("label", "tags") {
		tags := stringsOf(d.Get("tags"))
		options := linodego.VolumeUpdateOptions{Label: d.Get("label").(string), Tags: &tags}
		volume, err := client.UpdateVolume(ctx, id, options)
		if err != nil {
			return diag.Errorf("Failed to update volume %d: %s", id, err)
		}
		if !grows {
			d.Partial(false)
			return setVolume(d, volume)
		}
	}
	if err := client.ResizeVolume(ctx, id, size); err != nil {
		return diag.Errorf("Failed to resize volume %d: %s", id, err)
	}
	d.Partial(false)
	return awaitVolume(ctx, d, client, id, schema.TimeoutUpdate)
}

// deleteVolume detaches first, attached or not, as the real provider does.
func deleteVolume(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	client := meta.(*account).framework
	id, err := number(d)
	if err != nil {
		return diag.FromErr(err)
	}
	if err := client.DetachVolume(ctx, id); err != nil {
		return diag.Errorf("Failed to detach volume %d: %s", id, err)
	}
	seconds := int(d.Timeout(schema.TimeoutDelete).Seconds())
	if _, err := client.WaitForVolumeLinodeID(ctx, id, nil, seconds); err != nil {
		return diag.Errorf("Failed to wait for volume %d to be detached: %s", id, err)
	}
	if err := client.DeleteVolume(ctx, id); err != nil {
		return diag.Errorf("Failed to delete volume %d: %s", id, err)
	}
	return nil
}

func awaitVolume(
	ctx context.Context, d *schema.ResourceData, client *linodego.Client, id int, timeout string,
) diag.Diagnostics {
	seconds := int(d.Timeout(timeout).Seconds())
	volume, err := client.WaitForVolumeStatus(ctx, id, linodego.VolumeActive, seconds)
	if err != nil {
		return diag.Errorf("Failed to wait for volume %d to be active: %s", id, err)
	}
	return setVolume(d, volume)
}

func setVolume(d *schema.ResourceData, volume *linodego.Volume) diag.Diagnostics {
	linode := 0
	if volume.LinodeID != nil {
		linode = *volume.LinodeID
	}
	return setAll(d, map[string]any{
		"label": volume.Label, "region": volume.Region, "size": volume.Size, "tags": volume.Tags,
		"linode_id": linode, "encryption": volume.Encryption, "filesystem_path": volume.FilesystemPath,
		"io_ready": volume.IOReady, "status": string(volume.Status),
	})
}
