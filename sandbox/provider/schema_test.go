package main

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
)

func TestServedSchemaIsThePublishedOne(t *testing.T) {
	provider := linodeProvider()
	if err := provider.InternalValidate(); err != nil {
		t.Fatal(err)
	}
	served, err := provider.GRPCProvider().GetProviderSchema(context.Background(), &tfprotov5.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	schemas := readPublished()
	compareBlock(t, "provider", schemas.Provider.Block, served.Provider.Block)
	if got, want := sortedKeys(served.ResourceSchemas), sortedKeys(schemas.Resources); !slices.Equal(got, want) {
		t.Errorf("resources are %v, not %v", got, want)
	}
	for name, published := range schemas.Resources {
		compareBlock(t, name, published.Block, served.ResourceSchemas[name].Block)
	}
}

func compareBlock(t *testing.T, path string, want publishedBlock, got *tfprotov5.SchemaBlock) {
	t.Helper()
	attributes := map[string]*tfprotov5.SchemaAttribute{}
	for _, attribute := range got.Attributes {
		attributes[attribute.Name] = attribute
	}
	if got, want := sortedKeys(attributes), sortedKeys(want.Attributes); !slices.Equal(got, want) {
		t.Errorf("%s has the attributes %v, not %v", path, got, want)
		return
	}
	for name, attribute := range want.Attributes {
		compareAttribute(t, path+"."+name, attribute, attributes[name])
	}
	blocks := map[string]*tfprotov5.SchemaNestedBlock{}
	for _, block := range got.BlockTypes {
		blocks[block.TypeName] = block
	}
	if got, want := sortedKeys(blocks), sortedKeys(want.Blocks); !slices.Equal(got, want) {
		t.Errorf("%s has the blocks %v, not %v", path, got, want)
		return
	}
	for name, block := range want.Blocks {
		nesting := map[string]tfprotov5.SchemaNestedBlockNestingMode{
			"list":   tfprotov5.SchemaNestedBlockNestingModeList,
			"set":    tfprotov5.SchemaNestedBlockNestingModeSet,
			"single": tfprotov5.SchemaNestedBlockNestingModeSingle,
		}[block.Nesting]
		if blocks[name].Nesting != nesting || blocks[name].MaxItems != int64(block.MaxItems) {
			t.Errorf("%s.%s nests as %v of %d", path, name, blocks[name].Nesting, blocks[name].MaxItems)
		}
		compareBlock(t, path+"."+name, block.Block, blocks[name].Block)
	}
}

func compareAttribute(t *testing.T, path string, want publishedAttribute, got *tfprotov5.SchemaAttribute) {
	t.Helper()
	served := publishedAttribute{
		Required: got.Required, Optional: got.Optional, Computed: got.Computed,
		Sensitive: got.Sensitive, Deprecated: got.Deprecated,
	}
	published := publishedAttribute{
		Required: want.Required, Optional: want.Optional, Computed: want.Computed,
		Sensitive: want.Sensitive, Deprecated: want.Deprecated,
	}
	servedText, _ := json.Marshal(served)
	publishedText, _ := json.Marshal(published)
	if string(servedText) != string(publishedText) {
		t.Errorf("%s is %s, not %s", path, servedText, publishedText)
	}
	servedType, err := got.Type.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var gotType, wantType any
	if json.Unmarshal(servedType, &gotType) != nil || json.Unmarshal(want.Type, &wantType) != nil {
		t.Fatalf("%s has the types %s and %s", path, servedType, want.Type)
	}
	gotText, _ := json.Marshal(gotType)
	wantText, _ := json.Marshal(wantType)
	if string(gotText) != string(wantText) {
		t.Errorf("%s has the type %s, not %s", path, gotText, wantText)
	}
}

func sortedKeys[Value any](values map[string]Value) []string {
	return slices.Sorted(maps.Keys(values))
}
