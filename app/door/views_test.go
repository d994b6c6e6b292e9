package door_test

import (
	"fmt"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/track"
)

// TestViews saves, renames and deletes arrangements, and takes that back.
func TestViews(t *testing.T) {
	h := newHouse(t)
	field, err := h.tracker.CreateExperiment(t.Context(), track.NewExperiment{Name: "field"})
	h.must(err)
	for _, experiment := range []string{field, ""} {
		body := func(format string, args ...any) string {
			return fmt.Sprintf(`{"experiment":%q,"kind":"table",`, experiment) + fmt.Sprintf(format, args...) + "}"
		}
		list := func() (views api.Views) {
			t.Helper()
			h.get("/views?kind=table&experiment="+experiment, &views)
			return views
		}
		h.call("PUT", "/views", body(`"name":"best","value":"{\"a\":1}"`), 200, nil)
		h.call("PUT", "/views", body(`"name":"best","value":"{\"a\":2}"`), 200, nil)
		h.call("POST", "/views/rename", body(`"name":"best","to":"Best of all"`), 200, nil)
		if got := list().Views; len(got) != 1 || got[0].Name != "Best of all" || got[0].Value != `{"a":2}` || got[0].Time == 0 {
			t.Errorf("views are %+v", got)
		}
		h.call("DELETE", "/views?kind=table&name=Best+of+all&experiment="+experiment, "", 200, nil)
		if got := list().Views; len(got) != 0 {
			t.Errorf("views are %+v", got)
		}
		var edits api.Edits
		h.get("/views/edits?kind=table&name=Best+of+all&experiment="+experiment, &edits)
		if len(edits.Edits) != 2 || !edits.Edits[0].Gone || edits.Edits[0].What != "view" || edits.Edits[0].Key != "table/Best of all" || edits.Edits[0].Who != "ada" {
			t.Fatalf("edits are %+v", edits)
		}
		h.call("POST", "/views/revert", fmt.Sprintf(`{"experiment":%q,"id":%q}`, experiment, edits.Edits[0].ID), 200, nil)
		if got := list().Views; len(got) != 1 {
			t.Errorf("views are %+v", got)
		}
	}
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"PUT", "/views", `{"kind":"table","name":"a","value":"{"}`, 400},
		{"PUT", "/views", `{"kind":"other","name":"a","value":"1"}`, 400},
		{"PUT", "/views", `{"kind":"table","name":"a","value":"1","experiment":"77"}`, 404},
		{"POST", "/views/rename", `{"kind":"table","name":"nobody","to":"a"}`, 404},
		{"DELETE", "/views?kind=table&name=nobody", "", 404},
		{"DELETE", "/views?kind=table", "", 400},
		{"POST", "/views/revert", `{"id":"nonsense"}`, 400},
		{"GET", "/views?experiment=77", "", 404},
	} {
		h.problem(c.method, c.path, c.body, c.status)
	}
}
