package content_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
)

type (
	array  = []any
	fields = map[int]any
)

// node stores whatever it is told as a tree node.
func node(t testing.TB, s *contenttest.Memory, body any) []byte {
	t.Helper()
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		t.Fatal(err)
	}
	data, err := mode.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	id := content.Sum(content.KindTree, data)
	if err := s.Put(t.Context(), content.KindTree, id, data); err != nil {
		t.Fatal(err)
	}
	return id[:]
}

func fileFields(name string) fields {
	ref := someRef(1)
	return fields{1: []byte(name), 2: 1, 3: 0o644, 4: 5, 6: ref.Size, 7: ref.ID[:]}
}

func with(f fields, key int, value any) fields {
	if value == nil {
		delete(f, key)
	} else {
		f[key] = value
	}
	return f
}

// walkAll reads a tree to its end, contents of files apart.
func walkAll(t testing.TB, s content.Store, root []byte) error {
	tr, err := content.OpenTree(t.Context(), s, content.ID(root))
	if err != nil {
		return err
	}
	return tr.Walk(t.Context(), func(path string, e content.Entry) error {
		if e.Type == content.Folder {
			for _, err := range tr.List(t.Context(), path, "m") {
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func leaf(t testing.TB, s *contenttest.Memory, entries ...any) []byte {
	t.Helper()
	return node(t, s, array{1, 1, entries})
}

func rootOf(t testing.TB, s *contenttest.Memory, top []byte, size, files int) []byte {
	t.Helper()
	return node(t, s, array{1, 4, fields{2: 2, 3: 0o755, 4: 5, 6: size, 7: top, 10: make([]byte, 32), 12: files}})
}

// TestHostileEntries: every name of an object is right, and the content is not.
func TestHostileEntries(t *testing.T) {
	s := contenttest.NewMemory()
	big := bytes.Repeat([]byte("x"), 1025)
	entry := map[string]fields{
		"dots":             fileFields(".."),
		"separator":        fileFields("a/b"),
		"no name":          fileFields(""),
		"NUL":              fileFields("a\x00"),
		"long name":        with(fileFields("a"), 1, big),
		"type 0":           with(fileFields("a"), 2, 0),
		"type 4":           with(fileFields("a"), 2, 4),
		"set-uid":          with(fileFields("a"), 3, 0o4755),
		"far future":       with(fileFields("a"), 4, 1<<41),
		"nanoseconds":      with(fileFields("a"), 5, 1_000_000_000),
		"short id":         with(fileFields("a"), 7, []byte{1}),
		"file with target": with(fileFields("a"), 11, []byte("x")),
		"file with files":  with(fileFields("a"), 12, 1),
		"file with digest": with(fileFields("a"), 10, make([]byte, 32)),
		"unknown key":      with(fileFields("a"), 15, 1),
		"text for bytes":   with(fileFields("a"), 1, "a"),
		"link, no target":  {1: []byte("a"), 2: 3, 3: 0o777, 4: 5},
		"link with NUL":    {1: []byte("a"), 2: 3, 3: 0o777, 4: 5, 11: []byte("\x00")},
		"link with id":     {1: []byte("a"), 2: 3, 3: 0o777, 4: 5, 11: []byte("x"), 7: make([]byte, 32)},
		"folder, no id":    {1: []byte("a"), 2: 2, 3: 0o755, 4: 5, 10: make([]byte, 32)},
		"huge file":        with(fileFields("a"), 6, uint64(1)<<63),
	}
	for name, e := range entry {
		if err := walkAll(t, s, rootOf(t, s, leaf(t, s, e), 1, 1)); !errors.Is(err, fault.Corrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHostileNodes does the same to what holds entries together.
func TestHostileNodes(t *testing.T) {
	s := contenttest.NewMemory()
	leaf := func(entries ...any) []byte { return leaf(t, s, entries...) }
	rootOf := func(top []byte, size, files int) []byte { return rootOf(t, s, top, size, files) }
	one := leaf(fileFields("a"))
	many := make(array, 257)
	for i := range many {
		many[i] = fileFields(string([]byte{'a' + byte(i/26), 'a' + byte(i%26)}))
	}
	child := func(first string, id []byte, count any) array { return array{[]byte(first), id, count} }
	roots := map[string][]byte{
		"two of a name":      rootOf(leaf(fileFields("a"), fileFields("a")), 2, 2),
		"out of order":       rootOf(leaf(fileFields("b"), fileFields("a")), 2, 2),
		"257 entries":        rootOf(leaf(many...), 257, 257),
		"null for entries":   rootOf(node(t, s, array{1, 1, nil}), 0, 0),
		"wrong size":         rootOf(one, 77, 1),
		"wrong digest":       rootOf(one, 2, 1),
		"root below":         rootOf(rootOf(one, 2, 1), 2, 1),
		"link as top":        node(t, s, array{1, 4, fields{1: []byte("a"), 2: 3, 3: 0o777, 4: 5, 11: []byte("x")}}),
		"file without name":  node(t, s, array{1, 4, with(fileFields("a"), 1, nil)}),
		"leaf as root":       one,
		"four parts":         node(t, s, array{1, 4, fileFields("a"), 0}),
		"type 9":             node(t, s, array{1, 9, fileFields("a")}),
		"version 0":          node(t, s, array{0, 4, fileFields("a")}),
		"not an array":       node(t, s, "hello"),
		"index of one":       rootOf(node(t, s, array{1, 2, array{1, array{child("a", one, 1)}}}), 2, 1),
		"empty index":        rootOf(node(t, s, array{1, 2, array{1, array{}}}), 2, 1),
		"index level 0":      rootOf(node(t, s, array{1, 2, array{0, array{child("a", one, 1), child("b", one, 1)}}}), 2, 1),
		"index level 9":      rootOf(node(t, s, array{1, 2, array{9, array{child("a", one, 1), child("b", one, 1)}}}), 2, 1),
		"one child twice":    rootOf(node(t, s, array{1, 2, array{1, array{child("a", one, 1), child("b", one, 1)}}}), 4, 2),
		"wrong level below":  rootOf(node(t, s, array{1, 2, array{2, array{child("a", one, 1), child("b", one, 1)}}}), 4, 2),
		"wrong count":        rootOf(node(t, s, array{1, 2, array{1, array{child("a", one, 2), child("b", one, 1)}}}), 4, 2),
		"index out of order": rootOf(node(t, s, array{1, 2, array{1, array{child("b", one, 1), child("a", one, 1)}}}), 4, 2),
		"index of nothing":   rootOf(node(t, s, array{1, 2, array{1, array{child("a", one, 0), child("b", one, 1)}}}), 4, 2),
	}
	for name, root := range roots {
		if err := walkAll(t, s, root); !errors.Is(err, fault.Corrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := walkAll(t, s, node(t, s, array{2, 4, "later", "and more"})); !errors.Is(err, fault.Newer) {
		t.Errorf("a later version: %v", err)
	}
}

// A node that overlaps its neighbour would let one name come twice.
func TestNodesThatOverlap(t *testing.T) {
	s := contenttest.NewMemory()
	a := node(t, s, array{1, 1, array{fileFields("a"), fileFields("x")}})
	b := node(t, s, array{1, 1, array{fileFields("b"), fileFields("c")}})
	index := node(t, s, array{1, 2, array{1, array{array{[]byte("a"), a, 2}, array{[]byte("b"), b, 2}}}})
	root := node(t, s, array{1, 4, fields{2: 2, 3: 0o755, 4: 5, 6: 8, 7: index, 10: make([]byte, 32), 12: 4}})
	if err := walkAll(t, s, root); !errors.Is(err, fault.Corrupt) {
		t.Fatalf("got %v", err)
	}
}

// FuzzTree reads trees that contain a node of any bytes. It must neither
// panic nor hand out names that are not names.
func FuzzTree(f *testing.F) {
	s := contenttest.NewMemory()
	other := tree(f, s, assemble(f, s, manyFiles(300)).Root)
	assemble(f, s, []content.PathEntry{{Path: "a/b", Ref: someRef(1)}, {Path: "l", Type: content.Link, Target: "a"}})
	for _, id := range s.IDs(content.KindTree) {
		data, err := s.Get(f.Context(), id)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 || len(data) > content.MaxObject {
			t.Skip()
		}
		id := content.Sum(content.KindTree, data)
		if err := s.Put(t.Context(), content.KindTree, id, data); err != nil {
			t.Fatal(err)
		}
		root := node(t, s, array{1, 4, fields{2: 2, 3: 0o755, 4: 5, 6: 9, 7: id[:], 10: make([]byte, 32), 12: 1}})
		for _, r := range [][]byte{id[:], root} {
			tr, err := content.OpenTree(t.Context(), s, content.ID(r))
			if err != nil {
				wantFault(t, err)
				continue
			}
			_, err = content.Diff(t.Context(), tr, other, content.DiffOptions{Limit: 5})
			wantFault(t, err)
			wantFault(t, tr.Walk(t.Context(), func(path string, e content.Entry) error {
				if e.Name != "" && content.CheckName(e.Name) != nil || len(path) > 1<<20 {
					t.Fatalf("an impossible name came out: %q", e.Name)
				}
				return nil
			}))
		}
		if r, err := content.Open(t.Context(), s, content.Ref{Size: int64(len(data)) * 50, Class: 1, Depth: 1, ID: id}); err == nil {
			_, err := r.ReadAt(make([]byte, 10), int64(len(data)))
			wantFault(t, err)
		}
	})
}

// wantFault accepts success and what hostile bytes may lead to.
func wantFault(t *testing.T, err error) {
	t.Helper()
	if err != nil && !errors.Is(err, fault.Corrupt) && !errors.Is(err, fault.Newer) && !errors.Is(err, fault.NotFound) {
		t.Fatalf("hostile bytes gave %v", err)
	}
}
