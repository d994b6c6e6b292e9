package owner

import (
	"context"
	"fmt"
	"math"
	"testing"

	"dev.varve/backend/chart"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// BenchmarkCurve reads a thinned curve of a million points from the index, as a
// chart does, and a part of it down to the points.
func BenchmarkCurve(b *testing.B) {
	o := become(b)
	const points, portion = 1_000_000, 50_000
	run, err := o.tracker.CreateRun(b.Context(), track.NewRun{Experiment: track.DefaultExperiment})
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < points; i += portion {
		batch := track.Batch{}
		for k := i; k < i+portion; k++ {
			p := event.Point{Step: int64(k), Time: 1_700_000_000_000 + int64(25*k), Value: math.Sin(float64(k) / 5000)}
			batch.Metrics = append(batch.Metrics, track.Metric{Key: "loss", Point: p})
		}
		if err := o.tracker.LogAll(b.Context(), run, batch); err != nil {
			b.Fatal(err)
		}
		if err := o.tracker.Flush(o.ownEnd); err != nil {
			b.Fatal(err)
		}
	}
	for _, part := range []int64{1, 10, 1000} {
		b.Run(fmt.Sprintf("1in%d", part), func(b *testing.B) {
			w := track.Window{Axis: track.BySteps, From: points / 3, To: points/3 + points/part, Budget: 4000}
			if part == 1 {
				w = track.Everything(track.BySteps, w.Budget)
			}
			for b.Loop() {
				curve, err := o.tracker.Curve(context.Background(), run, "loss", w)
				if err != nil {
					b.Fatal(err)
				}
				kept, _ := chart.Sample(chart.Place(curve.Points, chart.Step, 0), w.Budget)
				b.ReportMetric(float64(len(curve.Points)), "points/op")
				b.ReportMetric(float64(len(kept)), "kept/op")
			}
		})
	}
}
