package door

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
)

func (d *Door) describeDataAliases(h huma.API) {
	const path = "/datasets/{dataset}/aliases/{alias}"
	add(d, h, put(path, "setDataAlias", "data", "Let an alias point to a version of a data set; it leaves the version that it pointed to"),
		func(ctx context.Context, in *struct {
			Dataset string `path:"dataset" doc:"Id of the data set"`
			Alias   string `path:"alias" doc:"Such as clean"`
			Body    api.DataAlias
		}) (*done, error) {
			return ok(d.Records.SetDataAlias(ctx, in.Dataset, in.Body.Version, in.Alias))
		})
	add(d, h, op(http.MethodDelete, path, "deleteDataAlias", "data", "Take an alias of a data set away"),
		func(ctx context.Context, in *struct {
			Dataset string `path:"dataset" doc:"Id of the data set"`
			Alias   string `path:"alias"`
		}) (*done, error) {
			return ok(d.Records.DeleteDataAlias(ctx, in.Dataset, in.Alias))
		})
}
