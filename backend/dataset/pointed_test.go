package dataset_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"dev.varve/backend/dataset"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports/importstest"
)

func TestPointed(t *testing.T) {
	r := importstest.New(t)
	s := &dataset.Service{Records: r.Tracker}
	add := func(name string, n byte) string {
		t.Helper()
		id, _, _, err := r.AddVersion(t.Context(), name, event.DatasetVersion{
			Root: bytes.Repeat([]byte{n}, 32), Digest: bytes.Repeat([]byte{n + 100}, 32), Files: int64(n),
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first, second := add("wine", 1), add("wine", 2)
	copied := add("copy", 1)
	p, err := s.Pointer(r.DatasetID("wine"), first)
	if err != nil || p.Name != "wine" || p.Number != 1 || p.ID != first || p.Tree[0] != 1 || p.Content[0] != 101 || p.Files != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, err := s.Pointer(r.DatasetID("wine"), "nobody"); !errors.Is(err, fault.NotFound) {
		t.Errorf("a version that is not there: %v", err)
	}
	for name, c := range map[string]struct {
		change   func()
		version  string
		note     string
		kind     fault.Kind
		sentence string
	}{
		"as written":        {func() {}, first, "", "", ""},
		"of a copy":         {func() { p.ID, p.Name = copied, "copy" }, copied, "", "", ""},
		"by its name":       {func() { p.ID, p.Name = strings.Repeat("f", 32), "copy" }, copied, "", "", ""},
		"relabelled":        {func() { p.Number, p.Name = 7, "beer" }, first, "calls beer@7 is wine@1", "", ""},
		"another id":        {func() { p.ID = second }, "", "", fault.Conflict, "its id is that of wine@2, its tree is not"},
		"another content":   {func() { p.Content = bytes.Repeat([]byte{9}, 32) }, "", "", fault.Conflict, "its tree is that of wine@1, its content is not"},
		"of somewhere else": {func() { p.ID, p.Tree = strings.Repeat("f", 32), bytes.Repeat([]byte{9}, 32) }, "", "", fault.NotFound, "version 1 of wine (tree 090909090909…) is not in this workspace"},
	} {
		if p, err = s.Pointer(r.DatasetID("wine"), first); err != nil {
			t.Fatal(err)
		}
		c.change()
		at, err := s.Pointed(p)
		if c.kind != "" {
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.sentence) || fault.HintOf(err) == "" {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || at.Version.ID != c.version || !strings.Contains(at.Note, c.note) || (c.note == "") != (at.Note == "") {
			t.Errorf("%s: %+v, %v", name, at, err)
		}
	}
	// One that was removed is found only where no other is.
	if err := r.RemoveData(t.Context(), r.DatasetID("wine"), first, false); err != nil {
		t.Fatal(err)
	}
	if p, err = s.Pointer(r.DatasetID("wine"), first); err != nil {
		t.Fatal(err)
	}
	if at, err := s.Pointed(p); err != nil || at.Version.ID != copied || at.Removed {
		t.Errorf("beside a copy: %+v, %v", at, err)
	}
	if err := r.RemoveData(t.Context(), r.DatasetID("copy"), "", false); err != nil {
		t.Fatal(err)
	}
	if at, err := s.Pointed(p); err != nil || !at.Removed {
		t.Errorf("alone: %+v, %v", at, err)
	}
}
