package dataset_test

import (
	"context"
	"errors"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/dataset"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// disk has some folders, and restores nothing.
type disk map[string]*contenttest.Files

func (d disk) Source(path string) content.Source { return d[path] }

func (disk) Restore(context.Context, content.Store, content.ID, string, content.RestoreOptions) (content.Overlay, error) {
	return content.Overlay{}, fault.New(fault.Internal, "nobody restores here")
}

// lab has one data set of two versions.
func lab(t *testing.T) (*contenttest.Memory, *dataset.Service, []dataset.Checked) {
	t.Helper()
	folder := contenttest.NewFiles(map[string]string{"a.csv": "1;2", "sub/b.csv": "3;4"})
	folder.Items["large"] = &contenttest.Item{Data: contenttest.Bytes(1, 600<<10)}
	s := &dataset.Service{Store: contenttest.NewMemory(), Folders: disk{"/folder": folder, "/other": contenttest.NewFiles(map[string]string{"c": "c"})}}
	var versions []dataset.Checked
	for _, more := range []string{"", "5;6"} {
		if more != "" {
			folder.Items["more.csv"] = &contenttest.Item{Data: []byte(more)}
		}
		built, err := content.Build(t.Context(), s.Store, folder, content.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		versions = append(versions, dataset.Checked{Name: "wine", Number: uint64(len(versions) + 1), Root: built.Root})
	}
	return s.Store.(*contenttest.Memory), s, versions
}

// TestVerifyMends: whatever is damaged, each version that it touches is named; and a
// folder with the same content mends it, another one does not.
func TestVerifyMends(t *testing.T) {
	memory, s, versions := lab(t)
	for _, kind := range []content.Kind{content.KindData, content.KindTree} {
		for _, id := range memory.IDs(kind) {
			data, err := memory.Get(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			memory.Replace(id, nil)
			found, err := s.Verify(t.Context(), versions, dataset.VerifyOptions{From: "/other"}, nil)
			if err != nil || found.Count == 0 || found.Count != len(found.Damage) || found.Mended != 0 {
				t.Fatalf("without %s: %+v, %v", id, found, err)
			}
			before := found.Count
			found, err = s.Verify(t.Context(), versions, dataset.VerifyOptions{From: "/folder"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			// The folder is as the second version is: what holds the first one together is
			// not there any more.
			if found.Count+found.Mended != before || kind == content.KindData && found.Count != 0 {
				t.Errorf("without %s: %d damaged at first, then %+v", id, before, found)
			}
			if err := memory.Put(t.Context(), kind, id, data); err != nil {
				t.Fatal(err)
			}
		}
	}
	found, err := s.Verify(t.Context(), versions, dataset.VerifyOptions{}, nil)
	if err != nil || found.Count != 0 || found.Files != 7 || found.Read >= found.Bytes {
		t.Fatalf("at last %+v, %v", found, err)
	}
}

// TestVerifySamples: the share of the content that is read is about what was asked for,
// and another one with another seed.
func TestVerifySamples(t *testing.T) {
	_, s, versions := lab(t)
	sizes := map[int64]bool{}
	for seed := range uint64(20) {
		found, err := s.Verify(t.Context(), versions, dataset.VerifyOptions{Sample: 0.5, Seed: seed}, nil)
		if err != nil || found.Count != 0 {
			t.Fatalf("%+v, %v", found, err)
		}
		sizes[found.Read] = true
	}
	if len(sizes) < 5 {
		t.Fatalf("twenty samples read %v bytes", sizes)
	}
}

func TestVerifyStops(t *testing.T) {
	_, s, versions := lab(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := s.Verify(ctx, versions, dataset.VerifyOptions{}, nil); !errors.Is(err, fault.Cancelled) {
		t.Fatal(err)
	}
}

// TestVersionsWithoutARoot come from a record that somebody else has damaged.
func TestVersionsWithoutARoot(t *testing.T) {
	_, s, _ := lab(t)
	v := event.DatasetVersion{Root: []byte("short")}
	_, listed := s.Files(t.Context(), v, "")
	_, restored := s.Restore(t.Context(), v, t.TempDir(), content.RestoreOptions{})
	_, compared := s.Changes(t.Context(), v, v, content.DiffOptions{})
	_, read := s.Text(t.Context(), v, "a.csv")
	for what, err := range map[string]error{"files": listed, "restore": restored, "changes": compared, "text": read} {
		if !errors.Is(err, fault.Corrupt) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
