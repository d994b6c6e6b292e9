package mlflow

import (
	"context"
	"net/http"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// modelRef names a logged model in the path of its request.
type modelRef struct {
	ModelID      string `json:"model_id"`
	AllowDeleted bool   `json:"allow_deleted"`
}

func (m *modelRef) fromPath(r *http.Request) { m.ModelID = r.PathValue("model_id") }

func (m *modelRef) here(_ context.Context, d *door) bool { return d.knowsModel(m.ModelID) }

func (d *door) knowsModel(id string) bool {
	return d.Tracker.Model(id, func(*track.LoggedModel) {}) == nil
}

type newModel struct {
	ExperimentID string `json:"experiment_id"`
	Name         string `json:"name"`
	ModelType    string `json:"model_type"`
	SourceRunID  string `json:"source_run_id"`
	Params       []tag  `json:"params"`
	Tags         []tag  `json:"tags"`
}

func (m *newModel) here(ctx context.Context, d *door) bool { return d.learn(ctx, m.ExperimentID) }

func (d *door) createModel(ctx context.Context, req *newModel, out []byte) ([]byte, error) {
	if err := need("experiment_id", req.ExperimentID); err != nil {
		return nil, err
	}
	id, err := d.Tracker.CreateModel(ctx, track.NewModel{
		Experiment: req.ExperimentID, Name: req.Name, ModelType: req.ModelType, Run: req.SourceRunID,
		Tags: tagMap(req.Tags), Params: params(req.Params),
	})
	if err != nil {
		return nil, err
	}
	return d.appendModelAnswer(out, id, false)
}

// params leaves it to the tracker to refuse an empty key.
func params(tags []tag) []event.Param {
	list := make([]event.Param, len(tags))
	for i, t := range tags {
		list[i] = event.Param(t)
	}
	return list
}

func (d *door) getModel(_ context.Context, req *modelRef, out []byte) ([]byte, error) {
	return d.appendModelAnswer(out, req.ModelID, req.AllowDeleted)
}

func (d *door) appendModelAnswer(out []byte, id string, allowDeleted bool) ([]byte, error) {
	var gone bool
	err := d.Tracker.Model(id, func(m *track.LoggedModel) {
		if gone = m.Trashed() && !allowDeleted; !gone {
			out = append(d.appendModel(member(append(out, '{'), "model"), m), '}')
		}
	})
	if gone {
		err = fault.New(fault.NotFound, "Logged model with ID '%s' not found.", id)
	}
	return out, err
}

type finalModel struct {
	modelRef
	Status name `json:"status"`
}

// modelStatuses are MLflow's numbers of statuses.
var modelStatuses = map[name]string{"1": track.ModelPending, "2": track.ModelReady, "3": track.ModelFailed}

func (d *door) finalizeModel(ctx context.Context, req *finalModel, out []byte) ([]byte, error) {
	if err := need("status", string(req.Status)); err != nil {
		return nil, err
	}
	status, ok := modelStatuses[req.Status]
	if !ok {
		status = string(req.Status)
	}
	if err := d.Tracker.SetModelStatus(ctx, req.ModelID, status, ""); err != nil {
		return nil, err
	}
	return d.appendModelAnswer(out, req.ModelID, true)
}

func (d *door) deleteModel(ctx context.Context, req *modelRef, out []byte) ([]byte, error) {
	return nothing(out), d.Tracker.TrashModel(ctx, req.ModelID, true)
}

type modelTags struct {
	modelRef
	Tags []tag `json:"tags"`
}

func (d *door) setModelTags(ctx context.Context, req *modelTags, out []byte) ([]byte, error) {
	return nothing(out), d.Tracker.SetModelTags(ctx, req.ModelID, params(req.Tags))
}

type modelTag struct {
	modelRef
	Key string `json:"-"`
}

func (m *modelTag) fromPath(r *http.Request) {
	m.modelRef.fromPath(r)
	m.Key = r.PathValue("tag_key")
}

func (d *door) deleteModelTag(ctx context.Context, req *modelTag, out []byte) ([]byte, error) {
	return nothing(out), d.Tracker.DeleteModelTag(ctx, req.ModelID, req.Key)
}

type modelParams struct {
	modelRef
	Params []tag `json:"params"`
}

func (d *door) logModelParams(ctx context.Context, req *modelParams, out []byte) ([]byte, error) {
	return nothing(out), d.Tracker.LogModelParams(ctx, req.ModelID, params(req.Params))
}

// appendModel appends a logged model as MLflow writes it. The caller holds the
// lock.
func (d *door) appendModel(b []byte, m *track.LoggedModel) []byte {
	status, _ := m.Status.Get()
	b = append(member(append(b, '{'), "info"), '{')
	b = memberString(b, "model_id", m.ID)
	b = memberString(b, "experiment_id", m.Experiment)
	b = memberString(b, "name", m.Name())
	b = memberInt(b, "creation_timestamp_ms", m.MadeAt())
	b = memberInt(b, "last_updated_timestamp_ms", updated(&m.Head))
	b = memberString(b, "artifact_uri", d.Tracker.ModelURI(m))
	b = memberString(b, "status", status.Status)
	b = memberSet(b, "status_message", status.Message)
	b = memberString(b, "model_type", m.ModelType)
	b = memberString(b, "source_run_id", m.Run)
	b = appendTags(b, "tags", m.Labels.Tags())
	b = append(b, '}')
	b = append(member(b, "data"), '{')
	b = (&runEncoder{}).params(b, m.Params)
	b = appendModelMetrics(b, m)
	return append(b, '}', '}')
}

func appendModelMetrics(b []byte, m *track.LoggedModel) []byte {
	if len(m.Metrics) == 0 {
		return b
	}
	b = append(member(b, "metrics"), '[')
	for i := range m.Metrics {
		p := &m.Metrics[i].Value
		b = appendPoint(next(b), p.Key, p.Point)
		b = memberSet(b, "dataset_name", p.Dataset)
		b = memberSet(b, "dataset_digest", p.Digest)
		b = memberString(b, "model_id", m.ID)
		b = append(memberString(b, "run_id", p.Run), '}')
	}
	return append(b, ']')
}
