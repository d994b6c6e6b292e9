package door_test

import (
	"reflect"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

func TestEditOfAVersion(t *testing.T) {
	h := newHouse(t)
	version, _, _, err := h.tracker.AddVersion(t.Context(), "wine", event.DatasetVersion{Digest: []byte{1}})
	h.must(err)
	of := "/datasets/" + h.tracker.DatasetID("wine") + "/versions/"

	var j api.Job
	h.call("POST", of+version+"/edit", `{"put":[{"at":"a/b","path":"/data/b"}],"remove":["c"],"move":[{"from":"d","to":"e"}],"message":"less"}`, 200, &j)
	if got := h.waitJob(j.ID); got.Kind != "data.edit" || got.Title != "Change wine version 1" || got.Summary != "wine has version 2." || got.Result != h.tracker.DatasetID("wine") {
		t.Errorf("the job is %+v", got)
	}
	want := api.DataEdit{Put: []api.DataPut{{At: "a/b", Path: "/data/b"}}, Remove: []string{"c"}, Move: []api.DataMove{{From: "d", To: "e"}}, Message: "less"}
	if !reflect.DeepEqual(h.data.edited, want) {
		t.Errorf("asked for was %+v", h.data.edited)
	}
	h.call("POST", of+version+"/edit", `{"put":[{"at":"a","path":"/data/b"}]}`, 200, &j)
	if got := h.waitJob(j.ID); got.Summary != "Nothing has changed since version 2." {
		t.Errorf("the same again: %+v", got)
	}

	h.call("POST", of+version+"/edit", `{"put":[{"at":"a","path":"b"}]}`, 400, nil)
	h.call("POST", of+"none/edit", `{"remove":["a"]}`, 404, nil)
	h.call("POST", "/datasets/none/versions/none/edit", `{"remove":["a"]}`, 404, nil)
	h.data.err = fault.New(fault.NotFound, "there is no a in this version")
	h.call("POST", of+version+"/edit", `{"remove":["a"]}`, 200, &j)
	if got := h.waitJob(j.ID); got.State != api.JobFailed || got.Problem == nil || got.Problem.Status != 404 {
		t.Errorf("a path that is not there: %+v", got)
	}
}
