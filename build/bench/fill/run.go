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

// run is what one run leaves in a journal; run i is always the same.
func (f *filler) run(i int) []event.Draft {
	r := rand.New(rand.NewPCG(1, uint64(i))) //nolint:gosec // wanted: the same numbers each time
	start := int64(epoch + i*1000)
	stream := fmt.Sprintf("run/%016x%016x", r.Uint64(), r.Uint64())
	return []event.Draft{
		{Stream: stream, Body: event.RunCreated{
			Experiment: experiment, Name: fmt.Sprintf("run-%06d", i), User: "ada", Start: start,
			Tags: map[string]string{"team": "lake-" + strconv.Itoa(r.IntN(5)), "stage": "trial"},
		}},
		{Stream: stream, Body: event.RunParams{Params: f.paramsOf(i, r)}},
		{Stream: stream, Body: event.RunMetrics{Series: f.seriesOf(i, start, r)}},
		{Stream: stream, Body: event.RunStatus{Status: "FINISHED", End: start + 500}},
	}
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

// seriesOf deals the points out to the runs and their metrics as evenly as it goes.
func (f *filler) seriesOf(i int, start int64, r *rand.Rand) []event.Series {
	var list []event.Series
	for k := range f.metrics {
		points := make([]event.Point, part(f.points, f.runs*f.metrics, i*f.metrics+k))
		level, speed := r.Float64(), 1+9*r.Float64()
		for s := range points {
			points[s] = event.Point{
				Step: int64(s), Time: start + int64(s)*500/int64(len(points)),
				Value: level + math.Exp(-speed*float64(s)/float64(len(points))) + 0.01*r.NormFloat64(),
			}
		}
		if len(points) > 0 {
			list = append(list, event.PackSeries(name(metrics, k), points))
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
