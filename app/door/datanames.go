package door

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
)

func (d *Door) describeDataNames(h huma.API) {
	add(d, h, put("/datasets/{dataset}/names/{name}", "nameVersion", "data", "Call a version by a name, which goes to it from another one if that has it"),
		func(ctx context.Context, in *struct {
			Dataset string `path:"dataset" doc:"Id of the data set"`
			Name    string `path:"name" doc:"Such as clean"`
			Body    api.DataName
		}) (*done, error) {
			return ok(d.Records.NameVersion(ctx, in.Dataset, in.Body.Version, in.Name))
		})
	add(d, h, op(http.MethodDelete, "/datasets/{dataset}/names/{name}", "unnameVersion", "data", "Take such a name away"),
		func(ctx context.Context, in *struct {
			Dataset string `path:"dataset" doc:"Id of the data set"`
			Name    string `path:"name"`
		}) (*done, error) {
			return ok(d.Records.UnnameVersion(ctx, in.Dataset, in.Name))
		})
}
