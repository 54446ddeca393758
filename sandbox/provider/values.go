package main

import (
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// stringsOf gives the members of a list or set, in order of the alphabet, never nil.
func stringsOf(value any) []string {
	if set, ok := value.(*schema.Set); ok {
		value = set.List()
	}
	members := []string{}
	for _, member := range value.([]any) {
		if text, ok := member.(string); ok {
			members = append(members, text)
		}
	}
	slices.Sort(members)
	return members
}

// first gives the only member of a block that may stand once, or nil.
func first(value any) map[string]any {
	members, _ := value.([]any)
	if len(members) == 0 {
		return nil
	}
	member, _ := members[0].(map[string]any)
	return member
}

// number reads the identifier of a resource.
func number(d *schema.ResourceData) (int, error) {
	return strconv.Atoi(d.Id())
}

// setAll puts values into the state.
func setAll(d *schema.ResourceData, values map[string]any) diag.Diagnostics {
	for name, value := range values {
		if err := d.Set(name, value); err != nil {
			return diag.Errorf("%s: %s", name, err)
		}
	}
	return nil
}
