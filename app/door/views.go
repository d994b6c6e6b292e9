package door

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/track"
)

type viewQuery struct {
	Experiment string `query:"experiment" doc:"Id of the experiment; none: views of several"`
	Kind       string `query:"kind" required:"true" enum:"table,charts"`
	Name       string `query:"name" required:"true"`
}

func (q *viewQuery) key() track.ViewKey { return track.ViewKey(*q) }

func (d *Door) describeViews(h huma.API) {
	add(d, h, get("/views", "views", "views", "Arrangements of tables and charts that people saved"), d.views)
	save := op(http.MethodPut, "/views", "saveView", "views", "Save an arrangement under a name")
	save.DefaultStatus = http.StatusOK
	add(d, h, save, func(ctx context.Context, in *struct{ Body api.SavedView }) (*done, error) {
		v := in.Body
		return ok(d.Records.SaveView(ctx, track.ViewKey{Experiment: v.Experiment, Kind: v.Kind, Name: v.Name}, v.Value))
	})
	add(d, h, post("/views/rename", "renameView", "views", "Give a saved arrangement another name"),
		func(ctx context.Context, in *struct{ Body api.RenamedView }) (*done, error) {
			v := in.Body
			return ok(d.Records.RenameView(ctx, track.ViewKey{Experiment: v.Experiment, Kind: v.Kind, Name: v.Name}, v.To))
		})
	remove := op(http.MethodDelete, "/views", "deleteView", "views", "Take a saved arrangement away")
	remove.DefaultStatus = http.StatusOK
	add(d, h, remove, func(ctx context.Context, in *viewQuery) (*done, error) {
		return ok(d.Records.DeleteView(ctx, in.key()))
	})
	add(d, h, get("/views/edits", "viewEdits", "views", "What happened to a saved arrangement"),
		func(_ context.Context, in *viewQuery) (*answer[api.Edits], error) {
			list, err := d.Records.ViewChanges(in.key())
			return the(d.editsOf(list), err)
		})
	add(d, h, post("/views/revert", "revertView", "views", "Take a change of a saved arrangement back; that is a change, too"),
		func(ctx context.Context, in *struct{ Body api.RevertedView }) (*answer[api.Reverted], error) {
			id, err := parseEdit(in.Body.ID)
			if err != nil {
				return nil, err
			}
			made, err := d.Records.RevertView(ctx, in.Body.Experiment, id)
			return reverted(made, err)
		})
}

func (d *Door) views(_ context.Context, in *struct {
	Experiment string `query:"experiment" doc:"Id of the experiment; none: views of several"`
	Kind       string `query:"kind" enum:"table,charts," doc:"None: all"`
}) (*answer[api.Views], error) {
	list, err := d.Records.Views(in.Experiment, in.Kind)
	out := api.Views{Views: make([]api.View, len(list))}
	for i, v := range list {
		out.Views[i] = api.View{Kind: v.Kind, Name: v.Name, Value: v.Value, Time: v.Time / 1e6}
	}
	return the(out, err)
}
