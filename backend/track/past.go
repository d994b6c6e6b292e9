package track

import (
	"context"
	"maps"
	"math"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// PastRun is a run as another program has recorded it, whole.
type PastRun struct {
	ID         string
	Experiment string
	Name       string
	User       string
	Status     string // of MLflow
	Start, End int64  // ms since 1970; an End of 0 is unknown
	Trashed    bool
	Tags       map[string]string
	Params     []event.Param
	Metrics    []PastSeries
	Datasets   []event.DatasetInput
	ModelsIn   []string
	ModelsOut  []event.ModelOutput
	Files      []event.ArtifactPut // whose content is durable
	// Row says that it is a row of a table: each metric has one value. Of a run
	// that is here already no metric gets another point then, and where it has
	// other values than the row, Taken says so.
	Row bool
}

// PastSeries is points of one metric, and what they were measured on.
type PastSeries struct {
	Key             string
	Model           string
	Dataset, Digest string
	Points          []event.Point
}

// Taken says what of a PastRun, or of a PastModel, was new.
type Taken struct {
	New    bool   // it was not here
	More   bool   // it was here, and something was added to it
	Points int64  // added
	Left   string // why nothing was taken, in words
	// Differs says in words which values of a Row the run here has otherwise; those
	// stay as they are.
	Differs string
}

// TakeRuns records runs that were made elsewhere under the ids that they have
// there, all or none. What is here already stays as it is, and what it lacks is
// added to it, so that taking runs again changes nothing. A run that lies in the
// trash here, or was deleted for good, is left alone.
func (t *Tracker) TakeRuns(ctx context.Context, runs []PastRun) ([]Taken, error) {
	streams := make([]string, len(runs))
	for i := range runs {
		if err := checkRunID(runs[i].ID); err != nil {
			return nil, err
		}
		streams[i] = runPrefix + runs[i].ID
	}
	defer t.lockAll(streams)()
	taken := make([]Taken, len(runs))
	var drafts []event.Draft
	for i := range runs {
		more, err := t.takeRun(ctx, &runs[i], &taken[i])
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, more...)
	}
	return taken, t.commit(ctx, drafts...)
}

// WouldTakeRun says what TakeRuns would do with a run, and changes nothing.
func (t *Tracker) WouldTakeRun(ctx context.Context, run PastRun) (taken Taken, err error) {
	if err := checkRunID(run.ID); err != nil {
		return taken, err
	}
	_, err = t.takeRun(ctx, &run, &taken)
	return taken, err
}

func (t *Tracker) takeRun(ctx context.Context, p *PastRun, taken *Taken) ([]event.Draft, error) {
	stream := runPrefix + p.ID
	t.mu.RLock()
	purged, stopped := t.state.gone(stream), t.state.refuseStopped(stream)
	t.mu.RUnlock()
	switch {
	case purged:
		taken.Left = "it was deleted here for good"
		return nil, nil
	case stopped != nil:
		return nil, stopped
	case !t.Knows(p.ID):
		taken.New, taken.Points = true, countPoints(p.Metrics)
		return p.drafts(stream), nil
	}
	return t.takeMore(ctx, p, taken)
}

func countPoints(list []PastSeries) (n int64) {
	for i := range list {
		n += int64(len(list[i].Points))
	}
	return n
}

// drafts are the events that make the run.
func (p *PastRun) drafts(stream string) []event.Draft {
	drafts := []event.Draft{
		{Stream: stream, Body: event.RunCreated{Experiment: p.Experiment, Name: p.Name, User: p.User, Start: p.Start, Tags: p.Tags}},
		{Stream: stream, Body: event.RunStatus{Status: p.Status, End: p.End}},
	}
	if len(p.Params) > 0 {
		drafts = append(drafts, event.Draft{Stream: stream, Body: event.RunParams{Params: p.Params}})
	}
	if in := (event.RunInputs{Datasets: p.Datasets, Models: p.ModelsIn}); len(in.Datasets)+len(in.Models) > 0 {
		drafts = append(drafts, event.Draft{Stream: stream, Body: in})
	}
	if len(p.ModelsOut) > 0 {
		drafts = append(drafts, event.Draft{Stream: stream, Body: event.RunOutputs{Models: p.ModelsOut}})
	}
	drafts = append(drafts, pointDrafts(stream, p.Metrics)...)
	for _, f := range p.Files {
		drafts = append(drafts, event.Draft{Stream: stream, Body: f})
	}
	if p.Trashed {
		drafts = append(drafts, event.Draft{Stream: stream, Body: event.LabelSet{Key: event.LabelTrash, Value: "trash"}})
	}
	return drafts
}

// pointDrafts packs points into events that are not too large for the journal.
func pointDrafts(stream string, list []PastSeries) (drafts []event.Draft) {
	var packed []event.Series
	n := 0
	flush := func() {
		if n > 0 {
			drafts = append(drafts, event.Draft{Stream: stream, Body: event.RunMetrics{Series: packed}})
			packed, n = nil, 0
		}
	}
	for i := range list {
		s := &list[i]
		for some := range slices.Chunk(s.Points, copyPoints) {
			one := event.PackSeries(s.Key, some)
			one.Model, one.Dataset, one.Digest = s.Model, s.Dataset, s.Digest
			packed, n = append(packed, one), n+len(some)
			if n >= copyPoints {
				flush()
			}
		}
	}
	flush()
	return drafts
}

// takeMore makes the events that a run which is here lacks.
func (t *Tracker) takeMore(ctx context.Context, p *PastRun, taken *Taken) ([]event.Draft, error) {
	stream := runPrefix + p.ID
	lack := PastRun{Experiment: p.Experiment}
	var drafts []event.Draft
	var doubtful []PastSeries
	var trashed, open bool
	err := t.Run(p.ID, func(r *Run) {
		trashed, open = t.state.trashed(r), !Terminal(r.End().Status)
		lack.Params, _ = sortParams(r.Params, p.Params)
		for _, key := range slices.Sorted(maps.Keys(p.Tags)) {
			if _, ever := r.Labels[event.TagPrefix+key]; !ever {
				drafts = append(drafts, event.Draft{Stream: stream, Body: event.LabelSet{Key: event.TagPrefix + key, Value: p.Tags[key]}})
			}
		}
		for _, m := range p.ModelsOut {
			if !has(r.ModelsOut, func(o event.ModelOutput) bool { return o == m }) {
				lack.ModelsOut = append(lack.ModelsOut, m)
			}
		}
		if p.Row {
			taken.Differs = p.differs(r)
			doubtful = slices.DeleteFunc(slices.Clone(p.Metrics), func(s PastSeries) bool { return r.Metrics[s.Key] != nil })
		} else {
			doubtful = r.doubtful(p.Metrics)
		}
	})
	if err != nil || trashed {
		if trashed && !p.Trashed {
			taken.Left = "it lies in the trash here"
		}
		return nil, err
	}
	in, err := t.newInputs(p.ID, p.Datasets, p.ModelsIn)
	if err != nil {
		return nil, err
	}
	lack.Datasets, lack.ModelsIn = in.Datasets, in.Models
	if lack.Metrics, err = t.lacking(ctx, p.ID, doubtful); err != nil {
		return nil, err
	}
	files, err := t.fileDrafts(Owner{Run: p.ID}, p.Files)
	if err != nil {
		return nil, err
	}
	drafts = append(append(drafts, lack.drafts(stream)[2:]...), files...)
	if open && Terminal(p.Status) {
		status, err := t.statusDraft(p.ID, RunUpdate{Status: p.Status, End: p.End})
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, status)
	}
	taken.More, taken.Points = len(drafts) > 0, countPoints(lack.Metrics)
	return drafts, nil
}

// doubtful returns the series of which the run may lack points. A metric with as
// many points, the last of them the same, is the same.
func (r *Run) doubtful(list []PastSeries) (some []PastSeries) {
	count, last := map[string]int64{}, map[string]event.Point{}
	for i := range list {
		s := &list[i]
		for _, p := range s.Points {
			if old, ok := last[s.Key]; !ok || p.Compare(old) > 0 {
				last[s.Key] = p
			}
		}
		count[s.Key] += int64(len(s.Points))
	}
	for _, s := range list {
		m, ok := r.Metrics[s.Key]
		if !ok || m.Points != count[s.Key] || m.Last.Compare(last[s.Key]) != 0 {
			some = append(some, s)
		}
	}
	return some
}

// lacking leaves out the points that a run has already.
func (t *Tracker) lacking(ctx context.Context, id string, list []PastSeries) (rest []PastSeries, err error) {
	type point struct {
		step, time int64
		bits       uint64
	}
	bits := func(p event.Point) point { return point{p.Step, p.Time, math.Float64bits(p.Value)} }
	known := map[string]map[point]bool{}
	for _, s := range list {
		if known[s.Key] == nil {
			points, err := t.allPoints(ctx, id, s.Key)
			if err != nil {
				return nil, err
			}
			known[s.Key] = make(map[point]bool, len(points))
			for _, p := range points {
				known[s.Key][bits(p)] = true
			}
		}
		s.Points = slices.DeleteFunc(slices.Clone(s.Points), func(p event.Point) bool { return known[s.Key][bits(p)] })
		if len(s.Points) > 0 {
			rest = append(rest, s)
		}
	}
	return rest, nil
}

// fileDrafts records files, those that have no artifact of their name yet.
func (t *Tracker) fileDrafts(o Owner, files []event.ArtifactPut) (drafts []event.Draft, err error) {
	for _, f := range files {
		_, err := t.Artifact(o, f.Path)
		if fault.KindOf(err) != fault.NotFound {
			if err != nil {
				return nil, err
			}
			continue
		}
		drafts = append(drafts, event.Draft{Stream: o.stream(), Body: f})
	}
	return drafts, nil
}

// PastModel is a logged model as another program has recorded it.
type PastModel struct {
	ID         string
	Experiment string
	Name       string
	ModelType  string
	Run        string
	User       string
	Status     string // ModelReady and the like
	Message    string
	Made       int64 // ms since 1970; 0: unknown
	Trashed    bool
	Tags       map[string]string
	Params     []event.Param
	Files      []event.ArtifactPut
}

// TakeModel records a logged model under the id that it has elsewhere. Of one
// that is here already only files that it lacks are taken.
func (t *Tracker) TakeModel(ctx context.Context, p PastModel) (taken Taken, err error) {
	if !modelID.MatchString(p.ID) {
		return taken, fault.New(fault.Invalid, "%q is not the id of a logged model: m- and 32 hex digits", p.ID)
	}
	stream := modelPrefix + p.ID
	defer t.lock(stream)()
	t.mu.RLock()
	purged := t.state.gone(stream)
	t.mu.RUnlock()
	var drafts []event.Draft
	known := t.Model(p.ID, func(m *LoggedModel) { taken.Left = map[bool]string{true: "it lies in the trash here"}[m.Trashed()] }) == nil
	switch {
	case purged:
		taken.Left = "it was deleted here for good"
	case known && taken.Left == "":
		drafts, err = t.fileDrafts(Owner{Model: p.ID}, p.Files)
		taken.More = len(drafts) > 0
	case !known:
		taken.New = true
		drafts = p.drafts(stream)
	}
	if err != nil {
		return taken, err
	}
	return taken, t.commit(ctx, drafts...)
}

func (p *PastModel) drafts(stream string) []event.Draft {
	drafts := []event.Draft{
		{Stream: stream, Body: event.ModelLogged{
			Experiment: p.Experiment, Name: p.Name, ModelType: p.ModelType, Run: p.Run, Tags: p.Tags, Params: p.Params, User: p.User, Made: p.Made,
		}},
		{Stream: stream, Body: event.ModelStatus{Status: p.Status, Message: p.Message}},
	}
	for _, f := range p.Files {
		drafts = append(drafts, event.Draft{Stream: stream, Body: f})
	}
	if p.Trashed {
		drafts = append(drafts, event.Draft{Stream: stream, Body: event.LabelSet{Key: event.LabelTrash, Value: "trash"}})
	}
	return drafts
}
