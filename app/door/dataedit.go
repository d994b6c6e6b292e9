package door

import (
	"context"
	"fmt"

	"dev.varve/app/door/api"
	"dev.varve/backend/job"
)

func (d *Door) editData(_ context.Context, in *struct {
	Dataset string `path:"dataset" doc:"Id of the data set"`
	Version string `path:"version" doc:"Id of the version"`
	Body    api.DataEdit
}) (*answer[api.Job], error) {
	name, number, err := d.versionOf(in.Dataset, in.Version)
	if err != nil {
		return nil, err
	}
	want := in.Body
	for i := range want.Put {
		if want.Put[i].Path, err = absolute("path", want.Put[i].Path); err != nil {
			return nil, err
		}
	}
	return the(d.start(kindEdit, fmt.Sprintf("Change %s version %d", name, number), func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
		added, err := d.Data.Edit(ctx, in.Dataset, in.Version, want, p)
		return added.outcome(name), err
	}), nil)
}
