package owner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dev.varve/app/door"
	"dev.varve/app/door/api"
	"dev.varve/app/launch"
	"dev.varve/app/machine"
	"dev.varve/app/wire/envs"
	"dev.varve/backend/content"
	"dev.varve/backend/dataset"
	"dev.varve/backend/env"
	"dev.varve/backend/event"
	"dev.varve/backend/execute"
	"dev.varve/backend/fault"
	"dev.varve/backend/ignore"
	"dev.varve/backend/job"
	"dev.varve/backend/project"
	"dev.varve/backend/track"
	"dev.varve/storage/disk"
)

// data is the door's view of data sets.
type data struct{ o *Owner }

// lookTime bounds how long a look at a large folder may take.
const lookTime = 2 * time.Second

// Look says what would become of a path.
func (d data) Look(ctx context.Context, path string) (api.Look, error) {
	l := api.Look{Path: path, Name: dataset.ProposeName(path), Next: 1}
	info, err := os.Lstat(path)
	if err != nil {
		l.Kind, l.Sentence = "missing", fmt.Sprintf("There is nothing at %s.", path)
		return l, nil
	}
	l.Exists, l.Kind, l.Import = true, "data", importable(path, info.IsDir())
	if p, err := project.Load(d.o.disk, path); info.IsDir() && err == nil && p.Path != "" {
		l.Kind, l.Name = "project", p.Title()
		l.Sentence = fmt.Sprintf("Opens the project %s.", l.Name)
		return l, nil
	}
	id := d.o.tracker.DatasetID(l.Name)
	known := d.o.tracker.Dataset(id, func(s *track.Dataset) {
		for _, n := range s.Numbers() {
			l.Next = max(l.Next, int(n)+1)
		}
	}) == nil
	if known {
		l.Dataset = id
	}
	limited, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	n, err := d.o.datasets().Count(limited, path)
	if err != nil {
		return l, err
	}
	l.Files, l.Bytes = n.Files, n.Bytes
	l.Sentence, l.Left = sentence(l, n.Whole), leftOut(&n.Left, n.Whole)
	return l, nil
}

func sentence(l api.Look, whole bool) string {
	files := fmt.Sprintf("%d files", l.Files)
	if l.Files == 1 {
		files = "1 file"
	}
	if !whole {
		files = "more than " + files
	}
	if l.Dataset != "" {
		return fmt.Sprintf("Adds version %d of %s: %s. If nothing has changed, no version is made.", l.Next, l.Name, files)
	}
	return fmt.Sprintf("Makes a new data set %s: %s.", l.Name, files)
}

// leftOut says what is not counted, as a sentence.
func leftOut(left *ignore.Left, whole bool) string {
	words := left.Words()
	if words == "" {
		return ""
	}
	if !whole {
		words = "More than " + words
	}
	return words + "."
}

// Add lays down a version.
func (d data) Add(ctx context.Context, a api.Addition, p *job.Progress) (door.AddedData, error) {
	if !filepath.IsAbs(a.Path) {
		return door.AddedData{}, fault.New(fault.Invalid, "%q is not a whole path", a.Path).WithField("path")
	}
	if err := d.pointerApart(a); err != nil {
		return door.AddedData{}, err
	}
	defer d.o.puts.enter()()
	added, err := d.o.datasets().Add(ctx, dataset.Addition{
		Name: a.Name, Path: filepath.Clean(a.Path), Message: a.Message, Ignore: ignore.Options{Git: a.GitIgnore, DVC: a.DVCIgnore},
	}, report(ctx, p))
	if err == nil && a.Pointer != "" {
		err = d.Point(ctx, added.Dataset, added.Version, a.Pointer)
	}
	return addedData(added), err
}

func addedData(a dataset.Added) door.AddedData {
	return door.AddedData{Dataset: a.Dataset, Number: a.Number, New: a.New, Left: leftOut(&a.Left, true)}
}

const (
	reportEach  = 16      // of so many calls one is told on
	reportBytes = 1 << 20 // or when so much has come meanwhile
)

// report turns the progress of content into that of a job, which rests there
// while it is paused.
func report(ctx context.Context, p *job.Progress) func(content.Progress) {
	var done content.Totals
	calls := 0
	p.Pausable()
	return func(now content.Progress) {
		// Small files come by faster than anybody can read.
		if calls++; calls%reportEach != 0 && now.Done.Bytes-done.Bytes < reportBytes && now.Done != now.All {
			return
		}
		p.SetTotal(now.All.Bytes)
		p.Add(now.Done.Bytes - done.Bytes)
		p.Item(now.Done.Files - done.Files)
		done = now.Done
		if now.Counting {
			p.Note("Looking what there is")
		} else {
			p.Note(content.Show(now.Path))
		}
		p.Rest(ctx)
	}
}

// Files lists a folder of a version.
func (d data) Files(ctx context.Context, id, version, at string) ([]api.DataFile, error) {
	s := d.o.datasets()
	v, err := s.Find(id, version)
	if err != nil {
		return nil, err
	}
	entries, err := s.Files(ctx, v, content.FromText(at))
	files := make([]api.DataFile, 0, len(entries))
	for _, e := range entries {
		path := content.Text(e.Name)
		if at != "" {
			path = at + "/" + path
		}
		files = append(files, api.DataFile{Path: path, Folder: e.Type == content.Folder, Link: content.Text(e.Target), Size: e.Size()})
	}
	return files, err
}

// projects is the door's view of projects.
type projects struct{ o *Owner }

const maxReadme = 256 << 10 // bytes that are shown

// Inspect reads a project.
func (p projects) Inspect(ctx context.Context, path string) (api.Project, error) {
	out := api.Project{Path: path, Name: filepath.Base(path), EntryPoints: []api.EntryPoint{}}
	found, err := project.Load(p.o.disk, path)
	if err != nil {
		if errors.Is(err, fault.NotFound) {
			return out, err
		}
		out.Problem = err.Error()
		return out, nil
	}
	out.Path, out.Name, out.Readme = found.Dir, found.Title(), readme(found.Dir)
	for _, e := range found.Entries {
		point := api.EntryPoint{Name: e.Name, Command: e.Command, Params: []api.Param{}}
		for _, q := range e.Params {
			one := api.Param{Name: q.Name, Type: q.Type, Required: q.Default == nil}
			if q.Default != nil {
				one.Default = *q.Default
			}
			point.Params = append(point.Params, one)
		}
		out.EntryPoints = append(out.EntryPoints, point)
	}
	p.describeEnvironment(ctx, found, &out)
	return out, nil
}

// describeEnvironment says what the entry points will run in.
func (p projects) describeEnvironment(ctx context.Context, found *project.Project, out *api.Project) {
	spec, err := found.Environment(p.o.disk, env.Auto)
	if err != nil {
		out.Problem = err.Error()
		return
	}
	status, err := envs.New(p.o.places.Shared, os.Environ()).Look(ctx, spec)
	if err != nil {
		out.Problem = err.Error()
		return
	}
	out.Ready = status.Ready
	switch {
	case status.Manager == env.Local && status.Python == "":
		out.Environment = "As it is; no Python was found"
	case status.Manager == env.Local:
		out.Environment = fmt.Sprintf("As it is: Python %s", status.Python)
	default:
		out.Environment = fmt.Sprintf("Python %s by %s", status.Python, status.Manager)
	}
}

func readme(dir string) string {
	for _, name := range []string{"README.md", "readme.md", "README", "README.txt"} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		defer f.Close()
		text, err := io.ReadAll(io.LimitReader(f, maxReadme))
		if err != nil {
			return ""
		}
		return strings.ToValidUTF8(string(text), "�")
	}
	return ""
}

// Open remembers a project folder.
func (p projects) Open(ctx context.Context, path string) error {
	found, err := project.Load(p.o.disk, path)
	if err != nil {
		return err
	}
	last := event.ProjectOpened{Path: found.Dir}
	p.o.tracker.Projects(func(q *track.Project) {
		if was, ok := q.Opened.Get(); ok && was.Path == found.Dir {
			last = was
		}
	})
	return p.o.tracker.OpenProject(ctx, last)
}

// Prepare checks a start and says what its agent needs to know.
func (p projects) Prepare(ctx context.Context, r api.Prepare) (*execute.Spec, error) {
	return p.o.prepare(ctx, r)
}

// request is a start as pages ask for it; there the order of params is none.
func request(s api.Start) api.Prepare {
	r := api.Prepare{Path: s.Path, EntryPoint: s.EntryPoint, Experiment: s.Experiment, Manager: s.Manager, Name: s.Name}
	for _, name := range slices.Sorted(maps.Keys(s.Params)) {
		r.Params = append(r.Params, api.Value{Name: name, Value: s.Params[name]})
	}
	return r
}

// Check says what is wrong with a start.
func (p projects) Check(ctx context.Context, s api.Start) error {
	_, err := p.o.check(request(s))
	return err
}

// Start starts one run with this process's environment.
func (p projects) Start(ctx context.Context, s api.Start, progress *job.Progress) (string, error) {
	spec, err := p.o.prepare(ctx, request(s))
	if err != nil {
		return "", err
	}
	if _, err := launch.Agent(ctx, spec, progress.Note); err != nil {
		return "", err
	}
	return spec.Run, p.o.agents.look(ctx) // so that the run is there when the page asks
}

// control reaches the agents of runs.
type control struct{ o *Owner }

const stopGrace = 10 * time.Second

// Stop asks a run to end.
func (c control) Stop(_ context.Context, run string) error {
	var ended, started bool
	if err := c.o.tracker.Run(run, func(r *track.Run) { ended, started = track.Terminal(r.End().Status), r.Origin != nil }); err != nil {
		return err
	}
	dir, alive := c.o.agents.agentOf(run)
	switch {
	case alive:
		return dir.AskStop(stopGrace)
	case ended:
		return fault.New(fault.State, "the run has ended already")
	case !started:
		return fault.New(fault.State, "this run was not started by Varve, so Varve cannot stop it").
			WithHint("Stop the script where it runs.")
	}
	return fault.New(fault.State, "the agent of this run is gone; there is nothing left to stop")
}

// Log returns a piece of a run's output: from the agent's folder while it
// lasts, afterwards from the artifact.
func (c control) Log(ctx context.Context, run string, offset, limit int64) ([]byte, int64, int64, bool, error) {
	if dir, alive := c.o.agents.agentOf(run); alive {
		if text, next, size, err := spool(dir.Output(), offset, limit); err == nil {
			return text, next, size, false, nil
		}
	}
	file, err := c.o.tracker.Artifact(track.Owner{Run: run}, execute.OutputName)
	if err != nil {
		if dir, left := c.o.agents.leftOf(run); left {
			if text, next, size, err := spool(dir.Output(), offset, limit); err == nil {
				return text, next, size, next >= size, nil
			}
		}
		return c.noLog(run, err)
	}
	f, err := c.o.Open(ctx, file.Content)
	if err != nil {
		return nil, 0, 0, false, err
	}
	defer f.Close()
	return piece(f, file.Size, offset, limit, true)
}

// noLog tells a run whose output is just being taken in from one that has
// none.
func (c control) noLog(run string, err error) ([]byte, int64, int64, bool, error) {
	var ours, ended bool
	if known := c.o.tracker.Run(run, func(r *track.Run) { ours, ended = r.Origin != nil, track.Terminal(r.End().Status) }); known != nil {
		return nil, 0, 0, false, known
	}
	if ours && !ended {
		return nil, 0, 0, false, nil
	}
	if errors.Is(err, fault.NotFound) {
		err = fault.New(fault.NotFound, "this run has no output here")
		if !ours {
			err = fault.New(fault.NotFound, "this run has no output here: it was not started by Varve")
		}
	}
	return nil, 0, 0, false, err
}

// spool reads a piece of what an agent keeps.
func spool(name string, offset, limit int64) (text []byte, next, size int64, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, 0, disk.Classify(err, "open", name)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, 0, disk.Classify(err, "look at", name)
	}
	text, next, size, _, err = piece(f, info.Size(), offset, limit, false)
	return text, next, size, err
}

func piece(f io.ReadSeeker, size, offset, limit int64, ended bool) ([]byte, int64, int64, bool, error) {
	if offset < 0 {
		offset = max(size-limit, 0)
	}
	offset = min(offset, size)
	text := make([]byte, min(limit, size-offset))
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return nil, 0, 0, false, fault.Wrap(err, fault.Internal, "read", "output")
	}
	n, err := io.ReadFull(f, text)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, 0, 0, false, fault.Wrap(err, fault.Internal, "read", "output")
	}
	next := offset + int64(n)
	return text[:n], next, size, ended && next >= size, nil
}

// CatchUp applies what the log of a writer holds by now.
func (c control) CatchUp(ctx context.Context, w event.Writer) error {
	return c.o.agents.CatchUp(ctx, w)
}

// glance looks at this computer.
type glance struct{}

// Glance returns processor and memory.
func (glance) Glance() api.Machine {
	s := machine.Glance()
	return api.Machine{CPUPercent: api.Number(s.CPUPercent), Cores: machine.Cores(), MemoryUsed: s.MemoryUsed, MemoryTotal: s.MemoryTotal}
}
