package track

import (
	"context"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// The life of a run is usually one beginning and one end. What goes on from there
// is its history: a run that is taken up again after its end, the second end, and
// what people say of a run that will not say it itself. It is kept among the
// changes of its labels.

// before is what a next status replaces, or nil if that is nothing but the first
// end of the run. The lock is held.
func (t *Tracker) before(r *Run) *event.StatusBefore {
	heads := r.Status.Heads
	if len(heads) == 0 {
		return nil
	}
	was := heads[len(heads)-1]
	first := event.ID{Writer: r.Created.ID.Writer, Seq: r.Created.ID.Seq + 1} // a run begins with its creation
	reason, lost := t.Lost(r)
	if !lost && !Terminal(was.Value.Status) && (was.Stamp.ID == first || was.Value.Status == "SCHEDULED") {
		return nil
	}
	return t.seen(was.Value, reason)
}

func (t *Tracker) seen(was event.RunStatus, lost string) *event.StatusBefore {
	seen := event.StatusBefore{
		Status: was.Status, End: was.End, Reason: was.Reason, ExitCode: was.ExitCode, Signal: was.Signal, Agent: was.Agent,
	}
	if lost != "" {
		seen.Reason = lost
	}
	return &seen
}

// noteStatus keeps a status that belongs to the history of its run.
func (s *state) noteStatus(e *event.Event, b *event.RunStatus) error {
	if b.Was == nil {
		return nil
	}
	return s.keepChange(e.Stream, change{
		ID: e.ID, Time: e.Time, Device: e.Device, Person: e.Person, Label: LabelStatus, Value: b.Status, Status: b,
	})
}

// EndedByHand is the reason of a run whose status a person set.
const EndedByHand = "Set by hand"

// SetStatus ends a run by hand, or says otherwise of one how it ended. A run that
// had not ended is taken to have ended when it was last heard of. What a live
// agent runs is refused: the agent knows better.
func (t *Tracker) SetStatus(ctx context.Context, id, status string) error {
	if !Terminal(status) {
		return invalidValue("status", status, "it must be one of FINISHED, FAILED, KILLED")
	}
	defer t.lock(runPrefix + id)()
	if err := t.writable(id); err != nil {
		return err
	}
	var draft event.Draft
	err := t.Run(id, func(r *Run) {
		was := r.End()
		lost, isLost := t.Lost(r)
		if r.Origin != nil && !isLost && !Terminal(was.Status) || was.Status == status {
			return
		}
		s := event.RunStatus{Status: status, End: was.End, Reason: EndedByHand, Was: t.seen(was, lost)}
		if !Terminal(was.Status) {
			s.End = max(r.Touched/1e6, r.Start)
		}
		draft = event.Draft{Stream: runPrefix + id, Body: s, Replaces: r.Status.ids()}
	})
	switch {
	case err != nil:
		return err
	case draft.Body == nil:
		return t.cannotSet(id, status)
	}
	return t.commit(ctx, draft)
}

// cannotSet says why the status of a run is not set by hand.
func (t *Tracker) cannotSet(id, status string) (err error) {
	_ = t.Run(id, func(r *Run) { // it was there a moment ago
		if r.End().Status != status {
			err = fault.New(fault.State, "run %s is still being run", id).WithHint("Stop it instead.")
		}
	})
	return err
}

// revertStatus gives a run the status again that it had. The lock of the run is
// held.
func (t *Tracker) revertStatus(ctx context.Context, id string, was *event.StatusBefore) (made event.ID, err error) {
	if err := t.writable(id); err != nil {
		return made, err
	}
	s := event.RunStatus{
		Status: was.Status, End: was.End, Reason: was.Reason, ExitCode: was.ExitCode, Signal: was.Signal, Agent: was.Agent,
	}
	if !Terminal(s.Status) {
		s.Reason = "" // whether it is lost, and why, is seen anew
	}
	var replaces []event.ID
	if err := t.Run(id, func(r *Run) { s.Was, replaces = t.seen(r.End(), ""), r.Status.ids() }); err != nil {
		return made, err
	}
	return t.commitOne(ctx, event.Draft{Stream: runPrefix + id, Body: s, Replaces: replaces})
}
