package content_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
)

func openTree(t interface {
	Context() context.Context
	Fatal(...any)
}, s content.Store, files map[string]string,
) *content.Tree {
	v, err := content.Build(t.Context(), s, contenttest.NewFiles(files), content.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	tree, err := content.OpenTree(t.Context(), s, v.Root)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// topOf is the entry of a tree with one file, or of a folder.
func topOf(t *testing.T, s content.Store, files map[string]string, path string) *content.Entry {
	e, err := openTree(t, s, files).Lookup(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return &e
}

func TestEdit(t *testing.T) {
	s := contenttest.NewMemory()
	tree := openTree(t, s, map[string]string{"a": "1", "b/c": "22", "b/d/e": "333", "b/d/f": "4444", "bb": "5"})
	file := topOf(t, s, map[string]string{"x": "new"}, "x")
	folder := topOf(t, s, map[string]string{"g/h": "7", "g/i": "8"}, "g")
	now := time.Date(2026, 11, 30, 12, 0, 0, 123, time.UTC)
	for _, c := range []struct {
		edits []content.Edit
		want  map[string]string
		kind  fault.Kind
	}{
		{nil, map[string]string{"a": "1", "b/c": "22", "b/d/e": "333", "b/d/f": "4444", "bb": "5"}, ""},
		{[]content.Edit{{"a", file}}, map[string]string{"a": "new", "b/c": "22", "b/d/e": "333", "b/d/f": "4444", "bb": "5"}, ""},
		{[]content.Edit{{"b", nil}, {"A", file}, {"z", file}}, map[string]string{"A": "new", "a": "1", "bb": "5", "z": "new"}, ""},
		{[]content.Edit{{"b/d", folder}, {"b/c", nil}}, map[string]string{"a": "1", "b/d/h": "7", "b/d/i": "8", "bb": "5"}, ""},
		{[]content.Edit{{"b/d/a/b/c", file}}, map[string]string{"a": "1", "b/c": "22", "b/d/a/b/c": "new", "b/d/e": "333", "b/d/f": "4444", "bb": "5"}, ""},
		{[]content.Edit{{"b", file}}, map[string]string{"a": "1", "b": "new", "bb": "5"}, ""},
		{edits: []content.Edit{{"nowhere", nil}}, kind: fault.NotFound},
		{edits: []content.Edit{{"b/nowhere", nil}}, kind: fault.NotFound},
		{edits: []content.Edit{{"new/nowhere", nil}}, kind: fault.NotFound},
		{edits: []content.Edit{{"a/x", file}}, kind: fault.Invalid},
		{edits: []content.Edit{{"a", file}, {"a", nil}}, kind: fault.Invalid},
		{edits: []content.Edit{{"b", nil}, {"b/c", file}}, kind: fault.Invalid},
		{edits: []content.Edit{{"b/c", file}, {"b", nil}}, kind: fault.Invalid},
		{edits: []content.Edit{{"", file}}, kind: fault.Invalid},
		{edits: []content.Edit{{"../x", file}}, kind: fault.Invalid},
		{edits: []content.Edit{{strings.Repeat("x/", 2000) + "x", file}}, kind: fault.Invalid},
	} {
		v, err := tree.Edit(t.Context(), c.edits, now)
		if c.kind != "" {
			if !errors.Is(err, c.kind) {
				t.Errorf("%v: %v", c.edits, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%v: %v", c.edits, err)
			continue
		}
		if want := openTree(t, s, c.want); v.Digest != want.Digest() || v.Totals != want.Totals() {
			t.Errorf("%v gives %+v, want %+v", c.edits, v.Totals, want.Totals())
		}
		if !v.Top.ModTime.Equal(now) {
			t.Errorf("the folder was changed at %v", v.Top.ModTime)
		}
	}
}

func TestASingleFileHasNothingToEdit(t *testing.T) {
	s := contenttest.NewMemory()
	source := contenttest.NewFiles(map[string]string{"wine.csv": "1,2"})
	source.File = "wine.csv"
	v, err := content.Build(t.Context(), s, source, content.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	tree, err := content.OpenTree(t.Context(), s, v.Root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.Edit(t.Context(), []content.Edit{{"wine.csv", nil}}, time.Now()); !errors.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

// treesOnly refuses to read what files contain.
type treesOnly struct{ *contenttest.Memory }

func (s treesOnly) Get(ctx context.Context, id content.ID) ([]byte, error) {
	data, err := s.Memory.Get(ctx, id)
	if err == nil && content.Sum(content.KindData, data) == id {
		return nil, fault.New(fault.NotFound, "the content is elsewhere")
	}
	return data, err
}

// An edited tree equals one that is built with those files, whatever the edits,
// and without what the files contain.
func TestAnEditedTreeIsTheOneThatWouldBeBuilt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := contenttest.NewMemory()
		files := map[string]string{}
		for range rapid.IntRange(0, 600).Draw(t, "files") {
			files[fmt.Sprintf("%d/%d", rapid.IntRange(0, 3).Draw(t, "folder"), rapid.IntRange(0, 400).Draw(t, "name"))] = rapid.StringMatching("[a-c]{1,3}").Draw(t, "text")
		}
		files["kept"] = "k"
		previous := openTree(t, s, files)
		tree, err := content.OpenTree(t.Context(), treesOnly{s}, previous.Root())
		if err != nil {
			t.Fatal(err)
		}
		var edits []content.Edit
		for _, path := range rapid.SliceOfNDistinct(rapid.SampledFrom(slices.Sorted(maps.Keys(files))), 0, min(20, len(files)), rapid.ID[string]).Draw(t, "gone") {
			if path == "kept" {
				continue
			}
			edits = append(edits, content.Edit{Path: path})
			delete(files, path)
		}
		for range rapid.IntRange(0, 20).Draw(t, "new files") {
			path := fmt.Sprintf("%d/n%d", rapid.IntRange(2, 5).Draw(t, "folder"), rapid.IntRange(0, 400).Draw(t, "name"))
			if _, ok := files[path]; ok {
				continue
			}
			files[path] = rapid.StringMatching("[a-c]{1,3}").Draw(t, "text")
			one := openTree(t, s, map[string]string{"x": files[path]})
			e, err := one.Lookup(t.Context(), "x")
			if err != nil {
				t.Fatal(err)
			}
			edits = append(edits, content.Edit{Path: path, Entry: &e})
		}
		v, err := tree.Edit(t.Context(), edits, time.Unix(5, 0))
		if err != nil {
			t.Fatal(err)
		}
		edited, err := content.OpenTree(t.Context(), s, v.Root)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		if err := edited.Walk(t.Context(), func(path string, e content.Entry) error {
			if e.Type == content.File {
				got[path] = e.Digest.String()
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		if err := openTree(t, s, files).Walk(t.Context(), func(path string, e content.Entry) error {
			if e.Type == content.File {
				want[path] = e.Digest.String()
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(got, want) {
			t.Fatalf("%d files, want %d", len(got), len(want))
		}
	})
}
