//go:build unix

package rig

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Home is one person on one machine: folders of their own, and a workspace.
type Home struct {
	Varve string // the program
	Dir   string
	WS    string   // the workspace folder
	Env   []string // of every command
}

// NewHome returns somebody whose folders lie in dir.
func NewHome(varve, dir string) *Home {
	h := &Home{Varve: varve, Dir: dir, WS: filepath.Join(dir, "work")}
	h.Env = append(Environ(varve, dir), "VARVE_WORKSPACE="+h.WS)
	return h
}

// Environ is the environment of somebody whose folders lie in dir.
func Environ(varve, dir string) []string {
	return []string{
		"HOME=" + dir, "XDG_CACHE_HOME=" + filepath.Join(dir, "cache"), "XDG_STATE_HOME=" + filepath.Join(dir, "state"),
		"PATH=" + filepath.Dir(varve) + string(os.PathListSeparator) + os.Getenv("PATH"), "LANG=C.UTF-8", "TMPDIR=" + dir,
	}
}

// Command is a command line of varve, not started yet.
func (h *Home) Command(args ...string) *exec.Cmd {
	cmd := exec.Command(h.Varve, args...)
	cmd.Env, cmd.Dir = h.Env, h.Dir
	return cmd
}

// Run runs a command line and returns what it printed to standard output.
func (h *Home) Run(args ...string) (string, error) {
	cmd := h.Command(args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = &Failure{Args: args, Code: cmd.ProcessState.ExitCode(), Said: strings.TrimSpace(stderr.String()), Err: err}
	}
	return string(out), err
}

// Failure is a command line that did not end with 0.
type Failure struct {
	Args []string
	Code int // -1 if a signal ended it
	Said string
	Err  error
}

func (f *Failure) Error() string {
	return fmt.Sprintf("varve %s: %v: %s", strings.Join(f.Args, " "), f.Err, f.Said)
}

// Project writes a project whose entry point is a shell script.
func (h *Home) Project(script string) (string, error) {
	dir := filepath.Join(h.Dir, "project")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	file := "name: e2e\nentry_points:\n  main:\n    parameters:\n      n: {type: int, default: 3}\n    command: \"bash main.sh {n}\"\n"
	for name, text := range map[string]string{"MLproject": file, "main.sh": script} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// Hint is what an owner leaves behind for others.
type Hint struct {
	PID     int    `json:"pid"`
	Address string `json:"address"`
	Open    bool   `json:"open"`
}

// Hints returns what the owners of the workspaces of somebody left, whose
// folders lie in dir.
func Hints(dir string) (list []Hint) {
	names, _ := filepath.Glob(filepath.Join(dir, "state", "varve", "*", "door.json"))
	for _, name := range names {
		var h Hint
		if data, err := os.ReadFile(name); err == nil && json.Unmarshal(data, &h) == nil {
			list = append(list, h)
		}
	}
	return list
}

// Owner returns the process number of the live owner, or 0.
func (h *Home) Owner() int {
	for _, one := range Hints(h.Dir) {
		if one.Open {
			return one.PID
		}
	}
	return 0
}

// KillOwner kills the live owner; to kill nobody, process 0, would be to kill the
// whole group of this process.
func (h *Home) KillOwner() error {
	pid := h.Owner()
	if pid == 0 {
		return errors.New("nobody owns the workspace")
	}
	return syscall.Kill(pid, syscall.SIGKILL)
}

// EndOwners ends the owners that commands started in the background, so that
// no process outlives its test, and none writes into a folder that is deleted
// after it: neither one that is still closing, nor one that came too late to
// become the owner and has not noticed yet.
func EndOwners(dir string) {
	_ = EndAll(dir, syscall.SIGTERM) // whoever does not end is killed now
	for _, pid := range servers(dir) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
		Eventually(func() bool { return Gone(pid) })
	}
}

// servers are the processes that own a workspace of somebody's, or want to.
func servers(dir string) (pids []int) {
	names, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range names {
		words, _ := os.ReadFile(name)
		var pid int
		if !bytes.Contains(words, []byte("\x00serve\x00")) || !bytes.Contains(words, []byte("\x00"+dir+string(filepath.Separator))) {
			continue
		}
		if _, err := fmt.Sscanf(name, "/proc/%d/cmdline", &pid); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// EndAll ends all owners of somebody's workspaces, and those that came too late
// to become one, and waits until their processes are gone: what an owner leaves
// behind for others says that it is closed before it has let go of the lock.
func EndAll(dir string, signal syscall.Signal) error {
	for {
		pids := servers(dir)
		for _, h := range Hints(dir) {
			if h.Open {
				pids = append(pids, h.PID)
			}
		}
		pids = slices.DeleteFunc(pids, Gone)
		if len(pids) == 0 {
			return nil
		}
		for _, pid := range pids {
			_ = syscall.Kill(pid, signal) // it may have been killed already
			if !Eventually(func() bool { return Gone(pid) }) {
				return fmt.Errorf("the owner %d does not end", pid)
			}
		}
	}
}

// Gone reports whether a process has ended, even if nobody has asked yet how.
// Its files, and the lock with them, are closed when its last thread has ended.
func Gone(pid int) bool {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	threads, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	return bytes.Contains(stat, []byte(") Z ")) && len(threads) <= 1 || syscall.Kill(pid, 0) != nil
}

// Eventually waits until something is so, for a long time at most.
func Eventually(so func() bool) bool {
	for range 600 {
		if so() {
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}
