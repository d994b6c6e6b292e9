package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// ownSession puts a program into a session of its own, by which what it has
// started is found again.
func ownSession(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// killSession ends what is left of a session.
func killSession(leader int) {
	processes, err := family(leader)
	if err != nil {
		return
	}
	for _, p := range processes {
		_ = unix.Kill(p.pid, unix.SIGKILL) // it may have ended meanwhile
	}
}

// process is a line of /proc/*/stat.
type process struct {
	pid, parent, session int
	ticks                int64 // of processor time, since it began
}

// family reads all processes in one pass, and returns the one asked for, its
// descendants, and whoever else is in its session. Each has its parent before it.
func family(root int) ([]process, error) {
	names, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var all []process
	for _, name := range names {
		pid, err := strconv.Atoi(name.Name())
		if err != nil {
			continue
		}
		line, err := os.ReadFile("/proc/" + name.Name() + "/stat")
		if gone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		p, err := parseStat(pid, string(line))
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	in := map[int]bool{root: true}
	for grown := true; grown; {
		grown = false
		for _, p := range all {
			if !in[p.pid] && (in[p.parent] || p.session == root) {
				in[p.pid], grown = true, true
			}
		}
	}
	var list []process
	for _, p := range all {
		if in[p.pid] {
			list = append(list, p)
		}
	}
	return list, nil
}

// gone tells that a process ended while its files were read.
func gone(err error) bool { return errors.Is(err, os.ErrNotExist) || errors.Is(err, unix.ESRCH) }

// parseStat reads the fields behind the name, which may hold anything.
func parseStat(pid int, line string) (process, error) {
	fields := strings.Fields(line[strings.LastIndexByte(line, ')')+1:])
	if len(fields) < 13 {
		return process{}, fmt.Errorf("/proc/%d/stat has an unknown form", pid)
	}
	p := process{pid: pid}
	var err error
	number := func(field string) int64 {
		n, e := strconv.ParseInt(field, 10, 64)
		err = errors.Join(err, e)
		return n
	}
	p.parent, p.session = int(number(fields[1])), int(number(fields[3]))
	p.ticks = number(fields[11]) + number(fields[12])
	return p, err
}

// measureFamily adds up what a program and all that it has started use.
func measureFamily(root int) (usage, error) {
	var u usage
	processes, err := family(root)
	if err != nil {
		return u, err
	}
	for _, p := range processes {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", p.pid))
		if gone(err) {
			continue
		}
		if err != nil {
			return u, err
		}
		pss, okP := kilobytes(string(text), "Pss:")
		rss, okR := kilobytes(string(text), "Rss:")
		if !okP || !okR {
			continue // it is ending and has no memory any more
		}
		u.processes++
		u.pss += pss
		u.rss += rss
		u.ticks += p.ticks
	}
	if u.processes == 0 {
		return u, fmt.Errorf("process %d has ended", root)
	}
	return u, nil
}

// kilobytes finds a line such as "Pss:   1234 kB" and returns bytes.
func kilobytes(text, label string) (int64, bool) {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, label); ok {
			n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return n << 10, err == nil
		}
	}
	return 0, false
}

// syncData is the system's fdatasync.
func syncData(f *os.File) error {
	for {
		if err := unix.Fdatasync(int(f.Fd())); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

func preallocate(f *os.File, size int64) error {
	for {
		if err := unix.Fallocate(int(f.Fd()), 0, 0, size); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// fileSystem is the kind of file system that a folder is on.
func fileSystem(dir string) (string, error) {
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		return "", err
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return "", err
	}
	device := fmt.Sprintf("%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev))
	for line := range strings.Lines(string(mounts)) {
		left, right, _ := strings.Cut(line, " - ")
		if l, r := strings.Fields(left), strings.Fields(right); len(l) > 2 && l[2] == device && len(r) > 0 {
			return r[0], nil
		}
	}
	return "unknown file system", nil
}

func totalMemory() (int64, error) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, err
	}
	n, ok := kilobytes(string(text), "MemTotal:")
	if !ok {
		return 0, errors.New("/proc/meminfo has an unknown form")
	}
	return n, nil
}

// loadAverage is that of the last minute.
func loadAverage() (float64, error) {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), " ")
	return strconv.ParseFloat(first, 64)
}

// forgetPeaks lets the most that the processes of a program hold be counted anew.
func forgetPeaks(root int) error {
	processes, err := family(root)
	for _, p := range processes {
		if e := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.pid), []byte("5"), 0); !gone(e) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// peaksOf adds up the most that the processes of a program held, in bytes.
func peaksOf(root int) (sum float64, err error) {
	processes, err := family(root)
	for _, p := range processes {
		sum += peakMemory(p.pid)
	}
	return sum, err
}

// peakMemory is the most that a process ever held, in bytes; 0 if nobody knows.
func peakMemory(pid int) float64 {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, err := strconv.ParseFloat(fields[0], 64)
	if err != nil {
		return 0
	}
	return kilobytes * 1024
}

// onDisk is what a file takes on the disk, in bytes; 0 if it has gone.
func onDisk(name string) int64 {
	var s unix.Stat_t
	if err := unix.Stat(name, &s); err != nil {
		return 0
	}
	return s.Blocks * 512
}
