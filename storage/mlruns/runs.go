package mlruns

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/imports"
	"dev.varve/storage/aside"
	"dev.varve/storage/disk"
)

// statuses are MLflow's numbers; old versions wrote the words.
var statuses = map[string]string{"1": "RUNNING", "2": "SCHEDULED", "3": "FINISHED", "4": "FAILED", "5": "KILLED"}

// experimentReader reads what is in one experiment.
type experimentReader struct {
	*Source
	root     *os.Root // of the experiment
	r        *imports.Report
	datasets map[string]event.DatasetInput   // by id, as they are needed
	measured map[string][]imports.ModelPoint // on logged models, by run
}

// Runs calls fn with each run.
func (s *Source) Runs(ctx context.Context, experiment string, brief bool, r *imports.Report, fn func(*imports.Run) error) error {
	root, err := s.root.OpenRoot(s.folders[experiment])
	if err != nil {
		return disk.Classify(err, "open", filepath.Join(s.dir, s.folders[experiment]))
	}
	defer root.Close()
	x := &experimentReader{Source: s, root: root, r: r, datasets: map[string]event.DatasetInput{}}
	entries, err := aside.List(root, ".")
	if err != nil {
		return disk.Classify(err, "read", root.Name())
	}
	if !brief {
		if x.measured, err = x.modelPoints(ctx); err != nil {
			return err
		}
	}
	for _, e := range entries {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if !e.IsDir() || notRuns[e.Name()] || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		run, ok := x.run(e.Name(), brief)
		if !ok {
			continue
		}
		if err := fn(run); err != nil {
			return err
		}
	}
	return nil
}

// notRuns are the other folders of an experiment.
var notRuns = map[string]bool{"tags": true, "datasets": true, modelsDir: true, "traces": true, "assessments": true, "issues": true}

func (x *experimentReader) run(folder string, brief bool) (*imports.Run, bool) {
	root, err := x.root.OpenRoot(folder)
	if x.r.Fail(x.named(x.root, folder), err) {
		return nil, false
	}
	defer root.Close()
	m, err := readMeta(root, ".")
	switch {
	case err == nil:
	case errors.Is(err, fs.ErrNotExist) && !looksLikeRun(root, "."):
		x.r.Skip(x.named(root), "it is no run: it has neither meta.yaml nor params nor metrics")
		return nil, false
	case errors.Is(err, fs.ErrNotExist):
		x.r.Skip(x.named(root, metaName), "it is missing: name, times and status of the run are not known")
		m = nil
	default:
		x.r.Skip(x.named(root, metaName), "%v: name, times and status of the run are not known", err)
		m = nil
	}
	run := fromMeta(m, folder)
	run.Place = x.place(root, m.text("artifact_uri"), 3)
	run.Bytes = x.sizes(root)
	if !brief {
		x.fill(run, root, m)
	}
	return run, true
}

// fromMeta is what a meta.yaml says of a run. Without one, there is the folder.
func fromMeta(m meta, folder string) *imports.Run {
	run := &imports.Run{}
	run.ID = m.text("run_id", "run_uuid")
	if run.ID == "" {
		run.ID = folder
	}
	run.Name, run.User = m.text("run_name", "name"), m.text("user_id")
	run.Start, run.End = m.time("start_time"), m.time("end_time")
	run.Trashed = m.text("lifecycle_stage") == "deleted"
	run.Status = m.text("status")
	if word, ok := statuses[run.Status]; ok {
		run.Status = word
	}
	if m == nil {
		run.Status = "FINISHED"
	}
	return run
}

// fill reads the rest of a run.
func (x *experimentReader) fill(run *imports.Run, root *os.Root, m meta) {
	params := x.values(root, "", "params", x.r)
	for _, key := range slices.Sorted(maps.Keys(params)) {
		run.Params = append(run.Params, event.Param{Key: key, Value: params[key]})
	}
	run.Tags = oldTags(m)
	maps.Copy(run.Tags, x.values(root, "", "tags", x.r))
	run.Metrics = imports.Attribute(x.metrics(root, x.r), x.measured[run.ID])
	x.inputs(run, root)
	x.outputs(run, root)
	if m != nil && run.Start > 0 {
		return
	}
	for i := range run.Metrics { // of a run of which nothing else is known
		for _, p := range run.Metrics[i].Points {
			if run.Start == 0 || p.Time < run.Start {
				run.Start = p.Time
			}
			run.End = max(run.End, p.Time)
		}
	}
}

// oldTags are what MLflow 1 kept in meta.yaml and keeps in tags since.
func oldTags(m meta) map[string]string {
	tags := map[string]string{}
	for tag, key := range map[string]string{
		"mlflow.source.name": "source_name", "mlflow.source.git.commit": "source_version", "mlflow.project.entryPoint": "entry_point_name",
	} {
		if value := m.text(key); value != "" {
			tags[tag] = value
		}
	}
	return tags
}

// sizes adds up the files of points.
func (x *experimentReader) sizes(root *os.Root) (n int64) {
	x.keys(root, "", "metrics", nil, func(_, name string) {
		if info, err := root.Stat(name); err == nil {
			n += info.Size()
		}
	})
	return n
}

// place is where the artifacts lie: in the folder itself, unless there are none
// and the record names another place. The last parts of that are looked for
// where the record has been moved.
func (x *experimentReader) place(root *os.Root, uri string, parts int) string {
	own := filepath.Join(root.Name(), "artifacts")
	entries, err := aside.List(root, "artifacts")
	if err == nil && len(entries) > 0 || uri == "" {
		return own
	}
	place, why := x.shelf.Find(uri, parts)
	switch {
	case place != "":
		return place
	case why != "":
		x.r.Skip(x.named(root), "%s", why)
	case x.shelf.Outside(uri):
		x.r.Skip(x.named(root), "its artifacts lie at %s, outside of what is imported: name that folder, too (--artifacts)", uri)
	}
	return ""
}

// inputs reads which data sets and models a run read.
func (x *experimentReader) inputs(run *imports.Run, root *os.Root) {
	x.links(root, "inputs", func(m meta) {
		if m.text("source_type") == "MODEL" {
			run.ModelsIn = append(run.ModelsIn, m.text("source_id"))
			return
		}
		d, ok := x.dataset(m.text("source_id"))
		if !ok {
			return
		}
		tags := m.texts("tags")
		for _, key := range slices.Sorted(maps.Keys(tags)) {
			d.Tags = append(d.Tags, event.Param{Key: key, Value: tags[key]})
		}
		run.Datasets = append(run.Datasets, d)
	})
}

// outputs reads which models a run made. MLflow writes the model as the source and
// the run as the destination, and reads the destination as the model.
func (x *experimentReader) outputs(run *imports.Run, root *os.Root) {
	x.links(root, "outputs", func(m meta) {
		step, _ := m.number("step")
		id := m.text("source_id")
		if id == run.ID {
			id = m.text("destination_id")
		}
		run.ModelsOut = append(run.ModelsOut, event.ModelOutput{ID: id, Step: step})
	})
}

// links reads a folder of folders with a meta.yaml each.
func (x *experimentReader) links(root *os.Root, folder string, fn func(meta)) {
	entries, err := aside.List(root, folder)
	if errors.Is(err, fs.ErrNotExist) || x.r.Fail(x.named(root, folder), err) {
		return
	}
	for _, e := range entries {
		m, err := readMeta(root, filepath.Join(folder, e.Name()))
		if !x.r.Fail(x.named(root, folder, e.Name(), metaName), err) {
			fn(m)
		}
	}
}

func (x *experimentReader) dataset(id string) (event.DatasetInput, bool) {
	if d, ok := x.datasets[id]; ok {
		return d, d.Name != ""
	}
	var d event.DatasetInput
	rel := filepath.Join("datasets", id)
	if id == "" || filepath.Base(id) != id {
		x.r.Skip(x.named(x.root, rel), "%q is no id of a data set", id)
		return d, false
	}
	m, err := readMeta(x.root, rel)
	if !x.r.Fail(x.named(x.root, rel, metaName), err) {
		d = event.DatasetInput{
			Name: m.text("name"), Digest: m.text("digest"), SourceType: m.text("source_type"), Source: m.text("source"),
			Schema: m.text("schema"), Profile: m.text("profile"),
		}
	}
	x.datasets[id] = d
	return d, d.Name != ""
}
