package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/linode/linodego"
)

func lkeNodePoolResource() *schema.Resource {
	return &schema.Resource{
		Schema: readPublished().Resources["linode_lke_node_pool"].Block.toSDK(hidden{
			forceNew: []string{"cluster_id", "type", "disk_encryption"},
		}, ""),
		CreateContext: createNodePool,
		ReadContext:   readNodePool,
		UpdateContext: updateNodePool,
		DeleteContext: deleteNodePool,
		Importer:      &schema.ResourceImporter{StateContext: importNodePool},
	}
}

// nodePoolFields names the fields that a pool of its own shares with the pool of a cluster.
var nodePoolFields = []string{
	"type", "label", "tags", "labels", "taint", "autoscaler", "disk_encryption", "firewall_id",
}

func expandNodePool(get func(string) any) pool {
	fields := map[string]any{}
	for _, name := range nodePoolFields {
		fields[name] = get(name)
	}
	return expandPool(fields, get("node_count").(int))
}

func createNodePool(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	a := meta.(*account)
	cluster := d.Get("cluster_id").(int)
	if _, err := a.framework.GetLKECluster(ctx, cluster); err != nil {
		return diag.Errorf("Failed to get LKE cluster %d: %s", cluster, err)
	}
	wanted := expandNodePool(d.Get)
	options := wanted.createOptions()
	options.Label = &wanted.label
	made, err := a.framework.CreateLKENodePool(ctx, cluster, options)
	if err != nil {
		return diag.Errorf("Failed to create a node pool of LKE cluster %d: %s", cluster, err)
	}
	d.SetId(strconv.Itoa(made.ID))
	return awaitNodePool(ctx, d, a, cluster, made.ID)
}

func readNodePool(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	id, err := number(d)
	if err != nil {
		return diag.FromErr(err)
	}
	found, err := meta.(*account).framework.GetLKENodePool(ctx, d.Get("cluster_id").(int), id)
	if linodego.IsNotFound(err) {
		d.SetId("")
		return nil
	}
	if err != nil {
		return diag.Errorf("Failed to get node pool %d: %s", id, err)
	}
	return setNodePool(d, *found)
}

func updateNodePool(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	a := meta.(*account)
	id, err := number(d)
	if err != nil {
		return diag.FromErr(err)
	}
	before := func(name string) any {
		old, _ := d.GetChange(name)
		return old
	}
	cluster := d.Get("cluster_id").(int)
	options := expandNodePool(d.Get).updateOptions(expandNodePool(before))
	d.Partial(true)
	if _, err := a.framework.UpdateLKENodePool(ctx, cluster, id, options); err != nil {
		return diag.Errorf("Failed to update node pool %d: %s", id, err)
	}
	d.Partial(false)
	return awaitNodePool(ctx, d, a, cluster, id)
}

func deleteNodePool(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	id, err := number(d)
	if err != nil {
		return diag.FromErr(err)
	}
	err = meta.(*account).framework.DeleteLKENodePool(ctx, d.Get("cluster_id").(int), id)
	if err != nil && !linodego.IsNotFound(err) {
		return diag.Errorf("Failed to delete node pool %d: %s", id, err)
	}
	return nil
}

func awaitNodePool(ctx context.Context, d *schema.ResourceData, a *account, cluster, id int) diag.Diagnostics {
	latest, err := waitForPool(ctx, a.framework, a.nodeReadyPoll, cluster, id)
	if err != nil {
		return diag.Errorf("Failed to wait for node pool %d: %s", id, err)
	}
	return setNodePool(d, *latest)
}

func setNodePool(d *schema.ResourceData, p linodego.LKENodePool) diag.Diagnostics {
	fields := flattenPool(p)
	fields["node_count"] = p.Count
	return setAll(d, fields)
}

// importNodePool takes CLUSTER,POOL.
func importNodePool(_ context.Context, d *schema.ResourceData, _ any) ([]*schema.ResourceData, error) {
	cluster, pool, found := strings.Cut(d.Id(), ",")
	id, err := strconv.Atoi(cluster)
	if !found || err != nil {
		return nil, fmt.Errorf("%q is not CLUSTER,POOL", d.Id())
	}
	d.SetId(pool)
	return []*schema.ResourceData{d}, d.Set("cluster_id", id)
}
