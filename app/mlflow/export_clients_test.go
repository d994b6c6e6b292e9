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

// TestClientsExportToAServer exports the sample to a real server, twice, and imports
// it back from there.
func TestClientsExportToAServer(t *testing.T) {
	address := realServer(t, python(t, "mlflow-3"))
	rec := importstest.New(t)
	_, err := rec.Import(t.Context(), importstest.Sample(), imports.Options{})
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
	if done.Runs != 3 || done.Files != 4 || again.Runs != 0 || again.Same != 3 || again.Files != 0 {
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
