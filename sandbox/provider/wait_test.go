package main

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestApplySucceedsWithoutAReadyNode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.nodeReady = false
	w.configure(settled)
	w.must(0, "init")
	begin := time.Now()
	w.must(0, "apply", "-auto-approve")
	if took := time.Since(begin); took < 54*time.Second || took > 75*time.Second {
		t.Errorf("the wait for a node took %s; the real provider's ends after 55 seconds", took)
	}
	w.must(0, "plan", "-detailed-exitcode")
}

// refuseKubeconfig lets the API say for ever that the kubeconfig is not there yet.
func refuseKubeconfig(w *world) {
	reason := map[string]any{"reason": "Cluster kubeconfig is not yet available. Please try again later."}
	w.send(http.MethodPost, "/_sandbox/faults", map[string]any{
		"path": "/kubeconfig$", "times": 1_000_000, "status": 503, "body": map[string]any{"errors": []any{reason}},
	}, nil)
}

// interrupt starts a command, sends one SIGINT when it has asked for the kubeconfig 20 times, and waits for the end.
func interrupt(t *testing.T, w *world, arguments ...string) {
	t.Helper()
	w.taken()
	command := w.command(arguments...)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	asked := 0
	waitFor(t, func() bool {
		for _, c := range w.taken() {
			if strings.HasSuffix(c.Path, "/kubeconfig") {
				asked++
			}
		}
		return asked >= 20
	})
	if err := command.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		_ = command.Process.Kill()
		t.Fatalf("terraform %v did not end on SIGINT", arguments)
	}
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for limit := time.Now().Add(30 * time.Second); time.Now().Before(limit); time.Sleep(50 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatal("nothing happened for 30 seconds")
}

func TestInterruptTaintsTheClusterAndUntaintMendsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(settled)
	w.must(0, "init")
	refuseKubeconfig(w)
	interrupt(t, w, "apply", "-auto-approve")
	w.send(http.MethodDelete, "/_sandbox/faults", nil, nil)
	if output := w.must(2, "plan", "-no-color", "-detailed-exitcode"); !strings.Contains(output, "is tainted, so must be replaced") {
		t.Errorf("after the interrupt the plan reads %s", output)
	}
	w.must(0, "untaint", "linode_lke_cluster.main")
	w.must(0, "apply", "-auto-approve")
	w.must(0, "plan", "-detailed-exitcode")
}

func TestPlanHangsWhileTheKubeconfigIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(settled)
	w.must(0, "init")
	w.must(0, "apply", "-auto-approve")
	refuseKubeconfig(w)
	interrupt(t, w, "plan")
	w.must(0, "plan", "-refresh=false")
}
