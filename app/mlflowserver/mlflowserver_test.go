package mlflowserver_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dev.varve/app/mlflow"
	"dev.varve/app/mlflowserver"
	"dev.varve/backend/artifact"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
)

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// files lets the door read what a record has put.
type files struct{ *importstest.Record }

type opened struct{ *bytes.Reader }

func (opened) Close() error { return nil }

func (f files) Open(_ context.Context, content []byte) (io.ReadSeekCloser, error) {
	return opened{bytes.NewReader([]byte(f.Text(event.ArtifactPut{Content: content})))}, nil
}

// served is a server of MLflow that holds the sample.
func served(t *testing.T, before func(http.ResponseWriter, *http.Request) bool) *mlflowserver.Source {
	t.Helper()
	rec := importstest.New(t)
	_, err := rec.Import(t.Context(), importstest.Sample(), imports.Options{})
	noError(t, err)
	door := mlflow.New(mlflow.Options{Tracker: rec.Tracker, Artifacts: &artifact.Places{Records: rec.Tracker, Bytes: files{rec}}, Version: "3"})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if before == nil || !before(w, r) {
			door.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	s, err := mlflowserver.Open(server.URL)
	noError(t, err)
	t.Cleanup(func() { noError(t, s.Close()) })
	return s
}

// TestConformance reads the sample from a server. Runs of a deleted experiment are
// deleted there, too; where an experiment was imported from is a tag there. Who made a
// version is not told.
func TestConformance(t *testing.T) {
	importstest.Conformance(t, served(t, nil), func(sample *importstest.Fixed) {
		for _, m := range sample.Names {
			for i := range m.Versions {
				m.Versions[i].User = ""
			}
		}
	})
}

// TestServersWithoutARegistry have none, or none of prompts.
func TestServersWithoutARegistry(t *testing.T) {
	for _, c := range []struct {
		status int
		only   string // of the query
		models int
	}{{http.StatusNotFound, "", 0}, {http.StatusBadRequest, "is_prompt", 2}} {
		s := served(t, func(w http.ResponseWriter, r *http.Request) bool {
			refused := strings.HasSuffix(r.URL.Path, "registered-models/search") && strings.Contains(r.URL.RawQuery, c.only)
			if refused {
				http.Error(w, "no", c.status)
			}
			return refused
		})
		done, err := importstest.New(t).Import(t.Context(), s, imports.Options{})
		noError(t, err)
		if done.Registered != c.models || done.Runs != 3 || done.Left != 0 {
			t.Errorf("%d %s: %+v", c.status, c.only, done)
		}
	}
}

// TestAServerThatFailsNowAndThen refuses every third request at first.
func TestAServerThatFailsNowAndThen(t *testing.T) {
	var n atomic.Int64
	s := served(t, func(w http.ResponseWriter, _ *http.Request) bool {
		if n.Add(1)%3 != 0 {
			return false
		}
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return true
	})
	s.Wait(func(context.Context, time.Duration) error { return nil })
	done, err := importstest.New(t).Import(t.Context(), s, imports.Options{})
	noError(t, err)
	if done.Runs != 3 || done.Files != 4 || done.Left != 0 {
		t.Errorf("%+v", done)
	}
}

// TestHostileServers answer with what leads elsewhere, without end, or too much.
func TestHostileServers(t *testing.T) {
	for name, c := range map[string]struct {
		path, answer string
		want         string // in the error, or in what is left out
	}{
		"paths":        {"artifacts/list", `{"files":[{"path":"../../etc/passwd","file_size":1},{"path":"/etc/passwd","file_size":1},{"path":"a\\b"}]}`, "its path leads elsewhere"},
		"pages":        {"experiments/search", `{"experiments":[],"next_page_token":"x"}`, "the same page again and again"},
		"no JSON":      {"experiments/search", `<html>`, "does not answer as MLflow does"},
		"folders":      {"artifacts/list", `{"files":[{"path":"a","is_dir":true}]}`, "leads elsewhere"},
		"a wrong run":  {"runs/search", `{"runs":[{"info":{"run_id":"../x","status":"FINISHED"}}]}`, "Invalid value"},
		"much at once": {"experiments/search", strings.Repeat(" ", 65<<20), "has more than"},
	} {
		t.Run(name, func(t *testing.T) {
			s := served(t, func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.Contains(r.URL.Path, c.path) {
					return false
				}
				fmt.Fprint(w, c.answer)
				return true
			})
			done, err := importstest.New(t).Import(t.Context(), s, imports.Options{})
			said := fmt.Sprint(err, done.Skipped)
			if !strings.Contains(said, c.want) {
				t.Errorf("it says %s", said)
			}
		})
	}
}

// TestPasswordsStayWithTheirServer follows no way to another one.
func TestPasswordsStayWithTheirServer(t *testing.T) {
	var leaked atomic.Bool
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _, ok := r.BasicAuth()
		leaked.Store(leaked.Load() || ok)
	}))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, password, ok := r.BasicAuth(); !ok || name != "ann" || password != "secret" {
			t.Errorf("%s %s", name, password)
		}
		http.Redirect(w, r, other.URL+"/x", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	s, err := mlflowserver.Open(strings.Replace(server.URL, "://", "://ann:secret@", 1))
	noError(t, err)
	defer s.Close()
	if _, err := s.Experiments(t.Context(), nil); err == nil || leaked.Load() || strings.Contains(err.Error()+s.About().Place, "secret") {
		t.Errorf("%v, told to another server: %v", err, leaked.Load())
	}
}

func TestWhatIsNoAddress(t *testing.T) {
	for _, address := range []string{"", "here", "ftp://x", "http://", "file:///etc/passwd"} {
		if _, err := mlflowserver.Open(address); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", address, err)
		}
	}
}
