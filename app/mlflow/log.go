package mlflow

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// metric is one point as clients send it.
type metric struct {
	Key           string `json:"key"`
	Value         real   `json:"value"`
	Timestamp     whole  `json:"timestamp"`
	Step          whole  `json:"step"`
	ModelID       string `json:"model_id"`
	DatasetName   string `json:"dataset_name"`
	DatasetDigest string `json:"dataset_digest"`
}

func (m *metric) point() track.Metric {
	return track.Metric{
		Key: m.Key, Point: event.Point{Step: m.Step.N, Time: m.Timestamp.N, Value: m.Value.V},
		Model: m.ModelID, Dataset: m.DatasetName, Digest: m.DatasetDigest,
	}
}

// lacks returns the name of a required field that is not there.
func (m *metric) lacks() string {
	switch {
	case m.Key == "":
		return "key"
	case !m.Value.Set:
		return "value"
	case !m.Timestamp.Set:
		return "timestamp"
	}
	return ""
}

type logMetric struct {
	runRef
	metric
}

func (d *door) logMetric(ctx context.Context, req *logMetric, out []byte) ([]byte, error) {
	if err := need("run_id", req.run()); err != nil {
		return nil, err
	}
	if field := req.lacks(); field != "" {
		return nil, missing(field)
	}
	return nothing(out), d.Tracker.LogMetric(ctx, req.run(), req.point())
}

type runTag struct {
	runRef
	tag
}

func (r *runTag) param() event.Param { return event.Param{Key: r.Key, Value: r.Value} }

func (d *door) logParam(ctx context.Context, req *runTag, out []byte) ([]byte, error) {
	if err := need("run_id", req.run(), "key", req.Key); err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.LogParam(ctx, req.run(), req.param())
}

func (d *door) setTag(ctx context.Context, req *runTag, out []byte) ([]byte, error) {
	if err := need("run_id", req.run(), "key", req.Key); err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.SetTag(ctx, req.run(), req.param())
}

func (d *door) deleteTag(ctx context.Context, req *runTag, out []byte) ([]byte, error) {
	if err := need("run_id", req.run(), "key", req.Key); err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.DeleteTag(ctx, req.run(), req.Key)
}

type logBatch struct {
	runRef
	Metrics []metric `json:"metrics"`
	Params  []tag    `json:"params"`
	Tags    []tag    `json:"tags"`
}

func (d *door) logBatch(ctx context.Context, req *logBatch, out []byte) ([]byte, error) {
	if err := need("run_id", req.run()); err != nil {
		return nil, err
	}
	batch := track.Batch{Metrics: make([]track.Metric, len(req.Metrics))}
	for i := range req.Metrics {
		m := &req.Metrics[i]
		if field := m.lacks(); field != "" {
			return nil, missing(fmt.Sprintf("metrics[%d].%s", i, field))
		}
		batch.Metrics[i] = m.point()
	}
	var err error
	if batch.Params, err = pairs("params", req.Params); err != nil {
		return nil, err
	}
	if batch.Tags, err = pairs("tags", req.Tags); err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.LogBatch(ctx, req.run(), batch)
}

func pairs(list string, tags []tag) ([]event.Param, error) {
	params := make([]event.Param, len(tags))
	for i, t := range tags {
		if t.Key == "" {
			return nil, missing(fmt.Sprintf("%s[%d].key", list, i))
		}
		params[i] = event.Param(t)
	}
	return params, nil
}

type logInputs struct {
	runRef
	Datasets []datasetInput `json:"datasets"`
	Models   []modelOutput  `json:"models"`
}

type datasetInput struct {
	Tags    []tag `json:"tags"`
	Dataset struct {
		Name       string `json:"name"`
		Digest     string `json:"digest"`
		SourceType string `json:"source_type"`
		Source     string `json:"source"`
		Schema     string `json:"schema"`
		Profile    string `json:"profile"`
	} `json:"dataset"`
}

func (in *datasetInput) event() event.DatasetInput {
	set := in.Dataset
	e := event.DatasetInput{
		Name: set.Name, Digest: set.Digest, SourceType: set.SourceType, Source: set.Source, Schema: set.Schema, Profile: set.Profile,
	}
	for _, t := range in.Tags {
		e.Tags = append(e.Tags, event.Param(t))
	}
	return e
}

func (d *door) logInputs(ctx context.Context, req *logInputs, out []byte) ([]byte, error) {
	if err := need("run_id", req.run()); err != nil {
		return nil, err
	}
	var datasets []event.DatasetInput
	for i := range req.Datasets {
		datasets = append(datasets, req.Datasets[i].event())
	}
	var models []string
	for _, m := range req.Models {
		models = append(models, m.ModelID)
	}
	if i := slices.Index(models, ""); i >= 0 {
		return nil, missing(fmt.Sprintf("models[%d].model_id", i))
	}
	return nothing(out), d.Tracker.LogInputs(ctx, req.run(), datasets, models)
}

type logOutputs struct {
	runRef
	Models []modelOutput `json:"models"`
}

type modelOutput struct {
	ModelID string `json:"model_id"`
	Step    whole  `json:"step"`
}

func (d *door) logOutputs(ctx context.Context, req *logOutputs, out []byte) ([]byte, error) {
	if err := need("run_id", req.run()); err != nil {
		return nil, err
	}
	if len(req.Models) == 0 {
		return nil, missing("models")
	}
	models := make([]event.ModelOutput, len(req.Models))
	for i, m := range req.Models {
		if m.ModelID == "" {
			return nil, missing(fmt.Sprintf("models[%d].model_id", i))
		}
		models[i] = event.ModelOutput{ID: m.ModelID, Step: m.Step.N}
	}
	return nothing(out), d.Tracker.LogOutputs(ctx, req.run(), models)
}

type logModel struct {
	runRef
	ModelJSON string `json:"model_json"`
}

// logModel appends what clients of MLflow 2 say about a model to a tag, which
// is where their later selves look for it.
func (d *door) logModel(ctx context.Context, req *logModel, out []byte) ([]byte, error) {
	if err := need("run_id", req.run(), "model_json", req.ModelJSON); err != nil {
		return nil, err
	}
	entry, err := modelEntry(req.ModelJSON)
	if err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.ChangeTag(ctx, req.run(), track.TagModels, func(old string) (string, error) {
		list := []json.RawMessage{}
		if old != "" && json.Unmarshal([]byte(old), &list) != nil {
			return "", fault.New(fault.Invalid, "The tag %s of the run is not a JSON list.", track.TagModels)
		}
		return toJSON(append(list, entry))
	})
}

// modelEntry keeps of an MLmodel what MLflow keeps (Model.get_tags_dict).
func modelEntry(modelJSON string) (json.RawMessage, error) {
	var model map[string]json.RawMessage
	if json.Unmarshal([]byte(modelJSON), &model) != nil {
		return nil, fault.New(fault.Invalid, "Malformed model info. \n %s \n is not a valid JSON.", modelJSON)
	}
	var lacking []string
	for _, field := range []string{"artifact_path", "flavors", "run_id", "utc_time_created"} {
		if _, ok := model[field]; !ok {
			lacking = append(lacking, "'"+field+"'")
		}
	}
	if len(lacking) > 0 {
		return nil, fault.New(fault.Invalid, "Model json is missing mandatory fields: {%s}", strings.Join(lacking, ", "))
	}
	var flavors map[string]any
	if json.Unmarshal(model["flavors"], &flavors) != nil {
		return nil, fault.New(fault.Invalid, "The flavors of the model are not a JSON object.")
	}
	for _, f := range flavors {
		if config, ok := f.(map[string]any); ok {
			delete(config, "config")
		}
	}
	entry := map[string]any{"flavors": flavors}
	for _, field := range []string{"run_id", "utc_time_created", "artifact_path", "model_uuid"} {
		if value, ok := model[field]; ok {
			entry[field] = value
		}
	}
	text, err := toJSON(entry)
	return json.RawMessage(text), err
}

// toJSON encodes without escaping what only matters inside of web pages.
func toJSON(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", fault.Wrap(err, fault.Internal, "encode", "tag")
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}
