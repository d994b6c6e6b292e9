package door

import (
	"context"
	"maps"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/job"
	"dev.varve/backend/results"
	"dev.varve/backend/track"
)

// Kinds of jobs of imports.
const (
	kindImportLook = "import.look"
	kindImport     = "import.take"
)

func (d *Door) describeImports(h huma.API) {
	type request struct{ Body api.Import }
	// The results of these jobs.
	h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[api.ImportPlan](), true, "ImportPlan")
	h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[api.ImportResult](), true, "ImportResult")
	add(d, h, post("/imports/look", "lookAtImport", "imports", "Say what an import would do, and change nothing. The result of the job is an ImportPlan as JSON"),
		func(_ context.Context, in *request) (*answer[api.Job], error) {
			want, err := checkImport(in.Body)
			if err != nil {
				return nil, err
			}
			return the(d.start(kindImportLook, "Look at "+shownFrom(want.From), func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
				return d.Imports.Look(ctx, want, p)
			}), nil)
		})
	add(d, h, post("/imports", "import", "imports", "Bring in what another program has recorded; what is here already is left as it is. The result of the job is an ImportResult as JSON"),
		func(_ context.Context, in *request) (*answer[api.Job], error) {
			want, err := checkImport(in.Body)
			if err != nil {
				return nil, err
			}
			return the(d.start(kindImport, "Import "+shownFrom(want.From), func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
				return d.Imports.Take(ctx, want, p)
			}), nil)
		})
	add(d, h, post("/imports/undo", "undoImport", "imports", "Put the runs that an import made, and its experiments, into the trash. The last imports can be undone, until the owner ends"),
		func(ctx context.Context, in *struct{ Body api.UndoImport }) (*answer[api.UndoneImport], error) {
			return the(d.Imports.Undo(ctx, in.Body.Undo))
		})
}

// checkImport says what is wrong with a request before anything is looked at.
func checkImport(want api.Import) (api.Import, error) {
	want.From = strings.TrimSpace(want.From)
	if !isAddress(want.From) {
		path, err := absolute("from", want.From)
		if err != nil {
			return want, err
		}
		want.From = path
	} else if u, err := url.Parse(want.From); err != nil || u.Host == "" {
		return want, inField("from", fault.New(fault.Invalid, "%q is no address of a server", shorten(want.From, 200)).
			WithHint("Write it as http://127.0.0.1:5000."))
	}
	for i, folder := range want.Artifacts {
		path, err := absolute("artifacts", folder)
		if err != nil {
			return want, err
		}
		want.Artifacts[i] = path
	}
	if want.Reference && want.NoArtifacts {
		return want, inField("reference", fault.New(fault.Invalid, "artifacts are either referred to or left out"))
	}
	if err := checkTable(want); err != nil {
		return want, err
	}
	if err := checkData(want); err != nil {
		return want, err
	}
	want.Into = strings.Trim(filepath.ToSlash(want.Into), "/")
	return want, nil
}

func checkTable(want api.Import) error {
	if want.Table == nil {
		return nil
	}
	if isAddress(want.From) {
		return inField("table", fault.New(fault.Invalid, "a table is a file of this computer, not an address"))
	}
	for _, column := range slices.Sorted(maps.Keys(want.Table.Columns)) {
		if _, err := results.KindNamed(want.Table.Columns[column]); err != nil {
			return inField("table", err)
		}
	}
	as := results.Reading{Decimal: want.Table.Decimal, Dates: want.Table.Dates}
	if err := as.Check(); err != nil {
		return inField("table", err)
	}
	return nil
}

func checkData(want api.Import) error {
	if want.Kind == "" {
		return nil
	}
	if isAddress(want.From) {
		return inField("from", fault.New(fault.Invalid, "a repository is a folder of this computer, not an address").
			WithHint("Clone it, and name the folder."))
	}
	if want.Reference || want.NoArtifacts || want.Table != nil || len(want.Experiments)+len(want.Artifacts) > 0 {
		return inField("kind", fault.New(fault.Invalid, "versions of data have no runs, experiments or artifacts to choose from"))
	}
	if want.Name != "" {
		if want.Into != "" || want.Each {
			return inField("name", fault.New(fault.Invalid, "one name is for one data set: it goes with neither a folder of names nor a data set for each file"))
		}
		if err := track.CheckDatasetName(want.Name); err != nil {
			return inField("name", err)
		}
	}
	return nil
}

// shownFrom is what is imported, without a password.
func shownFrom(from string) string {
	if u, err := url.Parse(from); err == nil && isAddress(from) {
		u.User = nil
		return u.String()
	}
	return from
}

// isAddress reports whether something is to be fetched from a server.
func isAddress(from string) bool {
	return strings.HasPrefix(from, "http://") || strings.HasPrefix(from, "https://")
}
