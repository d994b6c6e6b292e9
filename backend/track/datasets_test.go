package track_test

import (
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func TestVersions(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	add := func(name, digest string) (string, uint64, bool) {
		t.Helper()
		id, number, added, err := w.AddVersion(ctx, name, event.DatasetVersion{Digest: []byte(digest), Root: []byte("root " + digest), Files: 1})
		noError(t, err)
		return id, number, added
	}
	first, n1, _ := add("wine", "a")
	same, n2, added := add("wine", "a")
	if same != first || n1 != 1 || n2 != 1 || added {
		t.Errorf("the same content is version %d of %d", n2, n1)
	}
	second, n3, _ := add("wine", "b")
	third, n4, added := add("wine", "a") // went back
	if n3 != 2 || n4 != 3 || !added || second == first || third == first {
		t.Errorf("versions %d and %d", n3, n4)
	}
	add("beer", "b")
	w.restart(t)
	v, number, err := w.FindVersion("wine", 0)
	if err != nil || number != 3 || v.ID != third {
		t.Errorf("the newest is %d, %v", number, err)
	}
	v, _, err = w.FindVersion("wine", 2)
	if err != nil || v.ID != second {
		t.Errorf("version 2 is %+v, %v", v, err)
	}
	_, _, err = w.FindVersion("wine", 9)
	wants(t, err, fault.NotFound, `data set "wine" has no version 9`)
	_, _, err = w.FindVersion("milk", 0)
	wants(t, err, fault.NotFound, `there is no data set named "milk"`)
	m, ok := w.MatchDigest([]byte("b"))
	if !ok || m.Name != "beer" || m.Number != 1 {
		t.Errorf("content b is %+v", m)
	}
	if _, ok := w.MatchDigest([]byte("x")); ok {
		t.Error("unknown content was found")
	}
	names := 0
	w.Datasets(func(*track.Dataset) { names++ })
	if names != 2 {
		t.Errorf("%d data sets", names)
	}
	wants(t, w.Dataset("nobody", nil), fault.NotFound, "")
	for _, bad := range []string{"", " a", "a@b", "a:b", "a\\b", "a\x00", "a\n", "\xff", strings.Repeat("x", 251), ".", "..", "../a", "/a", "a/", "a//b", "a/../b"} {
		_, _, _, err := w.AddVersion(ctx, bad, event.DatasetVersion{})
		wants(t, err, fault.Invalid, "")
	}
}

// TestVersionsMadeApart checks what two devices that were offline get when each
// has made a second version.
func TestVersionsMadeApart(t *testing.T) {
	a, b := newWorld(t), newWorld(t)
	b.journal.writer = event.Writer{9}
	version := func(w *world, digest string) {
		t.Helper()
		_, _, _, err := w.AddVersion(t.Context(), "wine", event.DatasetVersion{Digest: []byte(digest)})
		noError(t, err)
	}
	version(a, "1")
	for _, e := range a.journal.events {
		noError(t, b.Apply(e))
	}
	version(a, "2a")
	b.journal.ticks = 100 // later
	version(b, "2b")
	for _, e := range b.journal.events {
		noError(t, a.Apply(e))
	}
	for _, e := range a.journal.events {
		noError(t, b.Apply(e))
	}
	for _, w := range []*world{a, b} {
		noError(t, w.Dataset(w.DatasetID("wine"), func(d *track.Dataset) {
			numbers := d.Numbers()
			if len(numbers) != 3 || numbers[1] != 2 || numbers[2] != 3 || string(d.Versions[2].Value.Digest) != "2b" {
				t.Errorf("numbers %v, the last is %s", numbers, d.Versions[len(d.Versions)-1].Value.Digest)
			}
		}))
	}
	// The journals alone no longer make the records.
	both := append(a.journal.events, b.journal.events...)
	a.journal.events, b.journal.events = both, both
}

func TestProjects(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for _, lr := range []string{"0.1", "0.2"} {
		noError(t, w.OpenProject(ctx, event.ProjectOpened{Path: "/home/ann/wine", EntryPoint: "main", Params: map[string]string{"lr": lr}}))
	}
	noError(t, w.OpenProject(ctx, event.ProjectOpened{Path: "/home/ann/beer"}))
	w.restart(t)
	found := map[string]string{}
	w.Projects(func(p *track.Project) {
		o, _ := p.Opened.Get()
		found[o.Path] = o.Params["lr"]
	})
	if len(found) != 2 || found["/home/ann/wine"] != "0.2" {
		t.Errorf("projects %v", found)
	}
}
