package door

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
)

func (d *Door) describePointers(h huma.API) {
	add(d, h, post("/datasets/{dataset}/versions/{version}/pointer", "writePointer", "data", "Write a pointer file that means a version; one that lies there is replaced, anything else is not"),
		func(ctx context.Context, in *struct {
			Dataset string `path:"dataset" doc:"Id of the data set"`
			Version string `path:"version" doc:"Id of the version"`
			Body    api.PointerPlace
		}) (*done, error) {
			path, err := absolute("path", in.Body.Path)
			if err != nil {
				return nil, err
			}
			return ok(d.Data.Point(ctx, in.Dataset, in.Version, path))
		})
	add(d, h, post("/pointers/look", "readPointer", "data", "Say which version a pointer file means, and change nothing"),
		func(ctx context.Context, in *struct{ Body api.PointerPlace }) (*answer[api.Pointed], error) {
			path, err := absolute("path", in.Body.Path)
			if err != nil {
				return nil, err
			}
			return the(d.Data.Pointed(ctx, path))
		})
}
