package content_test

import (
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
)

// verified are the paths of a tree at which a verifier finds damage, and what it read.
func verified(t *testing.T, v *content.Verifier, root content.ID) (hurt []string) {
	t.Helper()
	v.Damaged = func(path string, why error) {
		if why == nil {
			t.Errorf("%s is damaged, and nothing says why", path)
		}
		hurt = append(hurt, path)
	}
	if v.Progress == nil {
		v.Progress = func(string, content.Totals) {}
	}
	if err := v.Tree(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	return hurt
}

// TestVerifyFindsEachObjectThatIsHurt: whatever is lost or changed, what it belongs to is
// named, and nothing else.
func TestVerifyFindsEachObjectThatIsHurt(t *testing.T) {
	s := contenttest.NewMemory()
	v := build(t, s, project(), content.BuildOptions{})
	tr := tree(t, s, v.Root)
	for _, kind := range []content.Kind{content.KindData, content.KindTree} {
		for _, id := range s.IDs(kind) {
			data, err := s.Get(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			flipped := slices.Clone(data)
			flipped[len(flipped)/2] ^= 4
			for _, hurt := range [][]byte{nil, flipped} {
				s.Replace(id, hurt)
				reader := content.Verifier{Store: s}
				paths := verified(t, &reader, v.Root)
				s.Replace(id, nil)
				if err := s.Put(t.Context(), kind, id, data); err != nil {
					t.Fatal(err)
				}
				if len(paths) != 1 || !reader.Hurt(id) {
					t.Errorf("without %s: %q, hurt %v", id, paths, reader.Hurt(id))
					continue
				}
				e, err := tr.Lookup(t.Context(), strings.TrimSuffix(paths[0], "/"))
				if err != nil || kind == content.KindData && e.Type != content.File {
					t.Errorf("without %s, %q is named, which is %v: %v", id, paths[0], e.Type, err)
				}
			}
		}
	}
	if hurt := verified(t, &content.Verifier{Store: s}, v.Root); hurt != nil {
		t.Fatalf("nothing is damaged, but %q", hurt)
	}
}

// TestVerifyReadsWhatIsSharedOnce, and says how far it has come all the same.
func TestVerifyReadsWhatIsSharedOnce(t *testing.T) {
	s, src := contenttest.NewMemory(), project()
	first := build(t, s, src, content.BuildOptions{})
	src.Items["new"] = &contenttest.Item{Data: []byte("twelve bytes")}
	second := build(t, s, src, content.BuildOptions{})
	var all content.Totals
	reader := content.Verifier{Store: s, Progress: func(_ string, more content.Totals) {
		all.Files, all.Bytes = all.Files+more.Files, all.Bytes+more.Bytes
	}}
	for range 2 {
		if hurt := verified(t, &reader, first.Root); hurt != nil {
			t.Fatal(hurt)
		}
	}
	if reader.Read() != first.Totals.Bytes || all.Bytes != 2*first.Totals.Bytes || all.Files != 2*first.Totals.Files {
		t.Fatalf("%d bytes were read, progress is %+v; there are %+v", reader.Read(), all, first.Totals)
	}
	if hurt := verified(t, &reader, second.Root); hurt != nil || reader.Read() != first.Totals.Bytes+12 {
		t.Fatalf("%q, %d bytes were read", hurt, reader.Read())
	}
}

// TestASampleStillMissesWhatIsLost: of what is not read it is seen whether it is there.
func TestASampleStillMissesWhatIsLost(t *testing.T) {
	s := contenttest.NewMemory()
	v := build(t, s, project(), content.BuildOptions{})
	reader := content.Verifier{Store: s, Sample: func(content.ID) bool { return false }}
	if hurt := verified(t, &reader, v.Root); hurt != nil || reader.Read() != 0 {
		t.Fatalf("%q, %d bytes were read", hurt, reader.Read())
	}
	s.Replace(s.IDs(content.KindData)[0], nil)
	if hurt := verified(t, &content.Verifier{Store: s, Sample: reader.Sample}, v.Root); len(hurt) != 1 {
		t.Fatalf("of a lost chunk it is said: %q", hurt)
	}
}
