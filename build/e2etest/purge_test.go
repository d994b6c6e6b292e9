//go:build e2e

package e2etest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// api sends one request of Varve's own interface.
func (s server) api(method, path string, body, out any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	answer, err := s.Do(method, "/api/varve/v1"+path, "application/json", data)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// upload puts an artifact.
func (s server) upload(t *testing.T, run, name string, data []byte) {
	t.Helper()
	if _, err := s.Do(http.MethodPut, artifact(run, name), "", data); err != nil {
		t.Fatal(err)
	}
}

func artifact(run, name string) string {
	return "/api/2.0/mlflow-artifacts/artifacts/0/" + run + "/artifacts/" + name
}

// noise is an artifact that does not compress, with a word in it.
func noise(word string, size int) []byte {
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte(append([]byte(word), make([]byte, 32)...))).Read(b)
	return append([]byte(word), b...)
}

// fill makes a run with a word in all that it records.
func (s server) fill(t *testing.T, word string) string {
	t.Helper()
	var out struct {
		Run struct {
			Info struct {
				RunID string `json:"run_id"`
			}
		}
	}
	err := s.Call("runs/create", map[string]any{"experiment_id": "0", "run_name": word, "start_time": 1}, &out)
	if err != nil {
		t.Fatal(err)
	}
	id := out.Run.Info.RunID
	metrics := make([]map[string]any, 300)
	for i := range metrics {
		metrics[i] = map[string]any{"key": "m " + word, "value": i, "timestamp": i, "step": i}
	}
	params := []map[string]string{{"key": "p", "value": word}}
	if err := s.Call("runs/log-batch", map[string]any{"run_id": id, "metrics": metrics, "params": params}, nil); err != nil {
		t.Fatal(err)
	}
	s.upload(t, id, "file", noise(word, 200_000))
	return id
}

// files lists the files of somebody that hold a word.
func (h *home) files(word string) (list []string) {
	h.t.Helper()
	for _, dir := range []string{h.ws, filepath.Join(h.dir, "cache")} {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return nil
			}
			data, err := os.ReadFile(path)
			if err == nil && bytes.Contains(data, []byte(word)) {
				list = append(list, path)
			}
			return nil
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
	return list
}

// settled waits until no job runs. None may have failed, unless
// its owner was killed.
func (s server) settled(t *testing.T) {
	t.Helper()
	for range 600 {
		var list struct {
			Jobs []struct {
				Kind, State, Title string
				Problem            any
			}
		}
		if err := s.api(http.MethodGet, "/jobs", nil, &list); err != nil {
			t.Fatal(err)
		}
		running := false
		for _, j := range list.Jobs {
			running = running || j.State == "running"
			if j.State == "failed" && !strings.Contains(fmt.Sprint(j.Problem), "Varve ended before this did") {
				t.Fatalf("a job failed: %+v", j)
			}
		}
		if !running {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("a job does not end")
}

// kept checks a run that nobody deletes.
func (s server) kept(t *testing.T, id, word string) {
	t.Helper()
	var out struct{ Metrics []struct{ Value float64 } }
	err := s.Get("metrics/get-history?run_id="+id+"&metric_key=m%20"+word, &out)
	if err != nil || len(out.Metrics) != 300 {
		t.Fatalf("run %s has %d points, %v", word, len(out.Metrics), err)
	}
	data, err := s.Do(http.MethodGet, artifact(id, "file"), "", nil)
	if err != nil || !bytes.Equal(data, noise(word, 200_000)) {
		t.Fatalf("the artifact of %s came back with %d bytes, %v", word, len(data), err)
	}
}

// TestAPurgeKilledAnywhere kills the owner at random moments of a purge, now and
// then without its index. What nobody deleted is always there; and the next owner
// finishes the work, until nothing of what was deleted is anywhere.
func TestAPurgeKilledAnywhere(t *testing.T) {
	h := newHome(t)
	keep := map[string]string{}
	const rounds = 10
	killed := 0
	within := 120 * time.Millisecond // about as long as a purge takes here, which is found out
	for round := range rounds {
		s := h.serve()
		for i := range 3 {
			word := fmt.Sprintf("KEPT-%d-%d", round, i)
			keep[word] = s.fill(t, word)
			gone := s.fill(t, fmt.Sprintf("SECRET-%d-%d", round, i))
			if err := s.Call("runs/delete", map[string]any{"run_id": gone}, nil); err != nil {
				t.Fatal(err)
			}
		}
		var j struct{ ID string }
		if err := s.api(http.MethodPost, "/trash/purge", map[string]any{"all": true}, &j); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(within)) // the moment of the kill
		s.Kill()
		if len(h.files("SECRET-")) > 0 {
			killed++
			within *= 2
		} else {
			within = max(within/2, time.Millisecond)
		}
		if round%3 == 2 {
			if err := os.RemoveAll(filepath.Join(h.dir, "cache")); err != nil {
				t.Fatal(err)
			}
		}
		s = h.serve()
		for word, id := range keep {
			s.kept(t, id, word)
		}
		if round%2 == 1 {
			s.settled(t)
		}
		s.Kill()
	}
	if killed == 0 {
		t.Error("no purge was killed before it had ended")
	}
	s := h.serve()
	s.settled(t)
	var j struct{ ID string }
	if err := s.api(http.MethodPost, "/trash/purge", map[string]any{"all": true}, &j); err != nil { // of a round whose tombstones were not written yet
		t.Fatal(err)
	}
	s.settled(t)
	if list := h.files("SECRET-"); len(list) > 0 {
		t.Errorf("what was deleted is still in %s", strings.Join(list, ", "))
	}
	for word, id := range keep {
		s.kept(t, id, word)
	}
	s.Kill()
	before, after := h.run("doctor"), h.run("doctor", "--rebuild")
	if line(before, "State") != line(after, "State") || !strings.Contains(before, "Everything is well.") || !strings.Contains(after, "Everything is well.") {
		t.Fatalf("before the rebuild:\n%s\nafter it:\n%s", before, after)
	}
	t.Logf("%d rounds, %d purges killed before they had ended", rounds, killed)
}

// TestPurgesWhileOthersStore purges again and again while clients store the same few
// contents in runs that stay and in runs that go: whatever was acknowledged for one that
// stays is there.
func TestPurgesWhileOthersStore(t *testing.T) {
	h := newHome(t)
	s := h.serve()
	content := func(n int) []byte { return noise(fmt.Sprintf("CONTENT-%d", n), 60_000) }
	var mu sync.Mutex
	kept := map[string]int{}
	done := make(chan struct{})
	var clients sync.WaitGroup
	for range 3 {
		clients.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				var out struct {
					Run struct {
						Info struct {
							RunID string `json:"run_id"`
						}
					}
				}
				if err := s.Call("runs/create", map[string]any{"experiment_id": "0", "start_time": 1}, &out); err != nil {
					t.Error(err)
					return
				}
				id, n := out.Run.Info.RunID, rand.IntN(12)
				s.upload(t, id, "file", content(n))
				if rand.IntN(3) > 0 {
					if err := s.Call("runs/delete", map[string]any{"run_id": id}, nil); err != nil {
						t.Error(err)
						return
					}
					continue
				}
				mu.Lock()
				kept[id] = n
				mu.Unlock()
			}
		})
	}
	const purges = 12
	for range purges {
		var j struct{ ID string }
		if err := s.api(http.MethodPost, "/trash/purge", map[string]any{"all": true}, &j); err != nil {
			t.Fatal(err)
		}
		s.settled(t)
	}
	close(done)
	clients.Wait()
	for id, n := range kept {
		data, err := s.Do(http.MethodGet, artifact(id, "file"), "", nil)
		if err != nil || !bytes.Equal(data, content(n)) {
			t.Fatalf("the artifact of %s came back with %d bytes, %v", id, len(data), err)
		}
	}
	s.Kill()
	if said, err := h.rig().Run("doctor", "--rebuild"); err != nil || !strings.Contains(said, "Everything is well.") {
		t.Fatalf("%v\n%s", err, said)
	}
	t.Logf("%d purges, %d runs stayed", purges, len(kept))
}
