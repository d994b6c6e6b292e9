//go:build linux

package tracer

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// where says which argument of a call names its file.
type where struct {
	name string
	arg  int
	fd   bool // it is an open file, else a path
}

// names are the calls that rules are about.
var names = map[uint64]where{
	unix.SYS_FSYNC: {"sync", 0, true}, unix.SYS_FDATASYNC: {"sync", 0, true},
	unix.SYS_RENAME: {"rename", 1, false}, unix.SYS_RENAMEAT: {"rename", 3, false}, unix.SYS_RENAMEAT2: {"rename", 3, false},
	unix.SYS_FTRUNCATE: {"truncate", 0, true}, unix.SYS_FALLOCATE: {"truncate", 0, true},
	unix.SYS_WRITE: {"write", 0, true}, unix.SYS_PWRITE64: {"write", 0, true},
	unix.SYS_OPENAT: {"open", 1, false}, unix.SYS_UNLINKAT: {"remove", 1, false}, unix.SYS_UNLINK: {"remove", 0, false},
	unix.SYS_MKDIRAT: {"mkdir", 1, false},
}

// Start starts a program under a rule. Its Wait must not be called; how it
// ended comes through the channel.
func Start(cmd *exec.Cmd, rule Rule) (<-chan Outcome, error) {
	started, ended := make(chan error), make(chan Outcome, 1)
	go func() {
		// Only the thread that started the program may trace it. It is not given
		// back: it ends with this function.
		runtime.LockOSThread()
		// The group tells the program's threads from children of other goroutines
		// that this thread may have started earlier.
		cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true, Pdeathsig: syscall.SIGKILL, Setpgid: true}
		err := cmd.Start()
		started <- err
		if err == nil {
			t := tracer{rule: rule, leader: cmd.Process.Pid, failing: map[int]bool{}}
			t.Err = t.follow()
			ended <- t.Outcome
		}
	}()
	return ended, <-started
}

type tracer struct {
	rule    Rule
	leader  int
	failing map[int]bool // threads whose present call is to fail
	Outcome
}

// follow goes from stop to stop until the program has ended.
func (t *tracer) follow() error {
	first := true
	for {
		var ws unix.WaitStatus
		pid, err := unix.Wait4(-t.leader, &ws, unix.WALL|unix.WNOTHREAD, nil)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return fmt.Errorf("wait for the traced program: %w", err)
		}
		switch {
		case ws.Exited() || ws.Signaled():
			if pid == t.leader {
				t.Code, t.Signal = ws.ExitStatus(), 0
				if ws.Signaled() {
					t.Code, t.Signal = -1, ws.Signal()
				}
				return nil
			}
			continue
		case first:
			first = false
			const options = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_EXITKILL
			if err := unix.PtraceSetOptions(pid, options); err != nil {
				return fmt.Errorf("trace the program: %w", err)
			}
		}
		signal, err := t.stopped(pid, ws)
		if err == nil {
			err = unix.PtraceSyscall(pid, signal)
		}
		if err != nil && !errors.Is(err, unix.ESRCH) { // it was killed meanwhile
			return fmt.Errorf("trace the program: %w", err)
		}
	}
}

// stopped does what is to be done at a stop, and returns the signal that the
// thread gets.
func (t *tracer) stopped(pid int, ws unix.WaitStatus) (int, error) {
	switch signal := ws.StopSignal(); signal {
	case unix.SIGTRAP | 0x80:
		return 0, t.call(pid)
	case unix.SIGTRAP, unix.SIGSTOP: // an event, or a new thread
		return 0, nil
	default:
		return int(signal), nil
	}
}

// call looks at a call as it begins or ends.
func (t *tracer) call(pid int) error {
	const getInfo, entry, exit = 0x420e, 1, 2 // PTRACE_GET_SYSCALL_INFO
	var info [88]byte
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, getInfo, uintptr(pid), uintptr(len(info)), uintptr(unsafe.Pointer(&info)), 0, 0)
	if errno != 0 {
		return errno
	}
	switch info[0] {
	case entry:
		return t.enter(pid, binary.NativeEndian.Uint64(info[24:]), info[32:])
	case exit:
		if t.failing[pid] {
			delete(t.failing, pid)
			return change(pid, func(r *unix.PtraceRegs) { r.Rax = uint64(-int64(t.rule.Errno)) })
		}
	}
	return nil
}

// enter counts a call, and acts at the chosen one.
func (t *tracer) enter(pid int, number uint64, args []byte) error {
	w, ok := names[number]
	if !ok || !slices.Contains(t.rule.Calls, w.name) {
		return nil
	}
	arg := binary.NativeEndian.Uint64(args[8*w.arg:])
	file := ""
	if w.fd {
		file, _ = os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", pid, arg)) // closed meanwhile: not ours
	} else {
		file = text(pid, uintptr(arg))
	}
	if rel, err := filepath.Rel(t.rule.Under, file); err != nil || strings.HasPrefix(rel, "..") {
		return nil
	}
	t.Calls++
	if t.Calls != t.rule.At {
		return nil
	}
	t.Hit = w.name + " " + strings.TrimPrefix(file, t.rule.Under)
	if t.rule.Errno == 0 {
		return unix.Kill(t.leader, unix.SIGKILL)
	}
	t.failing[pid] = true
	return change(pid, func(r *unix.PtraceRegs) { r.Orig_rax = ^uint64(0) }) // no such call
}

func change(pid int, fn func(*unix.PtraceRegs)) error {
	var regs unix.PtraceRegs
	if err := unix.PtraceGetRegs(pid, &regs); err != nil {
		return err
	}
	fn(&regs)
	return unix.PtraceSetRegs(pid, &regs)
}

// text reads a path from the program's memory.
func text(pid int, at uintptr) string {
	var out []byte
	for len(out) < 4096 {
		var part [64]byte
		n, err := unix.PtracePeekData(pid, at+uintptr(len(out)), part[:])
		if err != nil && n == 0 {
			break
		}
		if i := bytes.IndexByte(part[:n], 0); i >= 0 {
			return string(append(out, part[:i]...))
		}
		out = append(out, part[:n]...)
	}
	return string(out)
}
