package track

import (
	"context"
	"maps"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Tags of MLflow that Varve reads or keeps true.
const (
	tagRunName = "mlflow.runName"
	TagUser    = "mlflow.user"
	TagParent  = "mlflow.parentRunId"
	TagSource  = "mlflow.source.name"
	TagNote    = "mlflow.note.content"
	TagModels  = "mlflow.log-model.history"
)

// NewRun is what CreateRun is asked for.
type NewRun struct {
	ID         string // empty: drawn
	Experiment string // empty: the default one
	Name       string // empty: the tag mlflow.runName, else a random one
	User       string
	Start      int64 // ms since 1970; 0: now
	Tags       map[string]string
	Origin     *event.Origin
	Code       *event.RunCode // nil: nothing is known of it
	Params     []event.Param
	Datasets   []event.DatasetInput
}

// CreateRun starts a run in status RUNNING and returns its id.
func (t *Tracker) CreateRun(ctx context.Context, n NewRun) (string, error) {
	if n.Experiment == "" {
		n.Experiment = DefaultExperiment
	}
	if err := t.activeExperiment(n.Experiment); err != nil {
		return "", err
	}
	if err := t.completeRun(&n); err != nil {
		return "", err
	}
	stream := runPrefix + n.ID
	drafts := []event.Draft{
		{Stream: stream, Body: event.RunCreated{
			Experiment: n.Experiment, Name: n.Name, User: n.User, Start: n.Start, Tags: n.Tags, Origin: n.Origin,
		}},
		{Stream: stream, Body: event.RunStatus{Status: "RUNNING", Agent: n.Origin != nil}},
	}
	if n.Code != nil {
		drafts = append(drafts, event.Draft{Stream: stream, Body: *n.Code})
	}
	if len(n.Params) > 0 {
		drafts = append(drafts, event.Draft{Stream: stream, Body: event.RunParams{Params: n.Params}})
	}
	if len(n.Datasets) > 0 {
		drafts = append(drafts, event.Draft{Stream: stream, Body: event.RunInputs{Datasets: n.Datasets}})
	}
	return n.ID, t.commit(ctx, drafts...)
}

// completeRun checks a new run and fills in what was left open.
func (t *Tracker) completeRun(n *NewRun) error {
	if n.ID == "" {
		n.ID = t.NewID()
	}
	if n.Start == 0 {
		n.Start = t.nowMS()
	}
	n.Tags = maps.Clone(n.Tags)
	if n.Tags == nil {
		n.Tags = map[string]string{}
	}
	for k, v := range n.Tags {
		if err := checkKey(field{name: "key"}, "", k); err != nil {
			return err
		}
		n.Tags[k] = cut(v, maxTag)
	}
	tagged := n.Tags[tagRunName]
	switch {
	case n.Name != "" && tagged != "" && n.Name != tagged:
		return fault.New(fault.Invalid, "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='%s', mlflow.runName='%s').", n.Name, tagged)
	case n.Name == "" && tagged != "":
		n.Name = tagged
	case n.Name == "":
		n.Name = t.randomName()
	}
	n.Name = cut(n.Name, maxTag)
	delete(n.Tags, tagRunName)
	if n.User == "" {
		n.User = t.Person
	}
	return checkParams(n.Params)
}

func noRun(id string) error { return fault.New(fault.NotFound, "Run with id=%s not found", id) }

// Run calls fn with a run, the lock held: fn copies what it needs and returns.
func (t *Tracker) Run(id string, fn func(*Run)) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	r, err := t.state.knownRun(id)
	if err != nil {
		return err
	}
	fn(r)
	return nil
}

// Knows reports whether the run is in this record.
func (t *Tracker) Knows(id string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	_, _, ok := t.state.tables.find(id)
	return ok
}

// writable refuses runs that are unknown, in the trash, or stopped by a later
// Varve.
func (t *Tracker) writable(id string) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	r, err := t.state.knownRun(id)
	if err != nil {
		return err
	}
	if t.state.trashed(r) {
		return fault.New(fault.Invalid, "The run %s must be in the 'active' state. Current state is deleted.", id)
	}
	return t.state.refuseStopped(runPrefix + id)
}

// trashed reports whether a run, or its experiment, lies in the trash.
func (s *state) trashed(r *Run) bool { return r.Trashed() || s.emptied(r.Experiment) }

// RunUpdate is what UpdateRun changes; zero fields stay as they are.
type RunUpdate struct {
	Status   string // of MLflow
	End      int64  // ms since 1970
	Name     string
	Reason   string
	ExitCode *int64
	Signal   string
	Agent    bool // an agent says so
}

var statuses = []string{"RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"}

// UpdateRun changes status, end and name of a run.
func (t *Tracker) UpdateRun(ctx context.Context, id string, u RunUpdate) error {
	if u.Status != "" && !slices.Contains(statuses, u.Status) {
		return invalidValue("status", u.Status, "it must be one of RUNNING, SCHEDULED, FINISHED, FAILED, KILLED")
	}
	defer t.lock(runPrefix + id)()
	if err := t.writable(id); err != nil {
		return err
	}
	var drafts []event.Draft
	if u.Status != "" || u.End != 0 {
		status, err := t.statusDraft(id, u)
		if err != nil {
			return err
		}
		drafts = append(drafts, status)
	}
	if u.Name != "" {
		named, err := t.labelDrafts(runPrefix+id, []event.LabelSet{{Key: event.LabelName, Value: cut(u.Name, maxTag)}})
		if err != nil {
			return err
		}
		drafts = append(drafts, named...)
	}
	return t.commit(ctx, drafts...)
}

func (t *Tracker) statusDraft(id string, u RunUpdate) (event.Draft, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	r, err := t.state.knownRun(id)
	if err != nil {
		return event.Draft{}, err
	}
	was := r.End()
	s := event.RunStatus{Status: u.Status, End: u.End, Reason: u.Reason, ExitCode: u.ExitCode, Signal: u.Signal, Agent: u.Agent}
	if s.Status == "" {
		s.Status = was.Status
	}
	s.Was = t.before(r)
	if s.End == 0 && Terminal(s.Status) {
		s.End = max(was.End, 0)
		if s.End == 0 && u.Agent {
			s.End = max(t.nowMS(), r.Start) // a clock may have gone back
		}
	}
	return event.Draft{Stream: runPrefix + id, Body: s, Replaces: r.Status.ids()}, nil
}

// TrashRun puts a run into the trash or takes it out again; doing it twice is
// no error.
func (t *Tracker) TrashRun(ctx context.Context, id string, trash bool) error {
	defer t.lock(runPrefix + id)()
	var trashed bool
	if err := t.Run(id, func(r *Run) { trashed = r.Trashed() }); err != nil {
		return err
	}
	if trashed == trash {
		return nil
	}
	return t.setTrash(ctx, runPrefix+id, trash)
}

// SetTag sets one tag of a run.
func (t *Tracker) SetTag(ctx context.Context, id string, tag event.Param) error {
	sets, err := tagSets("", []event.Param{tag})
	if err != nil {
		return err
	}
	return t.log(ctx, id, Batch{}, sets)
}

// SetTags sets tags of a run. The tag mlflow.runName is its name.
func (t *Tracker) SetTags(ctx context.Context, id string, tags []event.Param) error {
	sets, err := tagSets("tags", tags)
	if err != nil {
		return err
	}
	return t.log(ctx, id, Batch{}, sets)
}

// ChangeTag gives a tag of a run the value that change makes of the present
// one, which is empty if there is none. Nobody else changes the run meanwhile.
// The value is not cut, since it may be JSON.
func (t *Tracker) ChangeTag(ctx context.Context, id, key string, change func(string) (string, error)) error {
	defer t.lock(runPrefix + id)()
	if err := t.writable(id); err != nil {
		return err
	}
	var value string
	if err := t.Run(id, func(r *Run) { value, _ = r.Labels.Tag(key) }); err != nil {
		return err
	}
	value, err := change(value)
	if err != nil {
		return err
	}
	return t.label(ctx, runPrefix+id, event.LabelSet{Key: event.TagPrefix + key, Value: value})
}

func tagSets(list string, tags []event.Param) ([]event.LabelSet, error) {
	sets := make([]event.LabelSet, 0, len(tags))
	for i, p := range tags {
		if err := checkKey(field{list, i, "key"}, "", p.Key); err != nil {
			return nil, err
		}
		set := event.LabelSet{Key: event.TagPrefix + p.Key, Value: cut(p.Value, maxTag)}
		if p.Key == tagRunName {
			set.Key = event.LabelName
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// DeleteTag takes one tag of a run away.
func (t *Tracker) DeleteTag(ctx context.Context, id, key string) error {
	defer t.lock(runPrefix + id)()
	if err := t.writable(id); err != nil {
		return err
	}
	var ok bool
	if err := t.Run(id, func(r *Run) { _, ok = r.Labels.get(event.TagPrefix + key) }); err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.NotFound, "No tag with name: %s in run with id %s", key, id)
	}
	return t.label(ctx, runPrefix+id, event.LabelSet{Key: event.TagPrefix + key, Gone: true})
}

// AllTags are the tags of a run as MLflow's clients see them, its name among
// them.
func (r *Run) AllTags() map[string]string {
	tags := r.Labels.Tags()
	if name := r.Name(); name != "" {
		tags[tagRunName] = name
	}
	return tags
}

// Lost returns why a run counts as lost; ok is false for all other runs. The
// caller holds the lock, as fn of Run does.
func (t *Tracker) Lost(r *Run) (reason string, ok bool) {
	if Terminal(r.End().Status) {
		return "", false
	}
	reason, ok = t.lost[r.ID]
	return reason, ok
}

// Gone reports whether a run, or its experiment, lies in the trash. The caller
// holds the lock, as fn of Run does.
func (t *Tracker) Gone(r *Run) bool { return t.state.trashed(r) }
