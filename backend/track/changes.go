package track

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// changePrefix is where the store keeps what happened to labels: one entry for
// each setting, in the order of merging.
const changePrefix = "change/"

// Change is one setting of a label: of a name, a tag, a note, the trash, or the
// experiment that a run was moved to.
type Change struct {
	ID     event.ID // of the event
	Time   int64    // the author's clock, ns since 1970
	Device event.Writer
	Person string
	Label  string // event.LabelName, event.TagPrefix and a key, ...
	Value  string
	Gone   bool // the label was taken away
	// Before is what it replaced: the value that the author saw. Absent says that
	// there was none.
	Before string
	Absent bool
	// Comment is why, in the person's words.
	Comment string
	Status  *event.RunStatus // of a change of LabelStatus: all of it, with what was before
}

// LabelStatus stands for the status of a run among its changes.
const LabelStatus = "status"

// change is how the store keeps a setting. What it replaced is looked up by
// those who ask: it may arrive later.
type change struct {
	ID       event.ID         `cbor:"1,keyasint"`
	Time     int64            `cbor:"2,keyasint"`
	Device   event.Writer     `cbor:"3,keyasint"`
	Person   string           `cbor:"4,keyasint,omitempty"`
	Label    string           `cbor:"5,keyasint"`
	Value    string           `cbor:"6,keyasint,omitempty"`
	Gone     bool             `cbor:"7,keyasint,omitempty"`
	Replaces []event.ID       `cbor:"8,keyasint,omitempty"`
	First    bool             `cbor:"9,keyasint,omitempty"`  // it came with the creation: nobody's change, but what one replaced
	Status   *event.RunStatus `cbor:"10,keyasint,omitempty"` // of a change of LabelStatus
	Comment  string           `cbor:"11,keyasint,omitempty"`
}

// noteChange keeps a setting for whoever asks what happened. It is called
// before the setting is folded. Applying an event again writes the same entries.
func (s *state) noteChange(e *event.Event, b *event.LabelSet, before Labels) error {
	if r := before[b.Key]; r != nil {
		for _, head := range r.Heads {
			if head.Value.First && slices.Contains(e.Replaces, head.Stamp.ID) {
				if err := s.noteFirst(e.Stream, head.Stamp, b.Key, head.Value.Value); err != nil {
					return err
				}
			}
		}
	}
	return s.keepChange(e.Stream, change{
		ID: e.ID, Time: e.Time, Device: e.Device, Person: e.Person, Label: b.Key, Value: b.Value, Gone: b.Gone, Replaces: e.Replaces, Comment: b.Comment,
	})
}

// noteCreation keeps what a creation says of labels that were replaced before
// it arrived.
func (s *state) noteCreation(e *event.Event, name string, tags map[string]string, before Labels) error {
	if err := s.noteCreated(e, event.LabelName, name, before); err != nil {
		return err
	}
	for key, value := range tags {
		if err := s.noteCreated(e, event.TagPrefix+key, value, before); err != nil {
			return err
		}
	}
	return nil
}

func (s *state) noteCreated(e *event.Event, label, value string, before Labels) error {
	if r := before[label]; r == nil || !slices.Contains(r.Early, e.ID) {
		return nil
	}
	return s.noteFirst(e.Stream, e.Stamp(), label, value)
}

func (s *state) noteFirst(stream string, stamp event.Stamp, label, value string) error {
	return s.keepChange(stream, change{ID: stamp.ID, Time: stamp.Time, Label: label, Value: value, First: true})
}

func (s *state) keepChange(stream string, c change) error {
	value, err := event.Marshal(c)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode change of", stream)
	}
	s.changes = append(s.changes, Pair{Key: c.key(stream), Value: value})
	return nil
}

func changesOf(stream string) string { return changePrefix + stream + "\x00" }

func (c *change) key(stream string) string {
	key := binary.BigEndian.AppendUint64([]byte(changesOf(stream)), uint64(c.Time)^1<<63)
	key = append(key, c.ID.Writer[:]...)
	return string(binary.BigEndian.AppendUint64(key, c.ID.Seq)) + c.Label
}

// Changes lists what happened to the labels of a run, the latest first.
func (t *Tracker) Changes(run string) ([]Change, error) {
	var made string
	if err := t.Run(run, func(r *Run) { made = r.Made }); err != nil {
		return nil, err
	}
	return t.changes(runPrefix+run, made)
}

// ExperimentChanges is Changes of an experiment.
func (t *Tracker) ExperimentChanges(id string) ([]Change, error) {
	if err := t.Experiment(id, func(*Experiment) {}); err != nil {
		return nil, err
	}
	list, err := t.changes(experimentPrefix+id, "")
	return slices.DeleteFunc(list, func(c Change) bool { return c.Label == event.LabelLocation }), err // as little a change as a creation's
}

// RevertExperiment gives a label of an experiment the value again that it had
// before a change, which is a change itself: it answers that one's id, or a zero
// one where nothing was to be done.
func (t *Tracker) RevertExperiment(ctx context.Context, experiment string, id event.ID) (made event.ID, err error) {
	list, err := t.ExperimentChanges(experiment)
	if err != nil {
		return made, err
	}
	c, err := oneOf(list, id)
	switch {
	case err != nil:
		return made, err
	case c.Label == event.LabelName && c.Absent:
		return made, fault.New(fault.Invalid, "before that, there was no name")
	case c.Label == event.LabelName:
		return t.renameExperiment(ctx, experiment, c.Before)
	}
	stream := experimentPrefix + experiment
	defer t.lock(stream)()
	return t.relabel(ctx, stream, event.LabelSet{Key: c.Label, Value: c.Before, Gone: c.Absent})
}

// changes lists those of a stream. made is the experiment where a run was before
// its first move.
func (t *Tracker) changes(stream, made string) ([]Change, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	entries := map[string][]byte{}
	err := t.Store.Scan(changesOf(stream), func(key string, value []byte) error {
		entries[key] = slices.Clone(value)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, pairs := range [][]Pair{t.state.changing, t.state.changes} { // what the store may not have yet
		for _, p := range pairs {
			if strings.HasPrefix(p.Key, changesOf(stream)) {
				entries[p.Key] = p.Value
			}
		}
	}
	all := make([]change, 0, len(entries))
	for key, value := range entries {
		var c change
		if err := event.Unmarshal(value, &c); err != nil {
			return nil, fault.Wrap(err, fault.Corrupt, "read", key)
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b change) int { return b.stamp().Compare(a.stamp()) })
	list := make([]Change, 0, len(all))
	for i := range all {
		if all[i].First {
			continue
		}
		c := all[i].among(all)
		if c.Status = all[i].Status; c.Status != nil {
			c.Before, c.Absent = c.Status.Was.Status, false
		}
		if c.Label == event.LabelExperiment && c.Absent {
			c.Before, c.Absent = made, false
		}
		list = append(list, c)
	}
	return list, nil
}

func (c *change) stamp() event.Stamp { return event.Stamp{Time: c.Time, ID: c.ID} }

// among finds what a change replaced among all changes, the latest first: of
// several settings the one that was shown.
func (c *change) among(all []change) Change {
	out := Change{
		ID: c.ID, Time: c.Time, Device: c.Device, Person: c.Person, Label: c.Label, Value: c.Value, Gone: c.Gone, Absent: true, Comment: c.Comment,
	}
	for i := range all {
		if was := &all[i]; was.Label == c.Label && slices.Contains(c.Replaces, was.ID) {
			out.Before, out.Absent = was.Value, was.Gone
			break
		}
	}
	return out
}

// oneOf finds a change.
func oneOf(list []Change, id event.ID) (Change, error) {
	i := slices.IndexFunc(list, func(c Change) bool { return c.ID == id })
	if i < 0 {
		return Change{}, fault.New(fault.NotFound, "there was no such change")
	}
	return list[i], nil
}

// Revert gives a label of a run the value again that it had before a change,
// which is a change itself: it answers that one's id.
func (t *Tracker) Revert(ctx context.Context, run string, id event.ID) (made event.ID, err error) {
	stream := runPrefix + run
	defer t.lock(stream)()
	list, err := t.Changes(run)
	if err != nil {
		return made, err
	}
	c, err := oneOf(list, id)
	switch {
	case err != nil:
		return made, err
	case c.Label == LabelStatus:
		return t.revertStatus(ctx, run, c.Status.Was)
	case c.Label == event.LabelName && c.Absent:
		return made, fault.New(fault.Invalid, "before that, there was no name")
	case c.Label == event.LabelExperiment:
		if err := t.activeExperiment(c.Before); err != nil {
			return made, err
		}
	}
	return t.relabel(ctx, stream, event.LabelSet{Key: c.Label, Value: c.Before, Gone: c.Absent})
}
