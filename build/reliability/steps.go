//go:build linux

package main

import (
	"fmt"

	"dev.varve/build/reliability/record"
	"dev.varve/build/reliability/tracer"
	"dev.varve/build/rig"
)

const workers = 4

// durable are the calls between which the disk's state changes for good.
var durable = []string{"sync", "rename", "truncate", "remove", "mkdir"}

// steps is R2: the owner is killed before each call that makes something
// durable, one after the other, until a session ends untouched.
func steps(l *lab) {
	ops := 14
	if l.long {
		ops = 200
	}
	l.about = fmt.Sprintf("A session opens a workspace, makes %d requests, and closes. It is played again and again; the n-th time the owner is killed before its n-th call of fsync, fdatasync, rename, ftruncate, "+
		"fallocate, unlink or mkdir on its files, until no such call is left. Then the next owner is asked for all that was acknowledged, takes new requests, and is killed; then doctor reads everything. "+
		"The short form leaves out every other call.", ops)
	l.head = []string{"session in", "calls", "killed at", "owners that were never ready"}
	seed := l.random.Uint64()
	l.stepsOf("a new workspace", ops, seed, empty)
	l.stepsOf("one whose owner was killed", ops, seed, l.crashed(30, seed))
}

func (l *lab) stepsOf(what string, ops int, seed uint64, fill func(*rig.Home, *record.Model)) {
	free := l.slots(workers, fill)
	total := l.callsOf(<-free, free, ops, seed, durable)
	stride := 1
	if !l.long {
		stride = 2
	}
	if l.tiny {
		stride = 12
	}
	first := 1 + l.random.IntN(stride)
	// Flushes go by the clock, so that a session has some calls more or less.
	most := total + total/5 + 5
	points := (most-first)/stride + 1
	killed, early := 0, 0
	l.parallel(points, func(i int) {
		s := <-free
		defer func() { free <- s }()
		m, err := s.restore()
		l.must(err)
		before := len(m.Runs())
		at := first + i*stride
		out, err := session{s.Home, m, ops, seed}.run(tracer.Rule{Calls: durable, Under: s.Dir, At: at})
		l.must(err)
		if out.Hit == "" {
			return // the script ended untouched
		}
		l.tried()
		l.mu.Lock()
		killed++
		if len(m.Runs()) == before {
			early++
		}
		l.mu.Unlock()
		l.goesOn(s.Home, m, fmt.Sprintf("%s, killed before call %d, %s", what, at, out.Hit))
	})
	l.row(what, total, killed, early)
}

// callsOf counts the calls of a session that nothing happens to.
func (l *lab) callsOf(s *slot, free chan *slot, ops int, seed uint64, calls []string) int {
	defer func() { free <- s }()
	m, err := s.restore()
	l.must(err)
	out, err := session{s.Home, m, ops, seed}.run(tracer.Rule{Calls: calls, Under: s.Dir})
	if err != nil {
		l.cannot("the owner cannot be traced: %v", err)
	}
	if out.Err != nil {
		l.cannot("the owner cannot be traced: %v", out.Err)
	}
	if out.Code != 0 || out.refused > 0 {
		l.broke("an untouched session ended with %d, %d requests refused: %s", out.Code, out.refused, out.said)
	}
	return out.Calls
}
