package door

import (
	"context"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/job"
)

const kindVerify = "data.verify"

func (d *Door) describeVerify(h huma.API) {
	add(d, h, post("/datasets/verify", "verifyData", "data",
		"Read versions of data and compare them with what was laid down. The result of the job is a Verified as JSON"), d.verifyData)
}

func (d *Door) verifyData(_ context.Context, in *struct{ Body api.Verification }) (*answer[api.Job], error) {
	want := in.Body
	if strings.TrimSpace(want.From) != "" {
		path, err := absolute("from", want.From)
		if err != nil {
			return nil, err
		}
		want.From = path
	}
	if err := d.Data.CheckVerify(want); err != nil {
		return nil, err
	}
	return the(d.start(kindVerify, "Verify data", func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
		return d.Data.Verify(ctx, want, p)
	}), nil)
}
