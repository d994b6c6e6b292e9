//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"dev.varve/build/reliability/record"
	"dev.varve/build/rig"
)

// slot is a home with a workspace in a known state, to which it can be put
// back. The path stays the same: to another one the device would be another.
type slot struct {
	*rig.Home
	saved string
	model *record.Model
}

// slot makes a home, lets fill fill it, and remembers what it is then.
func (l *lab) slot(fill func(*rig.Home, *record.Model)) *slot {
	s := &slot{Home: l.home(), model: record.NewModel()}
	fill(s.Home, s.model)
	s.saved = s.Dir + ".saved"
	l.must(copyTree(s.Dir, s.saved))
	return s
}

// restore puts the home back, and returns a model that knows what is in it.
func (s *slot) restore() (*record.Model, error) {
	if err := os.RemoveAll(s.Dir); err != nil {
		return nil, err
	}
	return s.model.Copy(), copyTree(s.saved, s.Dir)
}

// copyTree copies a folder and leaves holes in its files holes: those of the
// index are long, and hold little.
func copyTree(from, to string) error {
	if out, err := exec.Command("cp", "-a", "--sparse=always", from, to).CombinedOutput(); err != nil {
		return fmt.Errorf("copy %s: %w: %s", from, err, out)
	}
	return nil
}

// slots make n of the same kind, for as many workers.
func (l *lab) slots(n int, fill func(*rig.Home, *record.Model)) chan *slot {
	free := make(chan *slot, n)
	for range n {
		free <- l.slot(fill)
	}
	return free
}

// empty is a home in which nothing was done yet.
func empty(*rig.Home, *record.Model) {}

// crashed fills a home with what a client and a killed owner leave. What the
// owner wrote to the index four times a second is in it.
func (l *lab) crashed(ops int, seed uint64) func(*rig.Home, *record.Model) {
	return func(h *rig.Home, m *record.Model) {
		for round := range uint64(2) {
			s, err := h.Serve()
			l.must(err)
			c := clientOf(m, seed*1000+round)
			c.Server, c.Name = s, "wine"
			l.must(c.Write(ops / 2))
			time.Sleep(400 * time.Millisecond)
			if round == 0 {
				l.must(s.Cmd.Process.Signal(syscall.SIGTERM))
				l.must(s.Cmd.Wait())
			} else {
				s.Kill()
			}
		}
	}
}

// goesOn is what is expected of every workspace after a crash or an error: the
// next owner shows all that was acknowledged, and takes new things; after it is
// killed, too, the doctor finds nothing.
func (l *lab) goesOn(h *rig.Home, m *record.Model, where string) {
	s, err := h.Serve()
	if err != nil {
		l.broke("%s: the next owner: %v", where, err)
		return
	}
	l.compare(s, m, m.Runs(), where)
	c := clientOf(m, 999)
	c.Server = s
	if err := c.Write(3); err != nil {
		l.broke("%s: afterwards: %v", where, err)
	}
	s.Kill()
	l.wantClean(h, where)
}
