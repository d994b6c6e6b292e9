package door

import (
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/backend/fault"
)

// describe registers Varve's own interface.
func (d *Door) describe(r *routes) {
	document := d.describeAll(r, d.Workspace.Version)
	r.HandleFunc("GET "+Prefix+"/openapi.json", func(w http.ResponseWriter, req *http.Request) {
		data, err := json.Marshal(document)
		if err != nil {
			d.fail(w, req, fault.Wrap(err, fault.Internal, "describe", "the interface"))
			return
		}
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(data) // whoever has hung up does not read the answer
	})
}

func (d *Door) describeAll(r *routes, version string) *huma.OpenAPI {
	h := newAPI(r, version)
	d.describeWorkspace(h)
	d.describeWorkspaces(h)
	d.describeScripts(h)
	d.describeRuns(h)
	d.describeTable(h)
	d.describeExport(h)
	d.describeHome(h)
	d.describeAsk(h)
	d.describeEdits(h)
	d.describeExperiments(h)
	d.describeViews(h)
	d.describeBackup(h)
	d.describeTrash(h)
	d.describeImports(h)
	d.describeExports(h)
	d.describeRunFiles(h)
	d.describeCharts(h)
	d.describeChartFiles(h)
	d.describeCompare(h)
	d.describeData(h)
	d.describeDataChanges(h)
	d.describeModels(h)
	d.describeProjects(h)
	d.describeJobs(h)
	d.describeEvents(h)
	d.describeSession(h)
	d.describeAgents(h)
	return h.OpenAPI()
}

// OpenAPI returns the description of the interface, without a workspace.
func OpenAPI() ([]byte, error) {
	document := (&Door{}).describeAll(newRoutes(), "1")
	data, err := json.MarshalIndent(document, "", "  ")
	return append(data, '\n'), fault.Wrap(err, fault.Internal, "describe", "the interface")
}

// op is an operation of Varve's own interface.
func op(method, path, id, tag, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: Prefix + path, OperationID: id, Tags: []string{tag}, Summary: summary}
}

func get(path, id, tag, summary string) huma.Operation {
	return op(http.MethodGet, path, id, tag, summary)
}

func post(path, id, tag, summary string) huma.Operation {
	o := op(http.MethodPost, path, id, tag, summary)
	o.DefaultStatus = http.StatusOK
	return o
}

func put(path, id, tag, summary string) huma.Operation {
	o := op(http.MethodPut, path, id, tag, summary)
	o.DefaultStatus = http.StatusOK
	return o
}

// large is an operation whose body may be as long as the guard lets it be: it
// names many runs, or has a long filter.
func large(o huma.Operation) huma.Operation {
	o.MaxBodyBytes = -1
	return o
}

// answer is what an operation returns as JSON.
type answer[T any] struct{ Body T }

// nothing is an operation without input.
type nothing struct{}

// done is the answer of an operation that returns nothing: an empty object.
type done struct{ Body Empty }

// Empty is an object without fields.
type Empty struct{}

// the wraps a value as an answer.
func the[T any](value T, err error) (*answer[T], error) {
	if err != nil {
		return nil, err
	}
	return &answer[T]{Body: value}, nil
}

// ok is the answer of an operation that went well.
func ok(err error) (*done, error) {
	if err != nil {
		return nil, err
	}
	return &done{}, nil
}
