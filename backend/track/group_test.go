package track

import (
	"fmt"
	"testing"

	"dev.varve/backend/event"
)

// Series stand in the order in which their keys first appear, with their points
// in the order in which they came, whether there are few keys or many.
func TestGroup(t *testing.T) {
	for _, keys := range []int{1, 2, 17, 80} {
		const rounds = 3
		var batch []Metric
		for step := range rounds {
			for k := range keys {
				batch = append(batch, Metric{Key: fmt.Sprint("k", k), Model: "m", Point: event.Point{Step: int64(step), Value: float64(k)}})
			}
		}
		// The same key of another model is another series.
		batch = append(batch, Metric{Key: "k0", Point: event.Point{Step: 9}})
		series := group(batch)
		if len(series) != keys+1 {
			t.Fatalf("%d keys became %d series", keys, len(series))
		}
		for k, s := range series[:keys] {
			points, err := s.Points(nil)
			if err != nil {
				t.Fatal(err)
			}
			if s.Key != fmt.Sprint("k", k) || s.Model != "m" || len(points) != rounds {
				t.Fatalf("series %d of %d: %q of %q with %d points", k, keys, s.Key, s.Model, len(points))
			}
			for step, p := range points {
				if p.Step != int64(step) || p.Value != float64(k) {
					t.Fatalf("point %d of series %d: %+v", step, k, p)
				}
			}
		}
		if last := series[keys]; last.Key != "k0" || last.Model != "" {
			t.Fatalf("the series without a model is %q of %q", last.Key, last.Model)
		}
	}
}
