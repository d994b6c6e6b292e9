package mlruns

import (
	"context"
	"errors"
	"io"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/exports"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
	"dev.varve/storage/disk"
	"dev.varve/storage/exportdir"
)

// Writer makes an mlruns folder that MLflow opens. It is an exports.Target.
type Writer struct {
	*exportdir.Folder
	folders map[string]string // of experiments, by id
	current string            // the name, below the stage, of what is being written
}

// Kind is what folders are called that a Writer makes.
const Kind = "mlruns"

// Create begins to write a folder, or goes on with one. The Writer closes it.
func Create(f *exportdir.Folder) *Writer {
	return &Writer{Folder: f, folders: map[string]string{}}
}

func stage(deleted bool) string {
	if deleted {
		return "deleted"
	}
	return "active"
}

// uri is the address of a place in the folder, as it will be.
func (w *Writer) uri(parts ...string) string {
	p := filepath.ToSlash(filepath.Join(append([]string{w.Dir}, parts...)...))
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	return (&url.URL{Scheme: "file", Path: p}).String()
}

func orNull[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// Experiment writes an experiment. One that has gone to the trash since, or come
// from there, is moved.
func (w *Writer) Experiment(_ context.Context, e imports.Experiment, r *imports.Report) error {
	folder, other := e.ID, filepath.Join(trashName, e.ID)
	if e.Deleted {
		folder, other = other, folder
	}
	w.folders[e.ID] = folder
	if _, err := w.Root.Stat(other); err == nil {
		if err := errors.Join(w.Root.MkdirAll(filepath.Dir(folder), 0o755), w.Root.Rename(other, folder)); err != nil {
			return disk.Classify(err, "move", filepath.Join(w.Dir, folder))
		}
	}
	err := w.meta(folder, fields{
		{"artifact_location", w.uri(e.ID)}, {"creation_time", orNull(e.Made)}, {"experiment_id", e.ID}, {"last_update_time", orNull(e.Made)},
		{"lifecycle_stage", stage(e.Deleted)}, {"name", e.Name},
	})
	if err != nil {
		return err
	}
	if err := w.Root.RemoveAll(filepath.Join(folder, "tags")); err != nil {
		return disk.Classify(err, "write", filepath.Join(w.Dir, folder))
	}
	return keyed{w, "experiment " + e.Name, r, folder}.values("tags", e.Tags)
}

// parts are the folders of a run, and of a logged model.
var parts = []string{"artifacts", "metrics", "params", "tags"}

// begin makes room for a thing; what the folder has of it is not whole from now on.
func (w *Writer) begin(t exports.Thing) (folder string, err error) {
	w.current = t.Name()
	if err := w.Clear(w.current); err != nil {
		return "", err
	}
	folder = exportdir.Stage(w.current)
	for _, part := range parts { // MLflow takes nothing for a run that lacks one
		if err := w.Root.MkdirAll(filepath.Join(folder, part), 0o755); err != nil {
			return "", disk.Classify(err, "write", filepath.Join(w.Dir, folder))
		}
	}
	return folder, nil
}

// Same reports whether a thing is there as it is.
func (w *Writer) Same(_ context.Context, t exports.Thing) (bool, error) {
	return w.Known(t.Name()) == exportdir.Entry{Digest: t.Digest, At: t.Experiment}, nil
}

// at is where a thing lies.
func (w *Writer) at(o track.Owner, experiment string) string {
	folder, ok := w.folders[experiment]
	if !ok {
		folder = experiment
	}
	if o.Model != "" {
		return filepath.Join(folder, modelsDir, o.Model)
	}
	return filepath.Join(folder, o.Run)
}

// Whole puts a thing where it belongs.
func (w *Writer) Whole(_ context.Context, t exports.Thing) error {
	was := w.Known(t.Name())
	if was.Digest != "" { // from now on it is not
		if err := w.Note(t.Name(), exportdir.Entry{At: was.At}); err != nil {
			return err
		}
	}
	if was.At != "" && was.At != t.Experiment { // it was moved
		if err := w.Root.RemoveAll(w.at(t.Owner, was.At)); err != nil {
			return disk.Classify(err, "move", t.Name())
		}
	}
	if err := w.Place(t.Name(), w.at(t.Owner, t.Experiment)); err != nil {
		return err
	}
	return w.Note(t.Name(), exportdir.Entry{Digest: t.Digest, At: t.Experiment})
}

// Run writes a run, and returns the place of its artifacts.
func (w *Writer) Run(_ context.Context, run *imports.Run, r *imports.Report) (place string, err error) {
	folder, err := w.begin(exports.Thing{Owner: track.Owner{Run: run.ID}})
	if err != nil {
		return "", err
	}
	number := 3
	for digits, word := range statuses {
		if word == run.Status {
			number, _ = strconv.Atoi(digits)
		}
	}
	err = w.meta(folder, fields{
		{"artifact_uri", w.uri(run.Experiment, run.ID, "artifacts")}, {"end_time", orNull(run.End)}, {"entry_point_name", ""}, {"experiment_id", run.Experiment},
		{"lifecycle_stage", stage(run.Trashed)}, {"run_id", run.ID}, {"run_name", run.Name}, {"run_uuid", run.ID}, {"source_name", ""}, {"source_type", 4},
		{"source_version", ""}, {"start_time", run.Start}, {"status", number}, {"tags", []string{}}, {"user_id", run.User},
	})
	params, points := map[string]string{}, map[string]string{}
	for _, p := range run.Params {
		params[p.Key] = p.Value
	}
	// On which data a point was measured stands with the model alone: MLflow 2 reads no
	// run with such a line, and MLflow 3 forgets the step of one.
	for _, s := range run.Metrics {
		points[s.Key] += lines(s.Points, "")
	}
	k := keyed{w, "run " + run.ID, r, folder}
	for kind, values := range map[string]map[string]string{"params": params, "tags": run.Tags, "metrics": points} {
		if err == nil {
			err = k.values(kind, values)
		}
	}
	if err == nil {
		err = w.inputs(folder, run, r)
	}
	return filepath.Join(folder, "artifacts"), err
}

// lines are points as MLflow writes them; what stands at the end of each is more.
func lines(points []event.Point, more string) string {
	var b strings.Builder
	for _, p := range points {
		b.WriteString(strconv.FormatInt(p.Time, 10) + " " + python(p.Value) + " " + strconv.FormatInt(p.Step, 10) + more + "\n")
	}
	return b.String()
}

// python writes a number as Python's repr does, as far as it reads it the same.
func python(v float64) string {
	switch text := strconv.FormatFloat(v, 'g', -1, 64); text {
	case "NaN":
		return "nan"
	case "+Inf":
		return "inf"
	case "-Inf":
		return "-inf"
	default:
		return text
	}
}

// Model writes a logged model, and returns the place of its artifacts.
func (w *Writer) Model(_ context.Context, m *imports.Model, r *imports.Report) (place string, err error) {
	folder, err := w.begin(exports.Thing{Owner: track.Owner{Model: m.ID}})
	if err != nil {
		return "", err
	}
	status := 2
	for number, word := range modelStatuses {
		if word == m.Status {
			status, _ = strconv.Atoi(number)
		}
	}
	params, points := map[string]string{}, map[string]string{}
	for _, p := range m.Params {
		params[p.Key] = p.Value
	}
	for _, p := range m.Points {
		more := " " + p.Run
		if p.Dataset != "" && p.Digest != "" {
			more += " " + p.Dataset + " " + p.Digest
		}
		points[p.Key] += lines([]event.Point{p.Point}, more)
	}
	description := fields{
		{"artifact_location", w.uri(m.Experiment, modelsDir, m.ID, "artifacts")}, {"creation_timestamp", m.Made}, {"experiment_id", m.Experiment},
		{"last_updated_timestamp", m.Made}, {"model_id", m.ID}, {"model_type", m.ModelType}, {"name", m.Name}, {"source_run_id", orNull(m.Run)},
		{"status", status}, {"status_message", m.Message},
	}
	if m.Trashed {
		description = append(description, fields{{"lifecycle_stage", "deleted"}}...)
	}
	err = w.meta(folder, description)
	k := keyed{w, "model " + m.ID, r, folder}
	for kind, values := range map[string]map[string]string{"params": params, "tags": m.Tags, "metrics": points} {
		if err == nil {
			err = k.values(kind, values)
		}
	}
	return filepath.Join(folder, "artifacts"), err
}

// File writes one artifact of a place.
func (w *Writer) File(_ context.Context, place string, f imports.File, open func() (io.ReadCloser, error)) (bool, error) {
	if why := exportdir.Refuse(f.Path); why != "" {
		return false, fault.New(fault.Unsupported, "%s", why)
	}
	return true, w.Copy(filepath.Join(place, filepath.FromSlash(f.Path)), open)
}

// Finish says that nothing more comes.
func (w *Writer) Finish(context.Context, *imports.Report) error { return w.Folder.Finish() }
