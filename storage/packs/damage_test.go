package packs_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
	"dev.varve/storage/packs"
	"dev.varve/storage/storetest/faultdisk"
)

// small makes a disk with one data pack of a few records.
func small(t testing.TB, seal bool) (*faultdisk.Memory, objects, string) {
	t.Helper()
	d, o := newDisk(t), objects{}
	s := open(t, options(d, owner))
	o.put(t, s, []byte("x"))
	o.put(t, s, contenttest.Text(1, 400))
	o.put(t, s, contenttest.Bytes(2, 100))
	o.put(t, s, []byte("the last one"))
	noError(t, s.Flush(t.Context()))
	if seal {
		noError(t, s.Close())
	}
	return d, o, paths(t, d)[0]
}

// readers opens damaged packs in the first n of the three ways there are: as another writer, as
// the one that wrote them, and with a catalogue from before the damage.
func readers(t *testing.T, n int, image []byte, path string, catalog func() packs.Catalog) []*packs.Store {
	t.Helper()
	var stores []*packs.Store
	for i := range n {
		d := newDisk(t)
		noError(t, d.MkdirAll(filepath.Dir(path)))
		noError(t, d.WriteFile(path, image, 0o644))
		opts := options(d, packs.Writer{1})
		switch i {
		case 1:
			opts.Writer = owner
		case 2:
			opts.Catalog = catalog()
		}
		stores = append(stores, open(t, opts))
	}
	return stores
}

// TestEveryBit flips each bit of a pack: it is noticed, or it does no harm,
// and no wrong byte ever comes out.
func TestEveryBit(t *testing.T) {
	d, o, path := small(t, true)
	good, err := d.ReadFile(path)
	noError(t, err)
	catalog := func() packs.Catalog {
		c := packs.NewMemory()
		opts := options(d, owner)
		opts.Catalog = c
		noError(t, open(t, opts).Close())
		return c
	}
	for bit := range len(good) * 8 {
		image := bytes.Clone(good)
		image[bit/8] ^= 1 << (bit % 8)
		n := 1
		if bit%8 == bit/8%8 {
			n = 3 // one bit of each byte in all ways
		}
		for i, s := range readers(t, n, image, path, catalog) {
			lost := 0
			for id, want := range o {
				got, err := s.Get(t.Context(), id)
				switch {
				case err == nil && !bytes.Equal(got, want):
					t.Fatalf("bit %d, reader %d: wrong bytes", bit, i)
				case errors.Is(err, fault.Corrupt) || errors.Is(err, fault.NotFound):
					lost++
				case err != nil && !errors.Is(err, fault.Newer) && !errors.Is(err, fault.Unsupported):
					t.Fatalf("bit %d, reader %d: %v", bit, i, err)
				}
			}
			report, err := s.Check(t.Context(), nil)
			noError(t, err)
			noticed := len(report.Damage) + len(report.Unfinished) + len(s.Damage())
			if lost > 1 || noticed == 0 && (lost > 0 || i != 1) {
				t.Fatalf("bit %d, reader %d: %d of %d objects lost, report %+v, noted %+v", bit, i, lost, len(o), report, s.Damage())
			}
		}
	}
}

// TestEveryLength cuts a pack off everywhere.
func TestEveryLength(t *testing.T) {
	for _, sealed := range []bool{true, false} {
		d, o, path := small(t, sealed)
		good, err := d.ReadFile(path)
		noError(t, err)
		for n := range len(good) {
			for i, s := range readers(t, 3, good[:n], path, func() packs.Catalog { return nil }) {
				for id, want := range o {
					got, err := s.Get(t.Context(), id)
					if err == nil && !bytes.Equal(got, want) || err != nil && !errors.Is(err, fault.NotFound) {
						t.Fatalf("%d bytes, reader %d: %q, %v", n, i, got, err)
					}
				}
				if report, err := s.Check(t.Context(), nil); err != nil || len(report.Damage) > 0 {
					t.Fatalf("%d bytes, reader %d: %+v, %v", n, i, report, err)
				}
			}
		}
	}
}

// Bytes that were synced are no torn tail: the catalogue remembers.
func TestWhatWasSyncedIsNotTorn(t *testing.T) {
	d, _, path := small(t, false)
	catalog := packs.NewMemory()
	opts := options(d, packs.Writer{1})
	opts.Catalog = catalog
	noError(t, open(t, opts).Close())
	noError(t, d.Corrupt(path, func(b []byte) []byte { return b[:len(b)-1] }))
	opts = options(d, owner)
	opts.Catalog = catalog
	s := open(t, opts)
	if list := s.Damage(); len(list) != 1 || list[0].Pack != path {
		t.Fatalf("damage: %+v", list)
	}
}

// Damage in the middle of an unsealed pack costs what it hit, nothing behind it.
func TestReadingGoesOnBehindDamage(t *testing.T) {
	d, o := newDisk(t), objects{}
	s := open(t, options(d, owner))
	first := o.put(t, s, contenttest.Bytes(1, 1000))
	// The content of this object looks like a pack with records in it.
	fake := newDisk(t)
	other := open(t, options(fake, agent))
	inside := objects{}
	inner := inside.put(t, other, []byte("looks like a record of this pack"))
	noError(t, other.Close())
	image, err := fake.ReadFile(paths(t, fake)[0])
	noError(t, err)
	second := o.put(t, s, append(image, contenttest.Bytes(2, 100)...))
	third := o.put(t, s, contenttest.Bytes(3, 300<<10))
	last := o.put(t, s, []byte("last"))
	noError(t, s.Flush(t.Context()))
	path := paths(t, d)[0]
	noError(t, d.Corrupt(path, func(b []byte) []byte {
		b[70] ^= 1        // in the first record's head
		b[64+1048+9] ^= 1 // in the second's
		return b
	}))
	s = open(t, options(d, owner))
	for _, id := range []content.ID{third, last} {
		if _, err := s.Get(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []content.ID{first, second} {
		_, err := s.Get(t.Context(), id)
		wantKind(t, err, fault.NotFound)
	}
	// What was found in the damaged record is right, for all that: it has its name.
	if got, err := s.Get(t.Context(), inner); err == nil && !bytes.Equal(got, inside[inner]) {
		t.Fatal("wrong bytes from inside a damaged record")
	}
	if len(s.Damage()) == 0 {
		t.Fatal("nobody hears of the damage")
	}
	noError(t, s.Close())
	s = open(t, options(d, owner))
	if _, err := s.Get(t.Context(), last); err != nil {
		t.Fatal(err)
	}
}

// What is damaged can be put again, and then it is there again.
func TestDamageHeals(t *testing.T) {
	d, o, path := small(t, true)
	noError(t, d.Corrupt(path, func(b []byte) []byte { b[64+48] ^= 1; return b }))
	s := open(t, options(d, owner))
	id := content.Sum(content.KindData, []byte("x"))
	_, err := s.Get(t.Context(), id)
	wantKind(t, err, fault.Corrupt)
	if hint := fault.HintOf(err); !bytes.Contains([]byte(hint), []byte(path)) {
		t.Fatalf("the hint does not name the file: %q", hint)
	}
	o.put(t, s, []byte("x"))
	noError(t, s.Close())
	// Without a catalogue both copies are found, in any order.
	for range 4 {
		o.allIn(t, open(t, options(d, owner)))
	}
}

func TestMissingPackIsNamed(t *testing.T) {
	d, _, path := small(t, true)
	s := open(t, options(d, owner))
	noError(t, d.Remove(path))
	report, err := s.Check(t.Context(), nil)
	noError(t, err)
	if len(report.Damage) != 1 || report.Damage[0].Pack != path {
		t.Fatalf("report: %+v", report)
	}
}

func TestPackUnderAnotherName(t *testing.T) {
	d, o, path := small(t, true)
	moved := filepath.Join(filepath.Dir(path), filepath.Base(path)[:30]+"00.pack")
	noError(t, d.Rename(path, moved))
	s := open(t, options(d, owner))
	o.allIn(t, s)
	if report, err := s.Check(t.Context(), nil); err != nil || len(report.Damage) == 0 {
		t.Fatalf("report %+v, %v", report, err)
	}
}

// TestGoldenPack reads a pack that an earlier Varve has written, and writes
// the same again. The compressed record is only read: the library may get better.
func TestGoldenPack(t *testing.T) {
	const name = "testdata/small.pack"
	plain := objects{}
	d := newDisk(t)
	s := open(t, packs.Options{Disk: d, Random: random(200), Base: base(), Writer: owner})
	plain.put(t, s, []byte("x"))
	plain.put(t, s, contenttest.Bytes(2, 100))
	if os.Getenv("VARVE_GOLDEN") != "" {
		plain.put(t, s, contenttest.Text(1, 400))
		noError(t, s.Close())
		image, err := d.ReadFile(paths(t, d)[0])
		noError(t, err)
		noError(t, os.WriteFile(name, image, 0o644))
		return
	}
	image, err := os.ReadFile(name)
	noError(t, err)
	noError(t, s.Flush(t.Context()))
	path := paths(t, d)[0]
	now, err := d.ReadFile(path)
	noError(t, err)
	if !bytes.HasPrefix(image, now) {
		t.Fatal("the same objects make other bytes than before")
	}
	id := content.Sum(content.KindData, contenttest.Text(1, 400))
	plain[id] = contenttest.Text(1, 400)
	for _, old := range readers(t, 3, image, path, func() packs.Catalog { return nil }) {
		plain.allIn(t, old)
		if report := clean(t, old, 3); len(report.Unfinished) != 0 {
			t.Fatal("the golden pack is not sealed")
		}
	}
}

// FuzzPack reads packs of any bytes: whatever comes out has its name, and what
// an own Store recovers is clean.
func FuzzPack(f *testing.F) {
	for _, seal := range []bool{true, false} {
		d, _, path := small(f, seal)
		image, err := d.ReadFile(path)
		noError(f, err)
		f.Add(image)
		f.Add(image[:len(image)-30])
	}
	name := bytes.Repeat([]byte("ab"), 16)
	path := filepath.Join(base(), "packs", "data", "ab", string(name)+".pack")
	f.Fuzz(func(t *testing.T, image []byte) {
		if len(image) >= 48 {
			// Let more of them get past the header's name.
			image = append(bytes.Clone(image[:32]), append(bytes.Repeat([]byte{0xab}, 16), image[48:]...)...)
		}
		d := newDisk(t)
		noError(t, d.MkdirAll(filepath.Dir(path)))
		noError(t, d.WriteFile(path, image, 0o644))
		for _, w := range []packs.Writer{{}, owner} {
			s := open(t, options(d, w))
			report, err := s.Check(t.Context(), nil)
			noError(t, err)
			if _, err := s.Get(t.Context(), content.Sum(content.KindData, []byte("x"))); err == nil && report.Records == 0 {
				t.Fatal("an object came out of a pack without records")
			}
			noError(t, s.Close())
		}
	})
}
