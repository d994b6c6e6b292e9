package faultdisk_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/storage/disk"
	"dev.varve/storage/storetest/faultdisk"
)

func top() string { return filepath.Join(string(filepath.Separator), "w") }

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if fault.KindOf(err) != kind || err == nil {
		t.Fatalf("got %v, want a fault of kind %q", err, kind)
	}
}

func memory(t *testing.T) *faultdisk.Memory {
	t.Helper()
	m := faultdisk.NewMemory()
	ok(t, m.MkdirAll(top()))
	return m
}

// TestBehavesLikeTheRealDisk runs one script on the real disk and on the one
// in memory, which must answer alike.
func TestBehavesLikeTheRealDisk(t *testing.T) {
	t.Run("real", func(t *testing.T) { script(t, disk.OS{}, t.TempDir()) })
	t.Run("memory", func(t *testing.T) { script(t, memory(t), top()) })
	t.Run("wrapped", func(t *testing.T) { script(t, faultdisk.New(memory(t)), top()) })
}

func script(t *testing.T, d host.Disk, dir string) {
	name := filepath.Join(dir, "sub", "f")
	_, err := d.Create(name)
	wants(t, err, fault.NotFound)
	ok(t, d.MkdirAll(filepath.Dir(name)))
	ok(t, d.MkdirAll(filepath.Dir(name)))
	f := must[host.File](t)(d.Create(name))
	_, err = d.Create(name)
	wants(t, err, fault.Exists)

	must[int](t)(f.WriteAt([]byte("hello"), 3))
	ok(t, f.Preallocate(10))
	ok(t, f.Preallocate(4))
	if size := must[int64](t)(f.Size()); size != 10 {
		t.Fatalf("size %d after Preallocate(10)", size)
	}
	ok(t, f.Truncate(6))
	ok(t, f.Truncate(9))
	ok(t, f.Sync())
	buf := make([]byte, 20)
	n, err := f.ReadAt(buf, 0)
	if n != 9 || !errors.Is(err, io.EOF) || !bytes.Equal(buf[:n], []byte("\x00\x00\x00hel\x00\x00\x00")) {
		t.Fatalf("read %q, %v", buf[:n], err)
	}
	ok(t, f.Close())

	r := must[host.File](t)(d.Open(name))
	_, err = r.WriteAt([]byte("x"), 0)
	if err == nil {
		t.Fatal("a file open for reading took a write")
	}
	ok(t, r.Close())
	ok(t, d.WriteFile(filepath.Join(dir, "small"), []byte("1"), 0o600))
	ok(t, d.Rename(name, filepath.Join(dir, "small")))
	if got := must[[]byte](t)(d.ReadFile(filepath.Join(dir, "small"))); len(got) != 9 {
		t.Fatalf("rename did not replace: %q", got)
	}
	_, err = d.Stat(name)
	wants(t, err, fault.NotFound)
	list, err := d.ReadDir(dir)
	if err != nil || len(list) != 2 || list[0].Name() != "small" || !list[1].IsDir() {
		t.Fatalf("list %v, %v", list, err)
	}
	if d.Remove(dir) == nil {
		t.Fatal("a folder that is not empty was removed")
	}
	ok(t, d.Rename(filepath.Join(dir, "sub"), filepath.Join(dir, "other")))
	ok(t, d.RemoveAll(filepath.Join(dir, "other")))
	ok(t, d.RemoveAll(filepath.Join(dir, "other")))
	ok(t, d.Remove(filepath.Join(dir, "small")))
	wants(t, d.Remove(filepath.Join(dir, "small")), fault.NotFound)
}

func TestPowerCutForgetsWhatWasNotSynced(t *testing.T) {
	m := memory(t)
	name := filepath.Join(top(), "f")
	f := must[host.File](t)(m.Create(name))
	must[int](t)(f.WriteAt([]byte("synced"), 0))
	ok(t, f.Sync())
	must[int](t)(f.WriteAt([]byte("SYNCED and more"), 0))

	if got := must[[]byte](t)(m.PowerCut(nil).ReadFile(name)); string(got) != "synced" {
		t.Fatalf("after the cut: %q", got)
	}
	seen := map[string]bool{}
	for seed := range uint64(60) {
		cut := m.PowerCut(rand.New(rand.NewPCG(seed, 1)))
		seen[string(must[[]byte](t)(cut.ReadFile(name)))] = true
	}
	if !seen["synced"] || !seen["SYNCED and more"] || len(seen) < 4 {
		t.Fatalf("the cuts were not of many kinds: %v", seen)
	}
	if got := must[[]byte](t)(m.ReadFile(name)); string(got) != "SYNCED and more" {
		t.Fatalf("the cut changed the running disk: %q", got)
	}
}

func TestAFailedSyncLosesForGood(t *testing.T) {
	m := memory(t)
	d := faultdisk.New(m)
	name := filepath.Join(top(), "f")
	f := must[host.File](t)(d.Create(name))
	must[int](t)(f.WriteAt([]byte("gone"), 0))
	d.Fail(faultdisk.Rule{Op: faultdisk.Sync})
	wants(t, f.Sync(), fault.Internal)
	ok(t, f.Sync())
	if got := must[[]byte](t)(d.ReadFile(name)); string(got) != "gone" {
		t.Fatalf("before the cut it must still be readable: %q", got)
	}
	if got := must[[]byte](t)(m.PowerCut(nil).ReadFile(name)); len(got) != 0 {
		t.Fatalf("a later sync brought %q back", got)
	}
	must[int](t)(f.WriteAt([]byte("kept"), 0))
	ok(t, f.Sync())
	if got := must[[]byte](t)(m.PowerCut(nil).ReadFile(name)); string(got) != "kept" {
		t.Fatalf("written again and synced: %q", got)
	}
}

func TestRemovedNamesMayComeBack(t *testing.T) {
	m := memory(t)
	name := filepath.Join(top(), "f")
	ok(t, m.WriteFile(name, []byte("x"), 0o644))
	ok(t, m.Remove(name))
	back := 0
	for seed := range uint64(20) {
		if _, err := m.PowerCut(rand.New(rand.NewPCG(seed, 1))).Stat(name); err == nil {
			back++
		}
	}
	if back == 0 || back == 20 {
		t.Fatalf("the removed file came back in %d of 20 cuts", back)
	}
	_, err := m.PowerCut(nil).Stat(name)
	wants(t, err, fault.NotFound)
}

func TestFullDiskTakesWhatFits(t *testing.T) {
	m := memory(t)
	f := must[host.File](t)(m.Create(filepath.Join(top(), "f")))
	m.SetFree(4)
	n, err := f.WriteAt([]byte("0123456789"), 0)
	wants(t, err, fault.NoSpace)
	if n != 4 {
		t.Fatalf("%d bytes were written, want 4", n)
	}
	wants(t, f.Preallocate(5), fault.NoSpace)
	must[int](t)(f.WriteAt([]byte("abcd"), 0))
	m.SetFree(-1)
	must[int](t)(f.WriteAt([]byte("0123456789"), 0))
}

func TestRules(t *testing.T) {
	d := faultdisk.New(memory(t))
	name := filepath.Join(top(), "f")
	d.Fail(faultdisk.Rule{Op: faultdisk.WriteAt, Match: "f", Nth: 2, Times: 2, Kind: fault.NoSpace, Part: 1})
	f := must[host.File](t)(d.Create(name))
	must[int](t)(f.WriteAt([]byte("aa"), 0))
	for range 2 {
		n, err := f.WriteAt([]byte("bb"), 0)
		wants(t, err, fault.NoSpace)
		if n != 1 {
			t.Fatalf("%d bytes of the failing write, want 1", n)
		}
	}
	must[int](t)(f.WriteAt([]byte("c"), 1))
	if got := must[[]byte](t)(d.ReadFile(name)); string(got) != "bc" {
		t.Fatalf("content %q", got)
	}
	if got := d.Count(faultdisk.WriteAt, "f"); got != 4 {
		t.Fatalf("%d writes counted, want 4", got)
	}
}

func TestKilledProcessDoesNothingMore(t *testing.T) {
	m := memory(t)
	d := faultdisk.New(m)
	f := must[host.File](t)(d.Create(filepath.Join(top(), "f")))
	d.KillAt(2)
	must[int](t)(f.WriteAt([]byte("one"), 0))
	if _, err := f.WriteAt([]byte("two"), 0); err == nil || !d.Dead() {
		t.Fatalf("the second change went through: %v", err)
	}
	if _, err := d.ReadFile(filepath.Join(top(), "f")); err == nil {
		t.Fatal("a dead process reads")
	}
	if f.Sync() == nil {
		t.Fatal("a dead process syncs")
	}
	if got := must[[]byte](t)(m.ReadFile(filepath.Join(top(), "f"))); string(got) != "one" {
		t.Fatalf("left behind: %q", got)
	}
	d.KillAt(0)
	must[[]byte](t)(d.ReadFile(filepath.Join(top(), "f")))
}
