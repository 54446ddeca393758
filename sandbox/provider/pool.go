package main

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/linode/linodego"
)

// pool is a node pool as the configuration or the state has it.
type pool struct {
	id             int
	count          int
	kind           string
	label          string
	diskEncryption string
	firewallID     int
	tags           []string
	labels         map[string]string
	taints         []linodego.LKENodePoolTaint
	autoscaler     *linodego.LKENodePoolAutoscaler
}

// expandPool reads a pool; without a count, the pool begins with the least that its autoscaler allows.
func expandPool(fields map[string]any, count int) pool {
	p := pool{
		count:  count,
		kind:   fields["type"].(string),
		label:  fields["label"].(string),
		tags:   stringsOf(fields["tags"]),
		labels: map[string]string{},
		taints: []linodego.LKENodePoolTaint{},
	}
	p.diskEncryption, _ = fields["disk_encryption"].(string)
	p.firewallID, _ = fields["firewall_id"].(int)
	for name, value := range fields["labels"].(map[string]any) {
		p.labels[name] = value.(string)
	}
	for _, member := range fields["taint"].(*schema.Set).List() {
		taint := member.(map[string]any)
		p.taints = append(p.taints, linodego.LKENodePoolTaint{
			Key:    taint["key"].(string),
			Value:  taint["value"].(string),
			Effect: linodego.LKENodePoolTaintEffect(taint["effect"].(string)),
		})
	}
	if scale := first(fields["autoscaler"]); scale != nil {
		p.autoscaler = &linodego.LKENodePoolAutoscaler{Enabled: true, Min: scale["min"].(int), Max: scale["max"].(int)}
		if p.count == 0 {
			p.count = p.autoscaler.Min
		}
	}
	return p
}

// expandPools reads the pools of a cluster.
func expandPools(value any) []pool {
	pools := []pool{}
	for _, member := range value.([]any) {
		fields := member.(map[string]any)
		p := expandPool(fields, fields["count"].(int))
		p.id = fields["id"].(int)
		pools = append(pools, p)
	}
	return pools
}

func (p pool) createOptions() linodego.LKENodePoolCreateOptions {
	options := linodego.LKENodePoolCreateOptions{
		Count:      p.count,
		Type:       p.kind,
		Tags:       p.tags,
		Labels:     p.labels,
		Taints:     p.taints,
		Autoscaler: p.autoscaler,
	}
	if p.label != "" {
		options.Label = &p.label
	}
	if p.firewallID != 0 {
		options.FirewallID = &p.firewallID
	}
	if p.diskEncryption != "" {
		encryption := linodego.InstanceDiskEncryption(p.diskEncryption)
		options.DiskEncryption = &encryption
	}
	return options
}

// updateOptions names what differs from the old pool; count and tags are always sent.
func (p pool) updateOptions(old pool) linodego.LKENodePoolUpdateOptions {
	options := linodego.LKENodePoolUpdateOptions{Count: p.count, Tags: &p.tags}
	if !maps.Equal(p.labels, old.labels) {
		labels := linodego.LKENodePoolLabels(p.labels)
		options.Labels = &labels
	}
	if !sameTaints(p.taints, old.taints) {
		options.Taints = &p.taints
	}
	if p.label != old.label {
		options.Label = &p.label
	}
	if p.firewallID != old.firewallID {
		options.FirewallID = &p.firewallID
	}
	switch {
	case p.autoscaler == nil && old.autoscaler != nil:
		options.Autoscaler = &linodego.LKENodePoolAutoscaler{Enabled: false, Min: p.count, Max: p.count}
	case p.autoscaler != nil && (old.autoscaler == nil || *p.autoscaler != *old.autoscaler):
		options.Autoscaler = p.autoscaler
	}
	return options
}

// same tells whether nothing that can be changed differs.
func (p pool) same(old pool) bool {
	options := p.updateOptions(old)
	return p.count == old.count && slices.Equal(p.tags, old.tags) && options.Labels == nil && options.Taints == nil &&
		options.Label == nil && options.FirewallID == nil && options.Autoscaler == nil
}

func sameTaints(a, b []linodego.LKENodePoolTaint) bool {
	missing := func(taint linodego.LKENodePoolTaint) bool { return !slices.Contains(b, taint) }
	return len(a) == len(b) && !slices.ContainsFunc(a, missing)
}

// flattenPool gives the fields that a pool of a cluster and a pool of its own have in common.
func flattenPool(p linodego.LKENodePool) map[string]any {
	taints := []any{}
	for _, taint := range p.Taints {
		taints = append(taints, map[string]any{"key": taint.Key, "value": taint.Value, "effect": string(taint.Effect)})
	}
	nodes := []any{}
	for _, node := range p.Linodes {
		nodes = append(nodes, map[string]any{
			"id": node.ID, "instance_id": node.InstanceID, "status": string(node.Status),
		})
	}
	autoscaler := []any{}
	if p.Autoscaler.Enabled {
		autoscaler = append(autoscaler, map[string]any{"min": p.Autoscaler.Min, "max": p.Autoscaler.Max})
	}
	fields := map[string]any{
		"type": p.Type, "tags": p.Tags, "labels": map[string]string(p.Labels), "taint": taints, "nodes": nodes,
		"autoscaler": autoscaler, "disk_encryption": string(p.DiskEncryption),
	}
	if p.Label != nil {
		fields["label"] = *p.Label
	}
	if p.FirewallID != nil {
		fields["firewall_id"] = *p.FirewallID
	}
	return fields
}
