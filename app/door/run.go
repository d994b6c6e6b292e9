package door

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dev.varve/app/door/api"
	"dev.varve/backend/chart"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

func (d *Door) runDetail(ctx context.Context, in *runPath) (*answer[api.RunDetail], error) {
	detail := api.RunDetail{Seq: d.Hub.Seq()}
	if err := d.Records.Run(in.Run, func(r *track.Run) { d.fillDetail(&detail, r) }); err != nil {
		return nil, err
	}
	d.number(&detail.RunFacts)
	// The experiment of a run whose creation has not arrived yet has no name.
	_ = d.Records.Experiment(detail.Experiment, func(x *track.Experiment) { detail.ExperimentName = x.Name() })
	detail.Models = d.models(in.Run)
	detail.Registered = d.registeredOfRun(in.Run)
	return the(detail, d.countFew(ctx, detail.MetricList, in.Run))
}

// few is how many points are looked at to count them without repetitions.
const few = 8

// countFew counts the points of short metrics anew: MLflow's client logs the
// last point of each metric once more with every model, and a value that was
// logged twice is a number, not a chart. What is longer is counted as recorded.
func (d *Door) countFew(ctx context.Context, metrics []api.Metric, run string) error {
	for i := range metrics {
		if m := &metrics[i]; m.Points > 1 && m.Points <= few {
			points, err := d.Records.Points(ctx, run, m.Key)
			if err != nil {
				return err
			}
			m.Points = int64(len(points))
		}
	}
	return nil
}

// fillDetail copies a run. The lock is held.
func (d *Door) fillDetail(detail *api.RunDetail, r *track.Run) {
	detail.RunRow = d.row(r)
	detail.MetricList = make([]api.Metric, 0, len(r.Metrics))
	for _, key := range slices.Sorted(maps.Keys(r.Metrics)) {
		detail.MetricList = append(detail.MetricList, metric(key, r.Metrics[key]))
	}
	tags := r.AllTags()
	detail.Tags = make([]api.Tag, 0, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		detail.Tags = append(detail.Tags, api.Tag{Key: key, Value: tags[key]})
	}
	if code := r.End().ExitCode; code != nil {
		c := int(*code)
		detail.ExitCode = &c
	}
	if o := r.Origin; o != nil {
		detail.Project, detail.EntryPoint, detail.Command, detail.Host = o.Project, o.EntryPoint, o.Command, o.Host
		detail.Environment = environment(o)
		detail.HasLog = true
		detail.CanStop = detail.Status == api.Running || detail.Status == api.Waiting
	}
	if len(r.Code) > 0 {
		c := &r.Code[0].Value
		detail.Code = &api.RunCode{
			Digest: hex.EncodeToString(c.Digest), Files: c.Files, Bytes: c.Bytes, Left: c.LeftFiles,
			Commit: c.Commit, Branch: c.Branch, Dirty: c.Dirty, Problem: c.Problem,
		}
	}
}

func metric(key string, s *track.Summary) api.Metric {
	return api.Metric{
		Key: key, Last: api.Number(s.Last.Value), Step: s.Last.Step, Time: s.Last.Time,
		Min: api.Number(s.Min), Max: api.Number(s.Max), Points: s.Points, System: chart.System(key),
	}
}

// environment says in words what a run ran in.
func environment(o *event.Origin) string {
	words := map[string]string{"local": "this computer's Python", "venv": "venv", "uv": "uv"}[o.Manager]
	if words == "" {
		words = o.Manager
	}
	if o.Python != "" {
		words = joined(words, "Python "+o.Python)
	}
	switch n := len(o.Packages); n {
	case 0:
	case 1:
		words = joined(words, "1 package")
	default:
		words = joined(words, fmt.Sprintf("%d packages", n))
	}
	return words
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

// models are the models that a run logged, in the order in which it made them.
func (d *Door) models(run string) []api.Model {
	steps := map[string]int64{}
	// That the run exists was seen a moment ago, and runs do not vanish.
	_ = d.Records.Run(run, func(r *track.Run) {
		for _, out := range r.ModelsOut {
			steps[out.Value.ID] = out.Value.Step
		}
	})
	type made struct {
		api.Model
		stamp event.Stamp
	}
	var list []made
	d.Records.Models(func(m *track.LoggedModel) {
		if m.Run == run && !m.Trashed() {
			status, _ := m.Status.Get()
			list = append(list, made{api.Model{ID: m.ID, Name: m.Name(), Status: modelStatus(status.Status), Step: steps[m.ID]}, m.Created})
		}
	})
	slices.SortFunc(list, func(a, b made) int {
		return cmp.Or(cmp.Compare(a.Step, b.Step), a.stamp.Compare(b.stamp))
	})
	models := make([]api.Model, len(list))
	for i, m := range list {
		models[i] = m.Model
	}
	return models
}

// modelStatus says MLflow's statuses of a model in the words of the pages.
func modelStatus(status string) string {
	switch status {
	case track.ModelReady:
		return "ready"
	case track.ModelFailed:
		return "failed"
	}
	return "pending"
}

// registeredOfRun are the versions of registered models that were made of a run, by
// name and number.
func (d *Door) registeredOfRun(run string) []api.RegisteredAs {
	list := []api.RegisteredAs{}
	// A registry that has not arrived names none.
	_ = d.Records.Registry(func(r track.Registry) error {
		r.Models(func(m *track.RegisteredModel) {
			if m.Trashed() || !r.Found(m) {
				return
			}
			for _, v := range r.Versions(m) {
				if v.Facts.Run == run && !v.Trashed() {
					list = append(list, api.RegisteredAs{Model: m.Name(), Version: int(v.Number()), Stage: v.Stage(), Aliases: full(r.AliasesOf(v))})
				}
			}
		})
		return nil
	})
	slices.SortFunc(list, func(a, b api.RegisteredAs) int {
		return cmp.Or(strings.Compare(a.Model, b.Model), cmp.Compare(a.Version, b.Version))
	})
	return list
}
