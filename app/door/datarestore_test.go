package door_test

import (
	"encoding/json"
	"slices"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

func TestRestoreOver(t *testing.T) {
	h := newHouse(t)
	version, _, _, err := h.tracker.AddVersion(t.Context(), "wine", event.DatasetVersion{Digest: []byte{1}})
	h.must(err)
	path := "/datasets/" + h.tracker.DatasetID("wine") + "/versions/" + version + "/restore"

	var j api.Job
	h.call("POST", path, `{"dest":"/data/wine","look":true,"only":["a","b"]}`, 200, &j)
	got := h.waitJob(j.ID)
	var plan api.RestorePlan
	h.must(json.Unmarshal([]byte(got.Result), &plan))
	if got.Kind != "data.look" || got.Title != "Compare wine version 1 with /data/wine" || got.Summary != "Restoring version 1 over /data/wine: 1 file new, 2 files overwritten." {
		t.Errorf("the look is %+v", got)
	}
	if plan.New.Files != 1 || plan.Over.Files != 2 || plan.Same.First == nil || !slices.Equal(h.data.restored.Only, []string{"a", "b"}) {
		t.Errorf("the plan of %+v is %+v", h.data.restored, plan)
	}

	for body, want := range map[string]string{
		`{"dest":"/data/wine","over":true}`:                  "Version 1 is in /data/wine: 1 file new, 2 files overwritten.",
		`{"dest":"/data/wine","only":["a"]}`:                 "1 part of version 1 is in /data/wine.",
		`{"dest":"/data/wine","over":true,"only":["a","b"]}`: "2 parts of version 1 are in /data/wine: 1 file new, 2 files overwritten.",
	} {
		h.call("POST", path, body, 200, &j)
		if got := h.waitJob(j.ID); got.Kind != "data.get" || got.Summary != want {
			t.Errorf("%s: %+v", body, got)
		}
	}

	h.data.err = fault.New(fault.Exists, "“a” is a link there, and a file in the version").WithHint("Move it.")
	h.call("POST", path, `{"dest":"/data/wine","look":true}`, 200, &j)
	if got := h.waitJob(j.ID); got.State != api.JobFailed || got.Problem == nil || got.Problem.Status != 409 || got.Result != "" {
		t.Errorf("what is in the way: %+v", got)
	}
}
