//go:build window

package rig

import (
	"bytes"
	_ "embed"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

//go:embed files/shim.c
var shimSource []byte

// App is a program under test.
type App struct {
	PID  int
	said *output
	cmd  *exec.Cmd
	done chan struct{}
	code int
}

// Start starts a program on the screen, not driven.
func (s *Screen) Start(t *testing.T, env []string, program string, args ...string) *App {
	t.Helper()
	a := &App{said: &output{}, done: make(chan struct{})}
	a.cmd = exec.Command(program, args...)
	a.cmd.Env = s.Env(env...)
	a.cmd.Stdout, a.cmd.Stderr = a.said, a.said
	a.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	a.PID = a.cmd.Process.Pid
	go func() {
		err := a.cmd.Wait()
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			a.code = exit.ExitCode()
		}
		close(a.done)
	}()
	t.Cleanup(func() {
		s.pictureOfFailure(t)
		_ = syscall.Kill(-a.PID, syscall.SIGKILL) // it may have gone already
		<-a.done
		if t.Failed() {
			t.Logf("%s said last:\n%s", filepath.Base(program), a.said.last())
		}
	})
	return a
}

// Output is what the program has written so far.
func (a *App) Output() string { return a.said.String() }

// Signal sends a signal to the program itself.
func (a *App) Signal(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(a.PID, sig); err != nil {
		t.Fatal(err)
	}
}

// Ended waits until the program has ended and returns its exit code, -1 if a
// signal ended it.
func (a *App) Ended(t *testing.T) int {
	t.Helper()
	Until(t, "the program ends", func() bool {
		select {
		case <-a.done:
			return true
		default:
			return false
		}
	})
	return a.code
}

// output collects what several may write at once.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// last is the end of it: what a failed test says stays short enough to be read.
func (o *output) last() string {
	lines := strings.Split(strings.TrimSpace(o.String()), "\n")
	return strings.Join(lines[max(0, len(lines)-12):], "\n")
}

// shim compiles the library that lets WebKitWebDriver in, once a test process.
var shim = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "varve-shim-")
	if err != nil {
		return "", err
	}
	// A program under test may be another user's.
	if err := os.Chmod(folder, 0o755); err != nil {
		return "", err
	}
	source, library := filepath.Join(folder, "shim.c"), filepath.Join(folder, "shim.so")
	if err := os.WriteFile(source, shimSource, 0o600); err != nil {
		return "", err
	}
	flags, err := exec.Command("pkg-config", "--cflags", "--libs", "webkit2gtk-4.1").Output()
	if err != nil {
		return "", err
	}
	args := append([]string{"-shared", "-fPIC", "-O1", "-o", library, source}, strings.Fields(string(flags))...)
	if out, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		return "", errors.New(string(out))
	}
	return library, nil
})

// RemoveShim removes the compiled library; TestMain calls it at the end.
func RemoveShim() {
	if library, err := shim(); err == nil {
		os.RemoveAll(filepath.Dir(library))
	}
}

// Children are the ids of the processes whose parent is pid and whose name
// contains name.
func Children(t *testing.T, pid int, name string) []int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var found []int
	for _, stat := range stats {
		data, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended meanwhile
		}
		// "pid (name) state parent …": the name may contain anything.
		text := string(data)
		open, end := strings.Index(text, "("), strings.LastIndex(text, ")")
		if open < 0 || end < open || !strings.Contains(text[open:end], name) {
			continue
		}
		fields := strings.Fields(text[end+1:])
		child, _ := strconv.Atoi(strings.TrimSpace(text[:open])) // the kernel writes numbers
		if len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			found = append(found, child)
		}
	}
	return found
}
