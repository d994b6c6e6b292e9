package machine

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"time"

	"dev.varve/backend/fault"
)

// lastWords is how long killed processes get to disappear. Only one that
// hangs in the kernel (a dead network share) needs longer.
const lastWords = 10 * time.Second

// process is one line of the table of all processes.
type process struct {
	pid, parent, group int
	start              uint64
	gone               bool // has ended, waits to be reaped
}

// hunt follows a tree while it is being ended. Members once seen stay members
// when their parents die and init adopts them.
type hunt struct {
	tree    Tree
	self    int
	known   map[int]uint64 // number → start
	refused map[int]error  // what may not be signalled
}

func newHunt(t Tree) *hunt {
	return &hunt{tree: t, self: os.Getpid(), known: map[int]uint64{}, refused: map[int]error{}}
}

// end sends TERM, waits for the grace time, sends KILL until nothing is left.
func (h *hunt) end(grace time.Duration) error {
	if grace > 0 {
		termed := map[int]bool{}
		left, err := h.poll(grace, func(pids []int) {
			for _, pid := range pids {
				if !termed[pid] {
					termed[pid] = true
					h.note(pid, terminate(pid))
				}
			}
		})
		if err != nil || len(left) == 0 {
			return err
		}
	}
	left, err := h.poll(lastWords, func(pids []int) {
		for _, pid := range pids {
			h.note(pid, kill(pid))
		}
	})
	if err != nil || len(left) == 0 {
		return err
	}
	return h.survivors(left)
}

// poll calls act with the living members again and again until there are none
// or the time is over, and returns the last ones.
func (h *hunt) poll(limit time.Duration, act func([]int)) ([]int, error) {
	over := time.NewTimer(limit)
	defer over.Stop()
	for pause := 2 * time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		pids, err := h.members()
		if err != nil || len(pids) == 0 {
			return nil, err
		}
		act(pids)
		select {
		case <-over.C:
			return pids, nil
		case <-time.After(pause):
		}
	}
}

// members looks once at all processes of the machine and returns the living
// ones that belong to the tree.
func (h *hunt) members() ([]int, error) {
	all, err := table()
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "list", "processes")
	}
	children := map[int][]process{}
	ours := true // the group number still means the group that we made
	for _, p := range all {
		children[p.parent] = append(children[p.parent], p)
		if p.pid == h.tree.Leader.PID && p.start != h.tree.Leader.Start {
			ours = false
		}
	}
	found := map[int]process{}
	var add func(p process)
	add = func(p process) {
		if _, twice := found[p.pid]; twice || p.pid <= 1 || p.pid == h.self {
			return
		}
		found[p.pid] = p
		for _, c := range children[p.pid] {
			if c.start >= p.start { // on Windows the number of a dead parent may be another's by now
				add(c)
			}
		}
	}
	for _, p := range all {
		if h.belongs(p, ours) {
			add(p)
		}
	}
	var pids []int
	for pid, p := range found {
		h.known[pid] = p.start
		if !p.gone {
			pids = append(pids, pid)
		}
	}
	sort.Ints(pids)
	return pids, nil
}

// belongs tells whether a process is of the tree for a reason of its own, not
// only because its parent is.
func (h *hunt) belongs(p process, ours bool) bool {
	leader := h.tree.Leader
	if p.start < leader.Start {
		return false
	}
	if start, ok := h.known[p.pid]; ok && start == p.start {
		return true
	}
	return p.pid == leader.PID && p.start == leader.Start ||
		ours && p.group == leader.PID ||
		h.tree.Mark != "" && hasMark(p.pid, h.tree.Mark)
}

func (h *hunt) note(pid int, err error) {
	if err != nil {
		h.refused[pid] = err
	}
}

func (h *hunt) survivors(pids []int) error {
	var names []string
	hint := "They hang in the operating system, mostly on a disk or network share that does not answer."
	for _, pid := range pids {
		names = append(names, fmt.Sprint(pid))
		if h.refused[pid] != nil {
			hint = "Some of them belong to another user; end them by hand."
		}
	}
	return fault.New(fault.Unavailable, "processes %s could not be ended", strings.Join(names, ", ")).WithHint("%s", hint)
}
