package content_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
)

// readCounter counts what is read of a store.
type readCounter struct {
	content.Store
	reads atomic.Int64
}

func (c *readCounter) Get(ctx context.Context, id content.ID) ([]byte, error) {
	c.reads.Add(1)
	return c.Store.Get(ctx, id)
}

func diff(t testing.TB, s content.Store, a, b content.ID, o content.DiffOptions) content.Difference {
	t.Helper()
	d, err := content.Diff(t.Context(), tree(t, s, a), tree(t, s, b), o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// said writes changes down, one a line.
func said(d content.Difference) string {
	var b strings.Builder
	for _, c := range d.Changes {
		fmt.Fprintf(&b, "%s %s", c.Kind, c.Path)
		if c.From != "" {
			fmt.Fprintf(&b, " from %s", c.From)
		}
		for _, w := range c.What {
			fmt.Fprintf(&b, " %s", w)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestDiffSaysWhatHappened(t *testing.T) {
	s := contenttest.NewMemory()
	one, two, three := someRef(1), someRef(2), someRef(3)
	nothing := content.Ref{ID: content.Sum(content.KindData, nil), Digest: content.Digest(content.Sum(content.KindData, nil))}
	before := assemble(t, s, []content.PathEntry{
		{Path: "a.csv", Ref: one}, {Path: "a/b.csv", Ref: two}, {Path: "a/keep.csv", Ref: three},
		{Path: "link", Type: content.Link, Target: "a.csv"}, {Path: "run.sh", Ref: three},
		{Path: "thing", Ref: two}, {Path: "old/empty", Ref: nothing}, {Path: "old/__init__.py", Ref: nothing},
	})
	after := assemble(t, s, []content.PathEntry{
		{Path: "a.csv", Ref: two}, {Path: "z/b.csv", Ref: two}, {Path: "a/keep.csv", Ref: three},
		{Path: "link", Type: content.Link, Target: "z"}, {Path: "run.sh", Ref: three, Mode: 0o755},
		{Path: "thing/x", Ref: one}, {Path: "new/bare", Ref: nothing}, {Path: "new/__init__.py", Ref: nothing},
	})
	d := diff(t, s, before.Root, after.Root, content.DiffOptions{Limit: 100})
	const want = `changed a.csv content
changed link target
added new
moved new/__init__.py from old/__init__.py
added new/bare
removed old
removed old/empty
changed run.sh mode
changed thing type
added thing/x
added z
moved z/b.csv from a/b.csv
`
	if got := said(d); got != want {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}
	if d.Added != (content.Totals{Files: 2, Folders: 2, Bytes: one.Size}) || d.Moved != (content.Totals{Files: 2, Bytes: two.Size}) || d.Removed != (content.Totals{Files: 1, Folders: 1}) {
		t.Errorf("it counts %+v", d)
	}
	if d.Changed != (content.Totals{Files: 2, Folders: 1, Links: 1, Bytes: two.Size + three.Size}) || d.ChangedFrom != one.Size+two.Size+three.Size {
		t.Errorf("it counts %+v from %d", d.Changed, d.ChangedFrom)
	}
	if d := diff(t, s, after.Root, after.Root, content.DiffOptions{Limit: 9}); !reflect.DeepEqual(d, content.Difference{}) {
		t.Errorf("a tree differs from itself by %+v", d)
	}
}

// One changed file of a great many costs a few nodes, wherever it lies.
func TestDiffReadsOnlyWhatDiffers(t *testing.T) {
	s := &readCounter{Store: contenttest.NewMemory()}
	const n = 40_000
	entries := manyFiles(n)
	before := assemble(t, s, entries)
	for _, at := range []int{0, n / 2, n - 1} {
		changed := slices.Clone(entries)
		changed[at].Ref = someRef(n + 1)
		for what, list := range map[string][]content.PathEntry{
			"changed": changed, "removed": slices.Delete(slices.Clone(entries), at, at+1),
			"added": append(slices.Clone(entries), content.PathEntry{Path: entries[at].Path + "x", Ref: someRef(n + 2)}),
		} {
			after := assemble(t, s, list)
			s.reads.Store(0)
			d := diff(t, s, before.Root, after.Root, content.DiffOptions{Limit: 10})
			if got := said(d); len(d.Changes) != 1 || !strings.HasPrefix(got, what+" "+entries[at].Path) {
				t.Errorf("%s at %d: %s", what, at, got)
			}
			if reads := s.reads.Load(); reads > 12 {
				t.Errorf("%s at %d: %d nodes were read", what, at, reads)
			}
		}
	}
}

func TestDiffOfSingleFiles(t *testing.T) {
	s := contenttest.NewMemory()
	build := func(name, text string) content.ID {
		f := contenttest.NewFiles(map[string]string{name: text})
		f.File = name
		v, err := content.Build(t.Context(), s, f, content.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return v.Root
	}
	a, b, c := build("wine.csv", "1"), build("wine.csv", "22"), build("new.csv", "22")
	for _, w := range []struct {
		from, to content.ID
		want     string
	}{
		{a, b, "changed wine.csv content\n"}, {b, c, "moved new.csv from wine.csv\n"}, {a, c, "added new.csv\nremoved wine.csv\n"},
		{a, assemble(t, s, []content.PathEntry{{Path: "x", Ref: someRef(4)}}).Root, "removed wine.csv\nadded x\n"},
	} {
		if got := said(diff(t, s, w.from, w.to, content.DiffOptions{Limit: 9})); got != w.want {
			t.Errorf("it says %q, want %q", got, w.want)
		}
	}
}

func TestDiffEndsWithItsContext(t *testing.T) {
	s := contenttest.NewMemory()
	a, b := tree(t, s, assemble(t, s, manyFiles(500)).Root), tree(t, s, assemble(t, s, nil).Root)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := content.Diff(ctx, a, b, content.DiffOptions{Limit: 9}); !errors.Is(err, fault.Cancelled) {
		t.Errorf("it ended with %v", err)
	}
}

// A node that is missing, or whose index is wrong about it, is said.
func TestDiffOfDamage(t *testing.T) {
	s := contenttest.NewMemory()
	a, b := assemble(t, s, manyFiles(500)), assemble(t, s, manyFiles(200))
	before, after := tree(t, s, a.Root), tree(t, s, b.Root)
	for _, id := range s.IDs(content.KindTree) {
		if _, err := content.Diff(t.Context(), before, after, content.DiffOptions{}); err != nil {
			t.Fatal(err)
		}
		was, err := s.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		s.Replace(id, nil)
		_, err = content.Diff(t.Context(), before, after, content.DiffOptions{})
		if err != nil && !errors.Is(err, fault.NotFound) {
			t.Errorf("without %s: %v", id, err)
		}
		s.Replace(id, was)
	}
}

// drawTree draws a tree like another one, or a new one. Few contents and names
// make moves likely; many files make folders of several levels.
func drawTree(t *rapid.T, like map[string]content.PathEntry) map[string]content.PathEntry {
	tree := maps.Clone(like)
	if tree == nil {
		tree = map[string]content.PathEntry{}
		for i := range rapid.SampledFrom([]int{0, 3, 100, 1500}).Draw(t, "files") {
			p := fmt.Sprintf("%s%c%d", []string{"", "d/", "d/e/"}[i%3], 'a'+i%7, i)
			tree[p] = content.PathEntry{Path: p, Ref: someRef(i)}
		}
	}
	names := []string{"a0", "d/b1", "d", "d.", "d/e", "d/e/x", "e/a0", "e/b1", "f", "f/a0", "d/e/c2", "g/h/i"}
	for range rapid.IntRange(0, 8).Draw(t, "edits") {
		p := rapid.SampledFrom(names).Draw(t, "path")
		if n := len(tree); n > 0 && rapid.Bool().Draw(t, "known") {
			p = slices.Sorted(maps.Keys(tree))[rapid.IntRange(0, n-1).Draw(t, "which")]
		}
		e := content.PathEntry{Path: p, Mode: rapid.SampledFrom([]uint32{0o644, 0o755}).Draw(t, "mode")}
		switch rapid.SampledFrom([]string{"file", "file", "link", "folder", "gone", "range"}).Draw(t, "kind") {
		case "file":
			if n := rapid.IntRange(0, 5).Draw(t, "content"); n > 0 {
				e.Ref = someRef(n)
			} else {
				e.Ref.ID = content.Sum(content.KindData, nil)
				e.Ref.Digest = content.Digest(e.Ref.ID)
			}
			put(tree, e)
		case "link":
			e.Type, e.Target = content.Link, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "target")
			put(tree, e)
		case "folder":
			e.Type = content.Folder
			put(tree, e)
		case "gone":
			delete(tree, p)
		case "range":
			all := slices.Sorted(maps.Keys(tree))
			from := rapid.IntRange(0, len(all)).Draw(t, "from")
			for _, p := range all[from:min(len(all), from+rapid.IntRange(0, 400).Draw(t, "n"))] {
				delete(tree, p)
			}
		}
	}
	return tree
}

// put sets a path, and takes away what cannot be beside it.
func put(tree map[string]content.PathEntry, e content.PathEntry) {
	for p := range tree {
		if strings.HasPrefix(p, e.Path+"/") || strings.HasPrefix(e.Path, p+"/") {
			delete(tree, p)
		}
	}
	tree[e.Path] = e
}

func TestDiffIsWhatFlatTreesSay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := contenttest.NewMemory()
		one := drawTree(rt, nil)
		other := drawTree(rt, one)
		if rapid.IntRange(0, 4).Draw(rt, "another") == 0 {
			other = drawTree(rt, nil)
		}
		before := assemble(t, s, slices.Collect(maps.Values(one)))
		after := assemble(t, s, slices.Collect(maps.Values(other)))
		o := content.DiffOptions{Limit: rapid.SampledFrom([]int{0, 1, 5, math.MaxInt}).Draw(rt, "limit"), Moves: rapid.SampledFrom([]int{0, 0, 3}).Draw(rt, "moves")}
		got := diff(t, s, before.Root, after.Root, o)
		want := naive(t, tree(t, s, before.Root), tree(t, s, after.Root), !got.Unpaired)
		n := min(len(want.Changes), o.Limit)
		want.Changes, want.More, want.Unpaired = want.Changes[:n], int64(len(want.Changes)-n), got.Unpaired
		if got.Unpaired && got.Added.Files+got.Removed.Files <= 3 {
			rt.Fatal("it gave up too early")
		}
		if len(got.Changes) == 0 && len(want.Changes) == 0 {
			got.Changes, want.Changes = nil, nil
		}
		if !reflect.DeepEqual(got, want) {
			rt.Fatalf("it says\n%+v\n%s\nwant\n%+v\n%s", got, said(got), want, said(want))
		}
		if grown := got.Added.Bytes - got.Removed.Bytes + got.Changed.Bytes - got.ChangedFrom; grown != after.Totals.Bytes-before.Totals.Bytes {
			rt.Fatalf("it grew by %d bytes, not by %d", grown, after.Totals.Bytes-before.Totals.Bytes)
		}
	})
}

type flat map[string]content.Entry

func flatten(t *testing.T, tr *content.Tree) flat {
	f := flat{}
	if err := tr.Walk(t.Context(), func(path string, e content.Entry) error { f[path] = e; return nil }); err != nil {
		t.Fatal(err)
	}
	delete(f, "")
	return f
}

// naive compares trees path by path, and looks for moves pair by pair.
func naive(t *testing.T, before, after *content.Tree, moves bool) (d content.Difference) {
	a, b := flatten(t, before), flatten(t, after)
	all := maps.Clone(a)
	maps.Copy(all, b)
	paths := slices.SortedFunc(maps.Keys(all), func(x, y string) int { return slices.Compare(strings.Split(x, "/"), strings.Split(y, "/")) })
	moved, from := map[string]string{}, map[string]bool{}
	for _, sameName := range []bool{true, false} {
		for _, to := range paths {
			_, old := a[to]
			if y := b[to]; moves && !old && y.Type == content.File && moved[to] == "" {
				for _, p := range paths {
					x := a[p]
					_, kept := b[p]
					if kept || from[p] || x.Type != content.File || x.Digest != y.Digest || !sameName && y.Ref.Size == 0 || sameName && path.Base(p) != path.Base(to) {
						continue
					}
					moved[to], from[p] = p, true
					break
				}
			}
		}
	}
	for _, p := range paths {
		x, old := a[p]
		y, fresh := b[p]
		c := content.Change{Path: p, Before: side(x), After: side(y)}
		switch {
		case from[p]:
			continue
		case moved[p] != "":
			c.Kind, c.From, c.Before = content.Moved, moved[p], side(a[moved[p]])
			if c.Before.Mode != c.After.Mode {
				c.What = []content.Aspect{content.OfMode}
			}
			count(&d.Moved, y)
		case !old:
			c.Kind = content.Added
			count(&d.Added, y)
		case !fresh:
			c.Kind = content.Removed
			count(&d.Removed, x)
		default:
			c.Kind = content.Changed
			if c.What = differs(x, y); c.What == nil {
				continue
			}
			count(&d.Changed, y)
			d.ChangedFrom += c.Before.Size
		}
		d.Changes = append(d.Changes, c)
	}
	return d
}

func differs(x, y content.Entry) (what []content.Aspect) {
	if x.Type != y.Type {
		return []content.Aspect{content.OfType}
	}
	if x.Type == content.File && x.Digest != y.Digest {
		what = append(what, content.OfContent)
	}
	if x.Type != content.Link && x.Mode != y.Mode {
		what = append(what, content.OfMode)
	}
	if x.Target != y.Target {
		what = append(what, content.OfTarget)
	}
	return what
}

func side(e content.Entry) content.Side {
	s := content.Side{Type: e.Type, Mode: e.Mode, Target: e.Target}
	if e.Type == content.File {
		s.Size, s.Digest = e.Ref.Size, e.Digest
	}
	return s
}

func count(t *content.Totals, e content.Entry) {
	switch e.Type {
	case content.File:
		t.Files++
		t.Bytes += e.Ref.Size
	case content.Folder:
		t.Folders++
	case content.Link:
		t.Links++
	}
}
