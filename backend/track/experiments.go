package track

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// NewExperiment is what CreateExperiment is asked for.
type NewExperiment struct {
	Name     string
	Location string // empty: Varve keeps the artifacts
	Tags     map[string]string
	Made     int64 // ms since 1970, if that was elsewhere
}

// CreateExperiment makes an experiment and returns its id. A name that is
// taken, in the trash or not, is refused with Exists.
func (t *Tracker) CreateExperiment(ctx context.Context, n NewExperiment) (string, error) {
	if err := checkExperimentName(n.Name); err != nil {
		return "", err
	}
	for k, v := range n.Tags {
		if err := checkExperimentTag(k, v); err != nil {
			return "", err
		}
	}
	defer t.lock("experiment names")()
	if err := t.checkNameFree(n.Name); err != nil {
		return "", err
	}
	id := t.newExperimentID(n.Name)
	if n.Location == "" && t.ArtifactRoot != "" {
		n.Location = below(t.ArtifactRoot, id)
	}
	return id, t.commit(ctx, event.Draft{
		Stream: experimentPrefix + id,
		Body:   event.ExperimentCreated{Name: n.Name, Location: n.Location, Tags: n.Tags, Made: n.Made},
	})
}

// below is the location of a name below another location.
func below(root, name string) string { return strings.TrimRight(root, "/") + "/" + name }

// LocateDefault gives the default experiment a place below ArtifactRoot. If it
// has one, or runs or models whose artifacts lie elsewhere, it stays as it is.
func (t *Tracker) LocateDefault(ctx context.Context) error {
	if t.ArtifactRoot == "" {
		return nil
	}
	stream := experimentPrefix + DefaultExperiment
	defer t.lock(stream)()
	free := t.Count(DefaultExperiment).All == 0
	err := t.Experiment(DefaultExperiment, func(x *Experiment) { free = free && !x.located() })
	t.Models(func(m *LoggedModel) { free = free && m.Experiment != DefaultExperiment })
	if err != nil || !free {
		return err
	}
	return t.label(ctx, stream, event.LabelSet{Key: event.LabelLocation, Value: below(t.ArtifactRoot, DefaultExperiment)})
}

func checkExperimentTag(key, value string) error {
	if err := checkKey(field{name: "key"}, "", key); err != nil {
		return err
	}
	return checkLength("value", maxExperimentTag, value)
}

func (t *Tracker) checkNameFree(name string) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	x := t.state.byName(name)
	switch {
	case x == nil:
		return nil
	case x.Trashed():
		return fault.New(fault.Exists, "Experiment '%s' already exists in deleted state. You can restore the experiment, or permanently delete the experiment to create a new one.", name)
	}
	return fault.New(fault.Exists, "Experiment(name=%s) already exists.", name)
}

// EnsureExperiment returns the id of the experiment of a name and makes it if
// it does not exist. An empty name is the default experiment.
func (t *Tracker) EnsureExperiment(ctx context.Context, name string) (string, error) {
	if name == "" {
		return DefaultExperiment, nil
	}
	t.mu.RLock()
	x := t.state.byName(name)
	t.mu.RUnlock()
	if x != nil && !x.Trashed() {
		return x.ID, nil
	}
	return t.CreateExperiment(ctx, NewExperiment{Name: name})
}

// noExperiment is MLflow's sentence.
func noExperiment(id string) error {
	return fault.New(fault.NotFound, "No Experiment with id=%s exists", id)
}

// Experiment calls fn with an experiment, the lock held: fn copies what it
// needs and returns.
func (t *Tracker) Experiment(id string, fn func(*Experiment)) error {
	if err := checkExperimentID(id); err != nil {
		return err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	x, ok := t.state.experiments[id]
	if !ok || !x.Known() {
		return noExperiment(id)
	}
	fn(x)
	return nil
}

// ExperimentByName is Experiment for a name; one in the trash is found, too.
func (t *Tracker) ExperimentByName(name string, fn func(*Experiment)) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	x := t.state.byName(name)
	if x == nil {
		return fault.New(fault.NotFound, "Could not find experiment with name '%s'", name)
	}
	fn(x)
	return nil
}

// active returns an experiment that is not in the trash.
func (t *Tracker) activeExperiment(id string) error {
	var gone bool
	if err := t.Experiment(id, func(x *Experiment) { gone = x.Trashed() }); err != nil {
		return err
	}
	if gone {
		return fault.New(fault.Invalid, "The experiment %s must be in the 'active' state. Current state is deleted.", id)
	}
	return nil
}

// RenameExperiment gives an experiment another name.
func (t *Tracker) RenameExperiment(ctx context.Context, id, name string) error {
	_, err := t.renameExperiment(ctx, id, name)
	return err
}

func (t *Tracker) renameExperiment(ctx context.Context, id, name string) (made event.ID, err error) {
	if err := checkExperimentName(name); err != nil {
		return made, err
	}
	defer t.lock("experiment names")()
	var old string
	var trashed bool
	if err := t.Experiment(id, func(x *Experiment) { old, trashed = x.Name(), x.Trashed() }); err != nil {
		return made, err
	}
	switch {
	case trashed:
		return made, fault.New(fault.State, "Cannot rename a non-active experiment.")
	case old == name:
		return made, nil
	}
	if err := t.checkNameFree(name); err != nil {
		return made, err
	}
	return t.relabel(ctx, experimentPrefix+id, event.LabelSet{Key: event.LabelName, Value: name})
}

// SetExperimentTag sets one tag.
func (t *Tracker) SetExperimentTag(ctx context.Context, id, key, value string) error {
	if err := checkExperimentTag(key, value); err != nil {
		return err
	}
	defer t.lock(experimentPrefix + id)()
	if err := t.activeExperiment(id); err != nil {
		return err
	}
	return t.label(ctx, experimentPrefix+id, event.LabelSet{Key: event.TagPrefix + key, Value: value})
}

// DeleteExperimentTag takes one tag away.
func (t *Tracker) DeleteExperimentTag(ctx context.Context, id, key string) error {
	defer t.lock(experimentPrefix + id)()
	if err := t.activeExperiment(id); err != nil {
		return err
	}
	var ok bool
	if err := t.Experiment(id, func(x *Experiment) { _, ok = x.Labels.get(event.TagPrefix + key) }); err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.NotFound, "No tag with name: %s in experiment with id %s", key, id)
	}
	return t.label(ctx, experimentPrefix+id, event.LabelSet{Key: event.TagPrefix + key, Gone: true})
}

// TrashExperiment puts an experiment, and with it its runs, into the trash, or
// takes it out again. As in MLflow, one that is there already is NotFound.
func (t *Tracker) TrashExperiment(ctx context.Context, id string, trash bool) error {
	defer t.lock(experimentPrefix + id)()
	var trashed bool
	if err := t.Experiment(id, func(x *Experiment) { trashed = x.Trashed() }); err != nil {
		return err
	}
	if trashed == trash {
		state := map[bool]string{true: "deleted", false: "active"}[trashed]
		return fault.New(fault.NotFound, "No Experiment with id=%s exists: it is %s already", id, state)
	}
	return t.setTrash(ctx, experimentPrefix+id, trash)
}

func (t *Tracker) setTrash(ctx context.Context, stream string, trash bool) error {
	return t.label(ctx, stream, trashLabel(trash))
}

func trashLabel(trash bool) event.LabelSet {
	return event.LabelSet{Key: event.LabelTrash, Value: map[bool]string{true: "trash"}[trash], Gone: !trash}
}

// Experiments calls fn with every experiment, the lock held.
func (t *Tracker) Experiments(fn func(*Experiment)) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, x := range t.state.experiments {
		if x.Known() {
			fn(x)
		}
	}
}

// ExperimentTags copies the shown tags of an experiment.
func (x *Experiment) ExperimentTags() map[string]string { return maps.Clone(x.Labels.Tags()) }

// ArtifactLocation is where the artifacts of an experiment lie, as MLflow's
// clients are told.
func (x *Experiment) ArtifactLocation() string {
	if x.Location != "" {
		return x.Location
	}
	if location, ok := x.Labels.get(event.LabelLocation); ok {
		return location
	}
	return "mlflow-artifacts:/" + x.ID
}

// located reports whether the artifacts lie where somebody said.
func (x *Experiment) located() bool {
	_, ok := x.Labels.get(event.LabelLocation)
	return ok || x.Location != ""
}

// RunURI is where the artifacts of a run lie, as MLflow's clients are told. The
// caller holds the lock, as fn of Run does.
func (t *Tracker) RunURI(r *Run) string {
	return RunURIIn(t.RunsLocation(r.Made), r.ID)
}

// RunsLocation is below what the artifacts of the runs lie that were made in an
// experiment. The caller holds the lock.
func (t *Tracker) RunsLocation(experiment string) string { return t.state.location(experiment) }

// RunURIIn is where the artifacts of a run lie below a location of runs.
func RunURIIn(location, run string) string { return location + "/" + run + "/artifacts" }

// ModelURI is where the artifacts of a logged model lie. The caller holds the
// lock, as fn of Model does.
func (t *Tracker) ModelURI(m *LoggedModel) string {
	return t.state.location(m.Experiment) + "/models/" + m.ID + "/artifacts"
}

func (s *state) location(experiment string) string {
	if x, ok := s.experiments[experiment]; ok {
		return strings.TrimRight(x.ArtifactLocation(), "/")
	}
	return (&Experiment{Head: Head{ID: experiment}}).ArtifactLocation()
}

// label sets labels of one record, each replacing what it shows now.
func (t *Tracker) label(ctx context.Context, stream string, sets ...event.LabelSet) error {
	drafts, err := t.labelDrafts(stream, sets)
	if err != nil {
		return err
	}
	return t.commit(ctx, drafts...)
}

// relabel is label of one for who needs to know the change.
func (t *Tracker) relabel(ctx context.Context, stream string, set event.LabelSet) (event.ID, error) {
	drafts, err := t.labelDrafts(stream, []event.LabelSet{set})
	if err != nil {
		return event.ID{}, err
	}
	return t.commitOne(ctx, drafts[0])
}

func (t *Tracker) labelDrafts(stream string, sets []event.LabelSet) ([]event.Draft, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if err := t.state.refuseStopped(stream); err != nil {
		return nil, err
	}
	labels, err := t.state.labelsOf(stream)
	if err != nil {
		return nil, err
	}
	drafts := make([]event.Draft, len(sets))
	for i, s := range sets {
		drafts[i] = event.Draft{Stream: stream, Body: s, Replaces: labels[s.Key].ids()}
	}
	return drafts, nil
}

func (s *state) labelsOf(stream string) (Labels, error) {
	kind, id, _ := strings.Cut(stream, "/")
	var h record
	switch kind + "/" {
	case runPrefix:
		r, err := s.run(id)
		if err != nil {
			return nil, err
		}
		h = r
	case experimentPrefix:
		h = s.experiment(id)
	case modelPrefix:
		h = s.model(id)
	case datasetPrefix:
		h = s.dataset(id)
	case registeredPrefix:
		h = s.registry.model(id)
	case versionPrefix:
		h = s.registry.version(id)
	case workspaceStream + "/":
		h = s.workspace
	default:
		return nil, fmt.Errorf("labels of stream %s", stream)
	}
	return h.head().Labels, nil
}
