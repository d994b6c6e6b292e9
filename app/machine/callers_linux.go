package machine

import (
	"fmt"
	"os"
	"strings"
)

// opener finds who opened a connection that a process was seen to have. A child that was
// forked has it, too, for good or until it becomes another program; and the number of a
// child may be the smaller one. It is false if the process has it no more.
func opener(pid int, fd uint32) (int, bool) {
	link := func(pid int) string {
		target, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", pid, fd))
		if err != nil {
			return "" // it has ended, or is not ours
		}
		return target
	}
	shared := link(pid)
	if !strings.HasPrefix(shared, "socket:") {
		return 0, false
	}
	for {
		p, err := readStat(pid)
		if err != nil {
			return 0, false
		}
		if p.parent <= 1 || link(p.parent) != shared {
			return pid, true
		}
		pid = p.parent
	}
}
