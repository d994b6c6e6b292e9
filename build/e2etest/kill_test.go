//go:build e2e

package e2etest

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dev.varve/build/rig"
)

// acked is what a client was told is kept: how many points of each run.
type acked struct {
	mu     sync.Mutex
	points map[string]int
}

// write keeps recording until the server is gone.
func (a *acked) write(s server) {
	for {
		var out struct {
			Run struct {
				Info struct {
					RunID string `json:"run_id"`
				}
			}
		}
		if s.Call("runs/create", map[string]any{"experiment_id": "0", "start_time": 1}, &out) != nil {
			return
		}
		id := out.Run.Info.RunID
		a.mu.Lock()
		a.points[id] = 0
		a.mu.Unlock()
		for step := range 25 {
			err := s.Call("runs/log-metric", map[string]any{"run_id": id, "key": "m", "value": step, "timestamp": 1, "step": step}, nil)
			if err != nil {
				return
			}
			a.mu.Lock()
			a.points[id]++
			a.mu.Unlock()
		}
	}
}

// check finds every acknowledged point again.
func (a *acked) check(t *testing.T, s server) {
	t.Helper()
	for id, want := range a.points {
		resp, err := http.Get(s.Address + "/api/2.0/mlflow/metrics/get-history?metric_key=m&run_id=" + id)
		if err != nil {
			t.Fatal(err)
		}
		var out struct {
			Metrics []struct{ Step, Value float64 }
		}
		err = json.NewDecoder(resp.Body).Decode(&out)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusOK || len(out.Metrics) < want {
			t.Fatalf("run %s: %s with %d points, %d were acknowledged", id, resp.Status, len(out.Metrics), want)
		}
		for i, m := range out.Metrics {
			if m.Step != float64(i) || m.Value != float64(i) {
				t.Fatalf("run %s: point %d is %+v", id, i, m)
			}
		}
	}
}

// TestKilledOwnerLosesNothing kills the owner at random moments while clients
// write, and finds every acknowledged write again, with and without the index.
func TestKilledOwnerLosesNothing(t *testing.T) {
	h := newHome(t)
	a := &acked{points: map[string]int{}}
	const rounds = 12
	for round := range rounds {
		s := h.serve()
		a.check(t, s)
		var clients sync.WaitGroup
		for range 4 {
			clients.Go(func() { a.write(s) })
		}
		time.Sleep(time.Duration(20+rand.IntN(300)) * time.Millisecond) // the moment of the kill, not a wait for anything
		s.Kill()
		clients.Wait()
		if round%3 == 2 {
			if err := os.RemoveAll(filepath.Join(h.dir, "cache")); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := h.run("doctor")
	after := h.run("doctor", "--rebuild")
	if line(before, "State") != line(after, "State") || !strings.Contains(after, "Everything is well.") {
		t.Fatalf("before the rebuild:\n%s\nafter it:\n%s", before, after)
	}
	s := h.serve()
	defer s.Kill()
	a.check(t, s)
	t.Logf("%d rounds, %d runs", rounds, len(a.points))
}

func line(text, head string) string {
	for _, l := range strings.Split(text, "\n") {
		if strings.HasPrefix(l, head) {
			return l
		}
	}
	return ""
}

// TestOneOwner starts many commands at once on a new workspace: they all end
// well, and there is one owner.
func TestOneOwner(t *testing.T) {
	h := newHome(t)
	var all sync.WaitGroup
	owners := make([]string, 8)
	for i := range owners {
		all.Go(func() {
			out, err := h.command("env").CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			owners[i] = string(out)
		})
	}
	all.Wait()
	for _, o := range owners {
		if o != owners[0] {
			t.Fatalf("two owners:\n%s\n%s", owners[0], o)
		}
	}
	// The owner is killed: the next command starts another one, at the same address.
	if err := h.rig().KillOwner(); err != nil {
		t.Fatal(err)
	}
	if again := h.run("env"); again != owners[0] {
		t.Fatalf("the address changed:\n%s\n%s", owners[0], again)
	}
}

// TestAnOwnerThatCloses still holds its lock for a while: a command that comes
// then waits for it, and does not wait for an owner that never comes.
func TestAnOwnerThatCloses(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	h.run("env")
	if err := rig.EndAll(h.dir, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	lock, err := os.Open(filepath.Join(h.ws, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(time.Second, func() { _ = syscall.Flock(int(lock.Fd()), syscall.LOCK_UN) })
	h.run("env")
}

const training = `
log() { curl -sf -u "x:$MLFLOW_TRACKING_PASSWORD" -H 'Content-Type: application/json' -d "$2" "$MLFLOW_TRACKING_URI/api/2.0/mlflow/$1" >/dev/null; }
for i in $(seq 0 $(($1 - 1))); do
    log runs/log-metric "{\"run_id\":\"$MLFLOW_RUN_ID\",\"key\":\"loss\",\"value\":$i,\"timestamp\":1,\"step\":$i}" && echo "acknowledged $i"
    sleep 0.05
done
printf 'weights' | curl -sf -u "x:$MLFLOW_TRACKING_PASSWORD" -T - "$MLFLOW_TRACKING_URI/api/2.0/mlflow-artifacts/artifacts/0/$MLFLOW_RUN_ID/artifacts/model/weights.bin" >/dev/null && echo "kept the model"
`

// TestTrainingOutlivesItsOwner kills every owner during a training.
func TestTrainingOutlivesItsOwner(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	project := h.project(training)
	id := strings.TrimSpace(h.run("run", project, "-P", "n=40", "--detach"))
	for range 3 {
		time.Sleep(300 * time.Millisecond)
		_ = h.rig().KillOwner() // it may have been killed already
	}
	time.Sleep(2 * time.Second) // the rest of the training has no owner at all
	out := h.run("runs", "log", "--follow", id)
	if got := strings.Count(out, "acknowledged"); got != 40 || !strings.Contains(out, "kept the model") {
		t.Fatalf("%d points were acknowledged; output:\n%s", got, out)
	}
	var run struct {
		Status     string
		MetricList []struct {
			Key    string
			Last   float64
			Points int
		}
	}
	if err := json.Unmarshal([]byte(h.run("runs", "show", id, "--json")), &run); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, m := range run.MetricList {
		found = found || m.Key == "loss" && m.Last == 39 && m.Points == 40
	}
	if run.Status != "finished" || !found {
		t.Fatalf("the run is %+v", run)
	}
	if !eventually(func() bool {
		left, _ := filepath.Glob(filepath.Join(h.ws, "journal", "*", "agent.json"))
		return len(left) == 0
	}) {
		t.Fatal("the agent's folder was not taken in")
	}
	if out := h.run("runs", "log", id); strings.Count(out, "acknowledged") != 40 {
		t.Fatalf("the output after the agent was taken in:\n%s", out)
	}
}

// TestKilledAgentIsLost kills the agent: its child does not live on, and the
// run is lost, with a reason.
func TestKilledAgentIsLost(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	project := h.project("echo $$ >pid; echo started; (sleep 1000 & echo $! >>pid; wait)\n")
	id := strings.TrimSpace(h.run("run", project, "--detach"))
	var pids []string
	if !eventually(func() bool {
		data, err := os.ReadFile(filepath.Join(project, "pid"))
		pids = strings.Fields(string(data))
		return err == nil && len(pids) == 2
	}) {
		t.Fatal("the child did not start")
	}
	agents, err := filepath.Glob(filepath.Join(h.ws, "journal", "*", "agent.json"))
	if err != nil || len(agents) != 1 {
		t.Fatalf("%d agents, %v", len(agents), err)
	}
	var info struct{ Agent struct{ PID int } }
	data, err := os.ReadFile(agents[0])
	if err != nil || json.Unmarshal(data, &info) != nil {
		t.Fatalf("agent.json: %s, %v", data, err)
	}
	if err := syscall.Kill(info.Agent.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for _, pid := range pids {
		if !eventually(func() bool {
			_, err := os.Stat("/proc/" + pid)
			return os.IsNotExist(err)
		}) {
			t.Fatalf("process %s lives on", pid)
		}
	}
	var shown string
	if !eventually(func() bool {
		shown = h.run("runs", "show", id)
		return strings.Contains(shown, "lost")
	}) {
		t.Fatalf("the run is not lost:\n%s", shown)
	}
	if !strings.Contains(shown, "ended without a word") {
		t.Fatalf("no reason:\n%s", shown)
	}
	if out := h.run("runs", "log", id); !strings.Contains(out, "started") {
		t.Fatalf("the output is gone: %q", out)
	}
}

// TestStopEndsTheWholeTree stops a run that ignores TERM.
func TestStopEndsTheWholeTree(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	project := h.project("trap 'echo asked' TERM; echo $$ >pid; while true; do sleep 0.1; done\n")
	id := strings.TrimSpace(h.run("run", project, "--detach"))
	if !eventually(func() bool {
		_, err := os.Stat(filepath.Join(project, "pid"))
		return err == nil
	}) {
		t.Fatal("the child did not start")
	}
	h.run("runs", "stop", id)
	cmd := h.command("runs", "log", "--follow", id)
	out, _ := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code != 137 || !strings.Contains(string(out), "asked") {
		t.Fatalf("exit code %d, output %q", code, out)
	}
	if shown := h.run("runs", "show", id); !strings.Contains(shown, "stopped") || !strings.Contains(shown, "Stopped on request") {
		t.Fatalf("the run is:\n%s", shown)
	}
}
