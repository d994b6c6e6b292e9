package packs_test

import (
	"maps"
	"math/rand/v2"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
	"dev.varve/storage/packs"
	"dev.varve/storage/storetest/faultdisk"
)

func TestOwnerReadsWhatAnAgentIsWriting(t *testing.T) {
	d, o := newDisk(t), objects{}
	own := open(t, options(d, owner))
	writing := open(t, options(d, agent))
	for i := range uint64(5) {
		o.some(t, writing, i, 2)
		o.allIn(t, own) // finds it by itself
	}
	half := contenttest.Bytes(99, 5000)
	path := paths(t, d)[0]
	// A record of which only the beginning is there yet.
	before, err := d.ReadFile(path)
	noError(t, err)
	id := o.put(t, writing, half)
	whole, err := d.ReadFile(path)
	noError(t, err)
	noError(t, d.Corrupt(path, func([]byte) []byte { return whole[:len(before)+1000] }))
	delete(o, id)
	noError(t, own.Refresh(t.Context()))
	o.allIn(t, own)
	_, err = own.Get(t.Context(), id)
	wantKind(t, err, fault.NotFound)
	noError(t, d.Corrupt(path, func([]byte) []byte { return whole }))
	o[id] = half
	o.allIn(t, own)
	noError(t, writing.Close())
	noError(t, own.Refresh(t.Context()))
	clean(t, own, len(o))
}

// The record of an agent that may not be synced yet is no reason not to store
// what the owner was asked to store.
func TestDeduplicationNeedsDurableRecords(t *testing.T) {
	d, o := newDisk(t), objects{}
	own := open(t, options(d, owner))
	writing := open(t, options(d, agent))
	o.some(t, writing, 1, 3)
	noError(t, own.Refresh(t.Context()))
	o.some(t, own, 1, 3)
	noError(t, own.Flush(t.Context()))
	o.allIn(t, open(t, options(d.PowerCut(nil), owner)))

	// A sealed pack is relied on.
	sealed := objects{}
	sealed.some(t, writing, 2, 3)
	noError(t, writing.Close())
	noError(t, own.Refresh(t.Context()))
	before := clean(t, own, -1).Records
	sealed.some(t, own, 2, 3)
	if after := clean(t, own, before); after.Records != before {
		t.Fatalf("%d records became %d", before, after.Records)
	}
	sealed.allIn(t, open(t, options(d.PowerCut(nil), owner)))
}

func TestAgentsLeaveOthersAlone(t *testing.T) {
	d, o, mine := newDisk(t), objects{}, objects{}
	own := open(t, options(d, owner))
	o.some(t, own, 1, 3)
	noError(t, own.Flush(t.Context()))
	counting := faultdisk.New(d)
	opts := options(counting, agent)
	opts.OwnOnly = true
	a := open(t, opts)
	mine.some(t, a, 2, 3)
	noError(t, a.Flush(t.Context()))
	for id := range o {
		if has, err := a.Has(t.Context(), id); has || err != nil {
			t.Fatalf("an agent sees what the owner stored: %v, %v", has, err)
		}
	}
	if n := counting.Count(faultdisk.ReadDir, ""); n > 8 {
		t.Fatalf("the agent listed %d folders", n)
	}
	// Killed and started again under its old name, it finds its own.
	opts = options(d, agent)
	opts.OwnOnly = true
	again := open(t, opts)
	mine.allIn(t, again)
	clean(t, own, -1)
}

func ended(t *testing.T, d *faultdisk.Memory, seed uint64, n int) objects {
	t.Helper()
	o := objects{}
	opts := options(d, agent)
	opts.OwnOnly = true
	a := open(t, opts)
	o.some(t, a, seed, n)
	noError(t, a.Close())
	return o
}

func TestMerge(t *testing.T) {
	for name, seal := range map[string]bool{"sealed": true, "killed": false} {
		t.Run(name, func(t *testing.T) {
			d, o := newDisk(t), objects{}
			own := open(t, options(d, owner))
			a := open(t, options(d, agent))
			o.some(t, own, 1, 3)
			o.some(t, a, 1, 6) // half of it is the owner's as well
			if seal {
				noError(t, a.Close())
			}
			noError(t, own.Flush(t.Context()))
			o.allIn(t, own)
			done, err := own.Merge(t.Context(), agent)
			noError(t, err)
			if done.Packs != 2 || done.Records != 9 || len(done.Damage) != 0 {
				t.Fatalf("merged %+v", done)
			}
			o.allIn(t, own)
			again, err := own.Merge(t.Context(), agent)
			if err != nil || again.Packs != 0 || again.Records != 0 {
				t.Fatalf("merged again: %+v, %v", again, err)
			}
			noError(t, own.Close())
			last := open(t, options(d.PowerCut(nil), owner))
			o.allIn(t, last)
			clean(t, last, len(o))
		})
	}
}

func TestMergeStoppedAnywhere(t *testing.T) {
	for n := 1; ; n++ {
		mem, o := newDisk(t), objects{}
		first := open(t, options(mem, owner))
		o.some(t, first, 1, 2)
		noError(t, first.Close())
		maps.Copy(o, ended(t, mem, 2, 4))
		d := faultdisk.New(mem)
		own := open(t, options(d, owner))
		d.KillAt(n)
		_, err := own.Merge(t.Context(), agent)
		if !d.Dead() {
			noError(t, err)
			return
		}
		for _, left := range []*faultdisk.Memory{mem.PowerCut(nil), mem.PowerCut(rand.New(rand.NewPCG(uint64(n), 1))), mem} {
			again := open(t, options(left, owner))
			o.allIn(t, again)
			_, err := again.Merge(t.Context(), agent)
			noError(t, err)
			o.allIn(t, again)
			noError(t, again.Close())
			last := open(t, options(left, owner))
			o.allIn(t, last)
			clean(t, last, -1)
		}
	}
}

func TestMergeKeepsWhatIsDamaged(t *testing.T) {
	d := newDisk(t)
	o := ended(t, d, 1, 5)
	path := paths(t, d)[0]
	var lost content.ID
	noError(t, d.Corrupt(path, func(b []byte) []byte {
		copy(lost[:], b[64+16:])
		b[64+50] ^= 1
		return b
	}))
	delete(o, lost)
	own := open(t, options(d, owner))
	for range 2 {
		done, err := own.Merge(t.Context(), agent)
		noError(t, err)
		if len(done.Damage) != 1 || done.Damage[0].ID != lost || done.Damage[0].Pack != path || done.Kept != 1 {
			t.Fatalf("merged %+v", done)
		}
		o.allIn(t, own)
		_, err = own.Get(t.Context(), lost)
		wantKind(t, err, fault.Corrupt)
	}
	if _, err := d.Stat(path); err != nil {
		t.Fatal("the damaged pack was deleted")
	}
}

func TestMergeLeavesLargePacks(t *testing.T) {
	d, o := newDisk(t), objects{}
	a := open(t, options(d, agent))
	for i := range uint64(5) {
		o.put(t, a, contenttest.Bytes(i, content.MaxObject))
	}
	small := o.putTree(t, a, []byte("small"))
	noError(t, a.Close())
	own := open(t, options(d, owner))
	done, err := own.Merge(t.Context(), agent)
	noError(t, err)
	if done.Kept != 1 || done.Packs != 1 || done.Records != 1 {
		t.Fatalf("merged %+v", done)
	}
	if o.allIn(t, own); small.IsZero() {
		t.Fatal("no small object")
	}
	_, err = own.Merge(t.Context(), owner)
	wantKind(t, err, fault.Invalid)
}

// Two owners of a workspace never live at once, but an owner may look at the
// packs of a folder in which another process merges.
func TestAReaderSurvivesAMerge(t *testing.T) {
	d := newDisk(t)
	o := ended(t, d, 1, 5)
	reader := open(t, options(d, packs.Writer{}))
	o.allIn(t, reader)
	own := open(t, options(d, owner))
	_, err := own.Merge(t.Context(), agent)
	noError(t, err)
	o.allIn(t, reader)
	noError(t, own.Close())
	clean(t, reader, len(o))
}
