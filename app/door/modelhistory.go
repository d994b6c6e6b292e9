package door

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

// mostModelEdits is how much of what happened to a model is told.
const mostModelEdits = 500

// madeVersion is when a version was made, and whether anything happened to it since.
type madeVersion struct {
	id      string
	number  uint64
	at      int64 // ms
	who     string
	run     string
	touched bool
	trashed bool
}

// madeVersions lists all versions of a model, those in the trash, too.
func (d *Door) madeVersions(model string) (list []madeVersion, err error) {
	err = d.Records.Registry(func(r track.Registry) error {
		m, err := r.ModelByID(model)
		if err != nil {
			return err
		}
		for _, v := range r.Versions(m) {
			list = append(list, madeVersion{
				v.ID, v.Number(), v.MadeAt(), v.Facts.User, v.Facts.Run, v.Touched > v.Created.Time, v.Trashed(),
			})
		}
		return nil
	})
	return list, err
}

// told asks what happened to the versions of a model.
func (d *Door) told(versions []madeVersion) (list []registry.Told, err error) {
	for _, v := range versions {
		one := registry.Told{ID: v.id, Number: v.number}
		if v.touched {
			if one.Changes, err = d.Records.ModelVersionChanges(v.id); err != nil {
				return nil, err
			}
		}
		list = append(list, one)
	}
	return list, nil
}

// past is what happened to a model, and to its versions.
func (d *Door) past(model string) (changes []track.Change, versions []madeVersion, told []registry.Told, err error) {
	if changes, err = d.Records.RegisteredModelChanges(model); err != nil {
		return nil, nil, nil, err
	}
	if versions, err = d.madeVersions(model); err != nil {
		return nil, nil, nil, err
	}
	told, err = d.told(versions)
	return changes, versions, told, err
}

// lanes are those of a model, by its id.
func (d *Door) lanes(model string) ([]api.ModelLane, error) {
	changes, _, told, err := d.past(model)
	if err != nil {
		return nil, err
	}
	out := []api.ModelLane{}
	for _, l := range registry.Lanes(changes, told) {
		lane := api.ModelLane{Stage: l.Stage, Alias: l.Alias, Rows: l.Rows, Spans: make([]api.LaneSpan, len(l.Spans))}
		for i, s := range l.Spans {
			lane.Spans[i] = api.LaneSpan{Version: int(s.Number), ID: s.Version, From: s.From / 1e6, To: s.To / 1e6, Row: s.Row}
		}
		out = append(out, lane)
	}
	return out, nil
}

func (d *Door) modelEdits(_ context.Context, in *ModelPath) (*answer[api.ModelEdits], error) {
	var model string
	err := d.Records.Registry(func(r track.Registry) error {
		m, err := r.Model(in.Model)
		if err == nil {
			model = m.ID
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	changes, versions, told, err := d.past(model)
	if err != nil {
		return nil, err
	}
	numbers := map[string]string{}
	for _, v := range versions {
		numbers[v.id] = strconv.FormatUint(v.number, 10)
	}
	var list []stampedEdit
	note := func(c track.Change, of api.ModelEdit) {
		if e, shown := d.modelEdit(c, numbers); shown {
			e.Model, e.VersionID, e.Version = of.Model, of.VersionID, of.Version
			list = append(list, stampedEdit{event.Stamp{Time: c.Time, ID: c.ID}, e})
		}
	}
	for _, c := range changes {
		note(c, api.ModelEdit{Model: model})
	}
	for _, v := range told {
		for _, c := range v.Changes {
			note(c, api.ModelEdit{VersionID: v.ID, Version: int(v.Number)})
		}
	}
	for _, v := range versions {
		list = append(list, stampedEdit{event.Stamp{Time: v.at * 1e6}, api.ModelEdit{
			Edit: api.Edit{ID: "made:" + v.id, Time: v.at, Who: v.who, What: "made", Value: numbers[v.id]}, VersionID: v.id, Version: int(v.number), Run: v.run,
		}})
	}
	return the(d.latestEdits(list), nil)
}

// stampedEdit is a change with its place in the order of merging.
type stampedEdit struct {
	event.Stamp
	edit api.ModelEdit
}

// latestEdits are the latest changes, the last one first.
func (d *Door) latestEdits(list []stampedEdit) api.ModelEdits {
	slices.SortStableFunc(list, func(a, b stampedEdit) int { return b.Compare(a.Stamp) })
	out := api.ModelEdits{Left: max(len(list)-mostModelEdits, 0), Edits: []api.ModelEdit{}}
	for _, e := range list[:len(list)-out.Left] {
		out.Edits = append(out.Edits, e.edit)
	}
	d.nameRuns(out.Edits)
	return out
}

// nameRuns fills in the names of runs that are known here.
func (d *Door) nameRuns(list []api.ModelEdit) {
	for i := range list {
		if e := &list[i]; e.Run != "" {
			_ = d.Records.Run(e.Run, func(r *track.Run) { e.RunName = r.Name() }) // else it has no name yet
		}
	}
}

// modelEdit says a change in the API's words. What keeps numbers of versions is no
// person's change, and what left everything as it was is one only if a reason was given.
func (d *Door) modelEdit(c track.Change, numbers map[string]string) (e api.ModelEdit, shown bool) {
	e = api.ModelEdit{Edit: d.edit(c), Why: c.Comment}
	shown = e.Why != "" || changed(&e.Edit)
	alias, isAlias := strings.CutPrefix(c.Label, event.AliasPrefix)
	switch {
	case strings.HasPrefix(c.Label, event.NumberPrefix):
		return e, false
	case isAlias:
		e.What, e.Key, e.Value, e.Before = "alias", alias, numbers[c.Value], numbers[c.Before]
	case c.Label == event.LabelStage:
		e.Value, e.Before = cmp.Or(c.Value, track.StageNone), cmp.Or(c.Before, track.StageNone)
	}
	return e, shown
}
