package door_test

import (
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// TestCountRuns counts what several questions find; a wrong one finds nothing.
func TestCountRuns(t *testing.T) {
	h := newHouse(t)
	for _, lr := range []string{"0.1", "0.2", "0.2"} {
		h.run(track.NewRun{Params: []event.Param{{Key: "lr", Value: lr}}})
	}
	var got api.RunCounts
	h.call("POST", "/runs/counts", `{"questions": [{}, {"filter": "params.lr = 0.2"}, {"filter": "params.lr ="}, {"filter": "params.lr > 9"}, {"trashed": true}]}`, 200, &got)
	want := []int{3, 2, -1, 0, 0}
	for i, n := range got.Counts {
		if n != want[i] {
			t.Errorf("question %d finds %v runs, not %d", i, n, want[i])
		}
	}
	if len(got.Counts) != len(want) {
		t.Errorf("%d counts", len(got.Counts))
	}
	h.call("POST", "/runs/counts", `{"questions": []}`, 200, &got)
}
