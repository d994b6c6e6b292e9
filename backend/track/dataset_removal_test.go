package track_test

import (
	"slices"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func TestRemovedVersions(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	add := func(digest string) string {
		t.Helper()
		id, _, _, err := w.AddVersion(ctx, "wine", event.DatasetVersion{Digest: []byte(digest)})
		noError(t, err)
		return id
	}
	set := w.DatasetID("wine")
	kept := func() (numbers []uint64) {
		t.Helper()
		noError(t, w.Dataset(set, func(d *track.Dataset) {
			d.Kept(func(n uint64, _ *track.Stamped[event.DatasetVersion]) { numbers = append(numbers, n) })
		}))
		return numbers
	}
	first := add("a")
	wants(t, w.RemoveData(ctx, set, first, false), fault.State, `version 1 is the only one that "wine" has`)
	second := add("b")
	noError(t, w.RemoveData(ctx, set, second, false))
	w.restart(t)
	if got := kept(); !slices.Equal(got, []uint64{1}) {
		t.Errorf("versions %v are there", got)
	}
	wants(t, w.RemoveData(ctx, set, second, false), fault.State, `version 2 of "wine" is removed already`)
	wants(t, w.RemoveData(ctx, set, first, true), fault.State, `version 1 of "wine" was not removed`)
	wants(t, w.RemoveData(ctx, set, "none", false), fault.NotFound, "")
	if v, n, err := w.FindVersion("wine", 0); err != nil || n != 1 || v.ID != first {
		t.Errorf("the newest is %d, %v", n, err)
	}
	if _, _, err := w.FindVersion("wine", 2); err == nil {
		t.Error("a removed version was found")
	}
	if _, ok := w.MatchDigest([]byte("b")); ok {
		t.Error("the content of a removed version was found")
	}
	if third := add("b"); third == second || !slices.Equal(kept(), []uint64{1, 3}) {
		t.Errorf("versions %v are there", kept())
	}
	noError(t, w.RemoveData(ctx, set, second, true))
	if got := kept(); !slices.Equal(got, []uint64{1, 2, 3}) {
		t.Errorf("versions %v are there", got)
	}

	noError(t, w.RemoveData(ctx, set, second, false))
	noError(t, w.RemoveData(ctx, set, "", false))
	wants(t, w.RemoveData(ctx, set, "", false), fault.State, `data set "wine" is removed already`)
	wants(t, w.RemoveData(ctx, set, first, false), fault.State, `data set "wine" was removed`)
	_, _, _, err := w.AddVersion(ctx, "wine", event.DatasetVersion{Digest: []byte("c")})
	wants(t, err, fault.State, `data set "wine" was removed`)
	_, _, err = w.FindVersion("wine", 1)
	wants(t, err, fault.State, `data set "wine" was removed`)
	if got := kept(); got != nil {
		t.Errorf("versions %v are there", got)
	}
	noError(t, w.MarkRemoved(ctx, set, first)) // its files were freed
	noError(t, w.RemoveData(ctx, set, "", true))
	wants(t, w.RemoveData(ctx, set, "", true), fault.State, `data set "wine" was not removed`)
	w.restart(t)
	if got := kept(); !slices.Equal(got, []uint64{3}) {
		t.Errorf("versions %v are there", got)
	}
	wants(t, w.RemoveData(ctx, "none", "", false), fault.NotFound, "")
}
