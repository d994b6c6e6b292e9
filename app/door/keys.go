package door

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"dev.varve/backend/chart"
	"dev.varve/backend/track"
)

// keyrings remember the keys of params and metrics of the runs that a table
// shows, so that not every question looks at every value of every run: keys of
// a run only become more, and their number tells whether they have.
type keyrings struct {
	mu    sync.Mutex
	rings map[string]*keyring // by the question
}

// manyRings is how many questions are remembered: tables that are open.
const manyRings = 16

// of returns the ring of one question.
func (k *keyrings) of(in *runsQuery) *keyring {
	name := strings.Join(in.Experiment, " ")
	if in.Trashed {
		name += " trashed"
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	r := k.rings[name]
	if r == nil {
		if k.rings == nil || len(k.rings) == manyRings {
			k.rings = map[string]*keyring{}
		}
		r = &keyring{}
		k.rings[name] = r
	}
	return r
}

// keyring are the keys of the runs of one question.
type keyring struct {
	mu      sync.Mutex
	params  map[string]struct{}
	metrics map[string]struct{}
	known   map[string]counts // by run
	visited int
}

type counts struct{ params, metrics int }

// walk returns the sorted keys of all runs that fn visits. fn is called again
// if runs have left since the last walk, since their keys have to be forgotten.
func (k *keyring) walk(fn func(visit func(*track.Run))) (params, metrics []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for {
		k.visited = 0
		fn(k.visit)
		if k.visited >= len(k.known) {
			return sorted(k.params), sorted(k.metrics)
		}
		k.params, k.metrics, k.known = nil, nil, nil
	}
}

func sorted(keys map[string]struct{}) []string {
	return append([]string{}, slices.Sorted(maps.Keys(keys))...)
}

// visit looks at the keys of a run, if they have become more.
func (k *keyring) visit(r *track.Run) {
	if k.known == nil {
		k.params, k.metrics, k.known = map[string]struct{}{}, map[string]struct{}{}, map[string]counts{}
	}
	k.visited++
	now := counts{len(r.Params), len(r.Metrics)}
	if before, seen := k.known[r.ID]; seen && before == now {
		return
	}
	k.known[r.ID] = now
	for key := range r.Params {
		k.params[key] = struct{}{}
	}
	for key := range r.Metrics {
		if !chart.System(key) {
			k.metrics[key] = struct{}{}
		}
	}
}
