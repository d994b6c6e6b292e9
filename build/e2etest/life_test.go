//go:build e2e

package e2etest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"dev.varve/backend/signs"
	"dev.varve/build/rig"
)

// program is a script that records a run by itself, in a process of its own: it
// is this test's program, started once more.
type program struct {
	*exec.Cmd
	run  string
	say  io.WriteCloser
	hear *bufio.Reader
}

// program starts a script. run is the one that it takes up; none: a new one.
func (s server) program(t *testing.T, run string) *program {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestScriptProcess$")
	cmd.Env = append(os.Environ(), "VARVE_TEST_DOOR="+s.Address, "VARVE_TEST_RUN="+run)
	say, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &program{Cmd: cmd, say: say, hear: bufio.NewReader(out)}
	t.Cleanup(p.kill)
	p.run = p.answer(t)
	return p
}

// kill ends the script in the middle of whatever it does.
func (p *program) kill() {
	_ = p.Process.Kill()
	_ = p.Wait()
}

func (p *program) answer(t *testing.T) string {
	t.Helper()
	line, err := p.hear.ReadString('\n')
	if err != nil {
		t.Fatalf("the script said %q, %v", line, err)
	}
	return strings.TrimSpace(line)
}

// log has the script record a point.
func (p *program) log(t *testing.T, step int) {
	t.Helper()
	fmt.Fprintln(p.say, step)
	if got := p.answer(t); got != "ok" {
		t.Fatalf("the script said %q", got)
	}
}

// TestScriptProcess is the script.
func TestScriptProcess(t *testing.T) {
	s, run := rig.NewServer(nil, os.Getenv("VARVE_TEST_DOOR")), os.Getenv("VARVE_TEST_RUN")
	if s.Address == "" {
		t.Skip("it is the other half of the tests below")
	}
	var made struct {
		Run struct {
			Info struct {
				RunID string `json:"run_id"`
			}
		}
	}
	var err error
	if run == "" {
		err = s.Call("runs/create", map[string]any{"experiment_id": "0", "start_time": time.Now().UnixMilli()}, &made)
		run = made.Run.Info.RunID
	} else { // as mlflow.start_run(run_id=…) does
		err = s.Call("runs/update", map[string]any{"run_id": run, "status": "RUNNING"}, nil)
	}
	fmt.Println(run)
	for in := bufio.NewScanner(os.Stdin); err == nil && in.Scan(); fmt.Println("ok") {
		var step int
		if _, err = fmt.Sscan(in.Text(), &step); err == nil {
			err = s.Call("runs/log-metric", map[string]any{"run_id": run, "key": "epoch", "value": step, "timestamp": time.Now().UnixMilli(), "step": step}, nil)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// status waits until a run is in a status, and returns the reason.
func (h *home) status(run, want string) string {
	h.t.Helper()
	var r struct{ Status, Reason string }
	ok := eventually(func() bool {
		if err := json.Unmarshal([]byte(h.run("runs", "show", run, "--json")), &r); err != nil {
			h.t.Fatal(err)
		}
		return r.Status == want
	})
	if !ok {
		h.t.Fatalf("run %s is %s (%s), want %s", run, r.Status, r.Reason, want)
	}
	return r.Reason
}

// knows waits until the owner has found out which process records a run.
func (h *home) knows(p *program) {
	h.t.Helper()
	ok := eventually(func() bool {
		for _, k := range h.signs() {
			found := func(by signs.Process) bool { return by.PID == p.Process.Pid }
			if k.Run == p.run && !k.Strange && slices.ContainsFunc(k.Processes, found) {
				return true
			}
		}
		return false
	})
	if !ok {
		h.t.Fatalf("it is not known that process %d records run %s: %+v", p.Process.Pid, p.run, h.signs())
	}
}

// signs is what the owner has kept of those who record runs.
func (h *home) signs() (kept []signs.Kept) {
	names, err := filepath.Glob(filepath.Join(h.dir, "state", "varve", "*", "signs.json"))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, name := range names {
		var list []signs.Kept
		data, err := os.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(data, &list)
		}
		if err != nil {
			h.t.Fatal(err)
		}
		kept = append(kept, list...)
	}
	return kept
}

// stop ends the owner in good order.
func (s server) stop(t *testing.T) {
	t.Helper()
	if err := s.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.Cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}

// TestTheLifeOfAScript: a script that is killed leaves a lost run, which runs
// again as soon as it is taken up; one that idles is left alone, also by the
// owners that come after the one that it spoke to.
func TestTheLifeOfAScript(t *testing.T) {
	h := newHome(t)
	s := h.serve()
	killed, idle := s.program(t, ""), s.program(t, "")
	idle.log(t, 1)
	killed.log(t, 12)
	h.knows(killed)
	killed.kill()
	if reason := h.status(killed.run, "lost"); !strings.Contains(reason, "has ended without a word") || !strings.Contains(reason, "epoch 12") {
		t.Errorf("reason %q", reason)
	}
	h.status(idle.run, "running")

	again := s.program(t, killed.run)
	h.status(killed.run, "running")
	again.log(t, 13)
	s.stop(t)

	s = h.serve() // at the address that it remembers
	h.status(idle.run, "running")
	h.status(killed.run, "running")
	s.Kill() // and of an owner that dies, too, the next one knows what it kept
	again.kill()
	s = h.serve()
	h.status(killed.run, "lost")
	h.status(idle.run, "running")
	idle.log(t, 2)
	if err := s.Call("runs/update", map[string]any{"run_id": idle.run, "status": "FINISHED", "end_time": time.Now().UnixMilli()}, nil); err != nil {
		t.Fatal(err)
	}
	h.status(idle.run, "finished")
	s.stop(t)
}
