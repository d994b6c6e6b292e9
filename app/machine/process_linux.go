package machine

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }

// closeInherited makes sure that no child sees a file that this process itself
// inherited (a web view's, a notebook's): a lock or a port would outlive its
// owner in there. What Go opened is marked already.
func closeInherited() error {
	err := unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC)
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EPERM) {
		return markDescriptors() // kernel before 5.11, or a sandbox that does not know the call
	}
	return err
}

var bootID = sync.OnceValues(func() (string, error) {
	data, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(data)), err
})

func startOf(pid int) (start uint64, gone bool, err error) {
	p, err := readStat(pid)
	return p.start, p.gone, err
}

// table reads /proc once. Processes that end meanwhile are left out.
func table() ([]process, error) {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	all := make([]process, 0, len(names))
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if p, err := readStat(pid); err == nil {
			all = append(all, p)
		}
	}
	return all, nil
}

var errStat = errors.New("a line of /proc has an unknown form")

// readStat reads /proc/PID/stat (proc_pid_stat(5)). The second field, the
// name, may hold spaces and parentheses: the rest begins after the last ")".
func readStat(pid int) (process, error) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return process{}, err
	}
	return parseStat(pid, data)
}

func parseStat(pid int, data []byte) (process, error) {
	f := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
	if len(f) < 20 {
		return process{}, errStat
	}
	parent, err1 := strconv.Atoi(string(f[1]))
	group, err2 := strconv.Atoi(string(f[2]))
	start, err3 := strconv.ParseUint(string(f[19]), 10, 64)
	if err1 != nil || err2 != nil || err3 != nil {
		return process{}, errStat
	}
	gone := f[0][0] == 'Z' || f[0][0] == 'X'
	return process{pid: pid, parent: parent, group: group, start: start, gone: gone}, nil
}

// hasMark looks into the environment that a process was started with. That of
// another user's process cannot be read, and need not be.
func hasMark(pid int, mark string) bool {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/environ")
	if err != nil {
		return false
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return false
	}
	want := []byte("\x00" + MarkVariable + "=" + mark + "\x00")
	return bytes.Contains(append([]byte{0}, data...), want)
}
