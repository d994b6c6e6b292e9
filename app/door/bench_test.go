package door_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"

	"dev.varve/app/door"
	"dev.varve/backend/event"
	"dev.varve/backend/live"
	"dev.varve/backend/track"
)

// fast is a journal that only numbers events, so that many runs are made soon.
type fast struct{ seq uint64 }

func (j *fast) Append(_ context.Context, drafts ...event.Draft) ([]*event.Event, error) {
	events := make([]*event.Event, len(drafts))
	for i, d := range drafts {
		body, err := event.Marshal(d.Body)
		if err != nil {
			return nil, err
		}
		j.seq++
		events[i] = &event.Event{ID: event.ID{Writer: event.Writer{1}, Seq: j.seq}, Count: 1, Stream: d.Stream, Type: d.Body.Type(), Version: d.Body.Version(), Time: int64(j.seq), Body: body}
	}
	return events, nil
}

// BenchmarkRunsPage asks for the first page of ten thousand runs with ten
// params and ten metrics each.
func BenchmarkRunsPage(b *testing.B) {
	c := &clock{}
	tr, err := track.Open(track.Config{Journal: &fast{}, Store: track.NewMemory(), Clock: c, Random: rand.Reader})
	if err != nil {
		b.Fatal(err)
	}
	for i := range 10_000 {
		n, batch := track.NewRun{Start: int64(i + 1)}, track.Batch{}
		for k := range 10 {
			n.Params = append(n.Params, event.Param{Key: fmt.Sprintf("param%d", k), Value: fmt.Sprint(i * k)})
			batch.Metrics = append(batch.Metrics, point(fmt.Sprintf("metric%d", k), 0, float64(i%97*k)))
		}
		id, err := tr.CreateRun(b.Context(), n)
		if err != nil {
			b.Fatal(err)
		}
		if err := tr.LogBatch(b.Context(), id, batch); err != nil {
			b.Fatal(err)
		}
	}
	d := door.New(door.Options{Token: theToken, Clock: c, Random: rand.Reader, Records: tr, Hub: live.New(c, after)})
	h := &house{Door: d}
	for name, query := range map[string]string{"newest": "", "sorted": "&order=metrics.metric3+ASC", "filtered": "&filter=metrics.metric3+%3C+100+AND+params.param1+LIKE+%279%25%27"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if w := h.do(request("GET", prefix+"/runs?limit=200"+query, "")); w.Code != 200 {
					b.Fatal(w.Body)
				}
			}
		})
	}
}
