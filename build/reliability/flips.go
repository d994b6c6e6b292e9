//go:build linux

package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"dev.varve/build/reliability/rawbadger"
	"dev.varve/build/reliability/record"
	"dev.varve/build/rig"
)

// kind is a kind of file that Varve writes.
type kind struct {
	name    string
	pattern *regexp.Regexp                   // of the path in a home
	places  func(data []byte) ([]int, error) // bytes to aim at; nil: all that are used
}

// snapshotKind is written only where there are many runs.
const (
	snapshotKind = "index: snapshot"
	manyRuns     = 1_100
)

var kinds = []kind{
	{name: "journal", pattern: regexp.MustCompile(`^work/journal/.*\.log$`)},
	{name: "packs: data", pattern: regexp.MustCompile(`^work/packs/data/.*\.pack$`)},
	{name: "packs: trees", pattern: regexp.MustCompile(`^work/packs/tree/.*\.pack$`)},
	{name: "workspace marker", pattern: regexp.MustCompile(`^work/varve\.json$`)},
	{name: "index: tables", pattern: regexp.MustCompile(`/index/db/.*\.sst$`)},
	{name: "index: keys in the tables", pattern: regexp.MustCompile(`/index/db/.*\.sst$`), places: rawbadger.KeysOfTable},
	{name: "index: log of the table in memory", pattern: regexp.MustCompile(`/index/db/.*\.mem$`)},
	{name: "index: the rest of Badger", pattern: regexp.MustCompile(`/index/db/(MANIFEST|KEYREGISTRY|DISCARD|.*\.vlog)$`)},
	{name: snapshotKind, pattern: regexp.MustCompile(`/index/snapshot$`)},
	{name: "index: ending.json", pattern: regexp.MustCompile(`/index/ending\.json$`)},
	{name: "state: device, door, token, jobs", pattern: regexp.MustCompile(`^state/varve/[0-9a-f]+/(device\.json|door\.json|token|jobs\.json)$`)},
	{name: "state: list of workspaces", pattern: regexp.MustCompile(`^state/varve/workspaces\.json$`)},
}

// files lists those of a kind in a home.
func (k kind) files(dir string) (list []string, err error) {
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if info, infoErr := e.Info(); infoErr == nil && info.Size() > 0 && k.pattern.MatchString(filepath.ToSlash(rel)) {
			list = append(list, rel)
		}
		return err
	})
	return list, err
}

// flip turns one bit of what a file of a kind holds.
func (k kind) flip(name string, at uint64) (string, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	aim := used
	if k.places != nil {
		aim = k.places
	}
	places, err := aim(data)
	if err != nil {
		return "", err
	}
	place, bit := places[at/8%uint64(len(places))], at%8
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, err = f.WriteAt([]byte{data[place] ^ 1<<bit}, int64(place))
	return fmt.Sprintf("byte %d of %d, bit %d", place, len(data), bit), err
}

// whole is a home with everything in it: a record, and data with folders.
type whole struct {
	*slot
	truth record.Facts
}

// fills makes a home whose record has all kinds of files; killed says how its
// last owner ended.
func (l *lab) fills(ops int, seed uint64, killed bool) func(*rig.Home, *record.Model) {
	return func(h *rig.Home, m *record.Model) {
		l.crashed(ops, seed)(h, m)
		folder := filepath.Join(h.Dir, "folder")
		l.must(os.MkdirAll(filepath.Join(folder, "sub"), 0o755))
		for i := range 12 {
			l.must(os.WriteFile(filepath.Join(folder, "sub", fmt.Sprint(i)), bytes.Repeat([]byte(fmt.Sprint(i, seed)), 500), 0o644))
		}
		_, err := h.Run("data", "add", "folder", folder)
		l.must(err)
		l.must(rig.EndAll(h.Dir, syscall.SIGTERM))
		if killed {
			l.crashed(6, seed+1)(h, m)
		}
	}
}

// fillsMany makes a home with so many runs that all kinds of files of the index
// are there.
func (l *lab) fillsMany(seed uint64, killed bool) func(*rig.Home, *record.Model) {
	return func(h *rig.Home, m *record.Model) {
		l.fills(20, seed, false)(h, m)
		s, err := h.Serve()
		l.must(err)
		c := clientOf(m, seed)
		c.Server = s
		l.must(c.Runs(manyRuns))
		s.End()
		if killed {
			l.crashed(6, seed+1)(h, m)
		}
	}
}

// flips is R5.
func flips(l *lab) {
	n := l.times(180, 2200)
	l.about = "One bit of one file flips while no owner runs, each kind of file as often as the others, in a workspace that was closed and in one whose owner was killed. The next owner is asked for everything, then doctor. " +
		"*Detected*: the owner or doctor says what is damaged. *Repaired*: the index was built again by itself, by the next owner at the latest; until then what cannot be read is refused in words. *Harmless*: everything is right, and nothing is said. *Silent*: something is wrong or missing, and nobody says so; *died*: a process ended without words."
	l.head = []string{"a bit in", "flips", "detected", "repaired", "harmless", "silent", "died"}
	seed := l.random.Uint64()
	free := make(chan *whole, max(2, l.times(workers, workers)))
	for i := range cap(free) {
		free <- l.whole(l.fills(160, seed, i%2 == 0))
	}
	many := make(chan *whole, 2)
	for i := range cap(many) {
		if l.tiny {
			break
		}
		many <- l.whole(l.fillsMany(seed+2, i == 0))
	}
	at := make([]uint64, n)
	for i := range at {
		at[i] = l.random.Uint64()
	}
	counts := map[string]map[string]int{}
	l.parallel(n, func(i int) {
		k, homes := kinds[i%len(kinds)], free
		if k.name == snapshotKind && !l.tiny {
			homes = many
		}
		w := <-homes
		defer func() { homes <- w }()
		what := l.flipOne(w, k, at[i])
		l.mu.Lock()
		defer l.mu.Unlock()
		if counts[k.name] == nil {
			counts[k.name] = map[string]int{}
		}
		counts[k.name][what]++
	})
	for _, k := range kinds {
		l.countRow(k.name, counts[k.name])
		if len(counts[k.name]) == 1 && counts[k.name][absent] > 0 {
			l.partly = append(l.partly, k.name+": no workspace of these has such a file")
		}
	}
	l.besideFlips()
}

func (l *lab) countRow(name string, c map[string]int) {
	n := 0
	for what, some := range c {
		if what != absent {
			n += some
		}
	}
	l.row(name, n, c[detected], c[repaired], c[harmless], c[silent], c[died])
}

const (
	detected = "detected"
	repaired = "repaired"
	harmless = "harmless"
	silent   = "silent"
	died     = "died"
	absent   = "absent" // no such file
)

// whole makes a home and reads what an owner shows of it.
func (l *lab) whole(fill func(*rig.Home, *record.Model)) *whole {
	w := &whole{slot: l.slot(fill)}
	seen, _ := l.look(w.slot)
	if seen.err != nil || len(seen.refused) > 0 || !seen.doctor.clean() {
		l.must(fmt.Errorf("an undamaged workspace: %v, %v, %v", seen.err, seen.refused, seen.doctor.Damage))
	}
	w.truth = seen.facts
	return w
}

// flipOne flips one bit in one file of a kind, and says what came of it.
func (l *lab) flipOne(w *whole, k kind, at uint64) string {
	_, err := w.restore()
	l.must(err)
	names, err := k.files(w.Dir)
	l.must(err)
	if len(names) == 0 {
		return absent
	}
	name := names[at>>32%uint64(len(names))]
	place, err := k.flip(filepath.Join(w.Dir, name), at)
	l.must(err)
	l.tried()
	seen, err := l.look(w.slot)
	l.must(err)
	what := seen.judge(w.truth)
	if what == silent || what == died {
		l.broke("a bit in %s, %s: %s: %s", name, place, what, seen.account(w.truth))
	}
	return what
}

// seen is what an owner and the doctor make of a workspace.
type seen struct {
	facts   record.Facts
	refused []string
	err     error  // the owner did not answer, or did not open
	said    string // by the owner, to standard error
	doctor  diagnosis
}

// look asks an owner for everything, ends it, and asks the doctor.
func (l *lab) look(w *slot) (s seen, err error) {
	server, err := w.Serve()
	if err != nil {
		s.err = err
	} else {
		s.facts, s.refused, s.err = record.ReadAll(server)
		if data, err := dataOf(w.Home); err != nil {
			s.refused = append(s.refused, err.Error())
		} else {
			s.facts["data"] = data
		}
		s.said = server.End()
	}
	s.doctor, err = doctor(w.Home)
	return s, err
}

// dataOf restores the newest version of the data set and returns a hash of it.
func dataOf(h *rig.Home) (string, error) {
	to := filepath.Join(h.Dir, "restored")
	if _, err := h.Run("data", "get", "folder", to); err != nil {
		return "", err
	}
	files := map[string]string{}
	err := filepath.WalkDir(to, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		files[path] = record.Hash(data)
		return err
	})
	return fmt.Sprint(slices.Sorted(maps.Keys(files)), files), err
}

// judge says what damage came to.
func (s seen) judge(truth record.Facts) string {
	if s.err != nil && !spoken(s.err) || s.doctor.code != 0 && (s.doctor.code < 200 || s.doctor.code > 213) {
		return died
	}
	switch {
	case s.doctor.code != 0 || s.err != nil || len(s.doctor.Damage) > 0:
		return detected
	case len(truth.Differences(s.facts)) > 0 && !s.owned(truth):
		return silent
	case s.doctor.Rebuilt || strings.Contains(s.said, "built again"):
		return repaired
	case len(s.refused) > 0:
		return silent // what was refused once has to be mended, or named
	}
	return harmless
}

// owned reports whether all that is not right was refused in words: a run of
// which something was refused may lack facts, and nothing may be another.
func (s seen) owned(truth record.Facts) bool {
	said := strings.Join(s.refused, "\n")
	for key, want := range truth {
		got, there := s.facts[key]
		of := strings.SplitN(key, "/", 3)
		if there && got != want || !there && (len(of) < 3 || !strings.Contains(said, of[1])) && !(key == "data" && said != "") {
			return false
		}
	}
	for key := range s.facts {
		if _, known := truth[key]; !known {
			return false
		}
	}
	return true
}

// spoken reports whether a failure is a sentence with a code that is
// documented.
func spoken(err error) bool {
	failed, ok := err.(*rig.Failure)
	return ok && failed.Code >= 200 && failed.Code <= 213 && strings.Contains(failed.Said, "varve: ")
}

// account tells what was seen, for a person who wants to find out more.
func (s seen) account(truth record.Facts) string {
	return cmp.Or(strings.Join(truth.Differences(s.facts), "; "), "all facts are right") + fmt.Sprintf("; refused %v; %v; doctor %d %v %s; said %s",
		s.refused, s.err, s.doctor.code, s.doctor.Damage, clip(s.doctor.said), clip(s.said))
}
