package door

import (
	"context"
	"fmt"

	"dev.varve/app/door/api"
	"dev.varve/backend/job"
)

const kindDeposit = "data.export"

func (d *Door) exportData(_ context.Context, in *struct {
	OneVersion
	Body api.Deposit
}) (*answer[api.Job], error) {
	dest, err := absolute("dest", in.Body.Dest)
	if err != nil {
		return nil, err
	}
	name, number, err := d.versionOf(in.Dataset, in.Version)
	if err != nil {
		return nil, err
	}
	in.Body.Dest = dest
	if err := d.Data.CheckDeposit(in.Dataset, in.Version, in.Body); err != nil {
		return nil, err
	}
	return the(d.start(kindDeposit, fmt.Sprintf("Export %s version %d", name, number), func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
		return d.Data.Deposit(ctx, in.Dataset, in.Version, in.Body, p)
	}), nil)
}
