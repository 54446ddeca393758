package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// published is what `terraform providers schema -json` prints for linode/linode 3.13.0, cut to its main resources.
//
//go:embed schema.json
var published []byte

type publishedSchemas struct {
	Provider  publishedSchema            `json:"provider"`
	Resources map[string]publishedSchema `json:"resource_schemas"`
}

type publishedSchema struct {
	Block publishedBlock `json:"block"`
}

type publishedBlock struct {
	Attributes map[string]publishedAttribute   `json:"attributes"`
	Blocks     map[string]publishedNestedBlock `json:"block_types"`
}

type publishedAttribute struct {
	Type        json.RawMessage `json:"type"`
	Description string          `json:"description"`
	Required    bool            `json:"required"`
	Optional    bool            `json:"optional"`
	Computed    bool            `json:"computed"`
	Sensitive   bool            `json:"sensitive"`
	Deprecated  bool            `json:"deprecated"`
}

type publishedNestedBlock struct {
	Nesting  string         `json:"nesting_mode"`
	MaxItems int            `json:"max_items"`
	Block    publishedBlock `json:"block"`
}

// hidden is what a published schema does not say; the paths are dotted.
type hidden struct {
	forceNew       []string
	computedBlocks []string
	defaults       map[string]any
}

// readPublished reads the schemas that are built into the program.
func readPublished() publishedSchemas {
	var schemas publishedSchemas
	if err := json.Unmarshal(published, &schemas); err != nil {
		panic(fmt.Errorf("schema.json: %w", err))
	}
	return schemas
}

// toSDK gives the block in the terms of Terraform's SDK, without its timeouts, which the SDK adds.
func (b publishedBlock) toSDK(extra hidden, prefix string) map[string]*schema.Schema {
	fields := map[string]*schema.Schema{}
	for name, attribute := range b.Attributes {
		path := prefix + name
		field := &schema.Schema{
			Description: attribute.Description,
			Required:    attribute.Required,
			Optional:    attribute.Optional,
			Computed:    attribute.Computed,
			Sensitive:   attribute.Sensitive,
			ForceNew:    slices.Contains(extra.forceNew, path),
			Default:     extra.defaults[path],
		}
		if attribute.Deprecated {
			field.Deprecated = "see the provider's documentation"
		}
		field.Type, field.Elem = sdkType(attribute.Type)
		fields[name] = field
	}
	for name, nested := range b.Blocks {
		path := prefix + name
		if path == "timeouts" {
			continue
		}
		fields[name] = &schema.Schema{
			Type:     collections[nested.Nesting],
			Optional: true,
			Computed: slices.Contains(extra.computedBlocks, path),
			ForceNew: slices.Contains(extra.forceNew, path),
			MaxItems: nested.MaxItems,
			Elem:     &schema.Resource{Schema: nested.Block.toSDK(extra, path+".")},
		}
	}
	return fields
}

var scalars = map[string]schema.ValueType{
	"string": schema.TypeString, "bool": schema.TypeBool, "number": schema.TypeInt,
}

var collections = map[string]schema.ValueType{
	"list": schema.TypeList, "set": schema.TypeSet, "map": schema.TypeMap,
}

// sdkType reads a type as Terraform writes it: "string", ["list","string"] or ["list",["object",{...}]].
func sdkType(raw json.RawMessage) (schema.ValueType, any) {
	var scalar string
	if json.Unmarshal(raw, &scalar) == nil {
		return scalars[scalar], nil
	}
	kind, element := sdkPair(raw)
	if json.Unmarshal(element, &scalar) == nil {
		return collections[kind], &schema.Schema{Type: scalars[scalar]}
	}
	_, members := sdkPair(element)
	var types map[string]json.RawMessage
	if err := json.Unmarshal(members, &types); err != nil {
		panic(fmt.Errorf("schema.json: %s: %w", raw, err))
	}
	fields := map[string]*schema.Schema{}
	for name, member := range types {
		fields[name] = &schema.Schema{Computed: true}
		fields[name].Type, fields[name].Elem = sdkType(member)
	}
	return collections[kind], &schema.Resource{Schema: fields}
}

func sdkPair(raw json.RawMessage) (string, json.RawMessage) {
	var pair []json.RawMessage
	var kind string
	if json.Unmarshal(raw, &pair) != nil || len(pair) != 2 || json.Unmarshal(pair[0], &kind) != nil {
		panic(fmt.Errorf("schema.json: %s is no type", raw))
	}
	return kind, pair[1]
}
