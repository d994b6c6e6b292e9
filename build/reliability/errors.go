//go:build linux

package main

import (
	"fmt"
	"slices"
	"strings"
	"syscall"

	"dev.varve/build/reliability/record"
	"dev.varve/build/reliability/tracer"
	"dev.varve/build/rig"
)

// sickness is an error that a disk may answer to some calls.
type sickness struct {
	name  string
	errno syscall.Errno
	calls []string
}

var sicknesses = []sickness{
	{"EIO", syscall.EIO, []string{"write", "sync", "rename", "truncate", "open"}},
	{"ENOSPC", syscall.ENOSPC, []string{"write", "sync", "rename", "truncate", "open", "mkdir"}},
	{"EROFS", syscall.EROFS, []string{"write", "rename", "truncate", "open", "remove", "mkdir"}},
	{"EMFILE", syscall.EMFILE, []string{"open"}},
}

// ill is what happened in all sessions with one sickness.
type ill struct{ calls, hit, refused, ended, never int }

// diskErrors is R4: the n-th call of an owner on its files fails.
func diskErrors(l *lab) {
	ops := 10
	if l.long {
		ops = 120
	}
	l.about = fmt.Sprintf("The session of R2, with %d requests, in a new workspace and in one whose owner was killed; instead of being killed, the owner gets an error from its n-th write, sync, rename, open and so on. "+
		"Each request that is refused has a code and a sentence; an owner that cannot open ends with a sentence and a code of its own; no owner dies otherwise. Then the next one goes on as in R2.", ops)
	l.head = []string{"error", "calls", "failed", "requests refused", "owners that ended in words", "never ready"}
	seed := l.random.Uint64()
	for _, sick := range sicknesses {
		var sum ill
		for _, fill := range []func(*rig.Home, *record.Model){empty, l.crashed(30, seed)} {
			l.sicken(sick, ops, seed, fill, &sum)
		}
		l.row(sick.name, sum.calls, sum.hit, sum.refused, sum.ended, sum.never)
	}
}

func (l *lab) sicken(sick sickness, ops int, seed uint64, fill func(*rig.Home, *record.Model), sum *ill) {
	free := l.slots(l.times(workers, workers), fill)
	total := l.callsOf(<-free, free, ops, seed, sick.calls)
	sum.calls += total
	points := make([]int, 0, total)
	for n := range total + total/10 {
		points = append(points, n+1)
	}
	if !l.long { // some of them, anywhere
		l.random.Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
		points = points[:min(len(points), l.times(12, 0))]
		slices.Sort(points)
	}
	l.parallel(len(points), func(i int) {
		s := <-free
		defer func() { free <- s }()
		m, err := s.restore()
		l.must(err)
		before := len(m.Runs())
		rule := tracer.Rule{Calls: sick.calls, Under: s.Dir, At: points[i], Errno: sick.errno}
		out, err := session{s.Home, m, ops, seed}.run(rule)
		where := fmt.Sprintf("%s at call %d, %s", sick.name, points[i], out.Hit)
		if err != nil {
			l.broke("%s: %v", where, err)
			return
		}
		if out.Hit == "" {
			return
		}
		l.tried()
		for _, w := range out.wordless {
			l.broke("%s: refused without words: %s", where, w)
		}
		if !inWords(out) {
			l.broke("%s: the owner ended with code %d, signal %v: %s", where, out.Code, out.Signal, clip(out.said))
		}
		l.mu.Lock()
		sum.hit++
		sum.refused += out.refused
		if out.Code != 0 {
			sum.ended++
		}
		if len(m.Runs()) == before {
			sum.never++
		}
		l.mu.Unlock()
		l.goesOn(s.Home, m, where)
	})
}

// inWords reports whether an owner ended well, or with a code that is
// documented and a sentence.
func inWords(o outcome) bool {
	return o.Code == 0 || o.Code >= 200 && o.Code < 214 && strings.Contains(o.said, "varve: ")
}

func clip(s string) string {
	if len(s) > 300 {
		return "…" + s[len(s)-300:]
	}
	return s
}
