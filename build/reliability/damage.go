//go:build linux

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dev.varve/build/reliability/record"
)

// harm is one way to damage a file; others are the files of its kind.
type harm struct {
	name string
	do   func(name string, others []string, r *rand.Rand) error
}

var harms = []harm{
	{"cut off", func(name string, _ []string, r *rand.Rand) error {
		used, err := usedBytes(name)
		if err != nil {
			return err
		}
		return os.Truncate(name, int64(r.IntN(used)))
	}},
	{"emptied", func(name string, _ []string, _ *rand.Rand) error { return os.Truncate(name, 0) }},
	{"deleted", func(name string, _ []string, _ *rand.Rand) error { return os.Remove(name) }},
	{"its folder deleted", func(name string, _ []string, _ *rand.Rand) error { return os.RemoveAll(filepath.Dir(name)) }},
	{"a part zeroed", func(name string, _ []string, r *rand.Rand) error {
		used, err := usedBytes(name)
		if err != nil {
			return err
		}
		at := r.IntN(used)
		return overwrite(name, at, make([]byte, min(512, used-at)))
	}},
	{"a part overwritten", func(name string, _ []string, r *rand.Rand) error {
		used, err := usedBytes(name)
		if err != nil {
			return err
		}
		at := r.IntN(used)
		return overwrite(name, at, bytes.Repeat([]byte{0x55}, min(512, used-at)))
	}},
	{"another file of its kind in its place", func(name string, others []string, r *rand.Rand) error {
		data, err := os.ReadFile(others[r.IntN(len(others))])
		if err != nil {
			return err
		}
		return os.WriteFile(name, data, 0o644)
	}},
	{"two swapped", func(name string, others []string, r *rand.Rand) error {
		other := others[r.IntN(len(others))]
		a, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		b, err := os.ReadFile(other)
		if err != nil {
			return err
		}
		if err := os.WriteFile(name, b, 0o644); err != nil {
			return err
		}
		return os.WriteFile(other, a, 0o644)
	}},
	{"a foreign file in its place", func(name string, _ []string, _ *rand.Rand) error {
		return os.WriteFile(name, bytes.Repeat([]byte("somebody's notes\n"), 300), 0o644)
	}},
	{"a foreign file beside it", func(name string, _ []string, _ *rand.Rand) error {
		return os.WriteFile(filepath.Join(filepath.Dir(name), "notes.txt"), []byte("somebody's notes\n"), 0o644)
	}},
	{"a copy beside it", func(name string, _ []string, _ *rand.Rand) error {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		copied := strings.TrimSuffix(name, filepath.Ext(name)) + " (copy)" + filepath.Ext(name)
		return os.WriteFile(copied, data, 0o644)
	}},
	{"a folder in its place", func(name string, _ []string, _ *rand.Rand) error {
		if err := os.Remove(name); err != nil {
			return err
		}
		return os.Mkdir(name, 0o755)
	}},
}

func usedBytes(name string) (int, error) {
	data, err := os.ReadFile(name)
	return max(1, len(bytes.TrimRight(data, "\x00"))), err
}

func overwrite(name string, at int, with []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteAt(with, int64(at))
	return err
}

// hurtable are the kinds of files that R6 damages.
var hurtable = []kind{kinds[0], kinds[1], kinds[2], kinds[3], kinds[4], kinds[6]}

// damages is R6.
func damages(l *lab) {
	seeds := l.times(1, 25)
	l.about = "A file of the journal, of the packs, of the index, or the workspace's marker is damaged in one of these ways while no owner runs. Then as in R5; and `varve doctor --rebuild` has to find the same logical state, " +
		"by its hash, as doctor did before; where the journal itself has lost something, doctor the same as --rebuild."
	l.head = []string{"a file", "tries", "detected", "repaired", "harmless", "silent", "died"}
	seed := l.random.Uint64()
	free := make(chan *whole, workers)
	for i := range workers {
		free <- l.whole(l.fills(100, seed, i%2 == 0))
	}
	type try struct {
		harm harm
		kind kind
		seed uint64
	}
	var tries []try
	for _, h := range harms {
		for _, k := range hurtable {
			if h.name == "its folder deleted" && k.name == "workspace marker" {
				continue // that is the whole workspace
			}
			for range seeds {
				tries = append(tries, try{h, k, l.random.Uint64()})
			}
		}
	}
	if l.tiny {
		tries = tries[:len(harms)]
	}
	counts := map[string]map[string]int{}
	l.parallel(len(tries), func(i int) {
		w := <-free
		defer func() { free <- w }()
		what := l.damageOne(w, tries[i].harm, tries[i].kind, rand.New(rand.NewPCG(tries[i].seed, 0)))
		l.mu.Lock()
		defer l.mu.Unlock()
		name := tries[i].harm.name
		if counts[name] == nil {
			counts[name] = map[string]int{}
		}
		counts[name][what]++
	})
	for _, h := range harms {
		l.countRow(h.name, counts[h.name])
	}
}

func (l *lab) damageOne(w *whole, h harm, k kind, r *rand.Rand) string {
	_, err := w.restore()
	l.must(err)
	names, err := k.files(w.Dir)
	l.must(err)
	for i := range names {
		names[i] = filepath.Join(w.Dir, names[i])
	}
	if len(names) == 0 {
		return absent
	}
	i := r.IntN(len(names))
	name := names[i]
	others := slices.Delete(slices.Clone(names), i, i+1)
	if len(others) == 0 {
		others = []string{filepath.Join(w.WS, "varve.json")}
	}
	l.must(h.do(name, others, r))
	l.tried()
	seen, err := l.look(w.slot)
	l.must(err)
	what := seen.judge(w.truth)
	rel, _ := filepath.Rel(w.Dir, name)
	if what == silent || what == died {
		l.broke("%s, %s: %s: %s", rel, h.name, what, seen.account(w.truth))
		return what
	}
	if seen.doctor.State == "" { // it did not open, and said why
		return what
	}
	built, err := doctor(w.Home, "--rebuild")
	l.must(err)
	before := seen.doctor
	if k.name == "journal" && len(before.Damage) > 0 { // the index may know what cannot be read there any more
		before, err = doctor(w.Home)
		l.must(err)
	}
	if built.State != before.State {
		l.broke("%s, %s: the state is %s, and %s when it is built again", rel, h.name, before.State, built.State)
	}
	return what
}

// contents are the hashes of all files of a folder.
func contents(dir string) (record.Facts, error) {
	f := record.Facts{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		f[path] = record.Hash(data)
		return nil
	})
	return f, err
}
