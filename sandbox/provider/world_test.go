package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
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

var built = sync.OnceValues(func() (string, error) {
	file := filepath.Join(os.TempDir(), "wpp-provider-test")
	output, err := exec.Command("go", "build", "-o", file, ".").CombinedOutput()
	if err != nil {
		return "", errors.New(string(output))
	}
	return file, nil
})

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
	binary, err := built()
	if err != nil {
		w.t.Fatal(err)
	}
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

func (w *world) record(request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		w.t.Error(err)
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	c := call{Agent: "sdk", Method: request.Method, Path: request.URL.Path, Query: request.URL.RawQuery}
	c.Filter = request.Header.Get("X-Filter")
	if strings.Contains(request.UserAgent(), "Terraform-Plugin-Framework/") {
		c.Agent = "framework"
	}
	_ = json.Unmarshal(body, &c.Body)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.calls = append(w.calls, c)
	w.agents[request.UserAgent()] = true
}

func (w *world) answerNodes(writer http.ResponseWriter, request *http.Request) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.nodeCalls++
	if request.Header.Get("Authorization") != "Bearer cluster-token" {
		writer.WriteHeader(http.StatusUnauthorized)
		return
	}
	status := map[bool]string{true: "True", false: "False"}[w.nodeReady]
	_, _ = io.WriteString(writer, `{"items":[{"status":{"conditions":[{"type":"Ready","status":"`+status+`"}]}}]}`)
}

// taken gives the calls since the last time.
func (w *world) taken() []call {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	calls := w.calls
	w.calls = nil
	return calls
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

// terraform runs a command, and gives its output and exit code.
func (w *world) terraform(arguments ...string) (string, int) {
	w.t.Helper()
	command := exec.Command("terraform", arguments...)
	command.Dir = w.directory
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(w.directory, "terraform.rc"),
		"TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1", "LINODE_URL="+w.api, "LINODE_TOKEN="+w.token)
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

// send does to the API what somebody else does behind Terraform's back; it is not recorded.
func (w *world) send(method, path string, body, answer any) {
	w.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	request, err := http.NewRequest(method, w.simulator+path, bytes.NewReader(text))
	if err != nil {
		w.t.Fatal(err)
	}
	if body == nil {
		request.Body = http.NoBody
	}
	request.Header.Set("Authorization", "Bearer all")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		w.t.Fatalf("%s %s: %s", method, path, response.Status)
	}
	if answer != nil {
		if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
			w.t.Fatal(err)
		}
	}
}
