package track_test

import (
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// holds is the title that holds for a version, and of which number it is.
func holds(t *testing.T, w *world, version string) (title string, number uint64) {
	t.Helper()
	noError(t, w.Dataset(w.DatasetID("wine"), func(d *track.Dataset) {
		found, _ := d.DescriptionOf(version)
		title, number = found.Title, found.Number
	}))
	return title, number
}

func TestDescriptions(t *testing.T) {
	w := newWorld(t)
	ctx, set := t.Context(), w.DatasetID("wine")
	var ids []string
	for _, digest := range []string{"a", "b", "c"} {
		id, _, _, err := w.AddVersion(ctx, "wine", event.DatasetVersion{Digest: []byte(digest)})
		noError(t, err)
		ids = append(ids, id)
	}
	describe := func(version, title string) *event.Description {
		t.Helper()
		before, err := w.DescribeVersion(ctx, set, version, &event.Description{Title: title})
		noError(t, err)
		return before
	}
	if before := describe(ids[0], "first"); before != nil {
		t.Errorf("before the first there was %+v", before)
	}
	events := len(w.journal.events)
	describe(ids[0], "first")
	if len(w.journal.events) != events {
		t.Error("saying the same again is written")
	}
	if before := describe(ids[1], "second"); before != nil {
		t.Errorf("an inherited description was %+v before", before)
	}
	if before := describe(ids[1], "third"); before == nil || before.Title != "second" {
		t.Errorf("before it was %+v", before)
	}
	w.restart(t)
	for i, want := range []struct {
		title  string
		number uint64
	}{{"first", 1}, {"third", 2}, {"third", 2}} {
		if title, number := holds(t, w, ids[i]); title != want.title || number != want.number {
			t.Errorf("version %d has %q of version %d", i+1, title, number)
		}
	}
	before, err := w.DescribeVersion(ctx, set, ids[1], nil)
	noError(t, err)
	if title, number := holds(t, w, ids[2]); before.Title != "third" || title != "first" || number != 1 {
		t.Errorf("taken away, there is %q of version %d", title, number)
	}
	_, err = w.DescribeVersion(ctx, set, "nobody", nil)
	wants(t, err, fault.NotFound, "the data set has no version nobody")
	_, err = w.DescribeVersion(ctx, "nobody", ids[0], nil)
	wants(t, err, fault.NotFound, "")
}

// TestDescribedApart: of two descriptions that were written apart, the later is
// shown; one that has seen both replaces both.
func TestDescribedApart(t *testing.T) {
	a, b := newWorld(t), newWorld(t)
	b.journal.writer = event.Writer{9}
	id, _, _, err := a.AddVersion(t.Context(), "wine", event.DatasetVersion{Digest: []byte("1")})
	noError(t, err)
	apply := func(from, to *world) {
		t.Helper()
		for _, e := range from.journal.events {
			noError(t, to.Apply(e))
		}
	}
	apply(a, b)
	describe := func(w *world, title string) {
		t.Helper()
		_, err := w.DescribeVersion(t.Context(), w.DatasetID("wine"), id, &event.Description{Title: title})
		noError(t, err)
	}
	describe(a, "of a")
	b.journal.ticks = 100 // later
	describe(b, "of b")
	apply(a, b)
	apply(b, a)
	for _, w := range []*world{a, b} {
		if title, _ := holds(t, w, id); title != "of b" {
			t.Errorf("shown is %q", title)
		}
	}
	a.journal.ticks = 200
	describe(a, "of both")
	apply(a, b)
	if title, _ := holds(t, b, id); title != "of both" {
		t.Errorf("then shown is %q", title)
	}
	both := append(a.journal.events, b.journal.events...)
	a.journal.events, b.journal.events = both, both
}
