package door

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

type runsQuery struct {
	Experiment []string `query:"experiment,explode" doc:"Ids of experiments; none: all"`
	Filter     string   `query:"filter" doc:"In MLflow's grammar"`
	Order      []string `query:"order,explode" doc:"Clauses such as: metrics.rmse ASC. Without any: newest first"`
	Trashed    bool     `query:"trashed" doc:"Runs in the trash instead of the others"`
	Limit      int      `query:"limit" default:"200" minimum:"0" maximum:"10000"`
	Cursor     string   `query:"cursor" doc:"Of the page before"`
}

// runPath names the run in a path.
type runPath struct {
	Run string `path:"run" doc:"Id of the run"`
}

func (d *Door) describeRuns(h huma.API) {
	add(d, h, get("/runs", "runs", "runs", "One page of the runs table"), d.runPage)
	add(d, h, get("/runs/{run}", "run", "runs", "One run"), d.runDetail)
	add(d, h, post("/runs/{run}/stop", "stopRun", "runs", "Ask a run to end"),
		func(ctx context.Context, in *runPath) (*done, error) { return ok(d.Control.Stop(ctx, in.Run)) })
	add(d, h, post("/runs/{run}/trash", "trashRun", "runs", "Put a run into the trash"),
		func(ctx context.Context, in *runPath) (*done, error) {
			return ok(d.Records.TrashRun(ctx, in.Run, true))
		})
	add(d, h, post("/runs/{run}/restore", "restoreRun", "runs", "Take a run out of the trash"),
		func(ctx context.Context, in *runPath) (*done, error) {
			return ok(d.Records.TrashRun(ctx, in.Run, false))
		})
	name := op(http.MethodPut, "/runs/{run}/name", "renameRun", "runs", "Give a run another name")
	name.DefaultStatus = http.StatusOK
	add(d, h, name, func(ctx context.Context, in *struct {
		Run  string `path:"run" doc:"Id of the run"`
		Body api.NewName
	}) (*done, error) {
		return ok(d.Records.UpdateRun(ctx, in.Run, track.RunUpdate{Name: in.Body.Name}))
	})
	tag := op(http.MethodPut, "/runs/{run}/tag", "setTag", "runs", "Set a tag of a run; a note is the tag mlflow.note.content")
	tag.DefaultStatus = http.StatusOK
	add(d, h, tag, func(ctx context.Context, in *struct {
		Run  string `path:"run" doc:"Id of the run"`
		Body api.Tag
	}) (*done, error) {
		return ok(d.Records.SetTag(ctx, in.Run, event.Param{Key: in.Body.Key, Value: in.Body.Value}))
	})
	untag := op(http.MethodDelete, "/runs/{run}/tag", "deleteTag", "runs", "Take a tag from a run")
	untag.DefaultStatus = http.StatusOK
	add(d, h, untag, func(ctx context.Context, in *struct {
		Run string `path:"run" doc:"Id of the run"`
		Key string `query:"key" required:"true" doc:"Name of the tag"`
	}) (*done, error) {
		return ok(d.Records.DeleteTag(ctx, in.Run, in.Key))
	})
}

// hit is a run that a filter lets through, with what its order looks at.
type hit struct {
	id  string
	row search.Row
}

func (d *Door) runPage(_ context.Context, in *runsQuery) (*answer[api.RunPage], error) {
	filter, err := search.Parse(search.Runs, in.Filter)
	if err != nil {
		return nil, inField("filter", err)
	}
	order, err := search.ParseOrder(search.Runs, in.Order)
	if err != nil {
		return nil, inField("order", err)
	}
	page := api.RunPage{Seq: d.Hub.Seq(), Runs: []api.RunRow{}}
	hits := d.match(in, filter, order.Columns(), &page)
	slices.SortFunc(hits, func(a, b hit) int { return order.Compare(a.row, b.row) })
	page.Total = len(hits)
	if in.Cursor != "" {
		var last search.Row
		if err := d.Records.Run(in.Cursor, func(r *track.Run) { last = track.Freeze(d.Records.Row(r), order.Columns()) }); err != nil {
			return nil, inField("cursor", err)
		}
		from, _ := slices.BinarySearchFunc(hits, last, func(h hit, last search.Row) int {
			if order.Compare(h.row, last) <= 0 {
				return -1
			}
			return 1
		})
		hits = hits[from:]
	}
	if len(hits) > in.Limit {
		hits = hits[:in.Limit]
		if in.Limit > 0 {
			page.Cursor = hits[in.Limit-1].id
		}
	}
	for _, h := range hits {
		// A run that has vanished since is left out.
		_ = d.Records.Run(h.id, func(r *track.Run) { page.Runs = append(page.Runs, d.row(r)) })
	}
	d.number(page.Runs)
	return the(page, nil)
}

// match finds the runs that a filter lets through, and fills in what the page
// says about all runs of the chosen experiments.
func (d *Door) match(in *runsQuery, filter *search.Filter, columns []search.Column, page *api.RunPage) (hits []hit) {
	experiments := in.Experiment
	if len(experiments) == 0 {
		d.Records.Experiments(func(x *track.Experiment) { experiments = append(experiments, x.ID) })
	}
	page.Params, page.Metrics = d.keys.of(in).walk(func(visit func(*track.Run)) {
		hits, page.All = hits[:0], 0
		d.Records.Runs(experiments, func(r *track.Run) bool {
			if d.Records.Gone(r) != in.Trashed {
				return true
			}
			page.All++
			visit(r)
			if row := d.Records.Row(r); filter.Match(row) {
				hits = append(hits, hit{r.ID, track.Freeze(row, columns)})
			}
			return true
		})
	})
	return hits
}

// fieldError names the field of the request that is wrong.
type fieldError struct {
	field string
	error
}

func (e fieldError) Field() string { return e.field }
func (e fieldError) Unwrap() error { return e.error }

func inField(field string, err error) error { return fieldError{field, err} }
