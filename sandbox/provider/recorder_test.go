package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

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
