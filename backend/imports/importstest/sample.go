// Package importstest has what all sources of imports are tested with: records,
// a source that holds them in memory, a record to import into, and what it looks
// like afterwards.
package importstest

import (
	"context"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

// Fixed is a source in memory.
type Fixed struct {
	Place string
	List  []imports.Experiment
	In    map[string][]imports.Run   // by experiment
	Made  map[string][]imports.Model // by experiment
	Lies  map[string]map[string]string
	Names []track.PastRegistered
	Bad   error // what Open fails with
}

// About says what it is.
func (f *Fixed) About() imports.About { return imports.About{Kind: "fixed", Place: f.Place} }

// Experiments lists them.
func (f *Fixed) Experiments(context.Context, *imports.Report) ([]imports.Experiment, error) {
	return f.List, nil
}

// Runs calls fn with copies.
func (f *Fixed) Runs(_ context.Context, experiment string, _ bool, _ *imports.Report, fn func(*imports.Run) error) error {
	for _, r := range f.In[experiment] {
		if err := fn(&r); err != nil {
			return err
		}
	}
	return nil
}

// Models calls fn with copies.
func (f *Fixed) Models(_ context.Context, experiment string, _ *imports.Report, fn func(*imports.Model) error) error {
	for _, m := range f.Made[experiment] {
		if err := fn(&m); err != nil {
			return err
		}
	}
	return nil
}

// Registered calls fn with copies.
func (f *Fixed) Registered(_ context.Context, _ *imports.Report, fn func(*track.PastRegistered) error) error {
	for _, m := range f.Names {
		m.Aliases, m.Versions = maps.Clone(m.Aliases), slices.Clone(m.Versions)
		if err := fn(&m); err != nil {
			return err
		}
	}
	return nil
}

// Files lists a place.
func (f *Fixed) Files(_ context.Context, place string, _ *imports.Report, fn func(imports.File) error) error {
	for path, text := range f.Lies[place] {
		if err := fn(imports.File{Path: path, At: path, Size: int64(len(text)), Modified: time.Unix(1, 0)}); err != nil {
			return err
		}
	}
	return nil
}

// Open opens a file.
func (f *Fixed) Open(_ context.Context, place, at string) (io.ReadCloser, error) {
	text, ok := f.Lies[place][at]
	if f.Bad != nil || !ok {
		return nil, fault.New(fault.NotFound, "%s is not there: %v", at, f.Bad)
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

// Close does nothing.
func (*Fixed) Close() error { return nil }

// ids of the sample.
const (
	RunA  = "0123456789abcdef0123456789abcde1"
	RunB  = "0123456789abcdef0123456789abcde2"
	RunC  = "0123456789abcdef0123456789abcde3"
	Model = "m-0123456789abcdef0123456789abcdef"
)

// Sample is a bit of everything that a record of MLflow 3 can have.
func Sample() *Fixed {
	const start = 1_700_000_000_000
	loss := track.PastSeries{Key: "train/loss"}
	for i := range 120 {
		loss.Points = append(loss.Points, event.Point{Step: int64(i), Time: start + int64(i)*1000, Value: 1 / float64(i+1)})
	}
	one := event.Point{Step: 3, Time: start + 3000, Value: 0.5}
	dataset := event.DatasetInput{
		Name: "wine", Digest: "be9dd889", SourceType: "local", Source: `{"uri": "wine.csv"}`, Schema: `{"mlflow_colspec": [{"type": "long", "name": "a", "required": true}, {"type": "double", "name": "a long name that makes lines break", "required": true}]}`,
		Profile: `{"num_rows": 2}`, Tags: []event.Param{{Key: "mlflow.data.context", Value: "training"}},
	}
	a := imports.Run{Place: "a", PastRun: track.PastRun{
		ID: RunA, Name: "first & best", User: "ann", Status: "FINISHED", Start: start, End: start + 120_000,
		Tags:   map[string]string{"team": "red", "note/long": "two\nlines: 'quoted' \"twice\" ü", "mlflow.runName": "first & best"},
		Params: []event.Param{{Key: "lr", Value: "0.1"}, {Key: "opt/name", Value: "adam é"}, {Key: "empty", Value: ""}},
		Metrics: []track.PastSeries{
			loss,
			{Key: "odd", Points: []event.Point{{Time: start, Value: math.NaN()}, {Step: 1, Time: start, Value: math.Inf(1)}, {Step: -2, Time: start + 1, Value: math.Inf(-1)}}},
			{Key: "tiny", Points: []event.Point{{Time: start, Value: 4.9e-324}, {Step: math.MaxInt32, Time: start, Value: -1e300}}},
			{Key: "on model", Model: Model, Dataset: "wine", Digest: "be9dd889", Points: []event.Point{one}},
		},
		Datasets: []event.DatasetInput{dataset}, ModelsOut: []event.ModelOutput{{ID: Model, Step: 3}},
	}}
	b := imports.Run{PastRun: track.PastRun{
		ID: RunB, Name: "child", User: "ann", Status: "FAILED", Start: start + 5, End: start + 6, Trashed: true,
		Tags: map[string]string{"mlflow.parentRunId": RunA, "mlflow.runName": "child"}, ModelsIn: []string{Model},
	}}
	c := imports.Run{PastRun: track.PastRun{ID: RunC, Name: "open", User: "bob", Status: "RUNNING", Start: start, Trashed: true, Tags: map[string]string{"mlflow.runName": "open"}}}
	m := imports.Model{Place: "m", PastModel: track.PastModel{
		ID: Model, Name: "forest", ModelType: "agent", Run: RunA, Status: track.ModelReady, Made: start + 1, Tags: map[string]string{"kind": "rf"}, Params: []event.Param{{Key: "depth", Value: "7"}},
	}}
	return &Fixed{
		Place: "sample",
		List: []imports.Experiment{
			{ID: "0", Name: "Default", Made: start}, {ID: "7", Name: "lab/wine", Made: start - 1, Tags: map[string]string{"owner": "ann"}},
			{ID: "8", Name: "gone", Made: start, Deleted: true},
		},
		In:    map[string][]imports.Run{"7": {a, b}, "8": {c}},
		Made:  map[string][]imports.Model{"7": {m}},
		Lies:  map[string]map[string]string{"a": {"plot.png": "not really", "sub/deep/text.txt": "hello\n", "empty": ""}, "m": {"MLmodel": "flavors: {}\n"}},
		Names: registered(start),
	}
}

// registered are a model with versions of a run, of a logged model, and of another
// version; one without any; and a prompt.
func registered(start int64) []track.PastRegistered {
	prompt := func(more ...string) map[string]string {
		tags := map[string]string{"mlflow.prompt.is_prompt": "true"}
		for i := 0; i < len(more); i += 2 {
			tags[more[i]] = more[i+1]
		}
		return tags
	}
	return []track.PastRegistered{
		{NewRegisteredModel: track.NewRegisteredModel{Name: "ann's prompt", Made: start + 9, Tags: prompt()}, Versions: []track.PastVersion{
			{NewModelVersion: track.NewModelVersion{Number: 1, Source: "dummy-source", Made: start + 9, Tags: prompt("mlflow.prompt.text", "Say {{it}}.")}},
		}},
		{NewRegisteredModel: track.NewRegisteredModel{Name: "bare", Made: start + 8}},
		{
			NewRegisteredModel: track.NewRegisteredModel{Name: "wine", Description: "of the *lab*:\ntwo lines", Tags: map[string]string{"colour": "red"}, Made: start + 2},
			Aliases:            map[string]uint64{"champion": 2, "next-one": 4},
			Versions: []track.PastVersion{
				{User: "ann", Stage: track.StageArchived, NewModelVersion: track.NewModelVersion{
					Number: 1, Source: "file:///elsewhere/mlruns/7/" + RunA + "/artifacts/sub/deep", Run: RunA, Description: "the first", Tags: map[string]string{"checked": "yes"}, Made: start + 3,
				}},
				{User: "bob", Stage: track.StageProduction, NewModelVersion: track.NewModelVersion{
					Number: 2, Source: "models:/" + Model, Run: RunA, Made: start + 4, RunLink: "http://lab/run", Status: "FAILED_REGISTRATION", Message: "the disk was full",
				}},
				{Stage: track.StageNone, NewModelVersion: track.NewModelVersion{Number: 4, Source: "models:/wine/1", Run: RunA, Made: start + 5, Status: track.VersionReady}},
			},
		},
	}
}
