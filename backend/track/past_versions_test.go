package track_test

import (
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func TestTakeVersion(t *testing.T) {
	w := newWorld(t)
	take := func(digest string) track.TakenVersion {
		t.Helper()
		got, err := w.TakeVersion(t.Context(), "lake/wine", event.DatasetVersion{
			Root: []byte("root " + digest), Digest: []byte(digest), Origin: "dvc:md5:" + digest, Made: 1_500_000_000_000, User: "Ada",
		})
		noError(t, err)
		return got
	}
	first, second, again := take("a"), take("b"), take("a")
	if !first.New || !first.Made || first.Number != 1 || !second.New || second.Made || second.Number != 2 {
		t.Errorf("two versions are %+v and %+v", first, second)
	}
	if again.New || again.Made || again.ID != first.ID || again.Number != 1 {
		t.Errorf("the first one again is %+v", again)
	}
	_, _, _, err := w.AddVersion(t.Context(), "lake/wine", event.DatasetVersion{Digest: []byte("c")})
	noError(t, err)
	w.restart(t)
	noError(t, w.Dataset(first.Dataset, func(d *track.Dataset) {
		v := d.Versions[0].Value
		if len(d.Versions) != 3 || d.MadeAt(0) != 1_500_000_000_000 || v.User != "Ada" || v.Origin != "dvc:md5:a" {
			t.Errorf("%d versions, the first %+v", len(d.Versions), v)
		}
		if d.MadeAt(2) != d.Versions[2].Stamp.Time/1e6 || d.Versions[2].Value.Number != 3 {
			t.Errorf("the one that was added here is %+v", d.Versions[2])
		}
	}))
}

func TestTakeVersionRefuses(t *testing.T) {
	w := newWorld(t)
	_, err := w.TakeVersion(t.Context(), "a@b", event.DatasetVersion{Origin: "x", Made: 1})
	wants(t, err, fault.Invalid, "")
	_, err = w.TakeVersion(t.Context(), "wine", event.DatasetVersion{Made: 1})
	wants(t, err, fault.Invalid, "a version that was made elsewhere says where and when")
	_, err = w.TakeVersion(t.Context(), "wine", event.DatasetVersion{Origin: "x"})
	wants(t, err, fault.Invalid, "a version that was made elsewhere says where and when")
}
