package track_test

import (
	"context"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// TestLostPointsAreNoticed: a store that has lost the points of a metric does
// not make it shorter.
func TestLostPointsAreNoticed(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	run, err := w.CreateRun(ctx, track.NewRun{})
	noError(t, err)
	for step := range int64(5) {
		noError(t, w.LogMetric(ctx, run, track.Metric{Key: "m", Point: event.Point{Value: 1, Step: step}}))
	}
	w.restart(t)

	var all []track.Pair
	for _, prefix := range []string{"points/", "sheaf/"} {
		noError(t, w.store.Scan(prefix, func(key string, value []byte) error {
			all = append(all, track.Pair{Key: key, Value: value})
			return nil
		}))
	}
	if len(all) == 0 {
		t.Fatal("the store has no points")
	}
	var none []track.Pair
	for _, p := range all {
		none = append(none, track.Pair{Key: p.Key})
	}
	noError(t, w.store.Write(none))
	if points, err := w.Points(ctx, run, "m"); fault.KindOf(err) != fault.Corrupt {
		t.Errorf("%d points, %v", len(points), err)
	}
	noError(t, w.store.Write(all))
	if points, err := w.Points(ctx, run, "m"); err != nil || len(points) != 5 {
		t.Errorf("%d points, %v", len(points), err)
	}
}
