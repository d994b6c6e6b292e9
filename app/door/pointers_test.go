package door_test

import (
	"context"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Point and Pointed know one pointer file.
func (d *data) Point(_ context.Context, _, version, path string) error {
	d.pointed[path] = version
	return nil
}

func (d *data) Pointed(_ context.Context, path string) (api.Pointed, error) {
	if d.pointed[path] == "" {
		return api.Pointed{}, fault.New(fault.NotFound, "there is no %s", path)
	}
	return api.Pointed{Name: "wine", Version: d.pointed[path], Number: 1}, nil
}

func TestPointers(t *testing.T) {
	h := newHouse(t)
	h.data.pointed = map[string]string{}
	version, _, _, err := h.tracker.AddVersion(t.Context(), "wine", event.DatasetVersion{Digest: []byte{1}})
	h.must(err)
	at := "/datasets/" + h.tracker.DatasetID("wine") + "/versions/" + version + "/pointer"
	h.call("POST", at, `{"path":"/lab/wine.varve"}`, 200, nil)
	var p api.Pointed
	h.call("POST", "/pointers/look", `{"path":"/lab/wine.varve"}`, 200, &p)
	if p != (api.Pointed{Name: "wine", Version: version, Number: 1}) {
		t.Errorf("%+v", p)
	}
	h.call("POST", "/pointers/look", `{"path":"/lab/beer.varve"}`, 404, nil)
	h.call("POST", "/pointers/look", `{"path":"wine.varve"}`, 400, nil)
	h.call("POST", at, `{"path":"wine.varve"}`, 400, nil)
	h.call("POST", "/datasets", `{"name":"wine","path":"/lab/wine","pointer":"wine.varve"}`, 400, nil)
}
