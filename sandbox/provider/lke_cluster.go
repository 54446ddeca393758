package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/linode/linodego"
)

func lkeClusterResource() *schema.Resource {
	return &schema.Resource{
		Schema: readPublished().Resources["linode_lke_cluster"].Block.toSDK(hidden{
			forceNew:       []string{"region", "tier", "apl_enabled", "vpc_id", "subnet_id", "stack_type"},
			computedBlocks: []string{"control_plane", "control_plane.acl", "control_plane.acl.addresses"},
		}, ""),
		CreateContext: createCluster,
		ReadContext:   readCluster,
		UpdateContext: updateCluster,
		DeleteContext: deleteCluster,
		CustomizeDiff: checkClusterPlan,
		Importer:      &schema.ResourceImporter{StateContext: schema.ImportStatePassthroughContext},
		Timeouts: &schema.ResourceTimeout{
			Create: schema.DefaultTimeout(35 * time.Minute),
			Update: schema.DefaultTimeout(40 * time.Minute),
			Delete: schema.DefaultTimeout(20 * time.Minute),
		},
	}
}

// checkClusterPlan refuses a pool of no known size, and takes tags away that the configuration no longer has.
func checkClusterPlan(_ context.Context, d *schema.ResourceDiff, _ any) error {
	config := d.GetRawConfig()
	if config.GetAttr("tags").IsNull() && d.Id() != "" && d.Get("tags").(*schema.Set).Len() > 0 {
		if err := d.SetNew("tags", []string{}); err != nil {
			return err
		}
	}
	pools := config.GetAttr("pool")
	if !pools.IsWhollyKnown() {
		return nil
	}
	for index, pool := range pools.AsValueSlice() {
		if pool.GetAttr("count").IsNull() && pool.GetAttr("autoscaler").LengthInt() == 0 {
			return fmt.Errorf("pool.%d: count may be left out only beside an autoscaler", index)
		}
	}
	return nil
}

func createCluster(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	a := meta.(*account)
	options := linodego.LKEClusterCreateOptions{
		Label:        d.Get("label").(string),
		Region:       d.Get("region").(string),
		K8sVersion:   d.Get("k8s_version").(string),
		Tags:         stringsOf(d.Get("tags")),
		Tier:         d.Get("tier").(string),
		APLEnabled:   d.Get("apl_enabled").(bool),
		ControlPlane: expandControlPlane(d),
	}
	if subnet := d.Get("subnet_id").(int); subnet != 0 {
		options.SubnetID = &subnet
	}
	if vpc := d.Get("vpc_id").(int); vpc != 0 {
		options.VpcID = &vpc
	}
	if stack := linodego.LKEClusterStackType(d.Get("stack_type").(string)); stack != "" {
		options.StackType = &stack
	}
	for _, pool := range expandPools(d.Get("pool")) {
		options.NodePools = append(options.NodePools, pool.createOptions())
	}
	cluster, err := a.sdk.CreateLKECluster(ctx, options)
	if err != nil {
		return diag.Errorf("failed to create LKE cluster: %s", err)
	}
	d.SetId(strconv.Itoa(cluster.ID))
	waitForReadyNode(ctx, a.sdk, cluster.ID)
	return readCluster(ctx, d, meta)
}

func updateCluster(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	a := meta.(*account)
	id, err := number(d)
	if err != nil {
		return diag.FromErr(err)
	}
	if d.HasChanges("label", "tags", "k8s_version", "control_plane") {
		options := linodego.LKEClusterUpdateOptions{ControlPlane: expandControlPlane(d)}
		if d.HasChange("label") {
			options.Label = d.Get("label").(string)
		}
		if d.HasChange("k8s_version") {
			options.K8sVersion = d.Get("k8s_version").(string)
		}
		if d.HasChange("tags") {
			tags := stringsOf(d.Get("tags"))
			options.Tags = &tags
		}
		if _, err := a.sdk.UpdateLKECluster(ctx, id, options); err != nil {
			return diag.Errorf("failed to update LKE cluster %d: %s", id, err)
		}
	}
	pools, err := a.sdk.ListLKENodePools(ctx, id, nil)
	if err != nil {
		return diag.Errorf("failed to get pools for LKE cluster %d: %s", id, err)
	}
	if d.HasChange("k8s_version") {
		if err := recycleCluster(ctx, a, id, pools); err != nil {
			return diag.Errorf("failed to recycle LKE cluster %d: %s", id, err)
		}
	}
	if _, err := a.sdk.GetLKECluster(ctx, id); err != nil {
		return diag.Errorf("failed to get LKE cluster %d: %s", id, err)
	}
	old, wanted := d.GetChange("pool")
	if err := reconcilePools(ctx, a, id, expandPools(old), expandPools(wanted)); err != nil {
		return diag.Errorf("failed to update pools of LKE cluster %d: %s", id, err)
	}
	return readCluster(ctx, d, meta)
}

func deleteCluster(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	a := meta.(*account)
	id, err := number(d)
	if err != nil {
		return diag.FromErr(err)
	}
	pools, err := a.sdk.ListLKENodePools(ctx, id, nil)
	if err != nil {
		return diag.Errorf("failed to get pools for LKE cluster %d: %s", id, err)
	}
	if err := a.sdk.DeleteLKECluster(ctx, id); err != nil {
		return diag.Errorf("failed to delete LKE cluster %d: %s", id, err)
	}
	if err := waitUntilGone(ctx, a, id, pools); err != nil {
		return diag.Errorf("failed to wait for LKE cluster %d to be deleted: %s", id, err)
	}
	return nil
}

func expandControlPlane(d *schema.ResourceData) *linodego.LKEClusterControlPlaneOptions {
	fields := first(d.Get("control_plane"))
	if fields == nil {
		return nil
	}
	available, audited := fields["high_availability"].(bool), fields["audit_logs_enabled"].(bool)
	options := &linodego.LKEClusterControlPlaneOptions{HighAvailability: &available, AuditLogsEnabled: &audited}
	if acl := first(fields["acl"]); acl != nil {
		enabled := acl["enabled"].(bool)
		options.ACL = &linodego.LKEClusterControlPlaneACLOptions{Enabled: &enabled}
		if addresses := first(acl["addresses"]); addresses != nil {
			v4, v6 := stringsOf(addresses["ipv4"]), stringsOf(addresses["ipv6"])
			options.ACL.Addresses = &linodego.LKEClusterControlPlaneACLAddressesOptions{IPv4: &v4, IPv6: &v6}
		}
	}
	return options
}
