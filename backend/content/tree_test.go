package content_test

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
)

// someRef is content that nobody reads; its name depends on n.
func someRef(n int) content.Ref {
	id := content.Sum(content.KindData, fmt.Append(nil, n))
	return content.Ref{Size: int64(n%5000) + 1, ID: id, Digest: content.Digest(id)}
}

func manyFiles(n int) []content.PathEntry {
	entries := make([]content.PathEntry, n)
	for i := range entries {
		entries[i] = content.PathEntry{
			Path: fmt.Sprintf("images/img_%07d.png", i), Ref: someRef(i),
			ModTime: time.Unix(1_700_000_000, int64(i)*1001%1e9),
		}
	}
	return entries
}

func assemble(t testing.TB, s content.Store, entries []content.PathEntry) content.Version {
	t.Helper()
	v, err := content.Assemble(t.Context(), s, entries)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func tree(t testing.TB, s content.Store, root content.ID) *content.Tree {
	t.Helper()
	tr, err := content.OpenTree(t.Context(), s, root)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func names(t testing.TB, tr *content.Tree, path, after string, limit int) (list []string) {
	t.Helper()
	for e, err := range tr.List(t.Context(), path, after) {
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == limit {
			break
		}
		list = append(list, e.Name)
	}
	return list
}

// TestTreesArePinned fails when a folder gets another root or digest than in
// an earlier Varve.
func TestTreesArePinned(t *testing.T) {
	small := []content.PathEntry{
		{Path: "data/wine.csv", Ref: someRef(1), ModTime: time.Unix(1_700_000_000, 5), Mode: 0o600},
		{Path: "data/\xff\xfe raw", Ref: someRef(2), ModTime: time.Unix(-5, 0)},
		{Path: "link", Type: content.Link, Target: "data/wine.csv", Mode: 0o777},
		{Path: "empty", Type: content.Folder, Mode: 0o700, ModTime: time.Unix(9, 9)},
		{Path: "model.bin", Ref: content.Ref{Size: 1 << 33, Class: 2, Depth: 3, ID: content.ID{1}, Digest: content.Digest{2}}},
	}
	cases := []struct {
		name    string
		entries []content.PathEntry
		want    string
	}{
		{"nothing", nil, "74ea55802d1f2be5 1ae183d2f55fc93e"},
		{"small", small, "62d65479d4e1ff0a d2a15ccea2ac65a2"},
		{"many", manyFiles(5000), "d80b0111a008b986 f5fd239759f480c5"},
	}
	for _, c := range cases {
		v := assemble(t, contenttest.NewMemory(), c.entries)
		if got := fmt.Sprintf("%.16s %.16s", v.Root, v.Digest); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestEverythingIsFoundAgain(t *testing.T) {
	s := contenttest.NewMemory()
	entries := manyFiles(20_000)
	v := assemble(t, s, entries)
	tr := tree(t, s, v.Root)
	if want := (content.Totals{Files: 20_000, Folders: 1, Bytes: v.Totals.Bytes}); tr.Totals() != want || want.Bytes == 0 {
		t.Fatalf("totals %+v, want %+v", tr.Totals(), want)
	}
	for i := 0; i < len(entries); i += 37 {
		e, err := tr.Lookup(t.Context(), entries[i].Path)
		if err != nil || e.Ref != entries[i].Ref || !e.ModTime.Equal(entries[i].ModTime) || e.Mode != 0o644 {
			t.Fatalf("%s: %+v, %v", entries[i].Path, e, err)
		}
	}
	for _, path := range []string{"images/img_", "images/", "images/zzz", "x", "images/img_0000001.png/x", "/images", "images/."} {
		if _, err := tr.Lookup(t.Context(), path); !errors.Is(err, fault.NotFound) {
			t.Errorf("Lookup(%q): %v", path, err)
		}
	}
	seen := 0
	err := tr.Walk(t.Context(), func(path string, e content.Entry) error {
		if seen >= 2 && path != entries[seen-2].Path {
			return fmt.Errorf("visited %q, want %q", path, entries[seen-2].Path)
		}
		seen++
		return nil
	})
	if err != nil || seen != 20_002 {
		t.Fatalf("walked over %d, %v", seen, err)
	}
}

func TestPagesOfAFolder(t *testing.T) {
	s := contenttest.NewMemory()
	tr := tree(t, s, assemble(t, s, manyFiles(3000)).Root)
	all := names(t, tr, "images", "", -1)
	var paged []string
	for after := ""; ; after = paged[len(paged)-1] {
		page := names(t, tr, "images", after, 7)
		if len(page) == 0 {
			break
		}
		paged = append(paged, page...)
	}
	if len(all) != 3000 || !slices.Equal(all, paged) {
		t.Fatalf("%d names at once, %d by pages", len(all), len(paged))
	}
	if got := names(t, tr, "images", "img_0002998x", 5); !slices.Equal(got, []string{"img_0002999.png"}) {
		t.Fatalf("after a name that does not exist: %q", got)
	}
	if got := names(t, tr, "", "", -1); !slices.Equal(got, []string{"images"}) {
		t.Fatalf("top: %q", got)
	}
	for _, err := range tr.List(t.Context(), "images/img_0000001.png", "") {
		if !errors.Is(err, fault.Invalid) {
			t.Fatalf("listing a file: %v", err)
		}
	}
}

// TestOneChangeCostsLittle is the reason for cutting folders into nodes.
func TestOneChangeCostsLittle(t *testing.T) {
	s := contenttest.NewMemory()
	entries := manyFiles(100_000)
	assemble(t, s, entries)
	nodes, bytes := s.Count(content.KindTree)
	if perNode := 100_000 / nodes; perNode < 50 || perNode > 80 {
		t.Errorf("%d entries a node", perNode)
	}
	t.Logf("%d nodes, %d bytes an entry", nodes, bytes/100_000)
	cases := map[string]func() []content.PathEntry{
		"changed": func() []content.PathEntry { entries[50_000].Ref = someRef(7_777_777); return entries },
		"added": func() []content.PathEntry {
			return append(slices.Clone(entries), content.PathEntry{Path: "images/img_0033333b.png", Ref: someRef(5)})
		},
		"removed": func() []content.PathEntry { return slices.Delete(slices.Clone(entries), 70_000, 70_001) },
	}
	for name, change := range cases {
		nodes, bytes := s.Count(content.KindTree)
		assemble(t, s, change())
		nodesAfter, bytesAfter := s.Count(content.KindTree)
		t.Logf("%s: %d nodes, %d bytes", name, nodesAfter-nodes, bytesAfter-bytes)
		if bytesAfter-bytes > 30_000 {
			t.Errorf("one file %s costs %d bytes", name, bytesAfter-bytes)
		}
	}
}

func TestWalkSkips(t *testing.T) {
	s := contenttest.NewMemory()
	tr := tree(t, s, assemble(t, s, []content.PathEntry{
		{Path: "a/x", Ref: someRef(1)}, {Path: "b/y/z", Ref: someRef(2)}, {Path: "c", Ref: someRef(3)},
	}).Root)
	var visited []string
	err := tr.Walk(t.Context(), func(path string, e content.Entry) error {
		visited = append(visited, path)
		if path == "b" {
			return fs.SkipDir
		}
		return nil
	})
	if want := []string{"", "a", "a/x", "b", "c"}; err != nil || !slices.Equal(visited, want) {
		t.Fatalf("visited %q, %v", visited, err)
	}
	stop := errors.New("enough")
	if err := tr.Walk(t.Context(), func(string, content.Entry) error { return stop }); !errors.Is(err, stop) {
		t.Fatalf("an error of the visitor became %v", err)
	}
}

// TestDigestIsTheContent draws two folders and compares what Digest says with
// what is in them.
func TestDigestIsTheContent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := drawFolder(rt, "a"), drawFolder(rt, "b")
		va, vb := assembleFolder(t, a, 1), assembleFolder(t, b, 2)
		if (va.Digest == vb.Digest) != (a.String() == b.String()) {
			rt.Fatalf("digests %s and %s for\n%s\nand\n%s", va.Digest, vb.Digest, a, b)
		}
		if again := assembleFolder(t, a, 3); again.Digest != va.Digest {
			rt.Fatal("the digest depends on times or permissions")
		}
	})
}

type folder map[string]string // path → content, or "-> target"

func (f folder) String() string {
	var b strings.Builder
	for _, p := range sortedKeys(f) {
		fmt.Fprintf(&b, "%q=%q\n", p, f[p])
	}
	return b.String()
}

func sortedKeys(f folder) []string {
	keys := make([]string, 0, len(f))
	for p := range f {
		keys = append(keys, p)
	}
	slices.Sort(keys)
	return keys
}

func drawFolder(t *rapid.T, label string) folder {
	f := folder{}
	for _, p := range rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "d/a", "d/b", "e/a/b"}), 0, 4).Draw(t, label) {
		f[p] = rapid.SampledFrom([]string{"", "x", "xy", "-> x", "-> xy"}).Draw(t, label+p)
	}
	return f
}

func assembleFolder(t *testing.T, f folder, seed int64) content.Version {
	s := contenttest.NewMemory()
	var entries []content.PathEntry
	for i, p := range sortedKeys(f) {
		e := content.PathEntry{Path: p, Mode: 0o600 + uint32(seed), ModTime: time.Unix(seed*1000+int64(i), seed)}
		if target, ok := strings.CutPrefix(f[p], "-> "); ok {
			e.Type, e.Target = content.Link, target
		} else {
			e.Ref = write(t, s, []byte(f[p]), 0)
		}
		entries = append(entries, e)
	}
	return assemble(t, s, entries)
}

// A file that is put together has the tree of the same file that is added.
func TestAssembleFile(t *testing.T) {
	s := contenttest.NewMemory()
	ref, err := content.WriteFile(t.Context(), s, strings.NewReader("a;b"), content.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	v, err := content.AssembleFile(t.Context(), s, content.PathEntry{Path: "wine.csv", ModTime: time.Unix(1, 0), Ref: ref})
	if err != nil || v.Totals != (content.Totals{Files: 1, Bytes: 3}) || v.Digest != ref.Digest {
		t.Fatalf("%+v, %v", v, err)
	}
	tree, err := content.OpenTree(t.Context(), s, v.Root)
	if err != nil || tree.Top().Name != "wine.csv" || tree.Top().Mode != 0o644 || tree.Totals() != v.Totals {
		t.Errorf("%+v, %v", tree, err)
	}
	if _, err := content.AssembleFile(t.Context(), s, content.PathEntry{Path: "a/b", Ref: ref}); err == nil {
		t.Error("a path was taken for a name")
	}
}

func TestAssembleRefusesWhatCannotBe(t *testing.T) {
	bad := map[string][]content.PathEntry{
		"twice":           {{Path: "a", Ref: someRef(1)}, {Path: "a", Ref: someRef(1)}},
		"file and folder": {{Path: "a", Ref: someRef(1)}, {Path: "a/b", Ref: someRef(1)}},
		"folder and file": {{Path: "a/b", Ref: someRef(1)}, {Path: "a", Ref: someRef(1)}},
		"dots":            {{Path: "a/../b", Ref: someRef(1)}},
		"absolute":        {{Path: "/a", Ref: someRef(1)}},
		"empty":           {{Path: "", Ref: someRef(1)}},
		"slash behind":    {{Path: "a/", Ref: someRef(1)}},
		"NUL":             {{Path: "a\x00b", Ref: someRef(1)}},
		"long":            {{Path: strings.Repeat("x", 1025), Ref: someRef(1)}},
		"deep":            {{Path: strings.Repeat("x/", 1001) + "x", Ref: someRef(1)}},
	}
	for name, entries := range bad {
		if _, err := content.Assemble(t.Context(), contenttest.NewMemory(), entries); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v := assemble(t, contenttest.NewMemory(), []content.PathEntry{
		{Path: "d/x", Ref: someRef(1)}, {Path: "d", Type: content.Folder, Mode: 0o711},
	})
	if v.Totals.Folders != 1 {
		t.Errorf("a described folder counts %d times", v.Totals.Folders)
	}
}

// BenchmarkMillionFiles stores a folder of a million files and then one
// change, and reports what the change costs.
func BenchmarkMillionFiles(b *testing.B) {
	entries := manyFiles(1_000_000)
	for b.Loop() {
		s := contenttest.NewMemory()
		assemble(b, s, entries)
		_, before := s.Count(content.KindTree)
		entries[123_456].Ref = someRef(9_000_000)
		assemble(b, s, entries)
		_, after := s.Count(content.KindTree)
		b.ReportMetric(float64(after-before), "bytes/change")
	}
}
