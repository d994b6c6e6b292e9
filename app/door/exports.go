package door

import (
	"context"
	"net/url"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/exports"
	"dev.varve/backend/fault"
	"dev.varve/backend/job"
	"dev.varve/backend/search"
)

// Kinds of jobs of exports.
const (
	kindExportLook = "export.look"
	kindExport     = "export.take"
)

func (d *Door) describeExports(h huma.API) {
	type request struct{ Body api.Export }
	// The results of these jobs.
	h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[api.ExportPlan](), true, "ExportPlan")
	h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[api.ExportResult](), true, "ExportResult")
	add(d, h, post("/exports/look", "lookAtExport", "exports", "Say what an export would write, and change nothing. The result of the job is an ExportPlan as JSON"),
		func(_ context.Context, in *request) (*answer[api.Job], error) {
			want, chosen, err := d.checkExport(in.Body)
			if err != nil {
				return nil, err
			}
			return the(d.start(kindExportLook, "Look at the export to "+shownFrom(want.To), func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
				return d.Exports.Look(ctx, want, chosen, p)
			}), nil)
		})
	add(d, h, post("/exports", "export", "exports", "Bring runs to where other programs read them; what is there already is continued. The result of the job is an ExportResult as JSON"),
		func(_ context.Context, in *request) (*answer[api.Job], error) {
			want, chosen, err := d.checkExport(in.Body)
			if err != nil {
				return nil, err
			}
			return the(d.start(kindExport, "Export to "+shownFrom(want.To), func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
				return d.Exports.Take(ctx, want, chosen, p)
			}), nil)
		})
}

// checkExport says what is wrong with a request before anything is looked at.
func (d *Door) checkExport(want api.Export) (api.Export, exports.Selection, error) {
	chosen := exports.Selection{Runs: want.Runs, Experiments: experimentsOf(want.Experiments), Trash: want.Trashed}
	want.To = strings.TrimSpace(want.To)
	switch server := want.Kind == "mlflow"; {
	case server:
		if u, err := url.Parse(want.To); err != nil || u.Host == "" || !isAddress(want.To) {
			return want, chosen, inField("to", fault.New(fault.Invalid, "%q is no address of a server", shorten(want.To, 200)).WithHint("Write it as http://127.0.0.1:5000."))
		}
	case isAddress(want.To):
		return want, chosen, inField("to", fault.New(fault.Invalid, "%q is the address of a server, and no folder", shorten(shownFrom(want.To), 200)))
	default:
		path, err := absolute("to", want.To)
		if err != nil {
			return want, chosen, err
		}
		want.To = path
	}
	if len(chosen.Runs) == 0 {
		chosen.Runs = nil
	}
	if strings.TrimSpace(want.Filter) != "" {
		var err error
		if chosen.Filter, err = search.ParseQuery(want.Filter, d.given(want.Filter)); err != nil {
			return want, chosen, inField("filter", err)
		}
	}
	return want, chosen, nil
}
