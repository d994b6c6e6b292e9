package statcache_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dev.varve/backend/content"
	"dev.varve/storage/statcache"
)

var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// info is of a file that was left alone for an hour, and differs by its number.
func info(n int64) content.Info {
	at := now.Add(-time.Hour - time.Duration(n))
	return content.Info{Type: content.File, Mode: 0o644, Size: 100 + n, ModTime: at, ChangeTime: at.Add(time.Minute), Device: 7, Inode: uint64(1000 + n)}
}

func ref(n int64) content.Ref {
	r := content.Ref{Size: 100 + n, Class: content.Whole}
	r.ID[0], r.ID[1], r.ID[2] = byte(n), byte(n>>8), 1
	r.Digest = content.Digest(r.ID)
	if n%3 == 0 {
		r.Class, r.Depth, r.Digest[5] = 1, 1, 9
	}
	return r
}

var all = content.Totals{Files: 3, Folders: 2, Links: 1, Bytes: 306}

// remember walks over files with numbers, and keeps what was noted.
func remember(t testing.TB, c statcache.Cache, key string, paths []string) {
	p := c.Begin(key, now)
	defer p.Close()
	for i, path := range paths {
		p.Note(path, info(int64(i)), ref(int64(i)))
	}
	if err := p.Keep(all, []byte("holdings")); err != nil {
		t.Fatal(err)
	}
}

func TestFilesThatAreAsTheyWereAreKnown(t *testing.T) {
	c := statcache.Cache{Dir: filepath.Join(t.TempDir(), "stat")}
	p := c.Begin("/data", now)
	if _, _, ok := p.Last(); ok {
		t.Error("something is known from the start")
	}
	if _, ok := p.Find("a", info(0)); ok {
		t.Error("a file is known from the start")
	}
	p.Close()
	remember(t, c, "/data", []string{"a", "b/c", "b/d/e", "b!", "z"})

	p = c.Begin("/data", now)
	defer p.Close()
	if totals, holdings, ok := p.Last(); !ok || totals != all || string(holdings) != "holdings" {
		t.Errorf("the last time: %+v, %q, %v", totals, holdings, ok)
	}
	for i, path := range []string{"a", "b/c", "b/d/e", "b!", "z"} {
		is := info(int64(i))
		if got, ok := p.Find(path, is); !ok || got != ref(int64(i)) {
			t.Errorf("%s: %+v, %v", path, got, ok)
		}
		for what, other := range map[string]content.Info{
			"size":                {Size: is.Size + 1, ModTime: is.ModTime, ChangeTime: is.ChangeTime, Device: is.Device, Inode: is.Inode},
			"time":                {Size: is.Size, ModTime: is.ModTime.Add(1), ChangeTime: is.ChangeTime, Device: is.Device, Inode: is.Inode},
			"that it was changed": {Size: is.Size, ModTime: is.ModTime, ChangeTime: is.ChangeTime.Add(1), Device: is.Device, Inode: is.Inode},
			"disk":                {Size: is.Size, ModTime: is.ModTime, ChangeTime: is.ChangeTime, Device: is.Device + 1, Inode: is.Inode},
			"what it is":          {Size: is.Size, ModTime: is.ModTime, ChangeTime: is.ChangeTime, Device: is.Device, Inode: is.Inode + 1},
		} {
			if _, ok := p.Find(path, other); ok {
				t.Errorf("%s with another %s is known", path, what)
			}
		}
		if _, ok := p.Find(path+"0", is); ok {
			t.Errorf("%s0 is known", path)
		}
	}
	other := c.Begin("/other", now)
	defer other.Close()
	if _, _, ok := other.Last(); ok {
		t.Error("another source is known")
	}
}

func TestFilesThatWereJustTouchedAreReadAgain(t *testing.T) {
	c := statcache.Cache{Dir: t.TempDir()}
	p := c.Begin("/data", now)
	for path, at := range map[string]time.Time{"modified": now.Add(-time.Second), "changed": now.Add(-time.Hour)} {
		is := info(0)
		is.ModTime, is.ChangeTime = at, now.Add(-time.Second)
		p.Note(path, is, ref(0))
	}
	if err := p.Keep(all, nil); err != nil {
		t.Fatal(err)
	}
	p.Close()
	p = c.Begin("/data", now.Add(time.Hour))
	defer p.Close()
	for _, path := range []string{"changed", "modified"} {
		is := info(0)
		is.ChangeTime = now.Add(-time.Second)
		if path == "modified" {
			is.ModTime = now.Add(-time.Second)
		}
		if _, ok := p.Find(path, is); ok {
			t.Errorf("%s is known", path)
		}
	}
}

func TestAWalkThatIsNotKeptChangesNothing(t *testing.T) {
	c := statcache.Cache{Dir: t.TempDir()}
	remember(t, c, "/data", []string{"a"})
	p := c.Begin("/data", now)
	p.Note("b", info(1), ref(1))
	p.Close()
	p = c.Begin("/data", now)
	defer p.Close()
	if _, ok := p.Find("a", info(0)); !ok {
		t.Error("a is not known any more")
	}
	if files, _ := filepath.Glob(filepath.Join(c.Dir, ".new-*")); len(files) != 1 {
		t.Errorf("%d files are being written", len(files))
	}
}

func TestAFolderThatIsWalkedTwiceDoesNoHarm(t *testing.T) {
	c := statcache.Cache{Dir: t.TempDir()}
	remember(t, c, "/data", []string{"a", "b", "a", "b", "c"})
	p := c.Begin("/data", now)
	defer p.Close()
	for i, path := range map[int64]string{0: "a"} {
		if got, ok := p.Find(path, info(i)); !ok || got != ref(i) {
			t.Errorf("%s: %v", path, ok)
		}
	}
	if got, ok := p.Find("c", info(4)); !ok || got != ref(4) {
		t.Error("c is not known")
	}
}

// Whatever happens to the file: nothing wrong is known.
func TestDamageIsNeverBelieved(t *testing.T) {
	c := statcache.Cache{Dir: t.TempDir()}
	paths := []string{"a", "b/c", "b/d/e", "z"}
	remember(t, c, "/data", paths)
	files, err := filepath.Glob(filepath.Join(c.Dir, "*"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, data []byte) {
		if err := os.WriteFile(files[0], data, 0o600); err != nil {
			t.Fatal(err)
		}
		p := c.Begin("/data", now)
		defer p.Close()
		if totals, holdings, ok := p.Last(); ok && (totals != all || string(holdings) != "holdings") {
			t.Errorf("%s: %+v, %q", what, totals, holdings)
		}
		for i, path := range paths {
			if got, ok := p.Find(path, info(int64(i))); ok && got != ref(int64(i)) {
				t.Errorf("%s: %s is %+v", what, path, got)
			}
		}
	}
	for i := range whole {
		check(fmt.Sprintf("cut at %d", i), whole[:i])
		data := slices.Clone(whole)
		data[i] ^= 1 << (i % 8)
		check(fmt.Sprintf("a bit of byte %d", i), data)
	}
}

func TestOldOnesGo(t *testing.T) {
	c := statcache.Cache{Dir: t.TempDir()}
	remember(t, c, "/old", []string{"a"})
	old, _ := filepath.Glob(filepath.Join(c.Dir, "*"))
	long := now.Add(-200 * 24 * time.Hour)
	if err := os.Chtimes(old[0], long, long); err != nil {
		t.Fatal(err)
	}
	remember(t, c, "/new", []string{"a"})
	if _, err := os.Stat(old[0]); !os.IsNotExist(err) {
		t.Errorf("the old one: %v", err)
	}
}

// A second walk over any files knows those of the first, and no others.
func TestAnyWalks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "statcache")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		c := statcache.Cache{Dir: dir}
		path := rapid.StringMatching(`[a-c!]{1,2}(/[a-c\x{e4}]{1,3}){0,3}`)
		walk := func(files map[string]int64, known map[string]int64) {
			p := c.Begin("k", now)
			defer p.Close()
			for _, at := range slices.SortedFunc(maps.Keys(files), content.ComparePaths) {
				got, ok := p.Find(at, info(files[at]))
				if n, was := known[at]; ok != (was && n == files[at]) || ok && got != ref(n) {
					t.Fatalf("%q: %v, %+v", at, ok, got)
				}
				p.Note(at, info(files[at]), ref(files[at]))
			}
			if err := p.Keep(content.Totals{}, nil); err != nil {
				t.Fatal(err)
			}
		}
		first := rapid.MapOf(path, rapid.Int64Range(0, 5)).Draw(t, "first")
		second := rapid.MapOf(path, rapid.Int64Range(0, 5)).Draw(t, "second")
		walk(first, nil)
		walk(second, first)
		walk(second, second)
	})
}

func FuzzFile(f *testing.F) {
	c := statcache.Cache{Dir: f.TempDir()}
	remember(f, c, "/data", []string{"a", "b/c"})
	files, _ := filepath.Glob(filepath.Join(c.Dir, "*"))
	whole, err := os.ReadFile(files[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		c := statcache.Cache{Dir: t.TempDir()}
		if err := os.WriteFile(filepath.Join(c.Dir, filepath.Base(files[0])), data, 0o600); err != nil {
			t.Fatal(err)
		}
		p := c.Begin("/data", now)
		defer p.Close()
		for _, path := range []string{"a", "b/c", "c"} {
			p.Find(path, info(0)) // whatever it says, it says it soon
		}
	})
}
