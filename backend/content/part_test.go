package content_test

import (
	"errors"
	"slices"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
)

func TestPart(t *testing.T) {
	s := contenttest.NewMemory()
	v, err := content.Build(t.Context(), s, contenttest.NewFiles(map[string]string{"a": "1", "b/c": "22", "b/d/e": "333", "b/d/f": "4444", "bb": "5"}), content.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	tree, err := content.OpenTree(t.Context(), s, v.Root)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		only, want []string
		totals     content.Totals
		kind       fault.Kind
	}{
		{nil, []string{"", "a", "b", "b/c", "b/d", "b/d/e", "b/d/f", "bb"}, v.Totals, ""},
		{[]string{"."}, []string{"", "a", "b", "b/c", "b/d", "b/d/e", "b/d/f", "bb"}, v.Totals, ""},
		{[]string{"a"}, []string{"", "a"}, content.Totals{Files: 1, Bytes: 1}, ""},
		{[]string{"b/d/"}, []string{"", "b", "b/d", "b/d/e", "b/d/f"}, content.Totals{Files: 2, Folders: 2, Bytes: 7}, ""},
		{[]string{"b/d/f", "./b//c", "b/d/f"}, []string{"", "b", "b/c", "b/d", "b/d/f"}, content.Totals{Files: 2, Folders: 2, Bytes: 6}, ""},
		{[]string{"b/d", "b/d/e"}, []string{"", "b", "b/d", "b/d/e", "b/d/f"}, content.Totals{Files: 2, Folders: 2, Bytes: 7}, ""},
		{only: []string{"b/x"}, kind: fault.NotFound},
		{only: []string{"a/x"}, kind: fault.NotFound},
		{only: []string{"b/../../x"}, kind: fault.Invalid},
		{only: []string{"/a"}, kind: fault.Invalid},
		{only: []string{""}, kind: fault.Invalid},
	} {
		part, err := tree.Part(t.Context(), c.only...)
		if c.kind != "" {
			if !errors.Is(err, c.kind) {
				t.Errorf("%q: %v", c.only, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		if err := part.Walk(t.Context(), func(path string, _ content.Entry) error { got = append(got, path); return nil }); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, c.want) || part.Totals() != c.totals {
			t.Errorf("%q is %q, %+v; want %q, %+v", c.only, got, part.Totals(), c.want, c.totals)
		}
	}
}
