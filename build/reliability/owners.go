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
	"sync"
	"syscall"
	"time"

	"dev.varve/build/rig"
)

// owners is R16: whoever owns a workspace is killed, and several processes want
// to be the next.
func owners(l *lab) {
	n := l.times(12, 200)
	l.about = "The owner is killed, or asked to end, and six processes start at once that all need one: commands that start an owner where there is none, and owners. Every third time what the old owner left names a process " +
		"that is alive and something else. All commands are answered, all by one owner; the system's own list of locks never shows two; what was recorded is there in the end."
	l.head = []string{"", "count"}
	h := l.home()
	defer rig.EndOwners(h.Dir)
	stranger := exec.Command("sleep", "100000")
	l.must(stranger.Start())
	defer func() { _ = stranger.Process.Kill(); _ = stranger.Wait() }()
	_, err := h.Run("env")
	l.must(err)
	reused, refused := 0, 0
	for round := range n {
		l.tried()
		pid := h.Owner()
		how := []syscall.Signal{syscall.SIGKILL, syscall.SIGKILL, syscall.SIGTERM}[l.random.IntN(3)]
		if pid == 0 { // a signal to nobody would reach this whole group
			l.must(errors.New("nobody owns the workspace"))
		}
		_ = syscall.Kill(pid, how)
		if how == syscall.SIGKILL { // one that ends in good order may take its time
			rig.Eventually(func() bool { return rig.Gone(pid) })
		}
		if round%3 == 0 {
			rig.Eventually(func() bool { return rig.Gone(pid) })
			l.must(pretend(h.Dir, stranger.Process.Pid))
			reused++
		}
		refused += l.contend(h, round)
	}
	if err := stranger.Process.Signal(syscall.Signal(0)); err != nil {
		l.broke("the process that had the old owner's number is gone: %v", err)
	}
	l.must(rig.EndAll(h.Dir, syscall.SIGTERM))
	l.wantClean(h, "in the end")
	out, err := h.Run("experiments", "list", "--json")
	l.must(err)
	for round := range n {
		if !strings.Contains(out, fmt.Sprintf("round %d\"", round)) {
			l.broke("round %d: what was recorded is gone", round)
		}
	}
	l.row("takeovers", n)
	l.row("of them with the number of a process that is something else", reused)
	l.row("owners that found another one, and said so", refused)
}

// pretend makes the last owner's traces name a process.
func pretend(dir string, pid int) error {
	names, err := filepath.Glob(filepath.Join(dir, "state", "varve", "*", "door.json"))
	for _, name := range names {
		var hint map[string]any
		data, err := os.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(data, &hint)
		}
		if err != nil {
			return err
		}
		hint["pid"], hint["open"] = pid, true
		if data, err = json.Marshal(hint); err == nil {
			err = os.WriteFile(name, data, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return err
}

// contend starts all at once, and returns how many owners were refused.
func (l *lab) contend(h *rig.Home, round int) (refused int) {
	var all sync.WaitGroup
	var mu sync.Mutex
	answers := map[string]bool{}
	for i := range 4 {
		all.Go(func() {
			out, err := h.Run("env")
			mu.Lock()
			defer mu.Unlock()
			if answers[out] = true; err != nil {
				l.broke("round %d: command %d: %v", round, i, err)
			}
		})
	}
	all.Go(func() {
		if _, err := h.Run("experiments", "create", fmt.Sprint("round ", round)); err != nil {
			l.broke("round %d: %v", round, err)
		}
	})
	serve := h.Command("serve")
	l.must(serve.Start())
	ended := make(chan int, 1)
	go func() {
		_ = serve.Wait() // its code counts
		ended <- serve.ProcessState.ExitCode()
	}()
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	for waiting := true; waiting; {
		select {
		case <-done:
			waiting = false
		case <-time.After(5 * time.Millisecond):
		}
		if n := holders(filepath.Join(h.WS, "lock")); n > 1 {
			l.broke("round %d: %d processes hold the lock", round, n)
		}
	}
	automatic := 0                                                  // owners that commands started
	if code, gone := l.settled(h, serve.Process.Pid, ended); gone { // it was not the first, and gives way
		if code != 207 {
			l.broke("round %d: varve serve ended with %d beside another owner", round, code)
		}
		refused++
		automatic = 1
	}
	// Those that came too late go away by themselves; until then one of them could
	// be the next before the round after this begins, or beside the doctor.
	if !rig.Eventually(func() bool { return started(h.WS) <= automatic }) {
		l.broke("round %d: %d owners that commands started are still there", round, started(h.WS))
	}
	if len(answers) != 1 {
		l.broke("round %d: commands spoke to %d owners", round, len(answers))
	}
	if h.Owner() == 0 {
		l.broke("round %d: there is no owner", round)
	}
	return refused
}

// settled waits until an owner has become one, or has ended and says how: the
// one before it may still answer the last requests.
func (l *lab) settled(h *rig.Home, pid int, ended <-chan int) (code int, gone bool) {
	for {
		select {
		case code = <-ended:
			return code, true
		case <-time.After(20 * time.Millisecond):
			if h.Owner() == pid {
				return 0, false
			}
		}
	}
}

// started counts the owners of a workspace that commands have started.
func started(ws string) (n int) {
	names, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range names {
		line, _ := os.ReadFile(name) // it may have ended
		if strings.Contains(string(line), "--workspace\x00"+ws+"\x00--automatic") {
			n++
		}
	}
	return n
}

// holders counts who holds a lock on a file, as the system lists them.
func holders(name string) int {
	var info syscall.Stat_t
	if syscall.Stat(name, &info) != nil {
		return 0
	}
	data, _ := os.ReadFile("/proc/locks")
	n := 0
	for _, line := range strings.Split(string(data), "\n") {
		if strings.Contains(line, "FLOCK") && !strings.Contains(line, "->") && strings.Contains(line, fmt.Sprintf(":%d ", info.Ino)) {
			n++
		}
	}
	return n
}
