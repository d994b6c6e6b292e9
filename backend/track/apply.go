package track

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// applyOwn folds an event that this process has appended a moment ago. Commands
// that only add points run side by side and may come here in another order than
// they have in the log, so the highest number that a record has seen says
// nothing about a lower one.
func (s *state) applyOwn(e *event.Event, said said) error {
	s.fresh = true
	defer func() { s.fresh = false }()
	return s.apply(e, said)
}

// said is what an event says, or why nobody knows.
type said struct {
	body event.Body
	err  error
}

// decode reads what an event says. It needs no lock.
func decode(e *event.Event) said {
	body, err := e.DecodeBody()
	return said{body, err}
}

// recall is decode for an event that has just been made of a draft. Of what is
// logged most the fold keeps nothing but texts, so it may have the draft's own.
func recall(e *event.Event, d *event.Draft) said {
	switch b := d.Body.(type) {
	case event.RunMetrics:
		return said{body: &b}
	case event.RunParams:
		return said{body: &b}
	case event.RunCreated:
		if b.Origin == nil {
			return said{body: &b}
		}
	case event.RunStatus:
		if b.ExitCode == nil && b.Was == nil {
			return said{body: &b}
		}
	}
	return decode(e)
}

// apply folds one event into its record. Applying it again changes nothing.
func (s *state) apply(e *event.Event, said said) error {
	if e.Type == (event.StreamPurged{}).Type() {
		return s.applyPurge(e)
	}
	if s.gone(e.Stream) {
		return nil
	}
	if s.stopped[e.Stream] {
		return s.keepBehind(e)
	}
	body := said.body
	if errors.Is(said.err, fault.Newer) {
		s.stopped[e.Stream] = s.stopped[e.Stream] || e.Must
		return s.keepUnknown(e)
	}
	if said.err != nil {
		return said.err
	}
	if put, ok := body.(*event.ArtifactPut); ok {
		return s.applyArtifact(e, put)
	}
	kind, id, _ := strings.Cut(e.Stream, "/")
	switch kind + "/" {
	case runPrefix:
		r, err := s.run(id)
		if err != nil {
			return err
		}
		return s.applyRun(e, r, body)
	case experimentPrefix:
		return s.applyExperiment(e, s.experiment(id), body)
	case modelPrefix:
		return s.applyModel(e, s.model(id), body)
	case datasetPrefix:
		return s.applyDataset(e, s.dataset(id), body)
	case projectPrefix:
		return s.applyProject(e, s.project(id), body)
	case registeredPrefix:
		return s.applyRegistered(e, s.registry.model(id), body)
	case versionPrefix:
		return s.applyVersion(e, s.registry.version(id), body)
	}
	if e.Stream == workspaceStream {
		return s.applyWorkspace(e, s.workspace, body)
	}
	return s.keepUnknown(e)
}

// begin reports whether e is new to the record. The record's Applied is
// advanced by finish, after the fold has used it.
func (s *state) begin(e *event.Event, h *Head) bool { return s.fresh || !h.Applied.done(e.ID) }

// advance notes that a record has taken an event.
func (a Applied) advance(e *event.Event) { a[e.ID.Writer] = max(a[e.ID.Writer], e.Last()) }

func (s *state) finish(e *event.Event, h *Head, r record, what Aspect) {
	h.Applied.advance(e)
	h.Touched = max(h.Touched, e.Time)
	s.dirty[e.Stream] = r
	s.touched(e.Stream, what)
}

func (s *state) applyExperiment(e *event.Event, x *Experiment, body event.Body) error {
	if !s.begin(e, &x.Head) {
		return nil
	}
	switch b := body.(type) {
	case *event.ExperimentCreated:
		if x.creates(e) {
			x.Location, x.Made = b.Location, b.Made
		}
		if err := s.noteCreation(e, b.Name, b.Tags, x.Labels); err != nil {
			return err
		}
		x.Labels.first(e, b.Name, b.Tags, x.Applied)
	case *event.LabelSet:
		if err := s.noteChange(e, b, x.Labels); err != nil {
			return err
		}
		x.Labels.set(e, b.Key, Label{Value: b.Value, Gone: b.Gone}, x.Applied)
	default:
		return misplaced(e)
	}
	s.finish(e, &x.Head, x, Facts)
	s.index(x)
	return nil
}

func (s *state) applyRun(e *event.Event, r *Run, body event.Body) error {
	if !s.begin(e, &r.Head) {
		return nil
	}
	what := Facts
	switch b := body.(type) {
	case *event.RunCreated:
		if r.creates(e) {
			r.Made, r.User, r.Start, r.Origin = b.Experiment, b.User, b.Start, b.Origin
		}
		if err := s.noteCreation(e, b.Name, b.Tags, r.Labels); err != nil {
			return err
		}
		r.Labels.first(e, b.Name, b.Tags, r.Applied)
		r.settle()
	case *event.LabelSet:
		if err := s.noteChange(e, b, r.Labels); err != nil {
			return err
		}
		r.Labels.set(e, b.Key, Label{Value: b.Value, Gone: b.Gone}, r.Applied)
		r.settle()
	case *event.RunStatus:
		if err := s.noteStatus(e, b); err != nil {
			return err
		}
		shown := *b
		shown.Was = nil // it is kept among the changes
		r.Status.set(e, shown, r.Applied)
	case *event.RunParams:
		addParams(&r.Params, e, b.Params)
	case *event.RunMetrics:
		what = PointsAdded
		if err := s.applyMetrics(e, r, b); err != nil {
			return err
		}
		if b.Read != nil && r.Read.Before(*b.Read) {
			r.Read = *b.Read
		}
	case *event.RunCode:
		r.Code = insert(r.Code, e, *b)
	case *event.RunInputs:
		for _, d := range b.Datasets {
			r.Datasets = insert(r.Datasets, e, d)
		}
		for _, m := range b.Models {
			r.ModelsIn = insert(r.ModelsIn, e, m)
		}
	case *event.RunOutputs:
		for _, m := range b.Models {
			r.ModelsOut = insert(r.ModelsOut, e, m)
		}
	default:
		return misplaced(e)
	}
	s.finish(e, &r.Head, r, what)
	s.enter(r, body)
	return nil
}

// addParams applies parameters: the first value in merge order wins.
func addParams(params *map[string]*ParamRecord, e *event.Event, list []event.Param) {
	if *params == nil {
		*params = map[string]*ParamRecord{}
	}
	for _, p := range list {
		old, ok := (*params)[p.Key]
		if !ok {
			(*params)[p.Key] = &ParamRecord{Value: p.Value, Stamp: e.Stamp()}
			continue
		}
		old.add(e.Stamp(), p.Value)
	}
}

// add takes one more value. Of equal values the earliest counts.
func (p *ParamRecord) add(stamp event.Stamp, value string) {
	all := append([]Stamped[string]{{Stamp: p.Stamp, Value: p.Value}}, p.Conflicts...)
	i := slices.IndexFunc(all, func(s Stamped[string]) bool { return s.Value == value })
	switch {
	case i < 0:
		all = append(all, Stamped[string]{Stamp: stamp, Value: value})
	case stamp.Compare(all[i].Stamp) < 0:
		all[i].Stamp = stamp
	default:
		return
	}
	slices.SortFunc(all, func(a, b Stamped[string]) int {
		return cmp.Or(a.Stamp.Compare(b.Stamp), cmp.Compare(a.Value, b.Value))
	})
	p.Value, p.Stamp, p.Conflicts = all[0].Value, all[0].Stamp, nil
	if len(all) > 1 {
		p.Conflicts = all[1:]
	}
}

func (s *state) applyMetrics(e *event.Event, r *Run, b *event.RunMetrics) error {
	first := len(r.Metrics) == 0
	if r.Metrics == nil {
		r.Metrics = make(map[string]*Summary, len(b.Series))
	}
	for i := range b.Series {
		series := &b.Series[i]
		points, err := series.Points(s.unpacked[:0])
		if err != nil {
			return err
		}
		s.unpacked = points
		sum, ok := r.Metrics[series.Key]
		if !ok {
			sum = &Summary{Min: math.NaN(), Max: math.NaN()}
			r.Metrics[series.Key] = sum
		}
		for _, p := range points {
			sum.add(p, series)
		}
		s.points.Add(r.ID, series.Key, first, sum.Points-int64(len(points)), points)
		if series.Model != "" {
			s.applyModelMetrics(e, r.ID, series, points)
		}
	}
	return nil
}

// add takes one point into the summary.
func (m *Summary) add(p event.Point, series *event.Series) {
	if m.Points == 0 || m.later(p, series) {
		m.Last, m.Model, m.Data, m.Digest = p, series.Model, series.Dataset, series.Digest
	}
	m.Points++
	if math.IsNaN(p.Value) {
		return
	}
	if !(m.Min <= p.Value) || m.Min == p.Value && p.Step < m.MinAt {
		m.Min, m.MinAt = p.Value, p.Step
	}
	if !(m.Max >= p.Value) || m.Max == p.Value && p.Step < m.MaxAt {
		m.Max, m.MaxAt = p.Value, p.Step
	}
}

// later reports whether a point comes after the last one. Of points that are
// alike, the subjects' names decide, so that the order of arrival does not.
func (m *Summary) later(p event.Point, s *event.Series) bool {
	return cmp.Or(p.Compare(m.Last), cmp.Compare(s.Model, m.Model), cmp.Compare(s.Dataset, m.Data), cmp.Compare(s.Digest, m.Digest)) > 0
}

// applyModelMetrics copies points that were measured on a model to it. The run
// stays the one place that the event belongs to; the model is marked dirty.
func (s *state) applyModelMetrics(e *event.Event, run string, series *event.Series, points []event.Point) {
	if s.gone(modelPrefix + series.Model) {
		return
	}
	m := s.model(series.Model)
	for _, p := range points {
		m.Metrics = insert(m.Metrics, e, ModelMetric{
			Run: run, Key: series.Key, Point: p, Dataset: series.Dataset, Digest: series.Digest,
		})
	}
	s.dirty[modelPrefix+m.ID] = m
}

func (s *state) applyModel(e *event.Event, m *LoggedModel, body event.Body) error {
	if !s.begin(e, &m.Head) {
		return nil
	}
	switch b := body.(type) {
	case *event.ModelLogged:
		if m.creates(e) {
			m.Experiment, m.ModelType, m.Run, m.User, m.Made = b.Experiment, b.ModelType, b.Run, b.User, b.Made
		}
		m.Labels.first(e, b.Name, b.Tags, m.Applied)
		addParams(&m.Params, e, b.Params)
	case *event.LabelSet:
		m.Labels.set(e, b.Key, Label{Value: b.Value, Gone: b.Gone}, m.Applied)
	case *event.ModelStatus:
		m.Status.set(e, *b, m.Applied)
	case *event.RunParams:
		addParams(&m.Params, e, b.Params)
	default:
		return misplaced(e)
	}
	s.finish(e, &m.Head, m, Facts)
	return nil
}

func (s *state) applyDataset(e *event.Event, d *Dataset, body event.Body) error {
	if !s.begin(e, &d.Head) {
		return nil
	}
	switch b := body.(type) {
	case *event.DatasetCreated:
		d.creates(e)
		d.Labels.first(e, b.Name, nil, d.Applied)
	case *event.LabelSet:
		d.Labels.set(e, b.Key, Label{Value: b.Value, Gone: b.Gone}, d.Applied)
	case *event.DatasetVersion:
		d.Versions = insert(d.Versions, e, *b)
	case *event.DatasetDescribed:
		d.describe(e, b)
	default:
		return misplaced(e)
	}
	s.finish(e, &d.Head, d, Facts)
	return nil
}

func (s *state) applyProject(e *event.Event, p *Project, body event.Body) error {
	if !s.begin(e, &p.Head) {
		return nil
	}
	b, ok := body.(*event.ProjectOpened)
	if !ok {
		return misplaced(e)
	}
	p.creates(e)
	p.Opened.set(e, *b, p.Applied)
	s.finish(e, &p.Head, p, Facts)
	return nil
}

func (s *state) applyWorkspace(e *event.Event, w *Workspace, body event.Body) error {
	if _, ok := body.(*event.LogRewritten); ok {
		return nil // says something about the log, which its reader checks
	}
	if !s.begin(e, &w.Head) {
		return nil
	}
	switch b := body.(type) {
	case *event.LabelSet:
		if err := s.noteChange(e, b, w.Labels); err != nil {
			return err
		}
		w.Labels.set(e, b.Key, Label{Value: b.Value, Gone: b.Gone}, w.Applied)
	case *event.PurgeDone:
		w.clean(e, b)
	default:
		return misplaced(e)
	}
	s.finish(e, &w.Head, w, Facts)
	return nil
}

func (s *state) applyArtifact(e *event.Event, put *event.ArtifactPut) error {
	key := artifactKey(e.Stream, put.Path)
	a, err := s.artifact(key)
	if err != nil {
		return err
	}
	if !s.begin(e, &a.Head) {
		return nil
	}
	a.creates(e)
	a.File.set(e, *put, a.Applied)
	a.Applied.advance(e)
	a.Touched = max(a.Touched, e.Time)
	s.artifacts[key] = a
	s.touched(e.Stream, Facts)
	return nil
}

func misplaced(e *event.Event) error {
	return fault.New(fault.Corrupt, "an event of type %s stands on stream %s", e.Type, e.Stream)
}
