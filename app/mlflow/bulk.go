package mlflow

import (
	"context"
	"math"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/stat"
	"dev.varve/backend/track"
)

// Limits of the histories of many runs at once, as in MLflow.
const (
	mostBulkRuns   = 100
	mostBulkPoints = 25000 // of all runs together
	mostSampled    = 2500  // of each run
)

type bulkHistory struct {
	RunIDs     []string `json:"run_id"`
	MetricKey  *string  `json:"metric_key"`
	MaxResults whole    `json:"max_results"`
}

func (b *bulkHistory) here(_ context.Context, d *door) bool { return d.knowsAll(b.RunIDs) }

func (d *door) knowsAll(runs []string) bool {
	return !slices.ContainsFunc(runs, func(id string) bool { return !d.Tracker.Knows(id) })
}

// bulkHistory answers with the points of many runs, by run, time, step and
// value. As in MLflow, a run that does not exist has none.
func (d *door) bulkHistory(ctx context.Context, req *bulkHistory, out []byte) ([]byte, error) {
	switch {
	case len(req.RunIDs) == 0:
		return nil, fault.New(fault.Invalid, "GetMetricHistoryBulk request must specify at least one run_id.")
	case len(req.RunIDs) > mostBulkRuns:
		return nil, fault.New(fault.Invalid, "GetMetricHistoryBulk request cannot specify more than %d run_ids. Received %d run_ids.",
			mostBulkRuns, len(req.RunIDs))
	case req.MetricKey == nil:
		return nil, fault.New(fault.Invalid, "GetMetricHistoryBulk request must specify a metric_key.")
	case req.MaxResults.N < 0:
		return nil, fault.New(fault.Invalid, "Invalid value %d for parameter 'max_results' supplied. It must be a positive integer.", req.MaxResults.N)
	}
	left := min(req.MaxResults.or(mostBulkPoints), mostBulkPoints)
	out = append(member(append(out, '{'), "metrics"), '[')
	runs := slices.Clone(req.RunIDs)
	slices.Sort(runs)
	for _, run := range slices.Compact(runs) {
		if left == 0 {
			break
		}
		if !d.Tracker.Knows(run) {
			continue
		}
		points, err := d.Tracker.Points(ctx, run, *req.MetricKey)
		if err != nil {
			return nil, err
		}
		points = points[:min(int64(len(points)), left)]
		left -= int64(len(points))
		out = appendRunPoints(out, run, *req.MetricKey, points)
	}
	return append(out, ']', '}'), nil
}

// appendRunPoints appends points that say which run they are of.
func appendRunPoints(out []byte, run, key string, points []event.Point) []byte {
	for _, p := range points {
		out = append(memberString(appendPoint(next(out), key, p), "run_id", run), '}')
	}
	return out
}

type bulkInterval struct {
	RunIDs     []string `json:"run_ids"`
	MetricKey  string   `json:"metric_key"`
	StartStep  whole    `json:"start_step"`
	EndStep    whole    `json:"end_step"`
	MaxResults whole    `json:"max_results"`
}

func (b *bulkInterval) here(_ context.Context, d *door) bool { return d.knowsAll(b.RunIDs) }

// bulkInterval answers with the points of many runs between two steps, of each
// run at most max_results, by step, time and value.
func (d *door) bulkInterval(ctx context.Context, req *bulkInterval, out []byte) ([]byte, error) {
	window, err := req.window()
	if err != nil {
		return nil, err
	}
	out = append(out, '{')
	begun := false
	for _, run := range req.RunIDs {
		if !d.Tracker.Knows(run) {
			continue
		}
		curve, err := d.Tracker.Curve(ctx, run, req.MetricKey, window)
		if err != nil {
			return nil, err
		}
		points := stat.Thin(curve.Points, func(p event.Point) float64 { return p.Value }, window.Budget)
		if len(points) > 0 && !begun {
			out, begun = append(member(out, "metrics"), '['), true
		}
		out = appendRunPoints(out, run, req.MetricKey, points)
	}
	if begun {
		out = append(out, ']')
	}
	return append(out, '}'), nil
}

// window checks a request and says which part of the curves it wants.
func (b *bulkInterval) window() (w track.Window, err error) {
	most := b.MaxResults.or(mostSampled)
	switch {
	case len(b.RunIDs) == 0:
		return w, missing("run_ids")
	case len(b.RunIDs) > mostBulkRuns:
		return w, fault.New(fault.Invalid, "GetMetricHistoryBulkInterval request must specify at most %d run_ids. Received %d run_ids.",
			mostBulkRuns, len(b.RunIDs))
	case b.MetricKey == "":
		return w, missing("metric_key")
	case most < 1 || most > mostSampled:
		return w, fault.New(fault.Invalid, "max_results must be between 1 and %d.%s", mostSampled, seeDocs)
	case b.StartStep.Set != b.EndStep.Set:
		return w, fault.New(fault.Invalid, "If either start step or end step are specified, both must be specified.")
	case b.StartStep.N > b.EndStep.N:
		return w, fault.New(fault.Invalid, "end_step must be greater than start_step. Found start_step=%d and end_step=%d.", b.StartStep.N, b.EndStep.N)
	}
	return track.Window{
		Axis: track.BySteps, From: b.StartStep.or(math.MinInt64), To: b.EndStep.or(math.MaxInt64), Budget: int(most),
	}, nil
}
