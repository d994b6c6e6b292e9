package machine

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"

	"dev.varve/backend/fault"
)

// launch is one start of a process on Windows: suspended, put into a job that
// the kernel ends with its last handle (ours), and resumed.
type launch struct {
	cmd      *exec.Cmd
	detached bool
	job      windows.Handle
}

func newLaunch(cmd *exec.Cmd, detached bool) *launch {
	flags := uint32(windows.CREATE_NEW_PROCESS_GROUP)
	if detached {
		flags |= windows.DETACHED_PROCESS | windows.CREATE_BREAKAWAY_FROM_JOB
	} else {
		flags |= windows.CREATE_SUSPENDED
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: flags, HideWindow: true}
	return &launch{cmd: cmd, detached: detached}
}

func (l *launch) begin() (Identity, error) {
	err := l.cmd.Start()
	if l.detached && errors.Is(err, windows.ERROR_ACCESS_DENIED) {
		// The job that this process is in lets nobody out.
		attr := *l.cmd.SysProcAttr
		attr.CreationFlags &^= windows.CREATE_BREAKAWAY_FROM_JOB
		again := &exec.Cmd{Path: l.cmd.Path, Args: l.cmd.Args, Dir: l.cmd.Dir, Env: l.cmd.Env,
			Stdin: l.cmd.Stdin, Stdout: l.cmd.Stdout, Stderr: l.cmd.Stderr, SysProcAttr: &attr}
		l.cmd, err = again, again.Start()
	}
	if err != nil {
		return Identity{}, err
	}
	pid := l.cmd.Process.Pid
	start, _, err := startOf(pid)
	if err == nil && !l.detached {
		err = l.bind(uint32(pid))
	}
	if err != nil {
		l.cmd.Process.Kill()
		l.wait()
		return Identity{}, err
	}
	return Identity{PID: pid, Start: start}, nil
}

var resumeProcess = windows.NewLazySystemDLL("ntdll.dll").NewProc("NtResumeProcess")

// bind puts the suspended process into its job and lets it run.
func (l *launch) bind(pid uint32) error {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE|windows.PROCESS_SUSPEND_RESUME, false, pid)
	if err != nil {
		return err
	}
	defer windows.CloseHandle(process)
	if l.job, err = windows.CreateJobObject(nil, nil); err != nil {
		return err
	}
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | windows.JOB_OBJECT_LIMIT_BREAKAWAY_OK
	if _, err = windows.SetInformationJobObject(l.job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info))); err != nil {
		return err
	}
	if err = windows.AssignProcessToJobObject(l.job, process); err != nil {
		return err
	}
	if status, _, _ := resumeProcess.Call(uintptr(process)); status != 0 {
		return windows.NTStatus(status)
	}
	return nil
}

// wait closes the job after the child's end, which also ends what it left.
func (l *launch) wait() Status {
	l.cmd.Wait() // its error only repeats the state
	if l.job != 0 {
		windows.CloseHandle(l.job)
	}
	return Status{Code: l.cmd.ProcessState.ExitCode()}
}

// terminate presses Ctrl-Break in the group of a process. Only a process that
// shares our console gets it.
func terminate(pid int) error {
	if err := windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(pid)); err != nil {
		return fault.New(fault.Unsupported, "the process %d cannot be asked to end on Windows", pid)
	}
	return nil
}

func kill(pid int) error {
	h, err := windows.OpenProcess(windows.PROCESS_TERMINATE, false, uint32(pid))
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) {
		return fault.New(fault.Denied, "the process %d belongs to another user", pid)
	}
	if err != nil {
		return nil // it has ended
	}
	defer windows.CloseHandle(h)
	windows.TerminateProcess(h, 1)
	return nil
}

// bootID is empty: start times are absolute here.
func bootID() (string, error) { return "", nil }

func startOf(pid int) (start uint64, gone bool, err error) {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return 0, false, err
	}
	defer windows.CloseHandle(h)
	var created, exited, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(h, &created, &exited, &kernel, &user); err != nil {
		return 0, false, err
	}
	gone = exited.HighDateTime != 0 || exited.LowDateTime != 0
	return uint64(created.HighDateTime)<<32 | uint64(created.LowDateTime), gone, nil
}

func table() ([]process, error) {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return nil, err
	}
	defer windows.CloseHandle(snapshot)
	var all []process
	entry := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	for err = windows.Process32First(snapshot, &entry); err == nil; err = windows.Process32Next(snapshot, &entry) {
		pid := int(entry.ProcessID)
		if start, gone, err := startOf(pid); err == nil {
			all = append(all, process{pid: pid, parent: int(entry.ParentProcessID), start: start, gone: gone})
		}
	}
	if !errors.Is(err, windows.ERROR_NO_MORE_FILES) {
		return nil, err
	}
	return all, nil
}

// hasMark cannot tell; the job object does its work here.
func hasMark(int, string) bool { return false }

// closeInherited has nothing to do: handles are not inherited unless asked.
func closeInherited() error { return nil }

// FindProgram finds the file that a command name means, by the rules of
// Windows (PATHEXT) and the PATH of this process. It fails with NotFound.
func FindProgram(name, dir string, _ []string) (string, error) {
	if strings.ContainsAny(name, `/\`) && !filepath.IsAbs(name) && dir != "" {
		name = filepath.Join(dir, name)
	}
	file, err := exec.LookPath(name)
	if err != nil {
		return "", fault.New(fault.NotFound, "there is no program %q on PATH", name).WithHint("Install it, or add its folder to PATH.")
	}
	return file, nil
}

func isTooBig(err error) bool { return errors.Is(err, windows.ERROR_FILENAME_EXCED_RANGE) }

func isNoProgram(err error) bool { return errors.Is(err, windows.ERROR_BAD_EXE_FORMAT) }

func isExhausted(err error) bool { return errors.Is(err, windows.ERROR_NOT_ENOUGH_MEMORY) }
