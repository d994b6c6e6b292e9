package door

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
)

func (d *Door) describeScripts(h huma.API) {
	add(d, h, get("/script", "scriptLines", "workspace", "The lines that make a script of one's own record into this workspace"),
		func(ctx context.Context, _ *nothing) (*answer[api.ScriptLines], error) {
			return the(d.Scripts.Lines(ctx))
		})
	add(d, h, post("/script/check", "checkScriptLine", "workspace", "Run such a line, and say whether it finds this workspace"),
		func(ctx context.Context, in *struct{ Body api.CheckScript }) (*answer[api.ScriptCheck], error) {
			return the(d.Scripts.Check(ctx, in.Body.Terminal))
		})
}
