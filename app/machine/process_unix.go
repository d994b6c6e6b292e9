//go:build unix

package machine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"dev.varve/backend/fault"
)

// launch is one start of a process on Unix.
type launch struct {
	cmd      *exec.Cmd
	detached bool
	leash    *leash
}

func newLaunch(cmd *exec.Cmd, detached bool) *launch {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if detached {
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	} else {
		dieWithParent(cmd.SysProcAttr)
	}
	return &launch{cmd: cmd, detached: detached}
}

// begin starts the leash first, so that there is no moment without one.
func (l *launch) begin() (Identity, error) {
	if !l.detached {
		var err error
		if l.leash, err = newLeash(); err != nil {
			return Identity{}, err
		}
	}
	if err := l.cmd.Start(); err != nil {
		l.leash.release()
		return Identity{}, err
	}
	pid := l.cmd.Process.Pid
	l.leash.hold(pid)
	// Nobody has reaped it: the number is still this process's.
	start, _, err := startOf(pid)
	if err == nil {
		var boot string
		if boot, err = bootID(); err == nil {
			return Identity{PID: pid, Start: start, Boot: boot}, nil
		}
	}
	unix.Kill(-pid, unix.SIGKILL)
	l.wait()
	return Identity{}, err
}

func (l *launch) wait() Status {
	l.cmd.Wait() // its error only repeats the state
	l.leash.release()
	ws, ok := l.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && ws.Signaled() {
		return Status{Code: 128 + int(ws.Signal()), Signal: unix.SignalName(ws.Signal())}
	}
	return Status{Code: l.cmd.ProcessState.ExitCode()}
}

// leash is a small shell that kills a process group as soon as this process is
// gone. The kernel closes the other end of its pipe then, whatever happened.
type leash struct {
	cmd  *exec.Cmd
	pipe *os.File
}

// The first line names the group, a second one means that all is well.
const leashScript = `trap '' HUP INT QUIT TERM
read -r group || exit 0
read -r end && exit 0
kill -9 "-$group"`

// newLeash returns nil where there is no /bin/sh (a bare container): there the
// kernel's own signal has to do.
func newLeash() (*leash, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	cmd := &exec.Cmd{
		Path: "/bin/sh", Args: []string{"sh", "-c", leashScript, "varve-leash"},
		Env: []string{}, Dir: "/", Stdin: r,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if err := cmd.Start(); err != nil {
		w.Close()
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	return &leash{cmd, w}, nil
}

// hold and release ignore a write that fails: then somebody has killed the
// leash, and it has nothing more to do.
func (l *leash) hold(pid int) {
	if l != nil {
		fmt.Fprintf(l.pipe, "%d\n", pid)
	}
}

func (l *leash) release() {
	if l == nil {
		return
	}
	fmt.Fprintln(l.pipe, "end")
	l.pipe.Close()
	l.cmd.Wait()
}

// terminate also wakes a stopped process, which could not act otherwise.
func terminate(pid int) error {
	err := signal(pid, unix.SIGTERM)
	if err == nil {
		err = signal(pid, unix.SIGCONT)
	}
	return err
}

func kill(pid int) error { return signal(pid, unix.SIGKILL) }

func signal(pid int, s unix.Signal) error {
	err := unix.Kill(pid, s)
	switch {
	case errors.Is(err, unix.ESRCH):
		return nil
	case errors.Is(err, unix.EPERM):
		return fault.New(fault.Denied, "the process %d belongs to another user", pid)
	}
	return fault.Wrap(err, fault.Internal, "signal", strconv.Itoa(pid))
}

// FindProgram finds the file that a command name means, as execvp would in
// that environment and folder. Entries of PATH that are not absolute are
// passed over. It fails with NotFound, or Denied if a file is not executable.
func FindProgram(name, dir string, env []string) (string, error) {
	if strings.Contains(name, "/") {
		if !filepath.IsAbs(name) && dir != "" {
			name = filepath.Join(dir, name)
		}
		return name, executable(name)
	}
	path := ""
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, "PATH="); ok {
			path = v
		}
	}
	for _, folder := range filepath.SplitList(path) {
		if !filepath.IsAbs(folder) {
			continue
		}
		if file := filepath.Join(folder, name); executable(file) == nil {
			return file, nil
		}
	}
	return "", fault.New(fault.NotFound, "there is no program %q on PATH", name).WithHint("Install it, or add its folder to PATH.")
}

func executable(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return fault.New(fault.NotFound, "there is no program %s", file)
	}
	if !info.Mode().IsRegular() || unix.Access(file, unix.X_OK) != nil {
		return fault.New(fault.Denied, "%s is not a program that may be started", file)
	}
	return nil
}

func isTooBig(err error) bool { return errors.Is(err, unix.E2BIG) }

func isNoProgram(err error) bool { return errors.Is(err, unix.ENOEXEC) }

func isExhausted(err error) bool {
	return errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.ENOMEM) || errors.Is(err, unix.EMFILE) || errors.Is(err, unix.ENFILE)
}

// markDescriptors sets close-on-exec one by one, where there is no call for
// all at once.
func markDescriptors() error {
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if fd, err := strconv.Atoi(e.Name()); err == nil && fd > 2 {
			unix.CloseOnExec(fd)
		}
	}
	return nil
}
