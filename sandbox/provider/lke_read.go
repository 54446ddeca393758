package main

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/linode/linodego"
)

// readCluster refreshes the state in the real provider's order of calls; a cluster that is gone leaves the state.
func readCluster(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	client := meta.(*account).sdk
	id, err := number(d)
	if err != nil {
		return diag.FromErr(err)
	}
	cluster, err := client.GetLKECluster(ctx, id)
	if linodego.IsNotFound(err) {
		d.SetId("")
		return nil
	}
	if err != nil {
		return diag.Errorf("failed to get LKE cluster %d: %s", id, err)
	}
	pools, err := client.ListLKENodePools(ctx, id, nil)
	if err != nil {
		return diag.Errorf("failed to get pools for LKE cluster %d: %s", id, err)
	}
	kubeconfig, err := client.GetLKEClusterKubeconfig(ctx, id)
	if err != nil {
		return diag.Errorf("failed to get kubeconfig for LKE cluster %d: %s", id, err)
	}
	endpoints, err := client.ListLKEClusterAPIEndpoints(ctx, id, nil)
	if err != nil {
		return diag.Errorf("failed to get API endpoints for LKE cluster %d: %s", id, err)
	}
	acl, err := client.GetLKEClusterControlPlaneACL(ctx, id)
	if err != nil {
		return diag.Errorf("failed to get control plane ACL for LKE cluster %d: %s", id, err)
	}
	if cluster.Tier == string(linodego.LKEVersionStandard) {
		dashboard, err := client.GetLKEClusterDashboard(ctx, id)
		if err != nil {
			return diag.Errorf("failed to get dashboard URL for LKE cluster %d: %s", id, err)
		}
		if diags := setAll(d, map[string]any{"dashboard_url": dashboard.URL, "tier": cluster.Tier}); diags != nil {
			return diags
		}
	}
	return setAll(d, map[string]any{
		"label": cluster.Label, "region": cluster.Region, "k8s_version": cluster.K8sVersion,
		"status": string(cluster.Status), "tags": cluster.Tags, "apl_enabled": cluster.APLEnabled,
		"kubeconfig": kubeconfig.KubeConfig, "api_endpoints": addressesOf(endpoints),
		"control_plane": flattenControlPlane(cluster.ControlPlane, acl.ACL),
		"pool":          flattenPools(d, pools),
	})
}

func addressesOf(endpoints []linodego.LKEClusterAPIEndpoint) []string {
	addresses := []string{}
	for _, endpoint := range endpoints {
		addresses = append(addresses, endpoint.Endpoint)
	}
	return addresses
}

func flattenControlPlane(plane linodego.LKEClusterControlPlane, acl linodego.LKEClusterControlPlaneACL) []any {
	rules := map[string]any{"enabled": acl.Enabled}
	if acl.Addresses != nil {
		rules["addresses"] = []any{map[string]any{"ipv4": acl.Addresses.IPv4, "ipv6": acl.Addresses.IPv6}}
	}
	return []any{map[string]any{
		"high_availability":  plane.HighAvailability,
		"audit_logs_enabled": plane.AuditLogsEnabled,
		"acl":                []any{rules},
	}}
}

// flattenPools keeps the state's order, adds pools that it does not know, and leaves out those with external tags.
func flattenPools(d *schema.ResourceData, pools []linodego.LKENodePool) []any {
	known := map[int]int{}
	for index, pool := range expandPools(d.Get("pool")) {
		known[pool.id] = index
	}
	place := func(p linodego.LKENodePool) int {
		if index, ok := known[p.ID]; ok {
			return index
		}
		return len(known)
	}
	external := stringsOf(d.Get("external_pool_tags"))
	pools = slices.DeleteFunc(slices.Clone(pools), func(p linodego.LKENodePool) bool {
		_, ours := known[p.ID]
		return !ours && slices.ContainsFunc(p.Tags, func(tag string) bool { return slices.Contains(external, tag) })
	})
	slices.SortStableFunc(pools, func(a, b linodego.LKENodePool) int { return place(a) - place(b) })
	flat := []any{}
	for _, pool := range pools {
		fields := flattenPool(pool)
		fields["id"], fields["count"] = pool.ID, pool.Count
		flat = append(flat, fields)
	}
	return flat
}
