package door

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/chart"
	"dev.varve/backend/event"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

type runsQuery struct {
	Experiment []string `query:"experiment,explode" doc:"Ids of experiments; none: all"`
	Filter     string   `query:"filter" doc:"In Varve's grammar, which holds MLflow's"`
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
	add(d, h, put("/runs/{run}/status", "setStatus", "runs", "Say how a run ended that did not say so itself"),
		func(ctx context.Context, in *struct {
			Run  string `path:"run" doc:"Id of the run"`
			Body api.NewStatus
		}) (*done, error) {
			return ok(d.Records.SetStatus(ctx, in.Run, track.StatusNamed(in.Body.Status)))
		})
	add(d, h, put("/runs/{run}/name", "renameRun", "runs", "Give a run another name"), func(ctx context.Context, in *struct {
		Run  string `path:"run" doc:"Id of the run"`
		Body api.NewName
	}) (*done, error) {
		return ok(d.Records.UpdateRun(ctx, in.Run, track.RunUpdate{Name: in.Body.Name}))
	})
	add(d, h, put("/runs/{run}/tag", "setTag", "runs", "Set a tag of a run; a note is the tag mlflow.note.content"), func(ctx context.Context, in *struct {
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

func (d *Door) runPage(ctx context.Context, in *runsQuery) (*answer[api.RunPage], error) {
	asked := api.Question{Experiments: in.Experiment, Filter: in.Filter, Order: in.Order, Trashed: in.Trashed}
	q, err := d.question(&asked, d.given(asked.Texts()...))
	if err != nil {
		return nil, err
	}
	page := api.RunPage{Seq: d.Hub.Seq(), Runs: []api.RunRow{}}
	q.Limit = in.Limit + 1 // one more tells whether there is another page
	if in.Cursor != "" {
		last := func(r *track.Run) { q.After = search.Freeze(q.Order, d.Records.Row(r)) }
		if err := d.Records.Run(in.Cursor, last); err != nil {
			return nil, inField("cursor", err)
		}
	}
	found, err := d.Records.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	page.Total, page.All = found.Matching, found.All
	page.Params, page.Metrics = d.keys(q)
	if page.Total == 0 && page.All > 0 {
		page.Advice = d.advise(&asked)
	}
	hits := found.Hits[:min(len(found.Hits), in.Limit)]
	for _, h := range hits {
		// A run that has vanished since is left out.
		_ = d.Records.Run(h.ID, func(r *track.Run) { page.Runs = append(page.Runs, d.row(r)) })
	}
	if len(found.Hits) > len(hits) && len(hits) > 0 {
		page.Cursor = hits[len(hits)-1].ID
	}
	rows := make([]*api.RunFacts, len(page.Runs))
	for i := range page.Runs {
		rows[i] = &page.Runs[i].RunFacts
	}
	d.number(rows...)
	return the(page, nil)
}

// question reads what a request asks about runs.
func (d *Door) question(in *api.Question, given search.Given) (q track.Query, err error) {
	trashed := in.Trashed
	q = track.Query{Experiments: experimentsOf(in.Experiments), Shows: func(gone bool) bool { return gone == trashed }}
	if q.Filter, err = search.ParseQuery(in.Filter, given); err != nil {
		return q, inField("filter", err)
	}
	if q.Order, err = search.ParseQueryOrder(in.Order, given); err != nil {
		return q, inField("order", err)
	}
	return q, nil
}

// given is what a question depends on besides its text. The numbers of versions
// are looked up beforehand, since they are asked for with the lock held.
func (d *Door) given(texts ...string) search.Given {
	given := search.Given{Now: d.Clock.Now()}
	if !slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, "data") }) {
		return given
	}
	numbers := map[string]int{}
	d.Records.Datasets(func(s *track.Dataset) { maps.Copy(numbers, versionNumbers(s)) })
	given.VersionNumber = func(_, version string) int64 { return int64(numbers[version]) }
	return given
}

// keys lists the params and metrics of the runs that a question is about.
func (d *Door) keys(q track.Query) (params, metrics []string) {
	params, metrics = d.Records.Keys(q)
	metrics = slices.DeleteFunc(metrics, chart.System)
	return append([]string{}, params...), append([]string{}, metrics...)
}

// fieldError names the field of the request that is wrong.
type fieldError struct {
	field string
	error
}

func (e fieldError) Field() string { return e.field }
func (e fieldError) Unwrap() error { return e.error }

func inField(field string, err error) error { return fieldError{field, err} }
