package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const settled = `
variable "tags" {
  type    = list(string)
  default = ["wpp-bot"]
}
variable "size" { default = 20 }
variable "k8s" { default = "1.33" }
variable "nodes" { default = null }

resource "linode_lke_cluster" "main" {
  label       = "wpp-bot"
  region      = "us-east"
  k8s_version = var.k8s
  tags        = var.tags
  pool {
    type  = "g6-standard-2"
    count = var.nodes
    autoscaler {
      min = 1
      max = 3
    }
  }
}
resource "linode_volume" "data" {
  label  = "wpp-bot-data"
  region = "us-east"
  size   = var.size
  tags   = var.tags
}
output "kubeconfig" {
  value     = linode_lke_cluster.main.kubeconfig
  sensitive = true
}
`

// apply plans into a file, applies that, and gives the plan's text.
func (w *world) apply(variables ...string) string {
	w.t.Helper()
	plan := w.must(2, append([]string{"plan", "-no-color", "-detailed-exitcode", "-out=plan"}, variables...)...)
	w.must(0, "apply", "plan")
	return plan
}

func TestClusterAndVolumeLikeTheRealProvider(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(settled)
	w.must(0, "init")
	w.must(2, "plan", "-detailed-exitcode", "-out=plan")
	if calls := w.taken(); len(calls) != 1 || calls[0].Path != "/v4/linode/types" || calls[0].Query != "page=100" {
		t.Errorf("a plan of nothing sends only the ping, not %v", calls)
	}

	w.must(0, "apply", "plan")
	expectCalls(t, "apply-create", w.taken())
	if w.nodeCalls == 0 {
		t.Error("the create did not ask the cluster for its nodes")
	}
	for agent := range w.agents {
		if !regexp.MustCompile(`^HashiCorp Terraform/\S+ \(\+https://www\.terraform\.io\) ` +
			`Terraform-Plugin-(SDK/2\.40\.1|Framework/1\.19\.0) terraform-provider-linode/3\.13\.0$`).MatchString(agent) {
			t.Errorf("User-Agent is %q", agent)
		}
	}
	expectKubeconfig(t, w)

	w.must(0, "plan", "-detailed-exitcode")
	expectCalls(t, "plan-nochange", w.taken())

	scaleOutOfBand(t, w, 3)
	w.must(0, "plan", "-detailed-exitcode")
	w.taken()
	w.must(2, "plan", "-detailed-exitcode", "-var=nodes=1")
	w.apply("-var=nodes=1")
	expectCalls(t, "count-pinned-with-autoscaler", w.taken())

	w.apply("-var=nodes=1", `-var=tags=["wpp-bot","prod"]`)
	expectCalls(t, "update-tags-while-scaled", w.taken())

	w.apply("-var=nodes=1", `-var=tags=["wpp-bot","prod"]`, "-var=k8s=1.34")
	expectCalls(t, "k8s-upgrade", w.taken())

	grown := []string{"-var=nodes=1", `-var=tags=["wpp-bot","prod"]`, "-var=k8s=1.34", "-var=size=30"}
	w.apply(grown...)
	expectCalls(t, "volume-grow", w.taken())
	w.must(0, append([]string{"plan", "-detailed-exitcode"}, grown...)...)

	shrunk := append(grown[:3:3], "-var=size=10")
	w.must(2, append([]string{"plan", "-detailed-exitcode", "-out=plan"}, shrunk...)...)
	if output := w.must(1, "apply", "-no-color", "plan"); !strings.Contains(output, "[400] [size] Storage Volumes can only be resized up") {
		t.Errorf("the refusal to shrink reads %s", output)
	}
	w.must(2, append([]string{"plan", "-detailed-exitcode"}, shrunk...)...)
	w.taken()

	w.must(0, append([]string{"destroy", "-auto-approve"}, grown...)...)
	expectCalls(t, "cleanup", w.taken())
}

func expectKubeconfig(t *testing.T, w *world) {
	t.Helper()
	encoded := w.must(0, "output", "-raw", "kubeconfig")
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !strings.HasPrefix(string(text), "\napiVersion: v1\n") {
		t.Errorf("kubeconfig is %q, %v", text, err)
	}
	var shown struct {
		Values struct {
			Root struct {
				Resources []struct {
					Type      string          `json:"type"`
					Sensitive json.RawMessage `json:"sensitive_values"`
				} `json:"resources"`
			} `json:"root_module"`
		} `json:"values"`
	}
	if err := json.Unmarshal([]byte(w.must(0, "show", "-json")), &shown); err != nil {
		t.Fatal(err)
	}
	for _, resource := range shown.Values.Root.Resources {
		if resource.Type == "linode_lke_cluster" && !strings.Contains(string(resource.Sensitive), `"kubeconfig":true`) {
			t.Errorf("kubeconfig is not marked as sensitive: %s", resource.Sensitive)
		}
	}
}

// scaleOutOfBand does what an autoscaler does, and waits until the nodes are ready.
func scaleOutOfBand(t *testing.T, w *world, count int) {
	t.Helper()
	var list struct {
		Data []struct {
			ID int `json:"id"`
		} `json:"data"`
	}
	w.send(http.MethodGet, "/v4/lke/clusters", nil, &list)
	cluster := "/v4/lke/clusters/" + idText(list.Data[0].ID) + "/pools"
	w.send(http.MethodGet, cluster, nil, &list)
	w.send(http.MethodPut, cluster+"/"+idText(list.Data[0].ID), map[string]int{"count": count}, &struct{}{})
}

func TestRefusalsReadAsTheRealOnes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(settled)
	w.must(0, "init")
	output := w.must(1, "apply", "-no-color", "-auto-approve", "-var=k8s=1.29")
	if !strings.Contains(output, "[400] [k8s_version] k8s_version is not valid") {
		t.Errorf("the refusal of a version reads %s", output)
	}
	w.must(0, "apply", "-auto-approve")
	w.token = "reader"
	if output := w.must(1, "plan", "-no-color"); !strings.Contains(output, "[401] Your OAuth token is not authorized") {
		t.Errorf("a token that may only read is told %s", output)
	}
	w.must(0, "plan", "-refresh=false")
	w.token = "wrong"
	if output := w.must(1, "plan", "-no-color"); !strings.Contains(output, "[401] Invalid Token") {
		t.Errorf("a wrong token is told %s", output)
	}
}

func TestAClusterThatIsGoneIsMadeAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(settled)
	w.must(0, "init")
	w.must(0, "apply", "-auto-approve")
	w.send(http.MethodPost, "/_sandbox/reset", nil, nil)
	if output := w.must(2, "plan", "-no-color", "-detailed-exitcode"); !strings.Contains(output, "2 to add, 0 to change, 0 to destroy") {
		t.Errorf("the plan reads %s", output)
	}
}

func TestForcedReplacementAndUnplayedResources(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(settled)
	w.must(0, "init")
	w.must(0, "apply", "-auto-approve")
	w.configure(strings.ReplaceAll(settled, `"us-east"`, `"us-ord"`))
	output := w.must(2, "plan", "-no-color", "-detailed-exitcode")
	if strings.Count(output, "must be replaced") != 2 || !strings.Contains(output, "# forces replacement") {
		t.Errorf("another region is planned as %s", output)
	}
	w.configure(settled + `
resource "linode_firewall" "main" {
  label           = "wpp-bot"
  inbound_policy  = "DROP"
  outbound_policy = "ACCEPT"
}`)
	if output := w.must(1, "apply", "-no-color", "-auto-approve"); !strings.Contains(output, "linode_firewall is not played") {
		t.Errorf("a firewall ends in %s", output)
	}
}

func TestLocalFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(`
resource "local_sensitive_file" "secret" {
  filename = "${path.module}/made/secret"
  content  = "secret"
}
resource "local_file" "open" {
  filename        = "${path.module}/made/open"
  content_base64  = "b3Blbg=="
  file_permission = "0640"
}`)
	w.must(0, "init")
	w.must(0, "apply", "-auto-approve")
	w.must(0, "plan", "-detailed-exitcode")
	for name, mode := range map[string]os.FileMode{"secret": 0o700, "open": 0o640} {
		file := filepath.Join(w.directory, "made", name)
		text, err := os.ReadFile(file)
		if err != nil || string(text) != name {
			t.Errorf("%s holds %q, %v", file, text, err)
		}
		if status, err := os.Stat(file); err != nil || status.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", file, status.Mode(), err)
		}
	}
	if err := os.Remove(filepath.Join(w.directory, "made/open")); err != nil {
		t.Fatal(err)
	}
	if output := w.must(2, "plan", "-no-color", "-detailed-exitcode"); !strings.Contains(output, "1 to add, 0 to change, 0 to destroy") {
		t.Errorf("a missing file is planned as %s", output)
	}
}
