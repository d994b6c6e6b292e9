package mlflowdb

import (
	"context"
	"maps"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

// modelStatuses are MLflow's numbers.
var modelStatuses = map[text]string{"1": track.ModelPending, "2": track.ModelReady, "3": track.ModelFailed}

// modelPoints reads what runs measured on logged models, by run.
func (s *Source) modelPoints(ctx context.Context, r *imports.Report, in string, args []any) map[string][]imports.ModelPoint {
	measured := map[string][]imports.ModelPoint{}
	if s.has["logged_model_metrics"] == nil {
		return measured
	}
	err := s.db.each(ctx, "SELECT run_id, model_id, metric_name, metric_timestamp_ms, metric_step, metric_value, dataset_name, dataset_digest FROM logged_model_metrics WHERE run_id IN "+in, args, func(scan scanner) error {
		var run, model, key, dataset, digest text
		var p event.Point
		if err := scan(&run, &model, &key, &p.Time, &p.Step, &p.Value, &dataset, &digest); err != nil {
			return err
		}
		p.Value = trueValue(p.Value)
		measured[string(run)] = append(measured[string(run)], imports.ModelPoint{
			Key: string(key), Model: string(model), Dataset: string(dataset), Digest: string(digest), Point: p,
		})
		return nil
	})
	r.Fail(s.where("logged_model_metrics"), err)
	return measured
}

// Models calls fn with each logged model.
func (s *Source) Models(ctx context.Context, experiment string, r *imports.Report, fn func(*imports.Model) error) error {
	if s.has["logged_models"] == nil {
		return nil
	}
	const where = "WHERE experiment_id = ?"
	params := s.tables(ctx, r, "logged_model_params", "model_id", where, experiment)
	tags := s.tables(ctx, r, "logged_model_tags", "model_id", where, experiment)
	query := "SELECT " + s.pick("logged_models", "model_id", "name", "artifact_location", "creation_timestamp_ms", "status", "lifecycle_stage", "model_type", "source_run_id", "status_message") +
		" FROM logged_models " + where + " ORDER BY model_id"
	err := s.db.each(ctx, query, []any{experiment}, func(scan scanner) error {
		var id, name, uri, status, stage, kind, run, message text
		var made whole
		if err := scan(&id, &name, &uri, &made, &status, &stage, &kind, &run, &message); err != nil {
			return err
		}
		m := &imports.Model{Place: s.place(r, "model "+string(id), string(uri), 4)}
		m.ID, m.Name, m.ModelType, m.Run, m.Message = string(id), string(name), string(kind), string(run), string(message)
		m.Made, m.Trashed, m.Tags, m.Status = max(int64(made), 0), stage == "deleted", tags[string(id)], modelStatuses[status]
		if m.Status == "" {
			m.Status = track.ModelReady
		}
		for _, key := range slices.Sorted(maps.Keys(params[string(id)])) {
			m.Params = append(m.Params, event.Param{Key: key, Value: params[string(id)][key]})
		}
		return fn(m)
	})
	return s.partly(ctx, r, "logged_models", err)
}
