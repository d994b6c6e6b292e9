package door_test

import (
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

func TestRemovedDataIsListedApart(t *testing.T) {
	h := newHouse(t)
	id := h.tracker.DatasetID("wine")
	var versions []string
	for _, digest := range []byte{1, 2, 3} {
		v, _, _, err := h.tracker.AddVersion(t.Context(), "wine", event.DatasetVersion{Digest: []byte{digest}})
		h.must(err)
		versions = append(versions, v)
	}
	h.must(h.tracker.RemoveData(t.Context(), id, versions[1], false))
	var set api.Dataset
	h.call("GET", "/datasets/"+id, "", 200, &set)
	if len(set.Versions) != 2 || len(set.Removed) != 1 || set.Removed[0].Number != 2 || set.Removed[0].Removed == 0 || set.Gone != 0 {
		t.Errorf("the data set is %+v", set)
	}
	h.must(h.tracker.RemoveData(t.Context(), id, "", false))
	var list api.Datasets
	h.call("GET", "/datasets", "", 200, &list)
	if len(list.Datasets) != 0 {
		t.Errorf("there are %+v", list)
	}
	h.call("GET", "/datasets?removed=true", "", 200, &list)
	if len(list.Datasets) != 1 || list.Datasets[0].Gone == 0 || len(list.Datasets[0].Removed) != 3 {
		t.Errorf("removed are %+v", list)
	}

	var did api.DataRemoved
	h.call("POST", "/datasets/"+id+"/remove", `{"undo":true}`, 200, &did)
	if did.Name != id || len(did.Lost) != 1 {
		t.Errorf("what came back is %+v", did)
	}
	h.data.err = fault.New(fault.State, "it is the only one")
	h.call("POST", "/datasets/"+id+"/remove", `{"version":"x"}`, 409, nil)
}
