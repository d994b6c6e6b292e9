//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"dev.varve/build/rig"
)

// training is a script that logs through its agent, and notes in a file of its
// own what was acknowledged.
const training = `
log() { curl -sf -u "x:$MLFLOW_TRACKING_PASSWORD" -H 'Content-Type: application/json' -d "$2" "$MLFLOW_TRACKING_URI/api/2.0/mlflow/$1" >/dev/null; }
for i in $(seq 0 $(($1 - 1))); do
    log runs/log-metric "{\"run_id\":\"$MLFLOW_RUN_ID\",\"key\":\"loss\",\"value\":$i,\"timestamp\":1,\"step\":$i}" && echo "$i" >>"acked-$MLFLOW_RUN_ID"
done
`

// killAgents kills agents at random moments: what they acknowledged is there,
// and the run says that it is lost.
func (l *lab) killAgents(n int) {
	if _, err := exec.LookPath("curl"); err != nil {
		l.partly = append(l.partly, "kills of agents: there is no curl, with which their script logs")
		return
	}
	h := l.home()
	defer rig.EndOwners(h.Dir)
	project, err := h.Project(training)
	l.must(err)
	points := 0
	for range n {
		l.tried()
		points += l.killAgent(h, project)
	}
	l.must(rig.EndAll(h.Dir, syscall.SIGTERM))
	l.wantClean(h, "after the kills of agents")
	l.row("kills of agents", n)
	l.row("points that agents acknowledged", points)
}

// killAgent kills the agent of one run, and every third time the owner with it.
func (l *lab) killAgent(h *rig.Home, project string) int {
	out, err := h.Run("run", project, "-P", "n=100000", "--detach")
	l.must(err)
	id := strings.TrimSpace(out)
	acked := filepath.Join(project, "acked-"+id)
	if !rig.Eventually(func() bool { _, err := os.Stat(acked); return err == nil }) {
		l.must(errors.New("the script of a run logged nothing"))
	}
	time.Sleep(time.Duration(l.random.IntN(400)) * time.Millisecond) // the moment of the kill
	pid, err := agentOf(h, id)
	l.must(err)
	if l.random.IntN(3) == 0 {
		_ = syscall.Kill(h.Owner(), syscall.SIGKILL) // before its agent: nobody is there to see it
	}
	l.must(syscall.Kill(pid, syscall.SIGKILL))
	if !rig.Eventually(func() bool { return rig.Gone(pid) }) {
		l.must(fmt.Errorf("the agent %d does not end", pid))
	}
	data, err := os.ReadFile(acked)
	l.must(err)
	lines := strings.Fields(string(data))
	var shown struct {
		Status     string
		MetricList []struct {
			Key    string
			Points int
		}
	}
	rig.Eventually(func() bool {
		out, err = h.Run("runs", "show", id, "--json")
		return err != nil || json.Unmarshal([]byte(out), &shown) != nil || shown.Status == "lost"
	})
	l.must(err)
	if shown.Status != "lost" {
		l.broke("the run %s of a killed agent is %q, not lost", id, shown.Status)
	}
	got := 0
	for _, m := range shown.MetricList {
		if m.Key == "loss" {
			got = m.Points
		}
	}
	if got < len(lines) || got > len(lines)+1 {
		l.broke("run %s has %d points; its agent acknowledged %d", id, got, len(lines))
	}
	return len(lines)
}

// agentOf returns the process of the agent of a run.
func agentOf(h *rig.Home, run string) (int, error) {
	names, err := filepath.Glob(filepath.Join(h.WS, "journal", "*", "agent.json"))
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		var info struct {
			Run   string
			Agent struct{ PID int }
		}
		data, err := os.ReadFile(name)
		if err == nil && json.Unmarshal(data, &info) == nil && info.Run == run {
			return info.Agent.PID, nil
		}
	}
	return 0, fmt.Errorf("the run %s has no agent", run)
}
