package model

import (
	"context"
	"maps"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// compare compares all runs with the model.
func (m *machine) compare() {
	m.t.Helper()
	var seen []string
	m.tracker.Briefs(nil, func(b track.Brief) bool {
		seen = append(seen, b.ID())
		if r := m.runs[b.ID()]; r == nil || r.name != b.Name() || r.experiment != b.Experiment() {
			m.t.Fatalf("the columns have run %s as %q in %s; it is %+v", b.ID(), b.Name(), b.Experiment(), r)
		}
		return true
	})
	want := slices.Clone(m.ids)
	slices.Sort(want)
	slices.Sort(seen)
	if !slices.Equal(seen, want) {
		m.t.Fatalf("the columns have the runs %v, want %v", seen, want)
	}
	for _, id := range m.ids {
		m.compareRun(id, m.runs[id])
	}
}

func (m *machine) compareRun(id string, want *run) {
	m.t.Helper()
	err := m.tracker.Run(id, func(r *track.Run) {
		params := map[string]string{}
		for k, p := range r.Params {
			params[k] = p.Value
		}
		tags := r.Labels.Tags()
		for k := range tags {
			if len(k) > 2 { // MLflow's own
				delete(tags, k)
			}
		}
		if r.Name() != want.name || r.End().Status != want.status || r.Trashed() != want.trashed || !maps.Equal(params, want.params) || !maps.Equal(tags, want.tags) {
			m.t.Fatalf("run %s is %q, %s, trashed %v, %v, %v; want %+v", id, r.Name(), r.End().Status, r.Trashed(), params, tags, want)
		}
		for key, points := range want.points {
			m.compareSummary(id, key, r.Metrics[key], points)
		}
	})
	m.must(err)
	for key, points := range want.points {
		got, err := m.tracker.Points(context.Background(), id, key)
		m.must(err)
		all := map[event.Point]bool{}
		for _, p := range points {
			all[p] = true
		}
		if len(got) != len(all) || slices.ContainsFunc(got, func(p event.Point) bool { return !all[p] }) {
			m.t.Fatalf("run %s has %d points of %s, want %d", id, len(got), key, len(all))
		}
	}
	files, err := m.tracker.Artifacts(track.Owner{Run: id}, "")
	m.must(err)
	have := map[string]string{}
	for _, f := range files {
		have[f.Path] = string(f.Content)
	}
	if !maps.Equal(have, want.files) {
		m.t.Fatalf("run %s has the files %v, want %v", id, have, want.files)
	}
}

func (m *machine) compareSummary(id, key string, got *track.Summary, points []event.Point) {
	m.t.Helper()
	last, least, most := points[0], points[0].Value, points[0].Value
	for _, p := range points {
		if p.Step > last.Step || p.Step == last.Step && (p.Time > last.Time || p.Time == last.Time && p.Value > last.Value) {
			last = p
		}
		least, most = min(least, p.Value), max(most, p.Value)
	}
	if got == nil || got.Last != last || got.Min != least || got.Max != most || got.Points != int64(len(points)) {
		m.t.Fatalf("run %s has the summary %+v of %s, want %v, %v to %v, %d points", id, got, key, last, least, most, len(points))
	}
}
