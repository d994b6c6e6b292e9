package mlflowserver

import (
	"context"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

// Limits of one batch, as all servers have them.
const (
	batchPairs  = 100
	batchPoints = 1000
)

// Run makes a run, or adds to the one that is there.
func (s *Sink) Run(ctx context.Context, one *imports.Run, r *imports.Report) (place string, err error) {
	known := s.runs[one.ID]
	if known == nil {
		known, err = s.newRun(ctx, one)
	} else if known.deleted {
		err = s.post(ctx, "runs/restore", map[string]any{"run_id": known.id})
	}
	if err != nil {
		return "", err
	}
	empty := known.fresh
	known.deleted, known.fresh = one.Trashed, true
	s.status[one.ID] = map[string]any{"run_id": known.id, "run_uuid": known.id, "status": one.Status, "run_name": one.Name}
	if one.End > 0 {
		s.status[one.ID]["end_time"] = one.End
	}
	tags := maps.Clone(one.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	s.nest(known.id, tags[track.TagParent])
	delete(tags, track.TagParent)
	tags[tagRun] = one.ID
	delete(tags, tagDigest)
	if err := s.values(ctx, known.id, "tags", pairs(tags), "run "+one.ID, r); err != nil {
		return "", err
	}
	if err := s.values(ctx, known.id, "params", paramPairs(one.Params), "run "+one.ID, r); err != nil {
		return "", err
	}
	for _, series := range one.Metrics {
		if err := s.points(ctx, known.id, series, empty, "run "+one.ID, r); err != nil {
			return "", err
		}
	}
	return "run " + one.ID, s.inputs(ctx, known.id, one, r)
}

func paramPairs(params []event.Param) []pair {
	list := make([]pair, len(params))
	for i, p := range params {
		list[i] = pair{p.Key, p.Value}
	}
	return list
}

func (s *Sink) newRun(ctx context.Context, one *imports.Run) (*there, error) {
	var a struct {
		Run run `json:"run"`
	}
	body := map[string]any{
		"experiment_id": s.experiments[one.Experiment], "user_id": one.User, "run_name": one.Name, "start_time": one.Start,
		"tags": []pair{{tagRun, one.ID}},
	}
	if err := s.call(ctx, http.MethodPost, "runs/create", nil, body, &a); err != nil {
		return nil, err
	}
	known := &there{id: a.Run.run().ID, artifacts: a.Run.Info.Artifacts, fresh: true}
	if known.id == "" {
		return nil, fault.New(fault.Corrupt, "%s made a run without an id", s.address)
	}
	s.runs[one.ID] = known
	return known, nil
}

// nest says, at the end, which run a run is in: only then that one is there.
func (s *Sink) nest(id, parent string) {
	if parent == "" {
		return
	}
	s.later = append(s.later, func(ctx context.Context, r *imports.Report) error {
		above, ok := s.runs[parent]
		if !ok {
			r.Skip("run "+id+" there", "the run that it is nested in, %s, was not exported", parent)
			return nil
		}
		return s.post(ctx, "runs/set-tag", map[string]any{"run_id": id, "run_uuid": id, "key": track.TagParent, "value": above.id})
	})
}

// values writes params or tags. What the server refuses is left out, which is said.
func (s *Sink) values(ctx context.Context, id, kind string, list []pair, where string, r *imports.Report) error {
	for some := range slices.Chunk(list, batchPairs) {
		err := s.post(ctx, "runs/log-batch", map[string]any{"run_id": id, kind: some})
		if fatal(ctx, err) {
			return err
		}
		if err == nil {
			continue
		}
		for _, one := range some { // find out which
			err := s.post(ctx, "runs/log-batch", map[string]any{"run_id": id, kind: []pair{one}})
			if fatal(ctx, err) {
				return err
			}
			r.Fail(fmt.Sprintf("%s: %s %q", where, kind[:len(kind)-1], one.Key), err)
		}
	}
	return nil
}

type sent struct {
	Key   string `json:"key"`
	Value any    `json:"value"`
	Time  int64  `json:"timestamp"`
	Step  int64  `json:"step"`
	// Of points on logged models:
	Model   string `json:"model_id,omitempty"`
	Dataset string `json:"dataset_name,omitempty"`
	Digest  string `json:"dataset_digest,omitempty"`
}

func send(key string, p event.Point) sent {
	value := any(p.Value)
	switch {
	case math.IsNaN(p.Value):
		value = "NaN"
	case math.IsInf(p.Value, 1):
		value = "Infinity"
	case math.IsInf(p.Value, -1):
		value = "-Infinity"
	}
	return sent{Key: key, Value: value, Time: p.Time, Step: p.Step}
}

// points writes those that the run there lacks.
func (s *Sink) points(ctx context.Context, id string, series track.PastSeries, empty bool, where string, r *imports.Report) error {
	where = fmt.Sprintf("%s: metric %q", where, series.Key)
	has := map[string]bool{}
	if !empty {
		old := &imports.Run{PastRun: track.PastRun{ID: id}}
		asked := &run{}
		asked.Data.Metrics = append(asked.Data.Metrics, struct {
			Key string `json:"key"`
		}{series.Key})
		if err := s.metrics(ctx, old, asked, nil); err != nil {
			return err
		}
		for _, p := range old.Metrics[0].Points {
			has[named(p)] = true
		}
	}
	var list []sent
	for _, p := range series.Points {
		if !has[named(p)] {
			list = append(list, send(series.Key, p))
		}
	}
	for some := range slices.Chunk(list, batchPoints) {
		err := s.post(ctx, "runs/log-batch", map[string]any{"run_id": id, "metrics": some})
		if fatal(ctx, err) {
			return err
		}
		if r.Fail(where, err) {
			return nil
		}
	}
	return nil
}

// named is a word for a point that no other one has: NaN, too, is the same as NaN.
func named(p event.Point) string {
	value := strconv.FormatFloat(p.Value, 'g', -1, 64)
	return fmt.Sprint(p.Step, " ", p.Time, " ", value)
}

// inputs writes the data sets that a run read, and at the end what it did with
// logged models.
func (s *Sink) inputs(ctx context.Context, id string, one *imports.Run, r *imports.Report) error {
	var list []any
	for _, d := range one.Datasets {
		tags := make([]pair, len(d.Tags))
		for i, t := range d.Tags {
			tags[i] = pair{t.Key, t.Value}
		}
		list = append(list, map[string]any{"tags": tags, "dataset": map[string]any{
			"name": d.Name, "digest": d.Digest, "source_type": d.SourceType, "source": d.Source, "schema": d.Schema, "profile": d.Profile,
		}})
	}
	if len(list) > 0 {
		err := s.post(ctx, "runs/log-inputs", map[string]any{"run_id": id, "datasets": list})
		if fatal(ctx, err) {
			return err
		}
		r.Fail("run "+one.ID+": its data sets", err)
	}
	if len(one.ModelsIn)+len(one.ModelsOut) == 0 {
		return nil
	}
	s.later = append(s.later, func(ctx context.Context, r *imports.Report) error {
		var in, out []any
		for _, m := range one.ModelsIn {
			if known := s.models[m]; known != nil {
				in = append(in, map[string]any{"model_id": known.id})
			}
		}
		for _, m := range one.ModelsOut {
			if known := s.models[m.ID]; known != nil {
				out = append(out, map[string]any{"model_id": known.id, "step": m.Step})
			}
		}
		if len(in)+len(out) < len(one.ModelsIn)+len(one.ModelsOut) {
			r.Skip("run "+one.ID, "of the logged models that it read or made some are not there")
		}
		for at, models := range map[string][]any{"runs/log-inputs": in, "runs/outputs": out} {
			if len(models) == 0 {
				continue
			}
			err := s.post(ctx, at, map[string]any{"run_id": id, "models": models})
			if fatal(ctx, err) {
				return err
			}
			r.Fail("run "+one.ID+": its logged models", err)
		}
		return nil
	})
	return nil
}
