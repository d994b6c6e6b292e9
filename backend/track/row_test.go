package track_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"dev.varve/backend/event"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

// rowJournal numbers events; that is all that a row needs of a journal.
type rowJournal struct{ seq uint64 }

func (j *rowJournal) Append(_ context.Context, drafts ...event.Draft) ([]*event.Event, error) {
	events := make([]*event.Event, len(drafts))
	for i, d := range drafts {
		body, err := event.Marshal(d.Body)
		if err != nil {
			return nil, err
		}
		j.seq++
		events[i] = &event.Event{
			ID: event.ID{Writer: event.Writer{1}, Seq: j.seq}, Count: 1, Stream: d.Stream, Type: d.Body.Type(),
			Version: d.Body.Version(), Time: int64(j.seq), Replaces: d.Replaces, Body: body,
		}
	}
	return events, nil
}

type rowHost struct{ n byte }

func (rowHost) Now() time.Time { return time.UnixMilli(1_700_000_000_000) }

func (h *rowHost) Read(b []byte) (int, error) {
	for i := range b {
		h.n++
		b[i] = h.n
	}
	return len(b), nil
}

func TestRow(t *testing.T) {
	ctx := t.Context()
	h := &rowHost{}
	tr, err := track.Open(track.Config{Journal: &rowJournal{}, Store: track.NewMemory(), Clock: h, Random: h, Person: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	id, err := tr.CreateRun(ctx, track.NewRun{Name: "first", Start: 1000, Tags: map[string]string{"team": "lake"}, Params: []event.Param{{Key: "alpha", Value: "0.5"}},
		Datasets: []event.DatasetInput{{Name: "wine", Digest: "ab", Tags: []event.Param{{Key: "mlflow.data.context", Value: "training"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := tr.LogBatch(ctx, id, track.Batch{Metrics: []track.Metric{{Key: "loss", Point: event.Point{Value: math.NaN()}}}}); err != nil {
		t.Fatal(err)
	}
	columns := []search.Column{
		{Kind: search.Metric, Name: "loss"}, {Kind: search.Metric, Name: "none"},
		{Kind: search.Param, Name: "alpha"}, {Kind: search.Param, Name: "none"},
		{Kind: search.Tag, Name: "team"}, {Kind: search.Tag, Name: "mlflow.runName"}, {Kind: search.Tag, Name: "none"},
	}
	for _, name := range []string{"run_id", "run_name", "user_id", "status", "artifact_uri", "start_time", "end_time", "none"} {
		columns = append(columns, search.Column{Kind: search.Attribute, Name: name})
	}
	want := "[NaN true 0 false 0.5 true  false lake true first true  false" +
		fmt.Sprintf(" {%s 0 true} true {first 0 true} true {ada 0 true} true {RUNNING 0 true} true {mlflow-artifacts:/0/%s/artifacts 0 true} true", id, id) +
		" { 1000 false} true { 0 false} false { 0 false} false]"
	err = tr.Run(id, func(r *track.Run) {
		row := tr.Row(r)
		if got := read(row, columns); got != want {
			t.Errorf("the row says %s\nwant         %s", got, want)
		}
		if got := row.Datasets(); len(got) != 1 || got[0].Name != "wine" || got[0].Digest != "ab" || got[0].Context != "training" || !got[0].HasContext {
			t.Errorf("data sets are %+v", got)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	tr.SetLost(map[string]string{id: "its agent is gone"})
	err = tr.Run(id, func(r *track.Run) {
		if status := tr.StatusOf(r); status != "FAILED" {
			t.Errorf("a lost run is %s", status)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// read reads the columns of a row.
func read(r search.Row, columns []search.Column) string {
	var values []any
	for _, c := range columns {
		switch c.Kind {
		case search.Metric:
			v, ok := r.Metric(c.Name)
			values = append(values, v, ok)
		case search.Param:
			v, ok := r.Param(c.Name)
			values = append(values, v, ok)
		case search.Tag:
			v, ok := r.Tag(c.Name)
			values = append(values, v, ok)
		case search.Attribute:
			v, ok := r.Attribute(c.Name)
			values = append(values, v, ok)
		}
	}
	return fmt.Sprint(values)
}
