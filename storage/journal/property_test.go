package journal_test

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/storage/journal"
	"dev.varve/storage/storetest/faultdisk"
)

// life is a log and what is known about it: the model.
type life struct {
	memory   *faultdisk.Memory
	disk     *faultdisk.Disk
	log      *journal.Log
	n        int   // the last value
	promised []int // values that were acknowledged, or found after a crash and built upon
	maybe    []int // values that were refused, or under way in a crash, and may still turn up
	refused  []int // all of them, ever
	seq      uint64

	at       journal.Position // of somebody who follows
	followed []int
}

func (f *life) open(t *rapid.T) {
	l, _, err := journal.Open(config(f.disk, dir, writer), func(d journal.Damage) { t.Fatalf("damage %+v", d) })
	if err != nil {
		t.Fatal(err)
	}
	f.log = l
}

// append records some events. It may fail.
func (f *life) append(t *rapid.T) {
	var drafts []event.Draft
	var values []int
	for range rapid.IntRange(1, 4).Draw(t, "events") {
		f.n++
		values = append(values, f.n)
		drafts = append(drafts, draft(f.n, rapid.IntRange(0, 900).Draw(t, "size")))
	}
	events, err := f.log.Append(context.Background(), drafts...)
	if err != nil {
		f.maybe = append(f.maybe, values...)
		f.refused = append(f.refused, values...)
		return
	}
	for _, e := range events {
		if e.ID.Seq <= f.seq {
			t.Fatalf("sequence number %d was given out before", e.ID.Seq)
		}
		f.seq = e.ID.Seq
	}
	f.promised = append(f.promised, values...)
}

// failing is append while calls go wrong.
func (f *life) failing(t *rapid.T) {
	f.disk.Fail(faultdisk.Rule{
		Nth:   rapid.IntRange(1, 6).Draw(t, "call"),
		Times: rapid.IntRange(1, 3).Draw(t, "times"),
		Part:  rapid.IntRange(0, 300).Draw(t, "part"),
		Kind:  rapid.SampledFrom([]fault.Kind{fault.Internal, fault.NoSpace, fault.Denied}).Draw(t, "kind"),
	})
	f.append(t)
	f.append(t)
	f.disk.Heal()
}

// full is append on a disk with little room.
func (f *life) full(t *rapid.T) {
	f.memory.SetFree(int64(rapid.IntRange(0, 9000).Draw(t, "free")))
	f.append(t)
	f.append(t)
	f.memory.SetFree(-1)
}

// reopen is a clean end: it says what does not count.
func (f *life) reopen(t *rapid.T) {
	if err := f.log.Close(); err != nil {
		t.Fatal(err)
	}
	f.maybe = nil
	f.open(t)
}

// crash ends the process in the middle of an append, or between two; then the
// power goes, or does not, and what nobody synced is anything. What the next
// process finds, it keeps.
func (f *life) crash(t *rapid.T) {
	if at := rapid.IntRange(0, 8).Draw(t, "killed at call"); at > 0 {
		f.disk.KillAt(at)
		f.append(t)
	}
	switch rapid.SampledFrom([]string{"kill", "power cut", "clean power cut"}).Draw(t, "end") {
	case "power cut":
		f.memory = f.memory.PowerCut(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
	case "clean power cut":
		f.memory = f.memory.PowerCut(nil)
	}
	f.disk = faultdisk.New(f.memory)
	f.open(t)
	f.at, f.followed = journal.Position{}, nil // an index is built anew
	found := f.check(t)
	before := len(f.promised)
	f.append(t)
	if len(f.promised) == before {
		t.Fatal("the append after a crash failed")
	}
	f.promised, f.maybe = append(found, f.promised[before:]...), nil
}

// check compares the log with the model and returns its values.
func (f *life) check(t *rapid.T) []int {
	values, damage := f.values(t, f.memory)
	if len(damage) > 0 {
		t.Fatalf("damage %+v", damage)
	}
	if lost := without(f.promised, values); len(lost) > 0 {
		t.Fatalf("%v were promised and are lost; there are %v", lost, values)
	}
	if invented := without(values, slices.Concat(f.promised, f.maybe)); len(invented) > 0 {
		t.Fatalf("%v do not count and are there", invented)
	}
	f.follow(t)
	if !slices.Equal(f.followed, values) {
		t.Fatalf("who follows has %v, the log %v", f.followed, values)
	}
	return values
}

// follow reads on from where it stopped, and from the beginning if what was
// read does not count any more.
func (f *life) follow(t *rapid.T) {
	for again := true; again && journal.Exists(f.memory, dir); {
		end, err := journal.Read(f.memory, dir, writer, f.at, journal.Options{Live: true}, func(e *event.Event) error {
			f.followed = append(f.followed, value(t, e))
			return nil
		})
		f.at = end
		if again = errors.Is(err, fault.Conflict); again {
			f.at, f.followed = journal.Position{}, nil
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// values reads a log, in order, with all that Read and Verify name.
func (f *life) values(t *rapid.T, m *faultdisk.Memory) (values []int, damage []journal.Damage) {
	if !journal.Exists(m, dir) {
		return nil, nil
	}
	name := func(d journal.Damage) { damage = append(damage, d) }
	_, err := journal.Read(m, dir, writer, journal.Position{}, journal.Options{OnDamage: name}, func(e *event.Event) error {
		values = append(values, value(t, e))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(values) || len(slices.Compact(slices.Clone(values))) != len(values) {
		t.Fatalf("order lost: %v", values)
	}
	if len(damage) == 0 {
		if err := journal.Verify(m, dir, writer, name); err != nil {
			t.Fatal(err)
		}
	}
	return values, damage
}

func without(list, other []int) (rest []int) {
	for _, v := range list {
		if !slices.Contains(other, v) {
			rest = append(rest, v)
		}
	}
	return rest
}

// hurt damages one place of a copy of the log. What is lost by it is named, if
// a log can know of it.
func (f *life) hurt(t *rapid.T) {
	m := f.memory.PowerCut(nil)
	entries, err := m.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		t.Skip("no log yet")
	}
	before, _ := f.values(t, m)
	i := rapid.IntRange(0, len(entries)-1).Draw(t, "segment")
	path := filepath.Join(dir, entries[i].Name())
	file := content(t, m, path)
	if len(file) == 0 {
		t.Skip("nothing to damage")
	}
	from := rapid.IntRange(0, len(file)-1).Draw(t, "from")
	to := min(from+rapid.IntRange(1, 600).Draw(t, "bytes"), len(file))
	corrupt(t, m, path, func(b []byte) []byte {
		switch rapid.SampledFrom([]string{"flip", "zero", "fill", "cut"}).Draw(t, "how") {
		case "flip":
			to = from + 1
			b[from] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		case "zero":
			clear(b[from:to])
		case "fill":
			rand.NewChaCha8([32]byte{byte(from)}).Read(b[from:to])
		case "cut":
			to = len(b)
			return b[:from]
		}
		return b
	})
	after, damage := f.values(t, m)
	// The damaged place may be the header that says what does not count.
	if invented := without(after, slices.Concat(f.promised, f.refused)); len(invented) > 0 {
		t.Fatalf("%v were never written", invented)
	}
	lost := without(slices.DeleteFunc(before, func(v int) bool { return slices.Contains(f.maybe, v) }), after)
	last := !slices.ContainsFunc(entries[i+1:], func(e fs.DirEntry) bool {
		return len(journal.Frames(content(t, m, filepath.Join(dir, e.Name())))) > 0
	})
	if len(lost) > 0 && len(damage) == 0 && !(last && witnessless(journal.Frames(file), from, to)) {
		t.Fatalf("%s damaged from %d to %d: lost %v without a word", path, from, to, lost)
	}
}

// witnessless reports whether no log can know of damage to its last segment:
// it reaches into the last commit, and there is no seal; or nothing is left.
func witnessless(frames []journal.FrameInfo, from, to int) bool {
	last := frames[len(frames)-1]
	if len(frames) == 1 || int64(from) < frames[1].End && int64(to) > last.Offset {
		return true
	}
	i := slices.IndexFunc(frames[1:], func(f journal.FrameInfo) bool { return f.Commit == last.Commit })
	return last.Kind != journal.KindSeal && int64(to) > frames[1+i].Offset
}

func TestALogKeepsItsPromisesWhateverHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &life{memory: faultdisk.NewMemory()}
		f.disk = faultdisk.New(f.memory)
		f.open(t)
		t.Repeat(map[string]func(*rapid.T){
			"append": f.append, "failing": f.failing, "full": f.full,
			"reopen": f.reopen, "crash": f.crash, "hurt": f.hurt,
			"": func(t *rapid.T) { f.check(t) },
		})
	})
}
