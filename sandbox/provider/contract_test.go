package main

import (
	"bufio"
	"encoding/json"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// call is a request without what differs from run to run. The agent is the half of the provider that sent it.
type call struct {
	Agent  string `json:"agent"`
	Method string `json:"method"`
	Path   string `json:"path"`
	Query  string `json:"query"`
	Filter string `json:"filter"`
	Body   any    `json:"body"`
}

var (
	identifier = regexp.MustCompile(`\d{5,}`)
	dataSource = regexp.MustCompile(`^/v4/(lke/versions|lke/types|volumes/types)$`)
)

// stream names the calls whose order is settled: Terraform works on several resources side by side.
func (c call) stream() string {
	family := strings.Split(c.Path, "/")[2]
	if family == "linode" || family == "account" {
		family = "lke"
	}
	return c.Agent + " " + family
}

// streams sorts calls by stream, and takes repeated ones, which wait for something, for one.
func streams(calls []call) map[string][]call {
	sorted := map[string][]call{}
	for _, c := range calls {
		if dataSource.MatchString(c.Path) {
			continue
		}
		c.Path = identifier.ReplaceAllString(c.Path, "ID")
		if c.Query != "" {
			values, _ := url.ParseQuery(c.Query)
			c.Query = values.Encode()
		}
		name := c.stream()
		known := sorted[name]
		if len(known) == 0 || !reflect.DeepEqual(known[len(known)-1], c) {
			sorted[name] = append(known, c)
		}
	}
	return sorted
}

// recorded reads what the real provider sent in a scenario.
func recorded(t *testing.T, scenario string) []call {
	t.Helper()
	file, err := os.Open("../linode/fixtures/provider-3.13.0.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	calls := []call{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			Scenario string `json:"scenario"`
			call
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if line.Scenario == scenario {
			calls = append(calls, line.call)
		}
	}
	if len(calls) == 0 {
		t.Fatalf("no scenario is called %s", scenario)
	}
	return calls
}

// expectCalls fails unless the calls are those of the real provider.
func expectCalls(t *testing.T, scenario string, got []call) {
	t.Helper()
	want, have := streams(recorded(t, scenario)), streams(got)
	for name := range want {
		compareStream(t, scenario+", "+name, want[name], have[name])
	}
	for name := range have {
		if want[name] == nil {
			t.Errorf("%s: the real provider sends nothing as %s, here: %v", scenario, name, have[name])
		}
	}
}

func compareStream(t *testing.T, name string, want, have []call) {
	t.Helper()
	for index := range max(len(want), len(have)) {
		if index >= len(want) || index >= len(have) || !reflect.DeepEqual(want[index], have[index]) {
			t.Errorf("%s: call %d differs\nreal: %s\nhere: %s", name, index+1, rest(want, index), rest(have, index))
			return
		}
	}
}

func rest(calls []call, from int) string {
	text, _ := json.Marshal(calls[min(from, len(calls)):])
	return string(text)
}
