package door

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/job"
)

func (d *Door) describeBackup(h huma.API) {
	add(d, h, post("/backup", "backup", "workspace", "Copy the record into a folder, or bring an earlier copy up to date"),
		func(_ context.Context, in *struct{ Body api.Place }) (*answer[api.Job], error) {
			dest, err := absolute("path", in.Body.Path)
			if err != nil {
				return nil, err
			}
			return the(d.start("backup", "Back up into "+dest, func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
				said, err := d.Backup(ctx, dest, p)
				return job.Outcome{Result: dest, Summary: said}, err
			}), nil)
		})
}
