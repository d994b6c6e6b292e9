package track

import (
	"cmp"
	"context"
	"math"
	"slices"

	"dev.varve/backend/event"
)

// Axis is what a curve runs along.
type Axis int

// The axes. Relative time is time, which its user moves.
const (
	BySteps Axis = iota
	ByTime
)

// of is where a point lies on the axis.
func (a Axis) of(p event.Point) int64 {
	if a == ByTime {
		return p.Time
	}
	return p.Step
}

// compare orders points along the axis, and those of one place as MLflow does.
func (a Axis) compare(p, q event.Point) int {
	return cmp.Or(cmp.Compare(a.of(p), a.of(q)), cmp.Compare(p.Time, q.Time), cmp.Compare(p.Step, q.Step), cmp.Compare(p.Value, q.Value))
}

// Window is the part of a curve that is asked for, and how finely.
type Window struct {
	Axis     Axis
	From, To int64 // on the axis, both included
	Budget   int   // about how many points will be drawn; 0: all are wanted
}

// Everything is the window on a whole curve.
func Everything(axis Axis, budget int) Window {
	return Window{Axis: axis, From: math.MinInt64, To: math.MaxInt64, Budget: budget}
}

// Curve is a part of the history of a metric.
type Curve struct {
	Points  []event.Point // along the axis, exact duplicates dropped
	Logged  int64         // points of the whole metric as recorded, duplicates included
	Sampled bool          // whether points of the window were left out
}

// Curve reads a part of the history of a metric. If it holds far more points
// than the budget, some are left out, but no spike: for each point of the
// window there are points no further away along the axis than the window's
// width divided by half the budget that are as high, and as low; for one that is
// not a number, one of its kind. Several times as many points as the budget may
// come.
func (t *Tracker) Curve(ctx context.Context, run, key string, w Window) (Curve, error) {
	var c Curve
	err := t.Run(run, func(r *Run) {
		if m, ok := r.Metrics[key]; ok {
			c.Logged = m.Points
		}
	})
	if err != nil {
		return c, err
	}
	c.Points, c.Sampled, err = t.points(ctx, run, key, w, c.Logged)
	return c, err
}

// points is Curve for who knows how many points the metric has.
func (t *Tracker) points(ctx context.Context, run, key string, w Window, logged int64) (points []event.Point, sampled bool, err error) {
	if t.history != nil {
		points, sampled, err = t.history.window(ctx, run, key, w, logged)
	} else {
		points, err = t.state.points.Read(ctx, run, key, logged)
	}
	if err != nil {
		return nil, false, err
	}
	return w.arrange(points), sampled, nil
}

// arrange keeps what lies in the window, in its order, once.
func (w Window) arrange(points []event.Point) []event.Point {
	points = slices.DeleteFunc(points, func(p event.Point) bool { return !w.shows(p) })
	if !slices.IsSortedFunc(points, w.Axis.compare) {
		slices.SortFunc(points, w.Axis.compare)
	}
	return slices.CompactFunc(points, same)
}

func (w Window) shows(p event.Point) bool {
	at := w.Axis.of(p)
	return w.From <= at && at <= w.To
}

// extent is where on the axis the first and the last of some points lie.
func (a Axis) extent(points []event.Point) (least, most int64) {
	least, most = math.MaxInt64, math.MinInt64
	for i := range points {
		at := a.of(points[i])
		least, most = min(least, at), max(most, at)
	}
	return least, most
}
