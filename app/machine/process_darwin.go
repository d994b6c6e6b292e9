package machine

import (
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// dieWithParent has nothing to set: macOS has no such signal, the leash does it.
func dieWithParent(*syscall.SysProcAttr) {}

func closeInherited() error { return markDescriptors() }

var bootID = sync.OnceValues(func() (string, error) { return unix.Sysctl("kern.bootsessionuuid") })

const zombie = 5 // SZOMB of sys/proc.h

func startOf(pid int) (start uint64, gone bool, err error) {
	k, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return 0, false, err
	}
	if int(k.Proc.P_pid) != pid {
		return 0, true, nil
	}
	p := fromKernel(k)
	return p.start, p.gone, nil
}

func table() ([]process, error) {
	ks, err := unix.SysctlKinfoProcSlice("kern.proc.all")
	if err != nil {
		return nil, err
	}
	all := make([]process, len(ks))
	for i := range ks {
		all[i] = fromKernel(&ks[i])
	}
	return all, nil
}

func fromKernel(k *unix.KinfoProc) process {
	t := k.Proc.P_starttime
	return process{
		pid: int(k.Proc.P_pid), parent: int(k.Eproc.Ppid), group: int(k.Eproc.Pgid),
		start: uint64(t.Sec)*1e6 + uint64(t.Usec),
		gone:  k.Proc.P_stat == zombie,
	}
}

// hasMark cannot tell: macOS hides the environment of processes.
func hasMark(int, string) bool { return false }
