package mlflowdb

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

const (
	atOnce    = 500        // runs whose params and tags are in memory
	maxPoints = 20_000_000 // of one run
)

// Runs calls fn with each run.
func (s *Source) Runs(ctx context.Context, experiment string, brief bool, r *imports.Report, fn func(*imports.Run) error) error {
	var some []*imports.Run
	hand := func() error {
		defer func() { some = some[:0] }()
		if !brief {
			return s.fill(ctx, r, some, fn)
		}
		for _, run := range some {
			if err := fn(run); err != nil {
				return err
			}
		}
		return nil
	}
	query := "SELECT " + s.pick("runs", "run_uuid", "name", "user_id", "status", "start_time", "end_time", "lifecycle_stage", "artifact_uri", "source_name", "source_version", "entry_point_name") +
		" FROM runs WHERE experiment_id = ? ORDER BY run_uuid"
	err := s.db.each(ctx, query, []any{experiment}, func(scan scanner) error {
		run, err := s.scanRun(scan, r)
		if err != nil {
			return err
		}
		if some = append(some, run); len(some) == atOnce {
			return hand()
		}
		return nil
	})
	if err := s.partly(ctx, r, "runs of experiment "+experiment, err); err != nil {
		return err
	}
	return hand()
}

func (s *Source) scanRun(scan scanner, r *imports.Report) (*imports.Run, error) {
	var id, name, user, status, stage, uri, source, version, entry text
	var start, end whole
	if err := scan(&id, &name, &user, &status, &start, &end, &stage, &uri, &source, &version, &entry); err != nil {
		return nil, err
	}
	run := &imports.Run{Place: s.place(r, "run "+string(id), string(uri), 3)}
	run.ID, run.Name, run.User, run.Status = string(id), string(name), string(user), string(status)
	run.Start, run.End, run.Trashed = max(int64(start), 0), max(int64(end), 0), stage == "deleted"
	run.Tags = map[string]string{}
	for tag, value := range map[string]text{"mlflow.source.name": source, "mlflow.source.git.commit": version, "mlflow.project.entryPoint": entry} {
		if value != "" { // MLflow 1 kept them here
			run.Tags[tag] = string(value)
		}
	}
	return run, nil
}

// fill reads the rest of some runs, sorted by id, and calls fn with each.
func (s *Source) fill(ctx context.Context, r *imports.Report, runs []*imports.Run, fn func(*imports.Run) error) error {
	if len(runs) == 0 {
		return nil
	}
	in, args := "("+strings.TrimSuffix(strings.Repeat("?,", len(runs)), ",")+")", make([]any, len(runs))
	for i, run := range runs {
		args[i] = run.ID
	}
	where := "WHERE run_uuid IN " + in
	params := s.tables(ctx, r, "params", "run_uuid", where, args...)
	tags := s.tables(ctx, r, "tags", "run_uuid", where, args...)
	measured := s.modelPoints(ctx, r, in, args)
	for _, run := range runs {
		for _, key := range slices.Sorted(maps.Keys(params[run.ID])) {
			run.Params = append(run.Params, event.Param{Key: key, Value: params[run.ID][key]})
		}
		maps.Copy(run.Tags, tags[run.ID])
	}
	s.inputs(ctx, r, in, args, runs)
	next := 0 // to be handed on
	until := func(id string) error {
		for ; next < len(runs) && (id == "" || runs[next].ID < id); next++ {
			run := runs[next]
			run.Metrics = imports.Attribute(run.Metrics, measured[run.ID])
			if err := fn(run); err != nil {
				return err
			}
			runs[next] = nil // its points may be many
		}
		return nil
	}
	points := 0
	query := "SELECT " + s.pick("metrics", "run_uuid", "key", "value", "timestamp", "step", "is_nan") + " FROM metrics " + where + " ORDER BY run_uuid, key"
	err := s.db.each(ctx, query, args, func(scan scanner) error {
		var id, key string
		var p event.Point
		if err := scanPoint(scan, &id, &key, &p); err != nil {
			return err
		}
		if next >= len(runs) || runs[next].ID != id {
			points = 0
			if err := until(id); err != nil {
				return err
			}
		}
		if next >= len(runs) || runs[next].ID != id || p.Time < 0 {
			return nil
		}
		if points++; points > maxPoints {
			return nil
		}
		list := &runs[next].Metrics
		if n := len(*list); n == 0 || (*list)[n-1].Key != key {
			*list = append(*list, track.PastSeries{Key: key})
		}
		last := &(*list)[len(*list)-1]
		last.Points = append(last.Points, p)
		return nil
	})
	if err := s.partly(ctx, r, "metrics", err); err != nil {
		return err
	}
	return until("")
}

// scanPoint reads a point. MLflow keeps what is no number in a column beside it,
// and the infinities as the greatest numbers.
func scanPoint(scan scanner, id, key *string, p *event.Point) error {
	var isNaN whole
	var value any
	if err := scan(id, key, &value, &p.Time, (*whole)(&p.Step), &isNaN); err != nil {
		return fmt.Errorf("a point: %w", err)
	}
	switch v := value.(type) {
	case float64:
		p.Value = v
	case int64:
		p.Value = float64(v)
	default:
		p.Value = math.NaN()
	}
	p.Value = trueValue(p.Value)
	if isNaN != 0 {
		p.Value = math.NaN()
	}
	return nil
}

func trueValue(v float64) float64 {
	switch v {
	case math.MaxFloat64:
		return math.Inf(1)
	case -math.MaxFloat64:
		return math.Inf(-1)
	}
	return v
}

// inputs reads what runs read and made.
func (s *Source) inputs(ctx context.Context, r *imports.Report, in string, args []any, runs []*imports.Run) {
	if s.has["inputs"] == nil {
		return
	}
	by := map[string]*imports.Run{}
	for _, run := range runs {
		by[run.ID] = run
	}
	tags := s.tables(ctx, r, "input_tags", "input_uuid", "")
	err := s.db.each(ctx, `SELECT i.input_uuid, i.destination_id, d.name, d.digest, d.dataset_source_type, d.dataset_source, d.dataset_schema, d.dataset_profile
		FROM inputs i JOIN datasets d ON i.source_id = d.dataset_uuid WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id IN `+in+" ORDER BY d.name, d.digest", args, func(scan scanner) error {
		var id, run, name, digest, kind, source, schema, profile text
		if err := scan(&id, &run, &name, &digest, &kind, &source, &schema, &profile); err != nil {
			return err
		}
		d := event.DatasetInput{Name: string(name), Digest: string(digest), SourceType: string(kind), Source: string(source), Schema: string(schema), Profile: string(profile)}
		for _, key := range slices.Sorted(maps.Keys(tags[string(id)])) {
			d.Tags = append(d.Tags, event.Param{Key: key, Value: tags[string(id)][key]})
		}
		if run := by[string(run)]; run != nil {
			run.Datasets = append(run.Datasets, d)
		}
		return nil
	})
	r.Fail(s.where("inputs"), err)
	err = s.db.each(ctx, "SELECT source_id, destination_type, destination_id, "+s.pick("inputs", "step")+
		" FROM inputs WHERE destination_type IN ('MODEL_INPUT', 'MODEL_OUTPUT') AND source_id IN "+in+" ORDER BY destination_id", args, func(scan scanner) error {
		var id, kind, model text
		var step whole
		if err := scan(&id, &kind, &model, &step); err != nil {
			return err
		}
		switch run := by[string(id)]; {
		case run == nil:
		case kind == "MODEL_INPUT":
			run.ModelsIn = append(run.ModelsIn, string(model))
		default:
			run.ModelsOut = append(run.ModelsOut, event.ModelOutput{ID: string(model), Step: int64(step)})
		}
		return nil
	})
	r.Fail(s.where("inputs"), err)
}
