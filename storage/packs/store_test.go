package packs_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/storage/disk"
	"dev.varve/storage/packs"
	"dev.varve/storage/storetest/faultdisk"
)

var (
	owner = packs.Writer{0x0e}
	agent = packs.Writer{0xa9}
)

func base() string { return filepath.Join(string(filepath.Separator), "workspace") }

// random gives names that differ between stores and are the same in every run.
func random(seed byte) io.Reader { return rand.NewChaCha8([32]byte{seed}) }

func newDisk(t testing.TB) *faultdisk.Memory {
	t.Helper()
	m := faultdisk.NewMemory()
	noError(t, m.MkdirAll(base()))
	return m
}

var seeds byte

func options(d host.Disk, w packs.Writer) packs.Options {
	seeds++
	return packs.Options{Disk: d, Random: random(seeds), Base: base(), Writer: w}
}

func open(t testing.TB, o packs.Options) *packs.Store {
	t.Helper()
	s, err := packs.Open(t.Context(), o)
	noError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got %v, want a fault of kind %q", err, kind)
	}
}

// objects are things to store, by their names.
type objects map[content.ID][]byte

func (o objects) put(t testing.TB, s content.Store, data []byte) content.ID {
	t.Helper()
	id := content.Sum(content.KindData, data)
	noError(t, s.Put(t.Context(), content.KindData, id, data))
	o[id] = data
	return id
}

func (o objects) putTree(t testing.TB, s content.Store, data []byte) content.ID {
	t.Helper()
	id := content.Sum(content.KindTree, data)
	noError(t, s.Put(t.Context(), content.KindTree, id, data))
	o[id] = data
	return id
}

// some puts n objects of both kinds, compressible and not.
func (o objects) some(t testing.TB, s content.Store, seed uint64, n int) {
	t.Helper()
	for i := range n {
		seed := seed*1000 + uint64(i)
		o.put(t, s, contenttest.Bytes(seed, 10+i*37))
		o.put(t, s, contenttest.Text(seed, 300+i*91))
		o.putTree(t, s, contenttest.Text(seed, 80+i*13))
	}
}

func (o objects) allIn(t testing.TB, s content.Store) {
	t.Helper()
	for id, want := range o {
		got, err := s.Get(t.Context(), id)
		noError(t, err)
		if !bytes.Equal(got, want) {
			t.Fatalf("object %s has other bytes", id)
		}
	}
}

func clean(t testing.TB, s *packs.Store, records int) packs.Report {
	t.Helper()
	report, err := s.Check(t.Context(), nil)
	noError(t, err)
	if len(report.Damage) > 0 || len(s.Damage()) > 0 {
		t.Fatalf("damage: %+v, %+v", report.Damage, s.Damage())
	}
	if records >= 0 && report.Records != records {
		t.Fatalf("%d records in %d packs, want %d", report.Records, report.Packs, records)
	}
	return report
}

// paths lists all pack files.
func paths(t testing.TB, d host.Disk) (list []string) {
	t.Helper()
	for _, kind := range []string{"data", "tree"} {
		top := filepath.Join(base(), "packs", kind)
		shards, _ := d.ReadDir(top)
		for _, shard := range shards {
			files, err := d.ReadDir(filepath.Join(top, shard.Name()))
			noError(t, err)
			for _, f := range files {
				list = append(list, filepath.Join(top, shard.Name(), f.Name()))
			}
		}
	}
	return list
}

func TestStoreConforms(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		contenttest.Run(t, func(t *testing.T) content.Store { return open(t, options(newDisk(t), owner)) })
	})
	t.Run("disk", func(t *testing.T) {
		contenttest.Run(t, func(t *testing.T) content.Store {
			o := options(disk.OS{}, owner)
			o.Base, o.Concurrency = t.TempDir(), 2
			return open(t, o)
		})
	})
	t.Run("agent", func(t *testing.T) {
		contenttest.Run(t, func(t *testing.T) content.Store {
			o := options(newDisk(t), agent)
			o.OwnOnly = true
			return open(t, o)
		})
	})
}

func TestReopen(t *testing.T) {
	d, o := newDisk(t), objects{}
	catalog := packs.NewMemory()
	for life := range 3 {
		opts := options(d, owner)
		if life > 0 {
			opts.Catalog = catalog // lags behind by one life at first
		}
		s := open(t, opts)
		o.allIn(t, s)
		o.some(t, s, uint64(life), 20)
		o.some(t, s, uint64(life), 20)
		noError(t, s.Close())
	}
	s := open(t, options(d, packs.Writer{}))
	o.allIn(t, s)
	report := clean(t, s, len(o))
	if report.Packs != 6 || len(report.Unfinished) > 0 {
		t.Fatalf("%d packs, unfinished %q", report.Packs, report.Unfinished)
	}
	wantKind(t, s.Put(t.Context(), content.KindData, content.ID{1}, []byte("x")), fault.State)
	noError(t, s.Close())
	_, err := s.Get(t.Context(), content.ID{1})
	wantKind(t, err, fault.State)
}

func TestNothingIsStoredTwice(t *testing.T) {
	d, o := newDisk(t), objects{}
	s := open(t, options(d, owner))
	for range 3 {
		o.some(t, s, 1, 20)
		noError(t, s.Flush(t.Context()))
	}
	clean(t, s, len(o))
}

func TestPacksGetFull(t *testing.T) {
	t.Run("bytes", func(t *testing.T) {
		d, o := newDisk(t), objects{}
		s := open(t, options(d, owner))
		for i := range 9 {
			o.put(t, s, contenttest.Bytes(uint64(i), content.MaxObject-i))
		}
		noError(t, s.Close())
		for _, path := range paths(t, d) {
			if info, err := d.Stat(path); err != nil || info.Size() > 64<<20 {
				t.Fatalf("%s has %d bytes, %v", path, info.Size(), err)
			}
		}
		if n := len(paths(t, d)); n != 2 {
			t.Fatalf("%d packs, want 2", n)
		}
		o.allIn(t, open(t, options(d, owner)))
	})
	t.Run("records", func(t *testing.T) {
		d, o := newDisk(t), objects{}
		s := open(t, options(d, owner))
		for i := range 40_000 {
			o.put(t, s, []byte{byte(i), byte(i >> 8)})
		}
		noError(t, s.Close())
		if n := len(paths(t, d)); n != 2 {
			t.Fatalf("%d packs, want 2", n)
		}
		clean(t, open(t, options(d, owner)), 40_000)
	})
}

func TestFullDisk(t *testing.T) {
	for free := int64(0); free < 6000; free += 97 {
		d, o := newDisk(t), objects{}
		s := open(t, options(d, owner))
		o.some(t, s, 1, 3)
		noError(t, s.Flush(t.Context()))
		d.SetFree(free)
		for i := uint64(0); ; i++ {
			data := contenttest.Bytes(50+i, 700)
			id := content.Sum(content.KindData, data)
			err := s.Put(t.Context(), content.KindData, id, data)
			if err == nil {
				o[id] = data
				continue
			}
			wantKind(t, err, fault.NoSpace)
			if has, _ := s.Has(t.Context(), id); has {
				t.Fatal("what did not fit is said to be stored")
			}
			break
		}
		noError(t, s.Flush(t.Context()))
		o.allIn(t, s)
		d.SetFree(-1)
		o.some(t, s, 2, 3)
		noError(t, s.Close())
		s = open(t, options(d, owner))
		o.allIn(t, s)
		clean(t, s, len(o))
	}
}

// A disk so full that not even a seal fits must not keep a Store from opening.
func TestOpenOnAFullDisk(t *testing.T) {
	d, o := newDisk(t), objects{}
	s := open(t, options(d, owner))
	o.some(t, s, 1, 5)
	noError(t, s.Flush(t.Context()))
	d.SetFree(0) // and the process dies here
	again := open(t, options(d, owner))
	o.allIn(t, again)
	if len(again.Damage()) == 0 {
		t.Fatal("nobody hears that the packs could not be sealed")
	}
	d.SetFree(-1)
	o.some(t, again, 1, 5)
	noError(t, again.Close())
	o.allIn(t, open(t, options(d.PowerCut(nil), owner)))
}

func TestOtherFilesAreLeftAlone(t *testing.T) {
	d, o := newDisk(t), objects{}
	s := open(t, options(d, owner))
	o.some(t, s, 1, 1)
	noError(t, s.Close())
	shard := filepath.Dir(paths(t, d)[0])
	for _, name := range []string{"notes.txt", "00.pack", ".DS_Store", filepath.Base(shard) + "ZZ" + ".pack"} {
		noError(t, d.WriteFile(filepath.Join(shard, name), []byte("hello"), 0o644))
	}
	empty := filepath.Join(shard, filepath.Base(shard)+"00000000000000000000000000000f.pack")
	noError(t, d.WriteFile(empty, nil, 0o644))
	s = open(t, options(d, owner))
	o.allIn(t, s)
	if report := clean(t, s, len(o)); len(report.Unfinished) != 1 || report.Unfinished[0] != empty {
		t.Fatalf("unfinished: %q", report.Unfinished)
	}
}
