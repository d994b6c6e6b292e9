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

// training is a script that logs through its agent, and appends to its file of
// metrics; it notes in files of its own what was acknowledged, and what is written.
const training = `
log() { curl -sf -u "x:$MLFLOW_TRACKING_PASSWORD" -H 'Content-Type: application/json' -d "$2" "$MLFLOW_TRACKING_URI/api/2.0/mlflow/$1" >/dev/null; }
for i in $(seq 0 $(($1 - 1))); do
    log runs/log-metric "{\"run_id\":\"$MLFLOW_RUN_ID\",\"key\":\"loss\",\"value\":$i,\"timestamp\":1,\"step\":$i}" && echo "$i" >>"acked-$MLFLOW_RUN_ID"
    echo "{\"step\":$i,\"filed\":$i}" >>"$VARVE_METRICS" && echo "$i" >>"filed-$MLFLOW_RUN_ID"
    echo "$i" >"$VARVE_ARTIFACTS/last.txt"
done
`

// killAgents kills agents at random moments: what they acknowledged is there, and
// what their programs wrote to their files, once; and the run says that it is lost.
func (l *lab) killAgents(n int) {
	if _, err := exec.LookPath("curl"); err != nil {
		l.partly = append(l.partly, "kills of agents: there is no curl, with which their script logs")
		return
	}
	h := l.home()
	defer rig.EndOwners(h.Dir)
	project, err := h.Project(training)
	l.must(err)
	points, filed := 0, 0
	for range n {
		l.tried()
		p, f := l.killAgent(h, project)
		points, filed = points+p, filed+f
	}
	l.must(rig.EndAll(h.Dir, syscall.SIGTERM))
	l.wantClean(h, "after the kills of agents")
	l.row("kills of agents", n)
	l.row("points that agents acknowledged", points)
	l.row("points that programs wrote to their files", filed)
}

// killAgent kills the agent of one run, and every third time the owner with it.
func (l *lab) killAgent(h *rig.Home, project string) (points, filed int) {
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
		_ = h.KillOwner() // before its agent: nobody is there to see it
	}
	l.must(syscall.Kill(pid, syscall.SIGKILL))
	if !rig.Eventually(func() bool { return rig.Gone(pid) }) {
		l.must(fmt.Errorf("the agent %d does not end", pid))
	}
	shown := l.lostRun(h, id)
	if shown.Status != "lost" {
		l.broke("the run %s of a killed agent is %q, not lost", id, shown.Status)
	}
	points, filed = l.linesOf(acked), l.linesOf(filepath.Join(project, "filed-"+id))
	for key, noted := range map[string]int{"loss": points, "filed": filed} {
		if got := shown.points(key); got < noted || got > noted+1 {
			l.broke("run %s has %d points of %s; %d were noted", id, got, key, noted)
		}
	}
	if out, err := h.Run("metrics", id, "filed"); err == nil && strings.Count(out, "\n")-1 != shown.points("filed") {
		l.broke("run %s has points of its file twice", id)
	}
	if _, err := h.Run("artifacts", "list", id+"/last.txt"); err != nil && filed > 0 {
		l.broke("run %s has no artifact of its folder: %v", id, err)
	}
	return points, filed
}

// linesOf is how many lines a file has that a script may not have begun yet.
func (l *lab) linesOf(name string) int {
	data, err := os.ReadFile(name)
	if !os.IsNotExist(err) {
		l.must(err)
	}
	return strings.Count(string(data), "\n")
}

// shownRun is what `varve runs show --json` says.
type shownRun struct {
	Status     string
	MetricList []struct {
		Key    string
		Points int
	}
}

func (s shownRun) points(key string) int {
	for _, m := range s.MetricList {
		if m.Key == key {
			return m.Points
		}
	}
	return 0
}

// lostRun waits until a run is lost.
func (l *lab) lostRun(h *rig.Home, id string) (shown shownRun) {
	var err error
	rig.Eventually(func() bool {
		var out string
		out, err = h.Run("runs", "show", id, "--json")
		return err != nil || json.Unmarshal([]byte(out), &shown) != nil || shown.Status == "lost"
	})
	l.must(err)
	return shown
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
