package journal_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/storage/journal"
	"dev.varve/storage/storetest/faultdisk"
)

var owner = event.Writer{2}

// folded copies the log of writer into one of owner, and returns what both
// say, as encoded events.
func folded(t *testing.T, m *faultdisk.Memory, times int) (original, copies [][]byte, damage []journal.Damage) {
	t.Helper()
	l, _, err := journal.Open(config(m, "/journal/owner", owner), nil)
	if err != nil {
		t.Fatal(err)
	}
	appendOne(t, l, 1000, 10)
	for range times {
		if err := l.Fold(dir, writer, nil, func(d journal.Damage) { damage = append(damage, d) }); err != nil {
			t.Fatal(err)
		}
	}
	closeLog(t, l)
	collect := func(folder string, w event.Writer, into *[][]byte) {
		opts := journal.Options{OnDamage: func(d journal.Damage) {
			if w == owner {
				t.Errorf("damage in the copy: %+v", d)
			}
		}}
		_, err := journal.Read(m, folder, w, journal.Position{}, opts, func(e *event.Event) error {
			if e.ID.Writer == writer {
				var b bytes.Buffer
				if err := e.Encode(&b); err != nil {
					return err
				}
				*into = append(*into, b.Bytes())
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	collect(dir, writer, &original)
	collect("/journal/owner", owner, &copies)
	if err := journal.Verify(m, "/journal/owner", owner, func(d journal.Damage) { t.Errorf("damage in the copy: %+v", d) }); err != nil {
		t.Fatal(err)
	}
	return original, copies, damage
}

func TestFoldCarriesAnotherLogWordForWord(t *testing.T) {
	for name, m := range map[string]*faultdisk.Memory{
		"sealed": sample(t, true), "unsealed": sample(t, false),
	} {
		original, copies, damage := folded(t, m, 1)
		if len(original) != 12 || !slices.EqualFunc(original, copies, bytes.Equal) || len(damage) > 0 {
			t.Errorf("%s: %d events became %d, damage %+v", name, len(original), len(copies), damage)
		}
	}
	original, copies, _ := folded(t, sample(t, true), 2)
	if !slices.EqualFunc(slices.Concat(original, original), copies, bytes.Equal) {
		t.Errorf("twice: %d events became %d", len(original), len(copies))
	}
}

func TestFoldLeavesOutWhatWasNeverPromised(t *testing.T) {
	m := faultdisk.NewMemory()
	d := faultdisk.New(m)
	l := open(t, d)
	appendOne(t, l, 1, 10)
	d.Fail(faultdisk.Rule{Op: faultdisk.Sync})
	if _, err := l.Append(context.Background(), draft(2, 10)); err == nil {
		t.Fatal("no error")
	}
	appendOne(t, l, 3, 10)
	l = open(t, d) // without a close
	appendOne(t, l, 4, 10)
	corrupt(t, m, segment(3), func(b []byte) []byte { copy(b[used(b):], "torn"); return b })
	original, copies, damage := folded(t, m, 1)
	if len(original) != 3 || !slices.EqualFunc(original, copies, bytes.Equal) || len(damage) > 0 {
		t.Errorf("%d events became %d, damage %+v", len(original), len(copies), damage)
	}
}

// Damage is named, and everything around it is carried over: from a hurt
// frame, a hurt header, and a segment of which nothing is left.
func TestFoldOfADamagedLog(t *testing.T) {
	m := sample(t, true)
	frames := journal.Frames(content(t, m, segment(1)))
	corrupt(t, m, segment(1), flip(int(frames[2].Offset)+30))
	corrupt(t, m, segment(2), flip(30))
	corrupt(t, m, segment(3), func(b []byte) []byte { clear(b); return b })
	original, copies, damage := folded(t, m, 1)
	if len(original) != 7 || !slices.EqualFunc(original, copies, bytes.Equal) || len(damage) == 0 {
		t.Errorf("%d events became %d, damage %+v", len(original), len(copies), damage)
	}
}

func TestFoldOfALongLogUsesSeveralFrames(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	for n := range 6 {
		appendOne(t, l, n, journal.MaxFold/2)
	}
	closeLog(t, l)
	original, copies, _ := folded(t, m, 1)
	if !slices.EqualFunc(original, copies, bytes.Equal) {
		t.Fatalf("%d events became %d", len(original), len(copies))
	}
	final := 0
	entries, err := m.ReadDir("/journal/owner")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		for _, f := range journal.Folds(content(t, m, "/journal/owner/"+e.Name())) {
			at := content(t, m, dir+"/"+f.Name)
			if !bytes.Equal(at[f.Offset:f.Offset+int64(len(f.Frames))], f.Frames) {
				t.Errorf("a fold frame differs from %s at %d", f.Name, f.Offset)
			}
			if len(f.Frames) > journal.MaxFold {
				t.Errorf("a fold frame of %d bytes", len(f.Frames))
			}
			if f.Final {
				final++
			}
		}
	}
	if final != 1 {
		t.Errorf("%d fold frames say that they are the last", final)
	}
}
