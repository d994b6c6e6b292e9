//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"dev.varve/build/reliability/record"
	"dev.varve/build/rig"
)

// kills is R1: the owner is killed at random moments while clients write, and
// while it opens; agents are killed while their scripts log.
func kills(l *lab) {
	l.about = "The owner gets SIGKILL while four clients create runs, log points and batches, set and take away tags, rename, trash and restore, and send files, and what stays in the trash is purged; every fifth kill " +
		"hits it while it opens, and every seventh time the index is deleted as well. Then the next owner is asked for all that was acknowledged; a run that was purged is there as it was, or gone. Agents are killed while a script logs through them and appends to its file of metrics."
	l.head = []string{"", "count"}
	rounds, each := l.times(24, 1000), 40
	acked, runs, purged := 0, 0, 0
	for done := 0; done < rounds; done += each {
		a, r, p := l.killOwners(min(each, rounds-done))
		acked, runs, purged = acked+a, runs+r, purged+p
	}
	l.row("kills of the owner", rounds)
	l.row("requests acknowledged", acked)
	l.row("runs", runs)
	l.row("runs purged", purged)
	l.killAgents(l.times(4, 100))
}

// killOwners kills the owner of one new workspace so many times.
func (l *lab) killOwners(rounds int) (acked, runs, purged int) {
	h, m := l.home(), record.NewModel()
	clients := l.clients(m, 4)
	for round := range rounds {
		where := fmt.Sprintf("kill %d", l.tried())
		if round%5 == 4 {
			l.killOpening(h)
		}
		s, err := h.Serve()
		l.must(err)
		l.compare(s, m, l.some(m.Runs(), 12), where)
		l.comparePurged(s, m, where)
		go record.Purge(s, m.Forget()) // fails when the owner is gone
		write(s, clients, time.Duration(5+l.random.IntN(150))*time.Millisecond)
		if round%7 == 6 {
			l.must(os.RemoveAll(filepath.Join(h.Dir, "cache")))
		}
		if l.random.IntN(3) == 0 {
			l.wantClean(h, where)
		}
	}
	purged = l.purgeAll(h, m)
	before := l.wantClean(h, "at the end")
	after := l.wantClean(h, "after --rebuild", "--rebuild")
	if before.State != after.State {
		l.broke("the state is %s, and %s when it is built again", before.State, after.State)
	}
	s, err := h.Serve()
	l.must(err)
	defer s.Kill()
	l.compare(s, m, m.Runs(), "at the end")
	for _, id := range l.comparePurged(s, m, "at the end") {
		l.broke("run %s was purged, and is there", id)
	}
	return m.Acked(), len(m.Runs()), purged
}

// comparePurged checks the runs of which a purge was asked: as long as they are
// there, they are whole. It returns those.
func (l *lab) comparePurged(s *rig.Server, m *record.Model, where string) (there []string) {
	for _, id := range m.Forgotten() {
		shown, err := record.ReadRun(s, id)
		if record.Gone(err) {
			continue
		}
		there = append(there, id)
		if err != nil {
			l.broke("%s: run %s, which may be purged, cannot be read: %v", where, id, err)
		}
		for _, wrong := range m.Wrong(id, shown) {
			l.broke("%s: %s", where, wrong)
		}
	}
	return there
}

// purgeAll purges what is left in the trash, after all kills, and returns how
// many runs were purged by now.
func (l *lab) purgeAll(h *rig.Home, m *record.Model) int {
	s, err := h.Serve()
	l.must(err)
	defer s.End()
	m.Forget()
	// The owner finishes what a killed one began to purge: until then it refuses
	// another, and some of these runs go away.
	if !rig.Eventually(func() bool {
		there := l.comparePurged(s, m, "before the last purge")
		if len(there) == 0 {
			return true
		}
		job, err := record.Purge(s, there)
		if err == nil {
			err = record.Wait(s, job)
		}
		if errors.Is(err, record.ErrBusy) || record.Gone(err) {
			return false
		}
		l.must(err)
		return true
	}) {
		l.broke("the last purge does not begin")
	}
	return len(m.Forgotten())
}

// write lets clients write until the owner is killed after a time.
func write(s *rig.Server, clients []*record.Client, after time.Duration) {
	var all sync.WaitGroup
	for _, c := range clients {
		c.Server = s
		all.Go(func() { _ = c.Write(0) }) // ends when the owner is gone
	}
	time.Sleep(after) // the moment of the kill, not a wait for anything
	s.Kill()
	all.Wait()
}

// killOpening kills an owner that has not said yet that it is ready.
func (l *lab) killOpening(h *rig.Home) {
	cmd := h.Command("serve", "--no-token")
	l.must(cmd.Start())
	time.Sleep(time.Duration(l.random.IntN(150)) * time.Millisecond)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// some are twice n of a list, at random.
func (l *lab) some(list []string, n int) []string {
	if len(list) <= 2*n {
		return list
	}
	list = slices.Clone(list)
	l.random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:2*n]
}
