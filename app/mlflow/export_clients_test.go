//go:build clients

package mlflow_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"dev.varve/app/mlflowserver"
	"dev.varve/backend/exports"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
)

// TestClientsExportToAServer exports the sample to real servers, twice, and imports
// it back from there.
func TestClientsExportToAServer(t *testing.T) {
	for _, name := range []string{"mlflow-2", "mlflow-3"} {
		t.Run(name, func(t *testing.T) { exportToServer(t, realServer(t, python(t, name)), name == "mlflow-3") })
	}
}

// exportToServer does it with one server, which keeps logged models from MLflow 3 on.
func exportToServer(t *testing.T, address string, keepsModels bool) {
	t.Helper()
	sample := importstest.Sample()
	if !keepsModels {
		withoutModels(sample)
	}
	rec := importstest.New(t)
	_, err := rec.Import(t.Context(), sample, imports.Options{})
	noError(t, err)
	send := func() exports.Done {
		sink, err := mlflowserver.Into(address)
		noError(t, err)
		done, err := rec.Export(t.Context(), exports.Selection{Trash: true}, sink)
		noError(t, errors.Join(err, sink.Close()))
		return done
	}
	done := send()
	for _, s := range done.Skipped {
		t.Errorf("left out: %s: %s", s.Where, s.Why)
	}
	again := send()
	if files := 3 + int64(len(sample.Made)); done.Runs != 3 || done.Files != files || again.Runs != 0 || again.Same != 3 || again.Files != 0 {
		t.Errorf("at first %+v, then %+v", done, again)
	}
	back := importstest.New(t)
	source, err := mlflowserver.Open(address)
	noError(t, err)
	_, err = back.Import(t.Context(), source, imports.Options{})
	noError(t, errors.Join(err, source.Close()))
	// Which models runs read, servers tell of single runs alone.
	told := func(rec *importstest.Record) string { return without(importstest.Told(t, rec), " read model m-") }
	want, got := told(rec), told(back)
	if got != want {
		t.Errorf("there is\n%s\nand not\n%s", got, want)
	}
	if dump := back.Dump(t); !strings.Contains(dump, "version 1 [] Archived") || !strings.Contains(dump, "version 4 [next-one] None") {
		t.Errorf("versions of the registered model:\n%s", dump)
	}
}

// withoutModels leaves out what MLflow 2 has no place for. A version of a logged
// model is one of the run's files.
func withoutModels(f *importstest.Fixed) {
	f.Made = nil
	for _, runs := range f.In {
		for i := range runs {
			runs[i].ModelsIn, runs[i].ModelsOut = nil, nil
			for j := range runs[i].Metrics {
				m := &runs[i].Metrics[j]
				m.Model, m.Dataset, m.Digest = "", "", ""
			}
		}
	}
	for i := range f.Names {
		for j := range f.Names[i].Versions {
			if v := &f.Names[i].Versions[j]; v.Source == "models:/"+importstest.Model {
				v.Source = f.Names[i].Versions[0].Source
			}
		}
	}
}

// without leaves out lines with any of some words.
func without(text string, words ...string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(line, w) }) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
