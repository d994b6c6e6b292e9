package content_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
)

func build(t *testing.T, s content.Store, src content.Source, opts content.BuildOptions) content.Version {
	t.Helper()
	v, err := content.Build(t.Context(), s, src, opts)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func project() *contenttest.Files {
	src := contenttest.NewFiles(map[string]string{
		"MLproject": "name: wine", "src/train.py": "print(1)", "src/util.py": "", "data/wine.csv": "a;b\n1;2\n",
	})
	src.Items["latest"] = &contenttest.Item{Type: content.Link, Target: "data/wine.csv", Mode: 0o777}
	src.Items["loop"] = &contenttest.Item{Type: content.Link, Target: ".", Mode: 0o777}
	src.Items["out"] = &contenttest.Item{Type: content.Folder}
	src.Items["data/large"] = &contenttest.Item{Data: contenttest.Bytes(1, 600<<10), Mode: 0o755, ModTime: time.Unix(7, 8)}
	return src
}

func TestBuildKeepsWhatIsThere(t *testing.T) {
	s := contenttest.NewMemory()
	v := build(t, s, project(), content.BuildOptions{})
	if want := (content.Totals{Files: 5, Folders: 3, Links: 2, Bytes: 600<<10 + 26}); v.Totals != want {
		t.Fatalf("totals %+v, want %+v", v.Totals, want)
	}
	tr := tree(t, s, v.Root)
	if tr.Digest() != v.Digest || tr.Top().Type != content.Folder {
		t.Fatalf("the tree has digest %s, the version %s", tr.Digest(), v.Digest)
	}
	large, err := tr.Lookup(t.Context(), "data/large")
	if err != nil || large.Mode != 0o755 || !large.ModTime.Equal(time.Unix(7, 8)) || large.Ref.Class != content.Class64K {
		t.Fatalf("data/large: %+v, %v", large, err)
	}
	if got := read(t, s, large.Ref); string(got) != string(contenttest.Bytes(1, 600<<10)) {
		t.Fatal("data/large has other bytes")
	}
	if link, err := tr.Lookup(t.Context(), "loop"); err != nil || link.Type != content.Link || link.Target != "." {
		t.Fatalf("loop: %+v, %v", link, err)
	}
	if err := tr.Walk(t.Context(), func(string, content.Entry) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if s.Unflushed() == 0 {
		t.Fatal("Build flushed: that is the business of the caller")
	}
}

func TestUnchangedHasTheSameDigest(t *testing.T) {
	s := contenttest.NewMemory()
	first := build(t, s, project(), content.BuildOptions{})
	same := project()
	for _, it := range same.Items {
		it.ModTime = it.ModTime.Add(time.Hour)
	}
	same.Items["data/large"].Mode = 0o600
	second := build(t, s, same, content.BuildOptions{Previous: first.Root})
	if second.Digest != first.Digest || second.Root == first.Root {
		t.Fatalf("digests %s and %s, roots %s and %s", first.Digest, second.Digest, first.Root, second.Root)
	}
	if only := build(t, nil, project(), content.BuildOptions{}); only.Digest != first.Digest || !only.Root.IsZero() {
		t.Fatalf("without a store the digest is %s, want %s", only.Digest, first.Digest)
	}
	same.Items["src/util.py"].Data = []byte("x")
	if third := build(t, s, same, content.BuildOptions{}); third.Digest == first.Digest {
		t.Fatal("a changed file did not change the digest")
	}
}

func TestASingleFile(t *testing.T) {
	s := contenttest.NewMemory()
	src := contenttest.NewFiles(map[string]string{"wine.csv": "1;2", "other": "secret"})
	src.File = "wine.csv"
	v := build(t, s, src, content.BuildOptions{})
	tr := tree(t, s, v.Root)
	if e := tr.Top(); e.Name != "wine.csv" || e.Type != content.File || string(read(t, s, e.Ref)) != "1;2" {
		t.Fatalf("top: %+v", e)
	}
	if v.Totals != (content.Totals{Files: 1, Bytes: 3}) || tr.Totals() != v.Totals {
		t.Fatalf("totals %+v", v.Totals)
	}
	if _, err := tr.Lookup(t.Context(), "wine.csv"); err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Lookup(t.Context(), "other"); !errors.Is(err, fault.NotFound) {
		t.Fatalf("other: %v", err)
	}
	if v.Digest != content.Digest(content.Sum(content.KindData, []byte("1;2"))) {
		t.Fatal("the digest of a file is not that of its content")
	}
}

func TestBuildRefusesByName(t *testing.T) {
	cases := map[string]struct {
		path string
		item contenttest.Item
		kind fault.Kind
		says string
	}{
		"pipe":     {"src/pipe", contenttest.Item{What: "a named pipe"}, fault.Unsupported, "“src/pipe” is a named pipe"},
		"denied":   {"data/secret", contenttest.Item{Denied: true, Mode: 0o200}, fault.Denied, "“data/secret” may not be read"},
		"folder":   {"data/closed", contenttest.Item{Type: content.Folder, Denied: true}, fault.Denied, "“data/closed” may not be read"},
		"raw name": {"data/\xff\x01", contenttest.Item{What: "a device"}, fault.Unsupported, `“data/\xff\x01” is a device`},
		"target":   {"far", contenttest.Item{Type: content.Link, Target: strings.Repeat("x", 5000)}, fault.Unsupported, "“far” is a link"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			src := project()
			src.Items[c.path] = &c.item
			s := contenttest.NewMemory()
			_, err := content.Build(t.Context(), s, src, content.BuildOptions{})
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v, want %q with %q", err, c.kind, c.says)
			}
			if data, _ := s.Count(content.KindData); data > 0 {
				t.Fatalf("%d objects were stored before it was refused", data)
			}
		})
	}
	src := project()
	for i := range 30 {
		src.Items[fmt.Sprintf("p%02d", i)] = &contenttest.Item{What: "a socket"}
	}
	if _, err := content.Build(t.Context(), nil, src, content.BuildOptions{}); !strings.Contains(err.Error(), "and 25 more") {
		t.Fatalf("thirty sockets: %v", err)
	}
}

// A file whose bits allow it and whose owner does not is found only when it
// is read; it is refused all the same.
func TestDeniedWhileReading(t *testing.T) {
	src := project()
	src.Items["acl"] = &contenttest.Item{Denied: true, Mode: 0o644}
	if _, err := content.Build(t.Context(), contenttest.NewMemory(), src, content.BuildOptions{}); !errors.Is(err, fault.Denied) {
		t.Fatalf("got %v", err)
	}
}

func TestAFileThatChangesIsReadAgain(t *testing.T) {
	for times, want := range map[int]fault.Kind{1: "", 2: "", 1000: fault.Conflict} {
		s := contenttest.NewMemory()
		src := project()
		changed := 0
		src.OnRead = func(path string) {
			if path == "data/large" && changed < times {
				changed++
				it := src.Items[path]
				it.Data = contenttest.Bytes(uint64(changed+5), 600<<10)
				it.ModTime = it.ModTime.Add(time.Second)
			}
		}
		v, err := content.Build(t.Context(), s, src, content.BuildOptions{})
		if want != "" {
			if !errors.Is(err, want) || !strings.Contains(err.Error(), "data/large") {
				t.Fatalf("changing %d times: %v", times, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("changing %d times: %v", times, err)
		}
		e, err := tree(t, s, v.Root).Lookup(t.Context(), "data/large")
		if err != nil || string(read(t, s, e.Ref)) != string(src.Items["data/large"].Data) {
			t.Fatalf("changing %d times: an old state was kept (%v)", times, err)
		}
	}
}

func TestThingsThatMoveMeanwhile(t *testing.T) {
	cases := map[string]struct {
		change func(src *contenttest.Files)
		want   fault.Kind
		there  string
	}{
		"removed": {func(src *contenttest.Files) { delete(src.Items, "src/util.py") }, "", "src/train.py"},
		"renamed": {func(src *contenttest.Files) {
			src.Items["src/a.py"] = src.Items["src/util.py"]
			delete(src.Items, "src/util.py")
		}, "", "src/a.py"},
		"renamed before what was read": {func(src *contenttest.Files) {
			src.Items["data/a"] = src.Items["data/wine.csv"]
			delete(src.Items, "data/wine.csv")
		}, "", "data/a"},
		"file becomes link": {func(src *contenttest.Files) {
			src.Items["src/util.py"] = &contenttest.Item{Type: content.Link, Target: "/etc/passwd"}
		}, "", "src/util.py"},
		"becomes a pipe": {func(src *contenttest.Files) {
			src.Items["src/util.py"] = &contenttest.Item{What: "a named pipe"}
		}, fault.Unsupported, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := contenttest.NewMemory()
			src := project()
			src.OnRead = func(path string) {
				if path == "src/train.py" || path == "data/wine.csv" && strings.Contains(name, "before") {
					src.OnRead = nil
					c.change(src)
				}
			}
			v, err := content.Build(t.Context(), s, src, content.BuildOptions{})
			if c.want != "" {
				if !errors.Is(err, c.want) {
					t.Fatalf("got %v, want %q", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tree(t, s, v.Root).Lookup(t.Context(), c.there); err != nil {
				t.Fatal(err)
			}
			if now := build(t, nil, src, content.BuildOptions{}); now.Digest != v.Digest {
				t.Fatal("what was kept is not what is there now")
			}
		})
	}
}

func TestAFolderThatNeverRests(t *testing.T) {
	src := project()
	n := 0
	src.OnRead = func(path string) {
		if path == "src/train.py" {
			n++
			delete(src.Items, fmt.Sprintf("src/x%d", n-1))
			src.Items[fmt.Sprintf("src/x%d", n)] = &contenttest.Item{}
		}
	}
	_, err := content.Build(t.Context(), contenttest.NewMemory(), src, content.BuildOptions{})
	if !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "“src”") {
		t.Fatalf("got %v", err)
	}
}

func TestPreviousClassIsKept(t *testing.T) {
	s := contenttest.NewMemory()
	first := project()
	data := first.Items["data/large"].Data
	ref := write(t, s, data, content.Class512K)
	before := assemble(t, s, []content.PathEntry{{Path: "data/large", Ref: ref}})
	v := build(t, s, first, content.BuildOptions{Previous: before.Root})
	e, err := tree(t, s, v.Root).Lookup(t.Context(), "data/large")
	if err != nil || e.Ref != ref {
		t.Fatalf("%+v, %v, want %+v", e.Ref, err, ref)
	}
	if _, err := content.Build(t.Context(), s, first, content.BuildOptions{Previous: content.ID{1}}); !errors.Is(err, fault.NotFound) {
		t.Fatalf("a previous version that is not there: %v", err)
	}
}

func TestProgressAndLeavingOut(t *testing.T) {
	var last content.Progress
	counting := true
	v := build(t, contenttest.NewMemory(), project(), content.BuildOptions{
		Leave: func(path string, typ content.Type) bool {
			return path == "src" || path == "latest" && typ == content.Link
		},
		Progress: func(p content.Progress) {
			if p.Counting && !counting {
				t.Fatal("it counts again after it has begun to read")
			}
			if !p.Counting && (p.Done.Bytes < last.Done.Bytes || p.All != last.All && !last.Counting) {
				t.Fatalf("progress goes back: %+v after %+v", p, last)
			}
			last, counting = p, p.Counting
		},
	})
	if last.Done != v.Totals || last.All != v.Totals || v.Totals.Files != 3 || v.Totals.Links != 1 {
		t.Fatalf("progress ended at %+v, totals are %+v", last, v.Totals)
	}
}

func TestBuildStops(t *testing.T) {
	for _, when := range []string{"MLproject", "data/large"} {
		ctx, cancel := context.WithCancel(t.Context())
		src := project()
		src.OnRead = func(path string) {
			if path == when {
				cancel()
			}
		}
		if _, err := content.Build(ctx, contenttest.NewMemory(), src, content.BuildOptions{}); !errors.Is(err, fault.Cancelled) {
			t.Errorf("stopped at %s: %v", when, err)
		}
		cancel()
	}
}

// failing is a store that is full after some objects.
type failing struct {
	*contenttest.Memory
	left int
}

func (f *failing) Put(ctx context.Context, k content.Kind, id content.ID, data []byte) error {
	if f.left--; f.left < 0 {
		return fault.New(fault.NoSpace, "the disk is full")
	}
	return f.Memory.Put(ctx, k, id, data)
}

func TestBuildOnAFullStore(t *testing.T) {
	for left := range 15 {
		_, err := content.Build(t.Context(), &failing{contenttest.NewMemory(), left}, project(), content.BuildOptions{})
		if !errors.Is(err, fault.NoSpace) {
			t.Fatalf("with room for %d objects: %v", left, err)
		}
	}
}
