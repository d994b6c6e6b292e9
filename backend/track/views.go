package track

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// workspaceStream is the stream, and the key of the record, of what belongs to
// no single experiment.
const workspaceStream = "workspace"

// Workspace is what people set for the workspace as a whole, its labels, and how
// far its devices are with what was purged.
type Workspace struct {
	Head  `cbor:"1,keyasint"`
	Clean map[event.Writer]Through `cbor:"2,keyasint,omitempty"` // by device: the purges that it has carried out
}

// The kinds of views.
const (
	ViewTable  = "table"  // columns, order, filter and groups of a table of runs
	ViewCharts = "charts" // charts and their places
)

// Limits of views.
const (
	maxView     = 64 << 10 // bytes of the JSON
	maxViewName = 200      // characters
)

// View is an arrangement that somebody saved under a name. What its JSON means
// is the business of the pages.
type View struct {
	Kind, Name string
	Value      string // JSON
	Time       int64  // of the last change, the author's clock, ns since 1970
}

// ViewKey names a view: of an experiment, or with an empty one of the whole
// workspace.
type ViewKey struct{ Experiment, Kind, Name string }

func (k ViewKey) label() string { return event.ViewPrefix + k.Kind + "/" + k.Name }

func (k ViewKey) check() error {
	switch {
	case k.Kind != ViewTable && k.Kind != ViewCharts:
		return fault.New(fault.Invalid, "a view is of the kind table or charts, not %q", k.Kind)
	case strings.TrimSpace(k.Name) == "" || k.Name != strings.TrimSpace(k.Name):
		return fault.New(fault.Invalid, "a view needs a name without spaces at its ends")
	case !utf8.ValidString(k.Name) || strings.ContainsFunc(k.Name, unicode.IsControl):
		return fault.New(fault.Invalid, "the name of a view is one line of text")
	}
	return checkLength("name", maxViewName, k.Name)
}

// viewStream is where the views of an experiment, or of the workspace, are
// written.
func viewStream(experiment string) string {
	if experiment == "" {
		return workspaceStream
	}
	return experimentPrefix + experiment
}

// viewsIn checks that views of an experiment can be changed.
func (t *Tracker) viewsIn(experiment string) error {
	if experiment == "" {
		return nil
	}
	return t.activeExperiment(experiment)
}

// Views lists the views of an experiment, or with an empty one those of the
// whole workspace, by kind and name. An empty kind is all.
func (t *Tracker) Views(experiment, kind string) ([]View, error) {
	if experiment != "" {
		if err := t.Experiment(experiment, func(*Experiment) {}); err != nil {
			return nil, err
		}
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	labels, err := t.state.labelsOf(viewStream(experiment))
	if err != nil {
		return nil, err
	}
	views := []View{}
	for label, r := range labels {
		rest, isView := strings.CutPrefix(label, event.ViewPrefix)
		of, name, _ := strings.Cut(rest, "/")
		if value, ok := labels.get(label); isView && ok && (kind == "" || kind == of) {
			views = append(views, View{Kind: of, Name: name, Value: value, Time: r.Heads[len(r.Heads)-1].Stamp.Time})
		}
	}
	slices.SortFunc(views, func(a, b View) int {
		return strings.Compare(a.Kind+"/"+strings.ToLower(a.Name)+"/"+a.Name, b.Kind+"/"+strings.ToLower(b.Name)+"/"+b.Name)
	})
	return views, nil
}

// SaveView makes a view, or gives it other content.
func (t *Tracker) SaveView(ctx context.Context, key ViewKey, value string) error {
	if err := key.check(); err != nil {
		return err
	}
	switch {
	case len(value) > maxView:
		return fault.New(fault.Invalid, "a view has 64 KiB at most, and this one %d bytes", len(value))
	case !utf8.ValidString(value) || !json.Valid([]byte(value)):
		return fault.New(fault.Invalid, "the content of a view is JSON, and this is none")
	}
	stream := viewStream(key.Experiment)
	defer t.lock(stream)()
	if err := t.viewsIn(key.Experiment); err != nil {
		return err
	}
	return t.label(ctx, stream, event.LabelSet{Key: key.label(), Value: value})
}

// DeleteView takes a view away.
func (t *Tracker) DeleteView(ctx context.Context, key ViewKey) error {
	stream := viewStream(key.Experiment)
	defer t.lock(stream)()
	if _, err := t.viewed(key); err != nil {
		return err
	}
	return t.label(ctx, stream, event.LabelSet{Key: key.label(), Gone: true})
}

// RenameView gives a view another name. One that is taken is refused with
// Exists.
func (t *Tracker) RenameView(ctx context.Context, key ViewKey, to string) error {
	renamed := ViewKey{key.Experiment, key.Kind, to}
	if err := renamed.check(); err != nil {
		return err
	}
	stream := viewStream(key.Experiment)
	defer t.lock(stream)()
	value, err := t.viewed(key)
	if err != nil || to == key.Name {
		return err
	}
	if _, err := t.viewed(renamed); err == nil {
		return fault.New(fault.Exists, "there is a view named %s already", to)
	}
	return t.label(ctx, stream, event.LabelSet{Key: renamed.label(), Value: value}, event.LabelSet{Key: key.label(), Gone: true})
}

// viewed is the content of a view that can be changed.
func (t *Tracker) viewed(key ViewKey) (value string, err error) {
	if err := t.viewsIn(key.Experiment); err != nil {
		return "", err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	labels, err := t.state.labelsOf(viewStream(key.Experiment))
	if err != nil {
		return "", err
	}
	value, ok := labels.get(key.label())
	if !ok {
		return "", fault.New(fault.NotFound, "there is no view named %s", shorten(key.Name, maxViewName))
	}
	return value, nil
}

// ViewChanges lists what happened to a view, the latest first.
func (t *Tracker) ViewChanges(key ViewKey) ([]Change, error) {
	list, err := t.allViewChanges(key.Experiment)
	return slices.DeleteFunc(list, func(c Change) bool { return c.Label != key.label() }), err
}

func (t *Tracker) allViewChanges(experiment string) ([]Change, error) {
	list, err := t.changes(viewStream(experiment), "")
	return slices.DeleteFunc(list, func(c Change) bool { return !strings.HasPrefix(c.Label, event.ViewPrefix) }), err
}

// RevertView gives a view the content again that it had before a change, which
// is a change itself: it answers that one's id.
func (t *Tracker) RevertView(ctx context.Context, experiment string, id event.ID) (made event.ID, err error) {
	stream := viewStream(experiment)
	defer t.lock(stream)()
	if err := t.viewsIn(experiment); err != nil {
		return made, err
	}
	list, err := t.allViewChanges(experiment)
	if err != nil {
		return made, err
	}
	i := slices.IndexFunc(list, func(c Change) bool { return c.ID == id })
	if i < 0 {
		return made, fault.New(fault.NotFound, "there was no such change")
	}
	return t.relabel(ctx, stream, event.LabelSet{Key: list[i].Label, Value: list[i].Before, Gone: list[i].Absent})
}
