package door

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/track"
)

// experimentPath names the experiment in a path.
type experimentPath struct {
	Experiment string `path:"experiment" doc:"Id of the experiment"`
}

func (d *Door) describeExperiments(h huma.API) {
	add(d, h, get("/experiments/{experiment}", "experiment", "experiments", "One experiment, in the trash or not"), d.experimentDetail)
	add(d, h, put("/experiments/{experiment}/name", "renameExperiment", "experiments", "Give an experiment another name, and with slashes in it another folder"),
		func(ctx context.Context, in *struct {
			Experiment string `path:"experiment" doc:"Id of the experiment"`
			Body       api.NewName
		}) (*done, error) {
			return ok(d.Records.RenameExperiment(ctx, in.Experiment, in.Body.Name))
		})
	add(d, h, post("/experiments/folder", "moveFolder", "experiments", "Give a folder of experiments another name or place, as a whole or not at all"), d.moveFolder)
	add(d, h, post("/experiments/{experiment}/trash", "trashExperiment", "experiments", "Put an experiment, with its runs, into the trash"),
		func(ctx context.Context, in *experimentPath) (*done, error) {
			return ok(d.Records.TrashExperiment(ctx, in.Experiment, true))
		})
	add(d, h, post("/experiments/{experiment}/restore", "restoreExperiment", "experiments", "Take an experiment, with its runs, out of the trash"),
		func(ctx context.Context, in *experimentPath) (*done, error) {
			return ok(d.Records.TrashExperiment(ctx, in.Experiment, false))
		})
	add(d, h, post("/experiments/merge", "mergeExperiments", "experiments", "Move all runs of an experiment into another one, and put it into the trash"),
		func(ctx context.Context, in *struct{ Body api.Merge }) (*answer[api.Merged], error) {
			runs, err := d.Records.MergeExperiments(ctx, in.Body.From, in.Body.Into)
			return the(api.Merged{Moved: len(runs), Runs: append([]string{}, runs...)}, err)
		})
	d.describeExperimentTags(h)
}

func (d *Door) describeExperimentTags(h huma.API) {
	add(d, h, put("/experiments/{experiment}/tag", "setExperimentTag", "experiments", "Set a tag of an experiment; its note is the tag mlflow.note.content"),
		func(ctx context.Context, in *struct {
			Experiment string `path:"experiment" doc:"Id of the experiment"`
			Body       api.Tag
		}) (*done, error) {
			return ok(d.Records.SetExperimentTag(ctx, in.Experiment, in.Body.Key, in.Body.Value))
		})
	untag := op(http.MethodDelete, "/experiments/{experiment}/tag", "deleteExperimentTag", "experiments", "Take a tag from an experiment")
	untag.DefaultStatus = http.StatusOK
	add(d, h, untag, func(ctx context.Context, in *struct {
		Experiment string `path:"experiment" doc:"Id of the experiment"`
		Key        string `query:"key" required:"true" doc:"Name of the tag"`
	}) (*done, error) {
		return ok(d.Records.DeleteExperimentTag(ctx, in.Experiment, in.Key))
	})
	add(d, h, get("/experiments/{experiment}/edits", "experimentEdits", "experiments", "What happened to name, tags, note, trash and views of an experiment"),
		func(_ context.Context, in *experimentPath) (*answer[api.Edits], error) {
			list, err := d.Records.ExperimentChanges(in.Experiment)
			return the(d.editsOf(list), err)
		})
	add(d, h, post("/experiments/{experiment}/revert", "revertExperiment", "experiments", "Take a change of an experiment back; that is a change, too"),
		func(ctx context.Context, in *struct {
			Experiment string `path:"experiment" doc:"Id of the experiment"`
			Body       api.OneEdit
		}) (*answer[api.Reverted], error) {
			id, err := parseEdit(in.Body.ID)
			if err != nil {
				return nil, err
			}
			made, err := d.Records.RevertExperiment(ctx, in.Experiment, id)
			return reverted(made, err)
		})
}

func (d *Door) experimentDetail(_ context.Context, in *experimentPath) (*answer[api.ExperimentDetail], error) {
	out := api.ExperimentDetail{Tags: []api.Tag{}}
	err := d.Records.Experiment(in.Experiment, func(x *track.Experiment) {
		out.ID, out.Name, out.Created, out.Trashed = x.ID, x.Name(), x.MadeAt(), x.Trashed()
		tags := x.ExperimentTags()
		out.Note = tags[track.TagNote]
		for _, key := range slices.Sorted(maps.Keys(tags)) {
			if !strings.HasPrefix(key, "mlflow.") {
				out.Tags = append(out.Tags, api.Tag{Key: key, Value: tags[key]})
			}
		}
	})
	n := d.Records.Count(in.Experiment)
	out.Runs = n.All - n.Trashed
	d.Records.Live(func(r track.Brief) {
		if r.Experiment() == in.Experiment && r.Status() == "RUNNING" && !r.Lost() && !r.Gone() {
			out.Live++
		}
	})
	return the(out, err)
}

func (d *Door) moveFolder(ctx context.Context, in *struct{ Body api.MovedFolder }) (*answer[api.Renamed], error) {
	list, err := d.Records.MoveFolder(ctx, in.Body.From, in.Body.To)
	out := api.Renamed{Experiments: make([]api.RenamedExperiment, len(list))}
	for i, r := range list {
		out.Experiments[i] = api.RenamedExperiment(r)
	}
	return the(out, err)
}
