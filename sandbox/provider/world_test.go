package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

var binary string

func TestMain(m *testing.M) {
	directory, err := os.MkdirTemp("", "provider-")
	if err != nil {
		log.Fatal(err)
	}
	binary = filepath.Join(directory, "provider")
	if output, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		log.Fatalf("%s: %s", err, output)
	}
	code := m.Run()
	if err := os.RemoveAll(directory); err != nil {
		log.Print(err)
	}
	os.Exit(code)
}

// world is Terraform with the stand-in providers, in front of the simulated API and a cluster of one node.
type world struct {
	t         *testing.T
	directory string
	simulator string
	api       string
	token     string
	mutex     sync.Mutex
	calls     []call
	agents    map[string]bool
	nodeCalls int
	nodeReady bool
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, directory: t.TempDir(), token: "all", nodeReady: true, agents: map[string]bool{}}
	cluster := httptest.NewTLSServer(http.HandlerFunc(w.answerNodes))
	t.Cleanup(cluster.Close)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cluster.Certificate().Raw})
	w.write("access.json", map[string]any{
		"server": cluster.URL, "caData": base64.StdEncoding.EncodeToString(authority), "token": "cluster-token",
	})
	w.write("config.json", map[string]any{"tokens": []any{
		map[string]string{"token": "all", "scopes": "*"},
		map[string]string{"token": "reader", "scopes": "lke:read_only volumes:read_only"},
	}})
	w.simulator = w.startSimulator()
	target, err := url.Parse(w.simulator)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	recorder := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		w.record(request)
		proxy.ServeHTTP(writer, request)
	}))
	t.Cleanup(recorder.Close)
	w.api = recorder.URL
	w.installProviders()
	return w
}

func (w *world) write(name string, value any) {
	text, err := json.Marshal(value)
	if err == nil {
		err = os.WriteFile(filepath.Join(w.directory, name), text, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) startSimulator() string {
	command := exec.Command("../../node_modules/.bin/node", "../linode/main.ts", "--listen", "127.0.0.1:0",
		"--data", filepath.Join(w.directory, "data"), "--config", filepath.Join(w.directory, "config.json"),
		"--kubeconfig-source", filepath.Join(w.directory, "access.json"))
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		w.t.Fatalf("the simulator needs `npm ci` in the checkout: %s", err)
	}
	w.t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	address := regexp.MustCompile(`http://\S+`).FindString(line)
	if err != nil || address == "" {
		w.t.Fatalf("the simulator did not say where it listens: %q %v", line, err)
	}
	return address
}

func (w *world) installProviders() {
	platform := runtime.GOOS + "_" + runtime.GOARCH
	for source, version := range map[string]string{"linode/linode": "3.13.0", "hashicorp/local": "2.5.3"} {
		folder := filepath.Join(w.directory, "mirror/registry.terraform.io", source, version, platform)
		name := "terraform-provider-" + filepath.Base(source) + "_v" + version
		if err := errors.Join(os.MkdirAll(folder, 0o755), os.Link(binary, filepath.Join(folder, name))); err != nil {
			w.t.Fatal(err)
		}
	}
	mirror := filepath.Join(w.directory, "mirror")
	config := "provider_installation {\n  filesystem_mirror {\n    path = \"" + mirror + "\"\n  }\n}\n"
	if err := os.WriteFile(filepath.Join(w.directory, "terraform.rc"), []byte(config), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// configure writes the configuration and its provider block with short waits.
func (w *world) configure(resources string) {
	provider := `
terraform {
  required_providers {
    linode = { source = "linode/linode", version = "~> 3.13" }
    local  = { source = "hashicorp/local", version = "~> 2.5" }
  }
}
provider "linode" {
  min_retry_delay_ms     = 20
  max_retry_delay_ms     = 50
  event_poll_ms          = 300
  lke_event_poll_ms      = 300
  lke_node_ready_poll_ms = 300
}
`
	if err := os.WriteFile(filepath.Join(w.directory, "main.tf"), []byte(provider+resources), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// command is Terraform in the world's folder, with nothing of the machine's own configuration.
func (w *world) command(arguments ...string) *exec.Cmd {
	command := exec.Command("terraform", arguments...)
	command.Dir = w.directory
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(w.directory, "terraform.rc"),
		"TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1", "LINODE_URL="+w.api, "LINODE_TOKEN="+w.token)
	return command
}

// terraform runs a command, and gives its output and exit code.
func (w *world) terraform(arguments ...string) (string, int) {
	w.t.Helper()
	command := w.command(arguments...)
	output, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	return string(output), command.ProcessState.ExitCode()
}

// must runs a command that has to end with the code.
func (w *world) must(code int, arguments ...string) string {
	w.t.Helper()
	output, exit := w.terraform(arguments...)
	if exit != code {
		w.t.Fatalf("terraform %s: exit code %d, not %d\n%s", strings.Join(arguments, " "), exit, code, output)
	}
	return output
}

func idText(id int) string {
	return strconv.Itoa(id)
}
