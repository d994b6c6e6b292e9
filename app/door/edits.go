package door

import (
	"context"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func (d *Door) describeEdits(h huma.API) {
	add(d, h, large(post("/runs/move", "moveRuns", "runs", "Move runs, with those nested in them, to another experiment")),
		func(ctx context.Context, in *struct{ Body api.SomeRuns }) (*answer[api.Moved], error) {
			move := d.Records.MoveRuns
			if in.Body.Exactly {
				move = d.Records.MoveExactly
			}
			n, err := move(ctx, in.Body.Runs, in.Body.Experiment)
			return the(api.Moved{Moved: n}, err)
		})
	add(d, h, large(post("/runs/copy", "copyRuns", "runs", "Copy runs that have ended to an experiment")),
		func(ctx context.Context, in *struct{ Body api.SomeRuns }) (*answer[api.Copied], error) {
			return the(d.copyRuns(ctx, in.Body))
		})
	add(d, h, large(post("/runs/edit", "editRuns", "runs", "Tag, trash, restore or move many runs; the answer can take it back")), d.editRuns)
	add(d, h, large(post("/runs/edit/undo", "undoEdit", "runs", "Take back what editRuns did, but what was changed again since then")),
		func(ctx context.Context, in *struct{ Body api.Undo }) (*answer[api.Undone], error) {
			undo, err := undoOf(in.Body)
			if err != nil {
				return nil, err
			}
			n, err := d.Records.UndoEdit(ctx, undo)
			return the(api.Undone{Changed: n}, err)
		})
	add(d, h, get("/runs/{run}/edits", "edits", "runs", "What happened to names, tags, note, trash and place of a run"), d.edits)
	add(d, h, post("/runs/{run}/revert", "revert", "runs", "Take a change back; that is a change, too"),
		func(ctx context.Context, in *struct {
			Run  string `path:"run" doc:"Id of the run"`
			Body api.OneEdit
		}) (*answer[api.Reverted], error) {
			id, err := parseEdit(in.Body.ID)
			if err != nil {
				return nil, err
			}
			made, err := d.Records.Revert(ctx, in.Run, id)
			return reverted(made, err)
		})
}

// copyRuns copies runs one by one: when one cannot be copied, those before it
// have been.
func (d *Door) copyRuns(ctx context.Context, in api.SomeRuns) (api.Copied, error) {
	for _, id := range in.Runs { // what can be said beforehand is said before anything happens
		if err := d.Records.Run(id, func(*track.Run) {}); err != nil {
			return api.Copied{}, err
		}
	}
	out := api.Copied{Runs: []string{}}
	for _, id := range in.Runs {
		made, err := d.Records.CopyRun(ctx, id, in.Experiment)
		if err != nil {
			return out, err
		}
		out.Runs = append(out.Runs, made)
	}
	return out, nil
}

func (d *Door) edits(_ context.Context, in *runPath) (*answer[api.Edits], error) {
	list, err := d.Records.Changes(in.Run)
	return the(d.editsOf(list), err)
}

// editsOf tells changes, but those that left everything as it was: a tag that was set to
// what it is, an end that script and agent both report.
func (d *Door) editsOf(list []track.Change) api.Edits {
	out := api.Edits{Edits: make([]api.Edit, 0, len(list))}
	for _, c := range list {
		if e := d.edit(c); changed(&e) {
			out.Edits = append(out.Edits, e)
		}
	}
	return out
}

func changed(e *api.Edit) bool {
	return e.Gone != e.Absent || !e.Gone && (e.Value != e.Before || e.Reason != e.ReasonBefore)
}

func (d *Door) edit(c track.Change) api.Edit {
	out := api.Edit{
		ID: c.ID.String(), Time: c.Time / 1e6, Who: c.Person, Device: c.Device.String(), Here: c.Device.String() == d.Device,
		What: c.Label, Value: c.Value, Gone: c.Gone, Before: c.Before, Absent: c.Absent,
	}
	if key, isTag := strings.CutPrefix(c.Label, event.TagPrefix); isTag {
		out.What, out.Key = "tag", key
	}
	if key, isView := strings.CutPrefix(c.Label, event.ViewPrefix); isView {
		out.What, out.Key = "view", key
	}
	if c.Status != nil {
		out.Value, out.Before = track.StateOf(c.Value), track.StateOf(c.Before)
		out.Reason, out.ReasonBefore = c.Status.Reason, c.Status.Was.Reason
		if !track.Terminal(c.Before) && c.Status.Was.Reason != "" {
			out.Before = string(api.Lost)
		}
	}
	if c.Label == event.LabelExperiment {
		out.Value, out.Before = d.experimentName(c.Value), d.experimentName(c.Before)
	}
	return out
}

// experimentName is the name of an experiment, or its id while it is not known.
func (d *Door) experimentName(id string) string {
	name := id
	// An experiment that has not arrived keeps its id for a name.
	_ = d.Records.Experiment(id, func(x *track.Experiment) { name = x.Name() })
	return name
}

// parseEdit reads what event.ID.String writes.
// reverted answers the id of the change that took another one back, if any did.
func reverted(made event.ID, err error) (*answer[api.Reverted], error) {
	if made.Writer.IsZero() {
		return the(api.Reverted{}, err)
	}
	return the(api.Reverted{ID: made.String()}, err)
}

func parseEdit(s string) (id event.ID, err error) {
	writer, seq, _ := strings.Cut(s, ":")
	if id.Writer, err = event.ParseWriter(writer); err == nil {
		id.Seq, err = strconv.ParseUint(seq, 10, 64)
	}
	if err != nil {
		return id, fault.New(fault.Invalid, "%q is not the id of a change", s)
	}
	return id, nil
}
