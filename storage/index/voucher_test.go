package index

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"dev.varve/backend/fault"
)

// TestMergedTablesAreComparedBySums: a table is gone before it was read, so that nobody
// knows what was made of it.
func TestMergedTablesAreComparedBySums(t *testing.T) {
	for what, sums := range map[string]error{"sound": nil, "damaged": fault.New(fault.Corrupt, "an entry is missing")} {
		compared, told := 0, false
		v := &voucher{dir: t.TempDir(), unread: map[uint64]outline{7: {first: []byte("a"), last: []byte("z")}}}
		v.start(func() error { compared++; return sums }, func() { told = true })
		<-v.stopped
		if compared != 1 || told != (sums != nil) || v.fine.Load() != (sums == nil) || !errors.Is(v.hurt, sums) {
			t.Errorf("%s: compared %d times, told %v, fine %v, %v", what, compared, told, v.fine.Load(), v.hurt)
		}
		v.end()
	}
}

// TestTablesThatAreBeingDeletedAreNoDamage: Badger empties a file before it deletes it.
func TestTablesThatAreBeingDeletedAreNoDamage(t *testing.T) {
	v := &voucher{dir: t.TempDir(), unread: map[uint64]outline{7: {}}}
	if err := os.WriteFile(filepath.Join(v.dir, "000007.sst"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := v.read(7); err != nil || !v.merged || len(v.left(0, "")) != 0 {
		t.Fatalf("%v, merged %v, left %v", err, v.merged, v.left(0, ""))
	}
}

func TestOutlinesKnowWhichKeysTheyMayHold(t *testing.T) {
	o := outline{first: []byte("run/b"), last: []byte("run/d/x")}
	for prefix, want := range map[string]bool{
		"": true, "r": true, "run/": true, "run/b": true, "run/c/y": true, "run/d/": true, "run/d/x": true,
		"run/a": false, "run/e": false, "run/d/y": false, "a": false, "s": false,
	} {
		if o.mayHold(prefix) != want {
			t.Errorf("%q: %v", prefix, !want)
		}
	}
}
