package door

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/job"
	"dev.varve/backend/say"
)

type purgeBody struct{ Body api.Purge }

func (d *Door) describeTrash(h huma.API) {
	add(d, h, get("/trash", "trash", "trash", "What lies in the trash"),
		func(context.Context, *nothing) (*answer[api.Trash], error) {
			return the(d.Trash.List())
		})
	add(d, h, post("/trash/restore", "restoreRegistered", "trash", "Take registered models, or versions of them, out of the trash"),
		func(ctx context.Context, in *struct{ Body api.Untrash }) (*done, error) {
			for _, id := range in.Body.Registered {
				if err := d.Records.TrashRegisteredModel(ctx, id, false); err != nil {
					return ok(err)
				}
			}
			for _, id := range in.Body.Versions {
				if err := d.Records.TrashModelVersion(ctx, id, false); err != nil {
					return ok(err)
				}
			}
			return ok(nil)
		})
	add(d, h, post("/trash/preview", "previewPurge", "trash", "What a purge would delete for good, and about how many bytes that frees"),
		func(ctx context.Context, in *purgeBody) (*answer[api.PurgePreview], error) {
			if err := checkPurge(in.Body); err != nil {
				return nil, err
			}
			return the(d.Trash.Preview(ctx, in.Body))
		})
	add(d, h, post("/trash/purge", "purge", "trash", "Delete for good what lies in the trash, and give its space back. The result of the job is a PurgeResult as JSON"),
		func(ctx context.Context, in *purgeBody) (*answer[api.Job], error) {
			if err := checkPurge(in.Body); err != nil {
				return nil, err
			}
			return the(d.start("purge", purgeTitle(in.Body), func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
				return d.Trash.Purge(ctx, in.Body, p)
			}), nil)
		})
}

func checkPurge(p api.Purge) error {
	switch named := len(p.Runs)+len(p.Experiments)+len(p.Registered)+len(p.Versions) > 0; {
	case named && p.All:
		return fault.New(fault.Invalid, "either name what is to be deleted for good, or say all").WithField("all")
	case !named && !p.All:
		return fault.New(fault.Invalid, "nothing is named that is to be deleted for good").WithField("runs")
	case p.Before < 0 || p.Before > 0 && !p.All:
		return fault.New(fault.Invalid, "a time goes together with all that lies in the trash").WithField("before")
	}
	return nil
}

func purgeTitle(p api.Purge) string {
	if p.All {
		return "Empty the trash"
	}
	what := say.Counts(say.Counted{N: len(p.Experiments), Thing: "experiment"}, say.Counted{N: len(p.Runs), Thing: "run"},
		say.Counted{N: len(p.Registered), Thing: "registered model"}, say.Counted{N: len(p.Versions), Thing: "version"})
	return "Delete " + what + " for good"
}
