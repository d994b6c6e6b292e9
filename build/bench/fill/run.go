package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"dev.varve/backend/event"
)

const (
	experiment = "100000000000000001"
	epoch      = 1_700_000_000_000 // ms since 1970
)

var (
	optimizers = []string{"adam", "sgd", "rmsprop"}
	params     = []string{"optimizer", "learning_rate", "depth", "batch_size", "seed"}
	metrics    = []string{"accuracy", "loss", "rmse", "mae", "seconds"}
)

// longest is how many points of a metric stand in one event, as in a batch of a
// client that logs a lot.
const longest = 1000

// run hands out what one run leaves in a journal, piece by piece; run i is
// always the same.
func (f *filler) run(i int, put func(...event.Draft) error) error {
	r := rand.New(rand.NewPCG(1, uint64(i))) //nolint:gosec // wanted: the same numbers each time
	start := int64(epoch + i*1000)
	stream := fmt.Sprintf("run/%016x%016x", r.Uint64(), r.Uint64())
	err := put(
		event.Draft{Stream: stream, Body: event.RunCreated{
			Experiment: experiment, Name: fmt.Sprintf("run-%06d", i), User: "ada", Start: start,
			Tags: map[string]string{"team": "lake-" + strconv.Itoa(r.IntN(5)), "stage": "trial"},
		}},
		event.Draft{Stream: stream, Body: event.RunParams{Params: f.paramsOf(i, r)}},
	)
	curves := f.curvesOf(i, r)
	for from := 0; err == nil; from += longest {
		list := seriesOf(curves, start, from, r)
		if len(list) == 0 {
			break
		}
		err = put(event.Draft{Stream: stream, Body: event.RunMetrics{Series: list}})
	}
	if err != nil {
		return err
	}
	return put(event.Draft{Stream: stream, Body: event.RunStatus{Status: "FINISHED", End: start + 500}})
}

func (f *filler) paramsOf(i int, r *rand.Rand) []event.Param {
	values := []string{
		optimizers[r.IntN(len(optimizers))], strconv.FormatFloat(r.Float64(), 'g', 4, 64), strconv.Itoa(r.IntN(10)),
		strconv.Itoa(16 << r.IntN(5)), strconv.Itoa(i),
	}
	list := make([]event.Param, f.params)
	for k := range list {
		list[k] = event.Param{Key: name(params, k), Value: values[k%len(values)]}
	}
	return list
}

// curve is how the values of one metric run.
type curve struct {
	key          string
	points       int
	level, speed float64
}

// curvesOf deals the points out to the runs and their metrics as evenly as it goes.
func (f *filler) curvesOf(i int, r *rand.Rand) []curve {
	curves := make([]curve, f.metrics)
	for k := range curves {
		curves[k] = curve{name(metrics, k), part(f.points, f.runs*f.metrics, i*f.metrics+k), r.Float64(), 1 + 9*r.Float64()}
	}
	return curves
}

// seriesOf are the next points of each metric.
func seriesOf(curves []curve, start int64, from int, r *rand.Rand) []event.Series {
	var list []event.Series
	for _, c := range curves {
		points := make([]event.Point, max(0, min(longest, c.points-from)))
		for i := range points {
			at := float64(from+i) / float64(c.points)
			points[i] = event.Point{
				Step: int64(from + i), Time: start + int64(500*at),
				Value: c.level + math.Exp(-c.speed*at) + 0.01*r.NormFloat64(),
			}
		}
		if len(points) > 0 {
			list = append(list, event.PackSeries(c.key, points))
		}
	}
	return list
}

// name is the k-th name, with a number when the list is at its end.
func name(list []string, k int) string {
	if k < len(list) {
		return list[k]
	}
	return list[k%len(list)] + "_" + strconv.Itoa(k/len(list))
}

// part is how many of all things the i-th of n gets.
func part(all, n, i int) int { return all*(i+1)/n - all*i/n }
