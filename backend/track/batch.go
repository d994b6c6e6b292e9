package track

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Metric is one point with what it was measured on.
type Metric struct {
	Key     string
	Point   event.Point
	Model   string // id of a logged model
	Dataset string // name and digest of a data set
	Digest  string
}

// Batch is what one call records in a run.
type Batch struct {
	Metrics []Metric
	Params  []event.Param
	Tags    []event.Param
	// Read is how far the run's file of metrics is read with them, if they stood
	// there; it is recorded with them, or nothing is.
	Read *event.MetricsRead
}

// LogBatch records metrics, params and tags of a run, all or nothing.
func (t *Tracker) LogBatch(ctx context.Context, id string, b Batch) error {
	if err := checkRunID(id); err != nil {
		return err
	}
	if err := checkBatch(len(b.Metrics), len(b.Params), len(b.Tags)); err != nil {
		return err
	}
	return t.LogAll(ctx, id, b)
}

// LogAll is LogBatch without MLflow's limits on the number of things.
func (t *Tracker) LogAll(ctx context.Context, id string, b Batch) error {
	sets, err := checkAll(b)
	if err != nil {
		return err
	}
	return t.log(ctx, id, b, sets)
}

// Check says what LogAll would refuse in any run.
func (b Batch) Check() error {
	_, err := checkAll(b)
	return err
}

// checkAll checks a batch and returns its tags as labels.
func checkAll(b Batch) ([]event.LabelSet, error) {
	for i := range b.Metrics {
		if err := checkMetric("metrics", i, &b.Metrics[i]); err != nil {
			return nil, err
		}
	}
	if err := checkParams(b.Params); err != nil {
		return nil, err
	}
	return tagSets("tags", b.Tags)
}

// LogMetric records one point.
func (t *Tracker) LogMetric(ctx context.Context, id string, m Metric) error {
	if err := checkMetric("", 0, &m); err != nil {
		return err
	}
	return t.log(ctx, id, Batch{Metrics: []Metric{m}}, nil)
}

// LogParam records one param.
func (t *Tracker) LogParam(ctx context.Context, id string, p event.Param) error {
	if err := checkKey(field{name: "key"}, "Param key", p.Key); err != nil {
		return err
	}
	return t.log(ctx, id, Batch{Params: []event.Param{p}}, nil)
}

// log records what has been checked already; sets are the tags of b.
func (t *Tracker) log(ctx context.Context, id string, b Batch, sets []event.LabelSet) error {
	stream := runPrefix + id
	if len(b.Params)+len(sets) == 0 {
		defer t.share(stream)()
	} else {
		defer t.lock(stream)()
	}
	if err := t.writable(id); err != nil {
		return err
	}
	drafts, err := t.labelDrafts(stream, sets)
	if err != nil {
		return err
	}
	params, err := t.newParams(id, b.Params)
	if err != nil {
		return err
	}
	if len(params) > 0 {
		drafts = append(drafts, event.Draft{Stream: stream, Body: event.RunParams{Params: params}})
	}
	if len(b.Metrics) > 0 || b.Read != nil {
		drafts = append(drafts, event.Draft{Stream: stream, Body: event.RunMetrics{Series: group(b.Metrics), Read: b.Read}})
	}
	return t.commit(ctx, drafts...)
}

func checkMetric(list string, i int, m *Metric) error {
	if err := checkKey(field{list, i, "name"}, "Metric name", m.Key); err != nil {
		return err
	}
	if m.Point.Time < 0 {
		return invalidValue(field{list, i, "timestamp"}.String(), m.Point.Time,
			fmt.Sprintf("metric '%s' (value=%v). Timestamp must be a nonnegative long (64-bit integer) ", m.Key, m.Point.Value))
	}
	return nil
}

// group packs metrics into one series per key and subject, in the order of
// their first appearance.
func group(metrics []Metric) []event.Series {
	type subject struct{ key, model, dataset, digest string }
	if len(metrics) == 1 {
		return []event.Series{pack(metrics[0], []event.Point{metrics[0].Point})}
	}
	at := make(map[subject]int, min(len(metrics), 16))
	of, counts := make([]int, len(metrics)), make([]int, 0, 16)
	var order []Metric
	for i, m := range metrics {
		s := subject{m.Key, m.Model, m.Dataset, m.Digest}
		k, seen := at[s]
		if !seen {
			k = len(order)
			at[s], order, counts = k, append(order, m), append(counts, 0)
		}
		of[i] = k
		counts[k]++
	}
	room, points := make([]event.Point, len(metrics)), make([][]event.Point, len(order))
	for k, n := range counts {
		points[k], room = room[:0:n], room[n:]
	}
	for i := range metrics {
		points[of[i]] = append(points[of[i]], metrics[i].Point)
	}
	series := make([]event.Series, len(order))
	for k, m := range order {
		series[k] = pack(m, points[k])
	}
	return series
}

func pack(m Metric, points []event.Point) event.Series {
	s := event.PackSeries(m.Key, points)
	s.Model, s.Dataset, s.Digest = m.Model, m.Dataset, m.Digest
	return s
}

// CheckParams says whether params would change those that a run has, which is
// Invalid.
func (t *Tracker) CheckParams(id string, params []event.Param) error {
	_, err := t.newParams(id, params)
	return err
}

// newParams leaves out params that have their value already and refuses those
// that have another one.
func (t *Tracker) newParams(id string, params []event.Param) ([]event.Param, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	r, err := t.state.knownRun(id)
	if err != nil {
		return nil, err
	}
	known := r.Params
	fresh, changed := sortParams(known, params)
	switch {
	case len(changed) == 0:
		return fresh, nil
	case len(params) == 1:
		p := changed[0]
		return nil, fault.New(fault.Invalid, "Changing param values is not allowed. Param with key='%s' was already logged with value='%s' for run ID='%s'. Attempted logging new value '%s'.",
			p.Key, known[p.Key].Value, id, p.Value)
	}
	list := make([]string, len(changed))
	for i, p := range changed {
		list[i] = fmt.Sprintf("{'key': %s, 'old_value': %s, 'new_value': %s}", quote(p.Key), quote(known[p.Key].Value), quote(p.Value))
	}
	return nil, fault.New(fault.Invalid, "Changing param values is not allowed. Params were already logged='[%s]' for run ID='%s'.", strings.Join(list, ", "), id)
}

// sortParams says which params are new and which would change one. Values are
// cut to MLflow's limit.
func sortParams(known map[string]*ParamRecord, params []event.Param) (fresh, changed []event.Param) {
	for _, p := range params {
		p.Value = cut(p.Value, maxParam)
		old, ok := known[p.Key]
		switch {
		case !ok:
			fresh = append(fresh, p)
		case old.Value != p.Value:
			changed = append(changed, p)
		}
	}
	return fresh, changed
}

// LogInputs records data sets and models that a run read. Data sets that it
// has already are left out.
func (t *Tracker) LogInputs(ctx context.Context, id string, datasets []event.DatasetInput, models []string) error {
	if err := checkRunID(id); err != nil {
		return err
	}
	if len(datasets) > maxDatasets {
		return fault.New(fault.Invalid, "A run takes at most %d data sets in one request, not %d", maxDatasets, len(datasets))
	}
	for i, d := range datasets {
		if err := checkDatasetInput(i, d); err != nil {
			return err
		}
	}
	defer t.lock(runPrefix + id)()
	if err := t.writable(id); err != nil {
		return err
	}
	in, err := t.newInputs(id, datasets, models)
	if err != nil || len(in.Datasets)+len(in.Models) == 0 {
		return err
	}
	return t.commit(ctx, event.Draft{Stream: runPrefix + id, Body: in})
}

// newInputs leaves out what a run has already.
func (t *Tracker) newInputs(id string, datasets []event.DatasetInput, models []string) (in event.RunInputs, err error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	r, err := t.state.knownRun(id)
	if err != nil {
		return in, err
	}
	for _, d := range datasets {
		same := func(o event.DatasetInput) bool {
			return o.Name == d.Name && o.Digest == d.Digest && slices.Equal(o.Tags, d.Tags)
		}
		if !has(r.Datasets, same) && !slices.ContainsFunc(in.Datasets, same) {
			in.Datasets = append(in.Datasets, d)
		}
	}
	for _, m := range models {
		if !has(r.ModelsIn, func(o string) bool { return o == m }) && !slices.Contains(in.Models, m) {
			in.Models = append(in.Models, m)
		}
	}
	return in, nil
}

func checkDatasetInput(i int, d event.DatasetInput) error {
	for _, l := range []struct {
		field string
		value string
		limit int
		must  bool
	}{
		{"name", d.Name, 500, true}, {"digest", d.Digest, 36, true}, {"source_type", d.SourceType, 65535, true},
		{"source", d.Source, 65535, true}, {"schema", d.Schema, 1048575, false}, {"profile", d.Profile, 16777215, false},
	} {
		if l.must && l.value == "" {
			return fault.New(fault.Invalid, "Missing value for required parameter 'datasets[%d].dataset.%s'.", i, l.field)
		}
		if err := checkLength(l.field, l.limit, l.value); err != nil {
			return err
		}
	}
	for _, tag := range d.Tags {
		if err := checkLength("key", 255, tag.Key); err != nil {
			return err
		}
		if err := checkLength("value", 500, tag.Value); err != nil {
			return err
		}
	}
	return nil
}

func has[T any](list []Stamped[T], same func(T) bool) bool {
	for _, s := range list {
		if same(s.Value) {
			return true
		}
	}
	return false
}

// LogOutputs records models that a run made.
func (t *Tracker) LogOutputs(ctx context.Context, id string, models []event.ModelOutput) error {
	defer t.lock(runPrefix + id)()
	if err := t.writable(id); err != nil {
		return err
	}
	return t.commit(ctx, event.Draft{Stream: runPrefix + id, Body: event.RunOutputs{Models: models}})
}

// Points returns the history of a metric: sorted by time, then step, then
// value, duplicates dropped, as MLflow gives it.
func (t *Tracker) Points(ctx context.Context, id, key string) ([]event.Point, error) {
	points, err := t.allPoints(ctx, id, key)
	if err != nil {
		return nil, err
	}
	return sortPoints(points), nil
}

// allPoints returns all points of a metric as they were recorded. The record of
// the run says how many there are at least.
func (t *Tracker) allPoints(ctx context.Context, id, key string) ([]event.Point, error) {
	var logged int64
	err := t.Run(id, func(r *Run) {
		if m, ok := r.Metrics[key]; ok {
			logged = m.Points
		}
	})
	if err != nil {
		return nil, err
	}
	t.mu.RLock()
	source := t.state.points
	t.mu.RUnlock()
	points, err := source.Read(ctx, id, key, logged)
	if err == nil && int64(len(points)) < logged {
		err = tooFew(key, len(points), logged)
	}
	return points, err
}
