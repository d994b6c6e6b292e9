package track_test

import (
	"fmt"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func TestArtifacts(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	model, err := w.CreateModel(ctx, track.NewModel{Experiment: "0"})
	noError(t, err)
	for _, o := range []track.Owner{{Run: w.run(t, track.NewRun{})}, {Model: model}} {
		put := func(path string, size int64) error {
			return w.PutArtifact(ctx, o, event.ArtifactPut{Path: path, Size: size, Content: []byte(path)})
		}
		list := func(folder string) string {
			entries, err := w.ListArtifacts(o, folder)
			noError(t, err)
			var text []string
			for _, e := range entries {
				mark := fmt.Sprint("=", e.Size)
				if e.Folder {
					mark = "/"
				}
				text = append(text, e.Path+mark)
			}
			return strings.Join(text, " ")
		}
		for i, p := range []string{"a/b/c.txt", "a.txt", "a/d", "a-x", "z"} {
			noError(t, put(p, int64(i)))
		}
		noError(t, put("z", 9)) // replaces it
		if i := len(o.Run); i > 0 {
			noError(t, w.Flush(nil)) // half of it is in the store
		}
		noError(t, put("a/b/e", 5))
		for folder, want := range map[string]string{
			"": "a/ a-x=3 a.txt=1 z=9", "a": "a/b/ a/d=2", "a/b": "a/b/c.txt=0 a/b/e=5", "a.txt": "", "nothing": "",
		} {
			if got := list(folder); got != want {
				t.Errorf("in %q lies %q, want %q", folder, got, want)
			}
		}
		wants(t, put("a", 1), fault.Invalid, "Artifact 'a' is a folder")
		wants(t, put("z/x", 1), fault.Invalid, "Artifact 'z' is a file, so nothing can lie below it")
		noError(t, w.RemoveArtifact(ctx, o, "a/b"))
		wants(t, w.RemoveArtifact(ctx, o, "a/b"), fault.NotFound, "No such artifact: 'a/b'")
		_, err := w.Artifact(o, "a/b/e")
		wants(t, err, fault.NotFound, "No such artifact: 'a/b/e'")
		noError(t, w.RemoveArtifact(ctx, o, "a/d"))
		noError(t, put("a", 7)) // is free now
		file, err := w.Artifact(o, "a")
		if err != nil || file.Size != 7 || string(file.Content) != "a" {
			t.Errorf("%+v %v", file, err)
		}
		if got := list(""); got != "a=7 a-x=3 a.txt=1 z=9" {
			t.Errorf("the root is %q", got)
		}
		noError(t, w.RemoveArtifact(ctx, o, ""))
		if got := list(""); got != "" {
			t.Errorf("after all was taken away: %q", got)
		}
	}
}

func TestArtifactPaths(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	run := w.run(t, track.NewRun{})
	for _, p := range []string{"", ".", "..", "/a", "a/", "a//b", "a/../b", "../a", "a\\b", "a\x00", strings.Repeat("x", 4097)} {
		wants(t, w.PutArtifact(ctx, track.Owner{Run: run}, event.ArtifactPut{Path: p}), fault.Invalid, "")
	}
	wants(t, w.PutArtifact(ctx, track.Owner{Run: "nobody"}, event.ArtifactPut{Path: "f"}), fault.NotFound, "")
	wants(t, w.PutArtifact(ctx, track.Owner{Model: "m-0"}, event.ArtifactPut{Path: "f"}), fault.NotFound, "")
}
