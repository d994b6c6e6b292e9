package mlflow

import (
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// runEncoder appends runs as MLflow writes them. Runs that follow each other mostly
// have the same keys, so it keeps those of the last one, sorted, and where artifacts
// lie.
type runEncoder struct {
	*door
	metrics, paramKeys, labels []string
	made, location             string // of the artifacts of the runs that were made in one experiment
}

// append appends one run. The caller holds the lock.
func (e *runEncoder) append(b []byte, r *track.Run) []byte {
	b = e.appendRunInfo(member(append(b, '{'), "info"), r, e.uri(r))
	b = append(member(b, "data"), '{')
	b = e.latest(b, r.Metrics)
	b = e.params(b, r.Params)
	b = e.tags(b, r)
	b = append(b, '}')
	b = append(member(b, "inputs"), '{')
	b = appendDatasets(b, r.Datasets)
	b = appendModelInputs(b, r.ModelsIn)
	b = append(b, '}')
	b = append(member(b, "outputs"), '{')
	b = appendModelOutputs(b, r.ModelsOut)
	return append(b, '}', '}')
}

// sorted lists the keys of a map in keys, where those of another one stand.
func sorted[V any](keys *[]string, m map[string]V) []string {
	if len(*keys) == len(m) && !slices.ContainsFunc(*keys, func(key string) bool { _, ok := m[key]; return !ok }) {
		return *keys
	}
	*keys = (*keys)[:0]
	for key := range m {
		*keys = append(*keys, key)
	}
	slices.Sort(*keys)
	return *keys
}

// uri is where the artifacts of a run lie.
func (e *runEncoder) uri(r *track.Run) string {
	if e.location == "" || e.made != r.Made {
		e.made, e.location = r.Made, e.Tracker.RunsLocation(r.Made)
	}
	return track.RunURIIn(e.location, r.ID)
}

func (d *door) appendRunInfo(b []byte, r *track.Run, uri string) []byte {
	status, end := d.status(r)
	b = append(b, '{')
	b = memberString(b, "run_uuid", r.ID)
	b = memberString(b, "experiment_id", r.Experiment)
	b = memberString(b, "run_name", r.Name())
	b = memberString(b, "user_id", r.User)
	b = memberString(b, "status", status)
	b = memberInt(b, "start_time", r.Start)
	if end != 0 {
		b = memberInt(b, "end_time", end)
	}
	b = memberString(b, "artifact_uri", uri)
	b = memberString(b, "lifecycle_stage", stage(d.Tracker.Gone(r)))
	b = memberString(b, "run_id", r.ID)
	return append(b, '}')
}

// status is what MLflow's clients see: a run whose agent is gone has failed,
// at a time that nobody knows.
func (d *door) status(r *track.Run) (status string, end int64) {
	if _, lost := d.Tracker.Lost(r); lost {
		return "FAILED", 0
	}
	s := r.End()
	return s.Status, s.End
}

// tags appends what MLflow's clients see: the name of a run is a tag, too, and
// so is why it is lost.
func (e *runEncoder) tags(b []byte, r *track.Run) []byte {
	own := make([]event.Param, 0, 2) // by key, as the labels
	if name := r.Name(); name != "" {
		own = append(own, event.Param{Key: tagRunName, Value: name})
	}
	if reason, lost := e.Tracker.Lost(r); lost {
		own = append(own, event.Param{Key: tagLost, Value: reason})
	}
	start := len(b)
	b = append(member(b, "tags"), '[')
	empty := len(b)
	for _, label := range sorted(&e.labels, r.Labels) {
		key, isTag := strings.CutPrefix(label, event.TagPrefix)
		if !isTag || key == tagRunName || key == tagLost {
			continue
		}
		for len(own) > 0 && own[0].Key < key {
			b, own = appendPair(next(b), own[0].Key, own[0].Value), own[1:]
		}
		if value, ok := r.Labels.Tag(key); ok {
			b = appendPair(next(b), key, value)
		}
	}
	for _, t := range own {
		b = appendPair(next(b), t.Key, t.Value)
	}
	if len(b) == empty {
		return b[:start]
	}
	return append(b, ']')
}

func appendPair(b []byte, key, value string) []byte {
	b = memberString(append(b, '{'), "key", key)
	return append(memberString(b, "value", value), '}')
}

func (e *runEncoder) latest(b []byte, metrics map[string]*track.Summary) []byte {
	if len(metrics) == 0 {
		return b
	}
	b = append(member(b, "metrics"), '[')
	for _, key := range sorted(&e.metrics, metrics) {
		b = append(appendPoint(next(b), key, metrics[key].Last), '}')
	}
	return append(b, ']')
}

func (e *runEncoder) params(b []byte, params map[string]*track.ParamRecord) []byte {
	if len(params) == 0 {
		return b
	}
	b = append(member(b, "params"), '[')
	for _, key := range sorted(&e.paramKeys, params) {
		b = appendPair(next(b), key, params[key].Value)
	}
	return append(b, ']')
}

// appendPoint appends a point without the closing brace.
func appendPoint(b []byte, key string, p event.Point) []byte {
	b = append(b, '{')
	b = memberString(b, "key", key)
	b = appendFloat(member(b, "value"), p.Value)
	b = memberInt(b, "timestamp", p.Time)
	return memberInt(b, "step", p.Step)
}

func appendDatasets(b []byte, inputs []track.Stamped[event.DatasetInput]) []byte {
	if len(inputs) == 0 {
		return b
	}
	b = append(member(b, "dataset_inputs"), '[')
	for i := range inputs {
		in := &inputs[i].Value
		b = append(next(b), '{')
		if len(in.Tags) > 0 {
			b = append(member(b, "tags"), '[')
			for _, t := range in.Tags {
				b = appendPair(next(b), t.Key, t.Value)
			}
			b = append(b, ']')
		}
		b = append(member(b, "dataset"), '{')
		b = memberString(b, "name", in.Name)
		b = memberString(b, "digest", in.Digest)
		b = memberString(b, "source_type", in.SourceType)
		b = memberString(b, "source", in.Source)
		b = memberSet(b, "schema", in.Schema)
		b = memberSet(b, "profile", in.Profile)
		b = append(b, '}', '}')
	}
	return append(b, ']')
}

func appendModelInputs(b []byte, models []track.Stamped[string]) []byte {
	if len(models) == 0 {
		return b
	}
	b = append(member(b, "model_inputs"), '[')
	for _, m := range models {
		b = append(memberString(append(next(b), '{'), "model_id", m.Value), '}')
	}
	return append(b, ']')
}

func appendModelOutputs(b []byte, models []track.Stamped[event.ModelOutput]) []byte {
	if len(models) == 0 {
		return b
	}
	b = append(member(b, "model_outputs"), '[')
	for _, m := range models {
		b = memberString(append(next(b), '{'), "model_id", m.Value.ID)
		b = append(memberInt(b, "step", m.Value.Step), '}')
	}
	return append(b, ']')
}

// appendHistory appends points of one metric, in the order given.
func appendHistory(b []byte, key string, points []event.Point) []byte {
	const number, rest = 24, len(`,"timestamp":,"step":},`) + 13 + 8 // the longest value, and what else a point usually takes
	head := appendString([]byte(`{"key":`), key)
	head = append(head, `,"value":`...)
	b = slices.Grow(b, len(points)*(len(head)+number+rest))
	for i, p := range points {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendFloat(append(b, head...), p.Value)
		b = memberInt(b, "timestamp", p.Time)
		b = append(memberInt(b, "step", p.Step), '}')
	}
	return b
}
