package mlflowserver_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dev.varve/app/mlflow"
	"dev.varve/app/mlflowserver"
	"dev.varve/backend/artifact"
	"dev.varve/backend/exports"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports/importstest"
)

// empty is a server of MLflow with nothing on it, and its record.
func empty(t *testing.T, before func(http.ResponseWriter, *http.Request) bool) (*importstest.Record, string) {
	t.Helper()
	rec := importstest.New(t)
	door := mlflow.New(mlflow.Options{Tracker: rec.Tracker, Artifacts: &artifact.Places{Records: rec.Tracker, Bytes: rec}, Version: "3"})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if before == nil || !before(w, r) {
			door.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return rec, server.URL
}

// export writes a record to a server.
func export(t *testing.T, rec *importstest.Record, address string) exports.Done {
	t.Helper()
	sink, err := mlflowserver.Into(address)
	noError(t, err)
	sink.Wait(func(context.Context, time.Duration) error { return nil })
	noError(t, sink.Check(t.Context()))
	done, err := rec.Export(t.Context(), exports.Selection{Trash: true}, sink)
	noError(t, errors.Join(err, sink.Close()))
	return done
}

// TestExport brings the sample to a server and compares, twice: the second time
// nothing is written.
func TestExport(t *testing.T) {
	rec := importstest.Filled(t)
	there, address := empty(t, nil)
	done := export(t, rec, address)
	if done.Runs != 3 || done.Models != 1 || done.Files != 4 || done.Versions != 4 || done.Left != 0 {
		t.Errorf("%+v", done)
	}
	if got, want := importstest.Told(t, there), importstest.Told(t, rec); got != want {
		t.Errorf("there is\n%s\nand not\n%s", got, want)
	}
	before := there.Dump(t)
	if again := export(t, rec, address); again.Runs != 0 || again.Same != 3 || again.Models != 0 || again.Files != 0 || again.Left != 0 {
		t.Errorf("again: %+v", again)
	}
	if now := there.Dump(t); now != before {
		t.Errorf("exporting again has changed\n%s\nto\n%s", before, now)
	}
	for _, want := range []string{
		`registered wine trashed=false`, `version 2 [champion] Production`, `version 4 [next-one] None`, `version 1 [] Archived`, "checked:yes", `"the first"`, "mlflow.prompt.text:Say {{it}}.",
		`experiment gone trashed=true`, `owner:ann`,
	} {
		if !strings.Contains(before, want) {
			t.Errorf("%q is not in\n%s", want, before)
		}
	}
}

// TestAnExportThatBreaksOff fails at each request in turn, and is repeated: nothing is
// there twice.
func TestAnExportThatBreaksOff(t *testing.T) {
	rec := importstest.Filled(t)
	want := importstest.Told(t, rec)
	var n, fail atomic.Int64
	there, address := empty(t, func(w http.ResponseWriter, _ *http.Request) bool {
		broken := n.Add(1) == fail.Load()
		if broken {
			http.Error(w, `{"message":"no more"}`, http.StatusForbidden)
		}
		return broken
	})
	whole := false
	for at := int64(1); at < 300 && !whole; at += 7 {
		n.Store(0)
		fail.Store(at)
		sink, err := mlflowserver.Into(address)
		noError(t, err)
		_, err = rec.Export(t.Context(), exports.Selection{Trash: true}, sink)
		whole = err == nil
		if err != nil && !errors.Is(err, fault.Denied) {
			t.Fatalf("at request %d: %v", at, err)
		}
		noError(t, sink.Close())
	}
	fail.Store(0)
	export(t, rec, address)
	if got := importstest.Told(t, there); !whole || got != want {
		t.Errorf("there is\n%s\nand not\n%s", got, want)
	}
}

// TestServersThatRefuseThings take no artifacts, no logged models, or not that param.
func TestServersThatRefuseThings(t *testing.T) {
	for name, c := range map[string]struct {
		path, body string
		status     int
		want       string
		runs       int
	}{
		"no artifacts":     {"mlflow-artifacts", "", http.StatusNotFound, "the server takes no artifacts", 3},
		"no logged models": {"logged-models", "", http.StatusNotFound, "MLflow has them from version 3 on", 3},
		"no stages":        {"transition-stage", "", http.StatusBadRequest, "stage of version 2", 3},
		"no inputs":        {"log-inputs", "", http.StatusBadRequest, "its data sets", 3},
	} {
		t.Run(name, func(t *testing.T) {
			_, address := empty(t, func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.Contains(r.URL.Path, c.path) {
					return false
				}
				http.Error(w, `{"message":"not here"}`, c.status)
				return true
			})
			done := export(t, importstest.Filled(t), address)
			var said strings.Builder
			for _, s := range done.Skipped {
				said.WriteString(s.Where + ": " + s.Why + "\n")
			}
			if done.Runs != c.runs || !strings.Contains(said.String(), c.want) {
				t.Errorf("%+v, left out:\n%s", done, said.String())
			}
		})
	}
}

// TestNoServer asks where none is.
func TestNoServer(t *testing.T) {
	sink, err := mlflowserver.Into("http://127.0.0.1:1")
	noError(t, err)
	sink.Wait(func(context.Context, time.Duration) error { return nil })
	if err := sink.Check(t.Context()); !errors.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("it says %v", err)
	}
}
