// Package tables writes the record as a folder of tables that pandas, R and DuckDB
// open: Parquet for what there is much of, JSON for the rest (docs/export.md).
package tables

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"dev.varve/backend/exports"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/sheet"
	"dev.varve/backend/track"
	"dev.varve/storage/exportdir"
)

// Kind is what folders are called that a Writer makes.
const Kind = "parquet"

// Writer makes such a folder. It is an exports.Target: the tables are written anew
// each time, and of the artifacts those that are not there.
type Writer struct {
	*exportdir.Folder
	names map[string]string // of experiments, by id
	runs  *wide
	long  map[string]*long // by the name of the file
	lists map[string]*list
}

// columns are those of the long tables.
var columns = map[string][]sheet.Column{
	"points.parquet": {
		{Name: "run"}, {Name: "metric"}, {Name: "step", Type: sheet.Whole}, {Name: "time", Type: sheet.Time}, {Name: "value", Type: sheet.Number},
		{Name: "model"}, {Name: "dataset"}, {Name: "digest"},
	},
	"params.parquet": {{Name: "run"}, {Name: "param"}, {Name: "value"}},
	"tags.parquet":   {{Name: "run"}, {Name: "tag"}, {Name: "value"}},
}

// Create begins to write a folder. The Writer closes it.
func Create(f *exportdir.Folder) (*Writer, error) {
	w := &Writer{Folder: f, names: map[string]string{}, long: map[string]*long{}, lists: map[string]*list{}}
	var err error
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		if err == nil {
			w.long[name], err = newLong(f, name, columns[name])
		}
	}
	for _, name := range []string{"artifacts.json", "experiments.json", "inputs.json", "models.json", "registered.json"} {
		if err == nil {
			w.lists[name], err = newList(f, name)
		}
	}
	if err == nil {
		w.runs, err = newWide(f)
	}
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// long is a table that grows while the record is read.
type long struct {
	sheet.Writer
	out io.Closer
}

func newLong(f *exportdir.Folder, name string, columns []sheet.Column) (*long, error) {
	format, err := sheet.FormatNamed("parquet")
	if err != nil {
		return nil, err
	}
	out, err := f.Create(name)
	if err != nil {
		return nil, err
	}
	w, err := format.Open(out, columns)
	return &long{w, out}, err
}

func (l *long) close() error { return errors.Join(l.Close(), l.out.Close()) }

// list is a JSON array with an object in each line.
type list struct {
	w   *bufio.Writer
	out io.Closer
	n   int
}

func newList(f *exportdir.Folder, name string) (*list, error) {
	out, err := f.Create(name)
	if err != nil {
		return nil, err
	}
	return &list{w: bufio.NewWriter(out), out: out}, nil
}

func (l *list) add(object any) error {
	data, err := json.Marshal(object)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode", "list")
	}
	between := ",\n"
	if l.n == 0 {
		between = "[\n"
	}
	l.n++
	_, err = l.w.WriteString(between)
	if err == nil {
		_, err = l.w.Write(data)
	}
	return err
}

func (l *list) close() error {
	end := "\n]\n"
	if l.n == 0 {
		end = "[]\n"
	}
	_, err := l.w.WriteString(end)
	return errors.Join(err, l.w.Flush(), l.out.Close())
}

func maybe(text string) sheet.Cell {
	if text == "" {
		return sheet.Cell{}
	}
	return sheet.OfText(text)
}

func moment(ms int64) sheet.Cell {
	if ms == 0 {
		return sheet.Cell{}
	}
	return sheet.OfNumber(float64(ms))
}

// Experiment notes an experiment.
func (w *Writer) Experiment(_ context.Context, e imports.Experiment, _ *imports.Report) error {
	w.names[e.ID] = e.Name
	return w.lists["experiments.json"].add(struct {
		ID      string            `json:"id"`
		Name    string            `json:"name"`
		Made    any               `json:"made"`
		Trashed bool              `json:"trashed"`
		Tags    map[string]string `json:"tags"`
	}{e.ID, e.Name, when(e.Made), e.Deleted, e.Tags})
}

// when is a time as text, or nothing.
func when(ms int64) any {
	if ms == 0 {
		return nil
	}
	return sheet.Moment(float64(ms))
}

// Same is never true: rows cannot be added to a table.
func (w *Writer) Same(context.Context, exports.Thing) (bool, error) { return false, nil }

// Whole does nothing: tables are whole together.
func (w *Writer) Whole(context.Context, exports.Thing) error { return nil }

// Run writes the rows of a run.
func (w *Writer) Run(_ context.Context, run *imports.Run, _ *imports.Report) (place string, err error) {
	id := sheet.OfText(run.ID)
	for _, p := range run.Params {
		if err := w.long["params.parquet"].Row([]sheet.Cell{id, sheet.OfText(p.Key), sheet.OfText(p.Value)}); err != nil {
			return "", err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(run.Tags)) {
		if err := w.long["tags.parquet"].Row([]sheet.Cell{id, sheet.OfText(key), sheet.OfText(run.Tags[key])}); err != nil {
			return "", err
		}
	}
	for _, s := range run.Metrics {
		key, model, data, digest := sheet.OfText(s.Key), maybe(s.Model), maybe(s.Dataset), maybe(s.Digest)
		for _, p := range s.Points {
			row := []sheet.Cell{id, key, sheet.OfWhole(p.Step), sheet.OfNumber(float64(p.Time)), sheet.OfNumber(p.Value), model, data, digest}
			if err := w.long["points.parquet"].Row(row); err != nil {
				return "", err
			}
		}
	}
	if err := w.inputs(run); err != nil {
		return "", err
	}
	return filepath.Join("artifacts", "runs", run.ID), w.runs.add(run, w.names[run.Experiment])
}

func (w *Writer) inputs(run *imports.Run) error {
	type input struct {
		Run     string            `json:"run"`
		Kind    string            `json:"kind"`
		Model   string            `json:"model,omitempty"`
		Step    *int64            `json:"step,omitempty"`
		Dataset string            `json:"dataset,omitempty"`
		Digest  string            `json:"digest,omitempty"`
		Source  string            `json:"source,omitempty"`
		Schema  string            `json:"schema,omitempty"`
		Profile string            `json:"profile,omitempty"`
		Tags    map[string]string `json:"tags,omitempty"`
	}
	var all []input
	for _, d := range run.Datasets {
		tags := map[string]string{}
		for _, t := range d.Tags {
			tags[t.Key] = t.Value
		}
		all = append(all, input{Run: run.ID, Kind: "dataset read", Dataset: d.Name, Digest: d.Digest, Source: d.Source, Schema: d.Schema, Profile: d.Profile, Tags: tags})
	}
	for _, m := range run.ModelsIn {
		all = append(all, input{Run: run.ID, Kind: "model read", Model: m})
	}
	for _, m := range run.ModelsOut {
		all = append(all, input{Run: run.ID, Kind: "model made", Model: m.ID, Step: &m.Step})
	}
	for _, one := range all {
		if err := w.lists["inputs.json"].add(one); err != nil {
			return err
		}
	}
	return nil
}

// Model notes a logged model.
func (w *Writer) Model(_ context.Context, m *imports.Model, _ *imports.Report) (place string, err error) {
	params := map[string]string{}
	for _, p := range m.Params {
		params[p.Key] = p.Value
	}
	return filepath.Join("artifacts", "models", m.ID), w.lists["models.json"].add(struct {
		ID         string            `json:"id"`
		Name       string            `json:"name"`
		Experiment string            `json:"experiment"`
		Run        string            `json:"run"`
		Type       string            `json:"type"`
		Status     string            `json:"status"`
		Made       any               `json:"made"`
		Trashed    bool              `json:"trashed"`
		Tags       map[string]string `json:"tags"`
		Params     map[string]string `json:"params"`
	}{m.ID, m.Name, m.Experiment, m.Run, m.ModelType, m.Status, when(m.Made), m.Trashed, m.Tags, params})
}

// File writes an artifact, unless it is there.
func (w *Writer) File(_ context.Context, place string, f imports.File, open func() (io.ReadCloser, error)) (bool, error) {
	if why := exportdir.Refuse(f.Path); why != "" {
		return false, fault.New(fault.Unsupported, "%s", why)
	}
	at := filepath.Join(place, filepath.FromSlash(f.Path))
	name, entry := "file "+filepath.ToSlash(at), exportdir.Entry{Digest: f.Tag}
	info, err := w.Root.Stat(at)
	same := err == nil && info.Size() == f.Size && f.Tag != "" && w.Known(name) == entry
	if !same {
		if err := w.Copy(exportdir.Stage("file"), open); err != nil {
			return false, err
		}
		if err := w.Place("file", at); err != nil {
			return false, err
		}
		if err := w.Note(name, entry); err != nil {
			return false, err
		}
	}
	owner := filepath.Base(place)
	return !same, w.lists["artifacts.json"].add(struct {
		Owner string `json:"owner"`
		Path  string `json:"path"`
		Size  int64  `json:"size"`
		File  string `json:"file"`
	}{owner, f.Path, f.Size, filepath.ToSlash(at)})
}

// Registered notes a registered model, with a line for each version.
func (w *Writer) Registered(_ context.Context, m *exports.Registered, _ *imports.Report) error {
	type version struct {
		Model       string            `json:"model"`
		Version     uint64            `json:"version,omitempty"`
		Stage       string            `json:"stage,omitempty"`
		Aliases     []string          `json:"aliases"`
		Description string            `json:"description"`
		Made        any               `json:"made"`
		User        string            `json:"user"`
		Run         string            `json:"run"`
		Logged      string            `json:"logged_model"`
		Source      string            `json:"source"`
		Files       string            `json:"files"`
		Status      string            `json:"status,omitempty"`
		Tags        map[string]string `json:"tags"`
	}
	out := []version{{Model: m.Name, Aliases: []string{}, Description: m.Description, Made: when(m.Made), Tags: m.Tags}}
	for i, v := range m.Versions {
		one := version{
			Model: m.Name, Version: v.Number, Stage: v.Stage, Aliases: []string{}, Description: v.Description, Made: when(v.Made), User: v.User, Run: v.Run,
			Logged: v.LoggedModel, Source: v.Source, Status: v.Status, Tags: v.Tags,
		}
		for _, alias := range slices.Sorted(maps.Keys(m.Aliases)) {
			if m.Aliases[alias] == v.Number {
				one.Aliases = append(one.Aliases, alias)
			}
		}
		switch o := m.Files[i].Owner; {
		case o.Model != "":
			one.Files = filepath.ToSlash(filepath.Join("artifacts", "models", o.Model, m.Files[i].Path))
		case o != track.Owner{}:
			one.Files = filepath.ToSlash(filepath.Join("artifacts", "runs", o.Run, m.Files[i].Path))
		}
		out = append(out, one)
	}
	for _, one := range out {
		if err := w.lists["registered.json"].add(one); err != nil {
			return err
		}
	}
	return nil
}

// Finish writes the table of runs, and puts all tables in place.
func (w *Writer) Finish(_ context.Context, r *imports.Report) error {
	names := append(slices.Sorted(maps.Keys(w.long)), slices.Sorted(maps.Keys(w.lists))...)
	if err := w.closeTables(); err != nil {
		return err
	}
	if err := w.runs.write(w.Folder, r); err != nil {
		return err
	}
	for _, name := range append(names, runsName) {
		if err := w.Place(name, name); err != nil {
			return err
		}
	}
	return w.Folder.Finish()
}

// closeTables ends them; a table that is ended twice stays as it is.
func (w *Writer) closeTables() error {
	var err error
	for _, l := range w.long {
		err = errors.Join(err, l.close())
	}
	for _, l := range w.lists {
		err = errors.Join(err, l.close())
	}
	w.long, w.lists = nil, nil
	return err
}

// Close lets go.
func (w *Writer) Close() error {
	if w.long != nil { // in the middle: what is written is thrown away
		for _, l := range w.long {
			_ = l.out.Close()
		}
		for _, l := range w.lists {
			_ = l.out.Close()
		}
	}
	return errors.Join(w.runs.close(), w.Folder.Close())
}
