package door

import (
	"context"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/job"
)

// Kinds of jobs.
const (
	kindVerify = "data.verify"
	kindClean  = "data.clean"
)

func (d *Door) describeUpkeep(h huma.API) {
	h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[api.Verified](), true, "Verified")
	h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[api.Cleaned](), true, "Cleaned")
	add(d, h, post("/datasets/verify", "verifyData", "data",
		"Read versions of data and compare them with what was laid down. The result of the job is a Verified as JSON"), d.verifyData)
	add(d, h, post("/datasets/clean", "cleanData", "data",
		"Delete content that nothing in the record names, and give its space back. The result of the job is a Cleaned as JSON"), d.cleanData)
}

func (d *Door) cleanData(_ context.Context, in *struct{ Body api.Cleaning }) (*answer[api.Job], error) {
	return the(d.start(kindClean, "Free what nothing needs", func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
		return d.Data.Clean(ctx, in.Body, p)
	}), nil)
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
