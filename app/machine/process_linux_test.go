package machine_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"dev.varve/app/machine"
)

// childrenOf lists the living children of a process by the kernel's own list.
func childrenOf(t *testing.T, pid int) []int {
	t.Helper()
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, f := range files {
		data, _ := os.ReadFile(f)
		for _, s := range strings.Fields(string(data)) {
			if n, err := strconv.Atoi(s); err == nil {
				pids = append(pids, n)
			}
		}
	}
	return pids
}

// The second safety works without the first: the leash is killed, then the
// starter, and the kernel ends the child.
func TestKernelEndsTheChildWithoutLeash(t *testing.T) {
	cmd, out := starter(t, "bound", `exec sleep 1000`)
	ids := pids(t, out, 1)
	leashes := 0
	for _, pid := range childrenOf(t, cmd.Process.Pid) {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if bytes.Contains(line, []byte("varve-leash")) {
			leashes++
			if err := unix.Kill(pid, unix.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
	}
	if leashes != 1 {
		t.Fatalf("%d leashes, want 1", leashes)
	}
	cmd.Process.Kill()
	cmd.Wait()
	waitGone(ids)
}

// What left the group, and whose parents are dead, is found by its mark.
func TestOwnerEndsOrphansByTheirMark(t *testing.T) {
	child, out := sh(t, `python3 -c 'import os,time
os.setsid()
if os.fork(): os._exit(0)
os.setsid()
print(os.getpid(), flush=True)
time.sleep(1000)' &
		wait`, func(c *machine.Command) { c.Mark = "run-1" })
	ids := pids(t, out, 1)
	<-child.Done()
	if err := machine.EndTree(machine.Tree{Leader: child.Identity(), Mark: "run-10"}, 0); err != nil {
		t.Fatal(err)
	}
	if !machine.Alive(ids[0]) {
		t.Fatal("another run's mark hit it")
	}
	if err := machine.EndTree(machine.Tree{Leader: child.Identity(), Mark: "run-1"}, 0); err != nil {
		t.Fatal(err)
	}
	mustBeGone(t, ids)
}

// The leash is not left over, neither as a process nor as a zombie.
func TestNoLeashIsLeft(t *testing.T) {
	child, _ := sh(t, "exit 0", nil)
	<-child.Done()
	for _, pid := range childrenOf(t, os.Getpid()) {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if bytes.Contains(line, []byte("varve-leash")) {
			t.Errorf("a leash still waits: %d", pid)
		}
	}
}

// A program that somebody still has open for writing is waited for.
func TestAProgramThatWasJustWrittenIsStarted(t *testing.T) {
	program := filepath.Join(t.TempDir(), "program")
	data, err := os.ReadFile("/bin/true")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, data, 0o755); err != nil {
		t.Fatal(err)
	}
	open, err := os.OpenFile(program, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(50*time.Millisecond, func() { _ = open.Close() })
	child, err := machine.Start(machine.Command{Args: []string{program}})
	if err != nil {
		t.Fatal(err)
	}
	if status := child.Status(); status.Code != 0 {
		t.Errorf("it ended with %+v", status)
	}
}
