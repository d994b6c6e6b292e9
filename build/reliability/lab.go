//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"dev.varve/build/reliability/record"
	"dev.varve/build/rig"
)

// figure is one thing that a product can promise, and how it is tried.
type figure struct {
	id, title string
	try       func(*lab)
}

// lab is where one figure is made: a folder, chance that a seed repeats, and
// the result as it grows.
type lab struct {
	ctx    context.Context
	varve  string
	model  string
	dir    string
	long   bool
	tiny   bool       // as a test
	random *rand.Rand // not to be used by what is done in parallel

	mu    sync.Mutex // guards what follows
	homes int
	result
}

func newLab(ctx context.Context, o options, dir, id string) (*lab, error) {
	h := fnv.New64a()
	h.Write([]byte(id))
	l := &lab{
		ctx: ctx, varve: o.varve, model: o.model, dir: filepath.Join(dir, id), long: o.long,
		random: rand.New(rand.NewPCG(o.seed, h.Sum64())),
	}
	return l, os.MkdirAll(l.dir, 0o755)
}

// measure tries one figure. What the figure itself cannot do ends it, and
// counts as a broken promise: nothing passes in silence.
func (f figure) measure(l *lab) (r result) {
	began := time.Now()
	defer func() {
		if what := recover(); what != nil {
			stopped, ok := what.(stopped)
			if !ok {
				panic(what)
			}
			if stopped.cannot != "" {
				l.notRun = stopped.cannot
			} else {
				l.broke("%v", stopped.err)
			}
		}
		r = l.result
		r.id, r.title, r.took = f.id, f.title, time.Since(began)
	}()
	f.try(l)
	return
}

// stopped ends a figure from within.
type stopped struct {
	err    error
	cannot string
}

// must ends the figure if what it needs to go on has failed.
func (l *lab) must(err error) {
	if l.ctx.Err() != nil {
		err = l.ctx.Err()
	}
	if err != nil {
		panic(stopped{err: err})
	}
}

// cannot ends a figure that this machine does not allow.
func (l *lab) cannot(format string, args ...any) {
	panic(stopped{cannot: fmt.Sprintf(format, args...)})
}

// broke notes a promise that was not kept.
func (l *lab) broke(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = append(l.broken, fmt.Sprintf(format, args...))
}

// tried counts one try, and returns its number.
func (l *lab) tried() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tries++
	return l.tries
}

// times is how often something is done, in the short form and in the long one.
func (l *lab) times(short, long int) int {
	switch {
	case l.long:
		return long
	case l.tiny:
		return (short + 11) / 12
	}
	return short
}

// home makes a new person with an empty folder.
func (l *lab) home() *rig.Home {
	l.mu.Lock()
	l.homes++
	dir := filepath.Join(l.dir, fmt.Sprint("home", l.homes))
	l.mu.Unlock()
	l.must(os.MkdirAll(dir, 0o755))
	return rig.NewHome(l.varve, dir)
}

// clientOf makes a client whose choices follow from a seed.
func clientOf(m *record.Model, seed uint64) *record.Client {
	return &record.Client{Model: m, Name: fmt.Sprint("client", seed%1000), Random: rand.New(rand.NewPCG(seed, 0))}
}

// clients make n clients of one model.
func (l *lab) clients(m *record.Model, n int) []*record.Client {
	list := make([]*record.Client, n)
	for i := range list {
		list[i] = clientOf(m, l.random.Uint64()/1000*1000+uint64(i))
	}
	return list
}

// diagnosis is what `varve doctor --json` prints.
type diagnosis struct {
	State   string
	Runs    int
	Damage  []string
	Notes   []string
	Rebuilt bool
	code    int
	said    string // what it printed to standard error
}

func (d diagnosis) clean() bool { return d.code == 0 && len(d.Damage) == 0 }

// doctor checks a workspace that nobody owns.
func doctor(h *rig.Home, args ...string) (d diagnosis, err error) {
	out, err := h.Run(append([]string{"doctor", "--json"}, args...)...)
	var failed *rig.Failure
	if errors.As(err, &failed) {
		d.code, d.said = failed.Code, failed.Said
		err = nil
	}
	if err != nil {
		return d, err
	}
	if d.code == 0 || d.code == 209 && strings.TrimSpace(out) != "" {
		if err := json.Unmarshal([]byte(out), &d); err != nil {
			return d, fmt.Errorf("doctor printed %q: %w", out, err)
		}
	}
	return d, nil
}

// wantClean says, with where it was, when the doctor finds anything.
func (l *lab) wantClean(h *rig.Home, where string, args ...string) diagnosis {
	d, err := doctor(h, args...)
	l.must(err)
	if !d.clean() {
		l.broke("%s: doctor ended with %d: %v %s", where, d.code, d.Damage, d.said)
	}
	return d
}

// compare checks what an owner shows of some runs against what was
// acknowledged.
func (l *lab) compare(s *rig.Server, m *record.Model, runs []string, where string) {
	for _, id := range runs {
		shown, err := record.ReadRun(s, id)
		if err != nil {
			l.broke("%s: run %s cannot be read: %v", where, id, err)
			continue
		}
		for _, wrong := range m.Wrong(id, shown) {
			l.broke("%s: %s", where, wrong)
		}
	}
}
