package door

import (
	"context"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// editRuns changes many runs: those of some ids, or all that a question finds.
func (d *Door) editRuns(ctx context.Context, in *struct{ Body api.EditRuns }) (*answer[api.EditedRuns], error) {
	ask := &in.Body
	ids := ask.Runs
	switch {
	case ask.Question != nil && ids != nil:
		return nil, notBoth("question", "either runs or a question says which runs are meant")
	case ask.Question != nil:
		q, err := d.question(ask.Question, d.given(ask.Question.Texts()...))
		if err != nil {
			return nil, err
		}
		list, err := d.Records.List(ctx, q)
		if err != nil {
			return nil, err
		}
		ids = list.IDs()
	case len(ids) == 0:
		return nil, inField("runs", fault.New(fault.Invalid, "no runs are named"))
	}
	edit := track.RunsEdit{Unset: ask.Unset, Trash: ask.Trash, Experiment: ask.Experiment}
	for _, tag := range ask.Set {
		edit.Set = append(edit.Set, event.Param{Key: tag.Key, Value: tag.Value})
	}
	n, undo, err := d.Records.EditRuns(ctx, ids, edit)
	out := api.EditedRuns{Changed: n, Undo: api.Undo{Parts: make([]api.UndoPart, len(undo))}}
	for i, part := range undo {
		out.Undo.Parts[i] = api.UndoPart{Runs: part.Runs, First: part.First.String(), Last: part.Last.String()}
	}
	return the(out, err)
}

func undoOf(in api.Undo) (undo track.Undo, err error) {
	undo = make(track.Undo, len(in.Parts))
	for i, part := range in.Parts {
		undo[i].Runs = part.Runs
		if undo[i].First, err = parseEdit(part.First); err != nil {
			return nil, err
		}
		if undo[i].Last, err = parseEdit(part.Last); err != nil {
			return nil, err
		}
	}
	return undo, nil
}
