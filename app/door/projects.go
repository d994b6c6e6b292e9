package door

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/job"
	"dev.varve/backend/track"
)

// recent is how many projects a list shows.
const recent = 20

func (d *Door) describeProjects(h huma.API) {
	add(d, h, get("/projects", "projects", "projects", "The projects that were opened here, the last one first"), d.projects)
	add(d, h, get("/project", "project", "projects", "The project in a folder"), func(ctx context.Context, in *struct {
		Path string `query:"path" required:"true" doc:"Absolute"`
	}) (*answer[api.Project], error) {
		path, err := absolute("path", in.Path)
		if err != nil {
			return nil, err
		}
		return the(d.inspect(ctx, path))
	})
	add(d, h, post("/projects/open", "openProject", "projects", "Remember a project folder"),
		func(ctx context.Context, in *struct{ Body api.Place }) (*answer[api.Project], error) {
			path, err := absolute("path", in.Body.Path)
			if err != nil {
				return nil, err
			}
			if err := d.Projects.Open(ctx, path); err != nil {
				return nil, err
			}
			return the(d.inspect(ctx, path))
		})
	add(d, h, post("/projects/sample", "sample", "projects", "Lay the sample project and its data beside the workspace"),
		func(ctx context.Context, _ *nothing) (*answer[api.Project], error) {
			path, err := d.Projects.Sample(ctx)
			if err != nil {
				return nil, err
			}
			return the(d.inspect(ctx, path))
		})
	add(d, h, post("/projects/prepare", "prepareRun", "projects", "Check a start, and say what its agent needs to know"),
		func(ctx context.Context, in *struct{ Body api.Prepare }) (*answer[api.Opaque], error) {
			path, err := absolute("path", in.Body.Path)
			if err != nil {
				return nil, err
			}
			in.Body.Path = path
			spec, err := d.Projects.Prepare(ctx, in.Body)
			return the(api.Opaque{Value: spec}, err)
		})
	add(d, h, post("/projects/run", "startRun", "projects", "Start one run of an entry point"), d.startRun)
	add(d, h, post("/projects/sweep", "startSweep", "projects", "Run an entry point once for every combination of values, one run after the other"), d.startSweep)
}

// opening is what the record knows of a project folder.
type opening struct {
	at   int64 // ms since 1970
	last event.ProjectOpened
}

// opened returns what the record knows of project folders, by path.
func (d *Door) opened() map[string]opening {
	known := map[string]opening{}
	d.Records.Projects(func(p *track.Project) {
		if last, ok := p.Opened.Get(); ok {
			known[last.Path] = opening{at: p.Touched / 1e6, last: last}
		}
	})
	return known
}

func (d *Door) projects(ctx context.Context, _ *nothing) (*answer[api.Projects], error) {
	known := d.opened()
	paths := make([]string, 0, len(known))
	for path := range known {
		paths = append(paths, path)
	}
	slices.SortFunc(paths, func(a, b string) int {
		return cmp.Or(cmp.Compare(known[b].at, known[a].at), cmp.Compare(a, b))
	})
	list := []api.Project{}
	for _, path := range paths[:min(len(paths), recent)] {
		p, err := d.Projects.Inspect(ctx, path)
		if err != nil {
			// One folder that is gone must not hide the others: it says so itself.
			p = api.Project{Path: path, Name: filepath.Base(path), Problem: problemOf(err).Title}
		}
		list = append(list, remembered(p, known[path]))
	}
	return the(api.Projects{Projects: list}, nil)
}

func (d *Door) inspect(ctx context.Context, path string) (api.Project, error) {
	p, err := d.Projects.Inspect(ctx, path)
	return remembered(p, d.opened()[path]), err
}

// remembered fills in what the record knows: when the project was opened, and
// the values of its last start.
func remembered(p api.Project, o opening) api.Project {
	p.Opened = o.at
	p.EntryPoints = full(p.EntryPoints)
	for i := range p.EntryPoints {
		e := &p.EntryPoints[i]
		e.Params = full(e.Params)
		for j := range e.Params {
			if e.Name == o.last.EntryPoint {
				e.Params[j].Last = o.last.Params[e.Params[j].Name]
			}
		}
	}
	return p
}

func (d *Door) startRun(ctx context.Context, in *struct{ Body api.Start }) (*answer[api.Job], error) {
	s := in.Body
	path, err := absolute("path", s.Path)
	if err != nil {
		return nil, err
	}
	s.Path = path
	if err := d.Projects.Check(ctx, s); err != nil {
		return nil, err
	}
	title := "Start " + filepath.Base(path)
	if s.EntryPoint != "" {
		title = "Start " + s.EntryPoint + " of " + filepath.Base(path)
	}
	return the(d.start(kindStart, title, func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
		run, err := d.Projects.Start(ctx, s, p)
		return job.Outcome{Result: run, Summary: "The run has begun."}, err
	}), nil)
}
