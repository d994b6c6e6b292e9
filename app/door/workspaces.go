package door

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

func (d *Door) describeWorkspaces(h huma.API) {
	add(d, h, get("/workspaces", "workspaces", "workspace", "The workspaces that were opened on this computer, the last one first"),
		func(ctx context.Context, _ *nothing) (*answer[api.Workspaces], error) {
			if d.Workspaces == nil {
				return the(api.Workspaces{Workspaces: []api.KnownWorkspace{}}, nil)
			}
			list, err := d.Workspaces.List(ctx)
			for i := range list.Workspaces {
				list.Workspaces[i].Here = list.Workspaces[i].Path == d.Workspace.Path
			}
			return the(list, err)
		})
	keep := op("PUT", "/workspaces", "keepWorkspace", "workspace", "Put a workspace on the list")
	keep.DefaultStatus = 200
	add(d, h, keep, func(ctx context.Context, in *struct{ Body api.KeepWorkspace }) (*done, error) {
		return ok(d.withWorkspace(in.Body.Path, func(path string) error { return d.Workspaces.Keep(ctx, path, in.Body.Opened) }))
	})
	forget := op("DELETE", "/workspaces", "forgetWorkspace", "workspace", "Take a workspace off the list; its folder stays as it is")
	forget.DefaultStatus = 200
	add(d, h, forget, func(ctx context.Context, in *struct {
		Path string `query:"path" required:"true" doc:"Absolute"`
	}) (*done, error) {
		return ok(d.withWorkspace(in.Path, func(path string) error { return d.Workspaces.Forget(ctx, path) }))
	})
	add(d, h, post("/workspaces/open", "openWorkspace", "workspace", "Open another workspace, or make one, and say where its pages are"),
		func(ctx context.Context, in *struct{ Body api.OpenWorkspace }) (*answer[api.OpenedWorkspace], error) {
			var opened api.OpenedWorkspace
			err := d.withWorkspace(in.Body.Path, func(path string) (err error) {
				opened, err = d.Workspaces.Open(ctx, path, in.Body.Create)
				return err
			})
			return the(opened, err)
		})
}

// withWorkspace does something with the path of a workspace.
func (d *Door) withWorkspace(path string, do func(path string) error) error {
	if d.Workspaces == nil {
		return fault.New(fault.Unsupported, "this Varve knows of one workspace only")
	}
	path, err := absolute("path", path)
	if err != nil {
		return err
	}
	return do(path)
}
