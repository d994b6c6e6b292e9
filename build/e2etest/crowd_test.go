//go:build e2e

package e2etest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestACrowd: one owner, two pages that listen, a script that records, and three
// people at their command lines, all at once. Nobody is turned away, nobody waits for
// long, and what each was told is there in the end.
func TestACrowd(t *testing.T) {
	h := newHome(t)
	s := h.serve()
	script := s.program(t, "")
	const rounds = 12

	heard := make([]int, 2)
	var pages, people sync.WaitGroup
	done := make(chan struct{})
	for page := range heard {
		pages.Go(func() {
			for since := 0; ; {
				select {
				case <-done:
					return
				default:
				}
				resp, err := http.Get(fmt.Sprintf("%s/api/varve/v1/events/poll?since=%d&wait=1", s.Address, since))
				if err != nil {
					t.Error(err)
					return
				}
				var batch struct{ Changes []struct{ Seq int } }
				err = json.NewDecoder(resp.Body).Decode(&batch)
				resp.Body.Close()
				if err != nil || resp.StatusCode != http.StatusOK {
					t.Errorf("a page was answered %s, %v", resp.Status, err)
					return
				}
				heard[page] += len(batch.Changes)
				if n := len(batch.Changes); n > 0 {
					since = batch.Changes[n-1].Seq
				}
			}
		})
	}
	ran := func(args ...string) string {
		began := time.Now()
		cmd := h.command(args...)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("varve %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("varve %s took %v", strings.Join(args, " "), took)
		}
		return string(out)
	}
	people.Go(func() { // one makes experiments,
		for i := range rounds {
			ran("experiments", "create", fmt.Sprintf("crowd/%d", i))
		}
	})
	people.Go(func() { // one labels the run,
		for i := range rounds {
			ran("runs", "tag", script.run, fmt.Sprintf("round=%d", i))
			ran("runs", "rename", script.run, fmt.Sprintf("round %d", i))
		}
	})
	people.Go(func() { // one reads,
		for range rounds {
			ran("runs", "list", "--tree")
			ran("metrics", script.run, "--json")
			ran("search", "metrics.epoch >= 0", "--json")
		}
	})
	people.Go(func() { // and the script goes on.
		for step := range 200 {
			script.log(t, step)
		}
	})
	people.Wait()
	close(done)
	pages.Wait()

	if n := strings.Count(h.run("metrics", script.run, "epoch"), "\n"); n != 201 {
		t.Errorf("%d lines of points, want a head and 200", n)
	}
	if n := strings.Count(h.run("experiments", "list"), "crowd/"); n != rounds {
		t.Errorf("%d experiments, want %d", n, rounds)
	}
	var edits []struct{ What, Value string }
	if err := json.Unmarshal([]byte(h.run("runs", "history", script.run, "--json")), &edits); err != nil || len(edits) != 2*rounds {
		t.Errorf("%d changes, want %d, %v", len(edits), 2*rounds, err)
	}
	if heard[0] == 0 || heard[1] == 0 {
		t.Errorf("the pages heard %v changes", heard)
	}
	script.kill()
	h.status(script.run, "lost")
	s.stop(t)
}
