package door_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/track"
)

// TestMoveCopyAndTakeBack moves and copies runs, and takes changes back.
func TestMoveCopyAndTakeBack(t *testing.T) {
	h := newHouse(t)
	field, err := h.tracker.CreateExperiment(t.Context(), track.NewExperiment{Name: "field"})
	h.must(err)
	a := h.run(track.NewRun{Name: "a"})
	h.run(track.NewRun{Name: "nested", Tags: map[string]string{"mlflow.parentRunId": a}})
	var moved api.Moved
	h.call("POST", "/runs/move", fmt.Sprintf(`{"runs":[%q],"experiment":%q}`, a, field), 200, &moved)
	if moved.Moved != 2 {
		t.Errorf("%d runs were moved", moved.Moved)
	}
	h.call("POST", "/runs/move", fmt.Sprintf(`{"runs":[%q,"nobody"],"experiment":"0"}`, a), 404, nil)
	h.call("POST", "/runs/move", fmt.Sprintf(`{"runs":[%q],"experiment":"77"}`, a), 404, nil)
	h.call("PUT", "/runs/"+a+"/name", `{"name":"b"}`, 200, nil)
	h.call("PUT", "/runs/"+a+"/name", `{"name":"b"}`, 200, nil) // so it is called
	said := func() string {
		t.Helper()
		var edits api.Edits
		h.get("/runs/"+a+"/edits", &edits)
		var list []string
		for _, e := range edits.Edits {
			list = append(list, fmt.Sprintf("%s %s by %s: %q > %q %v", e.What, e.Key, e.Who, e.Before, e.Value, e.Absent))
		}
		return strings.Join(list, "; ")
	}
	if got, want := said(), `name  by ada: "a" > "b" false; experiment  by ada: "Default" > "field" false`; got != want {
		t.Errorf("changes %s, want %s", got, want)
	}
	var edits api.Edits
	h.get("/runs/"+a+"/edits", &edits)
	h.call("POST", "/runs/"+a+"/revert", fmt.Sprintf(`{"id":%q}`, edits.Edits[1].ID), 200, nil)
	h.call("POST", "/runs/"+a+"/revert", `{"id":"nonsense"}`, 400, nil)
	h.call("POST", "/runs/"+a+"/revert", `{"id":"00000000000000000000000000000001:7"}`, 404, nil)
	var run api.RunDetail
	h.get("/runs/"+a, &run)
	if run.Experiment != "0" || run.Name != "b" {
		t.Errorf("after that it is %s in %s", run.Name, run.Experiment)
	}
	h.call("POST", "/runs/copy", fmt.Sprintf(`{"runs":[%q],"experiment":%q}`, a, field), 409, nil)
	h.must(h.tracker.UpdateRun(t.Context(), a, track.RunUpdate{Status: "FINISHED", End: 5}))
	var copied api.Copied
	h.call("POST", "/runs/copy", fmt.Sprintf(`{"runs":[%q],"experiment":%q}`, a, field), 200, &copied)
	h.get("/runs/"+copied.Runs[0], &run)
	if run.Experiment != field || run.Name != "b" || run.Status != api.Finished {
		t.Errorf("the copy is %+v", run)
	}
}

func TestSuggestionsAndAdvice(t *testing.T) {
	h := newHouse(t)
	h.run(track.NewRun{Name: "ä", Tags: map[string]string{"team": "red"}}, point("rmse", 0, 1))
	suggest := func(filter string, cursor int) string {
		t.Helper()
		var out api.Suggestions
		h.get(fmt.Sprintf("/runs/suggest?cursor=%d&filter=%s", cursor, url.QueryEscape(filter)), &out)
		if len(out.Suggestions) == 0 {
			return ""
		}
		s := out.Suggestions[0]
		return fmt.Sprintf("%s %d-%d", s.Insert, s.From, s.To)
	}
	for _, c := range []struct {
		filter string
		cursor int
		want   string
	}{
		{"metrics.r", 9, "metrics.rmse 0-9"},
		{"'ä' AND metrics.r", 17, "metrics.rmse 8-17"},
		{"tags.team = r", 13, "'red' 12-13"},
		{"tags.team = r", 99, "'red' 12-13"},
	} {
		if got := suggest(c.filter, c.cursor); got != c.want {
			t.Errorf("%s at %d: %q, want %q", c.filter, c.cursor, got, c.want)
		}
	}
	var page api.RunPage
	h.get("/runs?filter="+url.QueryEscape("'ä' AND metrics.rmsee < 0"), &page)
	if len(page.Advice) != 1 || page.Advice[0].From != 8 || !strings.Contains(page.Advice[0].Hint, "rmse") {
		t.Errorf("advice %+v", page.Advice)
	}
}

// TestManyRunsAreEdited changes what a question finds, and takes it back.
func TestManyRunsAreEdited(t *testing.T) {
	h, ids := orchard(t)
	h.tracker.SetLost(nil)
	found := func(filter string) int {
		t.Helper()
		return h.order(fmt.Sprintf(`{"question":{"filter":%q}}`, filter)).Total
	}
	for _, c := range []struct{ edit, filter string }{
		{`"set":[{"key":"checked","value":"yes"}]`, "tags.checked = yes"},
		{`"trash":true`, "params.depth = 8"},
	} {
		before := found(c.filter)
		var edited api.EditedRuns
		h.call("POST", "/runs/edit", `{"question":{"filter":"params.depth = 8"},`+c.edit+`}`, 200, &edited)
		if edited.Changed != 2 || found(c.filter) == before {
			t.Errorf("%s: %+v", c.edit, edited)
		}
		undo, err := json.Marshal(edited.Undo)
		h.must(err)
		var undone api.Undone
		h.call("POST", "/runs/edit/undo", string(undo), 200, &undone)
		if undone.Changed != 2 || found(c.filter) != before {
			t.Errorf("%s is not taken back: %+v", c.edit, undone)
		}
	}
	for body, status := range map[string]int{
		`{"set":[{"key":"a","value":"b"}]}`:                               400,
		`{"runs":[],"set":[{"key":"a","value":"b"}]}`:                     400,
		fmt.Sprintf(`{"runs":[%q]}`, ids["a"]):                            400,
		fmt.Sprintf(`{"runs":[%q],"question":{},"trash":true}`, ids["a"]): 400,
		`{"question":{"filter":"a <"},"trash":true}`:                      400,
		`{"runs":["nobody"],"trash":true}`:                                404,
	} {
		h.problem("POST", "/runs/edit", body, status)
	}
	h.problem("POST", "/runs/edit/undo", `{"parts":[{"runs":[],"first":"x","last":"y"}]}`, 400)
}
