package door_test

import (
	"fmt"
	"slices"
	"testing"

	"dev.varve/app/door/api"
)

// TestSweep: every combination runs, one after the other, named by what it
// differs in; a run that fails does not stop the others.
func TestSweep(t *testing.T) {
	h := newHouse(t)
	body := `{"start":{"path":"/lab/grid","entryPoint":"main","params":{"seed":"1"},"name":"first"},
		"grid":[{"name":"alpha","values":["0.1","0.5"]},{"name":"l1","values":["0","1"]}]}`
	var j api.Job
	h.call("POST", "/projects/sweep", body, 200, &j)
	got := h.waitJob(j.ID)
	if got.Kind != "run.sweep" || got.Title != "4 runs of grid" || got.Summary != "4 runs, 2 of them not finished." || got.Bytes != 4 || got.Total != 4 || got.Result != "0" {
		t.Errorf("the sweep is %+v", got)
	}
	var page api.RunPage
	h.get("/runs?order=attributes.start_time+ASC", &page)
	var names []string
	for _, r := range page.Runs {
		names = append(names, fmt.Sprintf("%s %s %s", r.Name, r.Params["alpha"], r.Params["seed"]))
	}
	slices.Sort(names)
	want := []string{"first: alpha 0.1, l1 0 0.1 1", "first: alpha 0.1, l1 1 0.1 1", "first: alpha 0.5, l1 0 0.5 1", "first: alpha 0.5, l1 1 0.5 1"}
	if !slices.Equal(names, want) {
		t.Errorf("the runs are %q", names)
	}
	for wrong, field := range map[string]string{
		`{"start":{"path":"/lab/grid","entryPoint":"main","params":{}},"grid":[{"name":"alpha","values":["0.1","much"]}]}`:                "alpha",
		`{"start":{"path":"grid","entryPoint":"main","params":{}},"grid":[{"name":"alpha","values":["0.1"]}]}`:                            "start.path",
		`{"start":{"path":"/lab/grid","entryPoint":"main","params":{}},"grid":[{"name":"a","values":[]}]}`:                                "grid[0].values",
		`{"start":{"path":"/lab/grid","entryPoint":"main","params":{}},"grid":[{"name":"a","values":["1"]},{"name":"a","values":["1"]}]}`: "grid.a",
	} {
		if p := h.problem("POST", "/projects/sweep", wrong, 400); p.Field != field {
			t.Errorf("%s: field %q, %s", wrong, p.Field, p.Title)
		}
	}
}

// TestCancelledSweep: the run that goes on is stopped, and no other begins.
func TestCancelledSweep(t *testing.T) {
	h := newHouse(t)
	var j api.Job
	h.call("POST", "/projects/sweep", `{"start":{"path":"/lab/grid","entryPoint":"main","params":{}},"grid":[{"name":"alpha","values":["endless","0.1"]}]}`, 200, &j)
	var page api.RunPage
	for len(page.Runs) == 0 {
		h.get("/runs", &page)
	}
	h.call("POST", "/jobs/"+j.ID+"/cancel", "", 200, nil)
	if got := h.waitJob(j.ID); got.State != api.JobCancelled {
		t.Errorf("the sweep is %+v", got)
	}
	if h.get("/runs", &page); len(page.Runs) != 1 || !slices.Equal(h.control.stopped, []string{page.Runs[0].ID}) {
		t.Errorf("there are %d runs, stopped were %q", len(page.Runs), h.control.stopped)
	}
}
