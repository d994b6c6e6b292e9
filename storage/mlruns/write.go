package mlruns

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/zeebo/blake3"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
	"dev.varve/storage/disk"
)

// Writer makes an mlruns folder that MLflow opens. It is an exports.Target.
type Writer struct {
	dir     string
	root    *os.Root
	folders map[string]string         // of experiments, by id
	models  map[string]string         // experiment of each logged model
	pending map[string][]modelMeasure // what runs measured on models, by model
}

type modelMeasure struct {
	run    string
	series track.PastSeries
}

// Create makes the folder, which is new or empty.
func Create(dir string) (*Writer, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, disk.Classify(err, "make", dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, disk.Classify(err, "read", dir)
	}
	if len(entries) > 0 {
		return nil, fault.New(fault.Exists, "%s is not empty", dir).WithHint("Name a new folder.")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, disk.Classify(err, "open", dir)
	}
	return &Writer{dir: dir, root: root, folders: map[string]string{}, models: map[string]string{}, pending: map[string][]modelMeasure{}}, nil
}

// fields are the lines of a meta.yaml, in order. JSON is YAML.
type fields []struct {
	key   string
	value any
}

func (w *Writer) meta(folder string, f fields) error {
	var b strings.Builder
	for _, one := range f {
		value, err := json.Marshal(one.value)
		if err != nil {
			return fault.Wrap(err, fault.Internal, "encode", one.key)
		}
		fmt.Fprintf(&b, "%s: %s\n", one.key, value)
	}
	return w.write(filepath.Join(folder, metaName), b.String())
}

func (w *Writer) write(name, text string) error {
	if err := w.root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return disk.Classify(err, "make", filepath.Join(w.dir, filepath.Dir(name)))
	}
	return disk.Classify(w.root.WriteFile(name, []byte(text), 0o644), "write", filepath.Join(w.dir, name))
}

// values writes a file for each value. A name that is a file and a folder at once
// cannot be kept so: that is an error of kind Unsupported, after the others.
func (w *Writer) values(folder string, values map[string]string) (refused error) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if err := w.keyed(folder, key, values[key]); err != nil {
			if !errors.Is(err, fault.Unsupported) {
				return err
			}
			refused = err
		}
	}
	return refused
}

func (w *Writer) keyed(folder, key, text string) error {
	name := filepath.FromSlash(key)
	if !filepath.IsLocal(name) {
		return fault.New(fault.Unsupported, "%q cannot be the name of a file", key)
	}
	name = filepath.Join(folder, name)
	err := w.write(name, text)
	if err != nil && (errors.Is(err, fs.ErrExist) || isFolder(w.root, name) || isFile(w.root, filepath.Dir(name))) {
		return fault.New(fault.Unsupported, "%q is also the beginning of another name, which MLflow's folders cannot hold", key)
	}
	return err
}

func isFolder(root *os.Root, name string) bool {
	info, err := root.Stat(name)
	return err == nil && info.IsDir()
}

func stage(deleted bool) string {
	if deleted {
		return "deleted"
	}
	return "active"
}

// uri is the address of a place in the folder.
func (w *Writer) uri(rel string) string {
	p := filepath.ToSlash(filepath.Join(w.dir, rel))
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	return (&url.URL{Scheme: "file", Path: p}).String()
}

func orNull(ms int64) any {
	if ms == 0 {
		return nil
	}
	return ms
}

// Experiment writes an experiment.
func (w *Writer) Experiment(_ context.Context, e imports.Experiment) error {
	folder := e.ID
	if e.Deleted {
		folder = filepath.Join(trashName, e.ID)
	}
	w.folders[e.ID] = folder
	err := w.meta(folder, fields{
		{"artifact_location", w.uri(e.ID)}, {"creation_time", orNull(e.Made)}, {"experiment_id", e.ID}, {"last_update_time", orNull(e.Made)},
		{"lifecycle_stage", stage(e.Deleted)}, {"name", e.Name},
	})
	if err != nil {
		return err
	}
	return w.values(filepath.Join(folder, "tags"), e.Tags)
}

// Run writes a run, and returns the place of its artifacts.
func (w *Writer) Run(_ context.Context, r *imports.Run) (place string, err error) {
	folder := filepath.Join(w.folders[r.Experiment], r.ID)
	place = filepath.Join(folder, "artifacts")
	status := "3"
	for number, word := range statuses {
		if word == r.Status {
			status = number
		}
	}
	number, _ := strconv.Atoi(status)
	err = w.meta(folder, fields{
		{"artifact_uri", w.uri(filepath.Join(r.Experiment, r.ID, "artifacts"))}, {"end_time", orNull(r.End)}, {"entry_point_name", ""}, {"experiment_id", r.Experiment},
		{"lifecycle_stage", stage(r.Trashed)}, {"run_id", r.ID}, {"run_name", r.Name}, {"run_uuid", r.ID}, {"source_name", ""}, {"source_type", 4},
		{"source_version", ""}, {"start_time", r.Start}, {"status", number}, {"tags", []string{}}, {"user_id", r.User},
	})
	if err != nil {
		return place, err
	}
	if err := w.root.MkdirAll(place, 0o755); err != nil {
		return place, disk.Classify(err, "make", place)
	}
	params := map[string]string{}
	for _, p := range r.Params {
		params[p.Key] = p.Value
	}
	return place, errors.Join(w.values(filepath.Join(folder, "params"), params), w.values(filepath.Join(folder, "tags"), r.Tags),
		w.points(folder, r), w.inputs(folder, r))
}

// points writes a file for each metric. What was measured on a model is kept with
// that, too.
func (w *Writer) points(folder string, r *imports.Run) (refused error) {
	texts := map[string]string{}
	for _, s := range r.Metrics {
		texts[s.Key] += lines(s, "")
		if s.Model != "" {
			w.pending[s.Model] = append(w.pending[s.Model], modelMeasure{r.ID, s})
		}
	}
	return w.values(filepath.Join(folder, "metrics"), texts)
}

// lines are points as MLflow writes them.
func lines(s track.PastSeries, run string) string {
	var b strings.Builder
	for _, p := range s.Points {
		fmt.Fprintf(&b, "%d %s %d", p.Time, python(p.Value), p.Step)
		if run != "" {
			b.WriteString(" " + run)
		}
		if s.Dataset != "" && s.Digest != "" {
			b.WriteString(" " + s.Dataset + " " + s.Digest)
		}
		b.WriteByte('\n')
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

// inputs writes which data sets and models a run read, and which ones it made.
func (w *Writer) inputs(folder string, r *imports.Run) error {
	for _, d := range r.Datasets {
		id := idOf(r.Experiment, d.Name, d.Digest)
		err := w.meta(filepath.Join(w.folders[r.Experiment], "datasets", id), fields{
			{"digest", d.Digest}, {"name", d.Name}, {"profile", d.Profile}, {"schema", d.Schema}, {"source", d.Source}, {"source_type", d.SourceType},
		})
		if err != nil {
			return err
		}
		tags := map[string]string{}
		for _, tag := range d.Tags {
			tags[tag.Key] = tag.Value
		}
		err = w.meta(filepath.Join(folder, "inputs", idOf(id, r.ID)), fields{
			{"destination_id", r.ID}, {"destination_type", "RUN"}, {"source_id", id}, {"source_type", "DATASET"}, {"tags", tags},
		})
		if err != nil {
			return err
		}
	}
	for _, m := range r.ModelsIn {
		err := w.link(filepath.Join(folder, "inputs", m), "RUN_INPUT", "MODEL_INPUT", event.ModelOutput{ID: m})
		if err != nil {
			return err
		}
	}
	for _, m := range r.ModelsOut {
		if err := w.link(filepath.Join(folder, "outputs", m.ID), "RUN_OUTPUT", "MODEL_OUTPUT", m); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) link(folder, source, destination string, m event.ModelOutput) error {
	if !filepath.IsLocal(m.ID) {
		return fault.New(fault.Unsupported, "%q cannot be the name of a folder", m.ID)
	}
	return w.meta(folder, fields{
		{"destination_id", m.ID}, {"destination_type", destination}, {"source_id", m.ID}, {"source_type", source}, {"step", m.Step}, {"tags", map[string]string{}},
	})
}

func idOf(parts ...string) string {
	sum := blake3.Sum256([]byte(strings.Join(parts, "\x00")))
	return fmt.Sprintf("%x", sum[:16])
}

// Model writes a logged model, and returns the place of its artifacts.
func (w *Writer) Model(_ context.Context, m *imports.Model) (place string, err error) {
	folder := filepath.Join(w.folders[m.Experiment], modelsDir, m.ID)
	place = filepath.Join(folder, "artifacts")
	status := 2
	for number, word := range modelStatuses {
		if word == m.Status {
			status, _ = strconv.Atoi(number)
		}
	}
	if err := w.root.MkdirAll(place, 0o755); err != nil {
		return place, disk.Classify(err, "make", place)
	}
	params, texts := map[string]string{}, map[string]string{}
	for _, p := range m.Params {
		params[p.Key] = p.Value
	}
	for _, on := range w.pending[m.ID] {
		texts[on.series.Key] += lines(on.series, on.run)
	}
	description := fields{
		{"artifact_location", w.uri(filepath.Join(m.Experiment, modelsDir, m.ID, "artifacts"))}, {"creation_timestamp", m.Made}, {"experiment_id", m.Experiment},
		{"last_updated_timestamp", m.Made}, {"model_id", m.ID}, {"model_type", m.ModelType}, {"name", m.Name}, {"source_run_id", m.Run},
		{"status", status}, {"status_message", m.Message},
	}
	if m.Trashed {
		description = append(description, fields{{"lifecycle_stage", "deleted"}}...)
	}
	return place, errors.Join(w.meta(folder, description), w.values(filepath.Join(folder, "params"), params),
		w.values(filepath.Join(folder, "tags"), m.Tags), w.values(filepath.Join(folder, "metrics"), texts))
}

// File writes one artifact of a place.
func (w *Writer) File(_ context.Context, place, at string, _ int64, from io.Reader) error {
	name := filepath.FromSlash(at)
	if !filepath.IsLocal(name) {
		return fault.New(fault.Unsupported, "%q cannot be the name of a file", at)
	}
	name = filepath.Join(place, name)
	if err := w.root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return disk.Classify(err, "make", filepath.Join(w.dir, filepath.Dir(name)))
	}
	f, err := w.root.Create(name)
	if err != nil {
		return disk.Classify(err, "write", filepath.Join(w.dir, name))
	}
	out := bufio.NewWriterSize(f, 256<<10)
	_, err = io.Copy(out, from)
	return fault.Wrap(errors.Join(err, out.Flush(), f.Close()), fault.Internal, "write", filepath.Join(w.dir, name))
}

// Close ends the folder.
func (w *Writer) Close() error { return w.root.Close() }
