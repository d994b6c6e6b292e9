//go:build linux

// Package record knows what clients of an owner were told is kept, and what an
// owner shows, both as a flat map from facts to values, and compares them.
package record

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Facts are what is known of a record: "run/<id>/param/lr" is "0.1". What is
// not there has no entry.
type Facts map[string]string

// Differences names, in a stable order, what two records do not have in
// common, ten facts at most.
func (f Facts) Differences(other Facts) []string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(f)) {
		if got, ok := other[key]; !ok {
			list = append(list, key+" is missing")
		} else if got != f[key] {
			list = append(list, fmt.Sprintf("%s is %q, not %q", key, short(got), short(f[key])))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(other)) {
		if _, ok := f[key]; !ok {
			list = append(list, fmt.Sprintf("%s is there: %q", key, short(other[key])))
		}
	}
	if n := len(list); n > 10 {
		list = append(list[:10], fmt.Sprintf("and %d more", n-10))
	}
	return list
}

func short(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

// Model is what clients were told. Several clients write to it, each about
// runs of its own.
type Model struct {
	mu    sync.Mutex
	sure  Facts
	maybe map[string][]string // values that were sent since the last sure one, and not acknowledged
	acked int
	open  map[string]bool // runs whose creation was acknowledged

	left      []string        // that stay in the trash
	forgotten map[string]bool // that may be gone
}

// NewModel returns the model of an empty record.
func NewModel() *Model {
	return &Model{sure: Facts{}, maybe: map[string][]string{}, open: map[string]bool{}, forgotten: map[string]bool{}}
}

// Copy returns a model that goes its own way from here.
func (m *Model) Copy() *Model {
	m.mu.Lock()
	defer m.mu.Unlock()
	maybe := map[string][]string{}
	for k, v := range m.maybe {
		maybe[k] = slices.Clone(v)
	}
	return &Model{sure: maps.Clone(m.sure), maybe: maybe, acked: m.acked, open: maps.Clone(m.open), left: slices.Clone(m.left), forgotten: maps.Clone(m.forgotten)}
}

// A change is facts that one request sets; an empty value takes one away.
type change = Facts

// do makes one request. Its facts may be so from now on; they are sure when it
// is acknowledged.
func (m *Model) do(c change, request func() error) error {
	m.mu.Lock()
	for k, v := range c {
		m.maybe[k] = append(m.maybe[k], v)
	}
	m.mu.Unlock()
	if err := request(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.acked++
	for k, v := range c {
		delete(m.maybe, k)
		if v == "" {
			delete(m.sure, k)
		} else {
			m.sure[k] = v
		}
	}
	return nil
}

// created notes a run, which has a name only now.
func (m *Model) created(id string, c change) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.acked++
	m.open[id] = true
	for k, v := range c {
		m.sure["run/"+id+"/"+k] = v
	}
}

// Acked is how many requests were acknowledged.
func (m *Model) Acked() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.acked
}

// Runs lists the runs that were acknowledged.
func (m *Model) Runs() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(maps.Keys(m.open))
}

// Has reports whether a fact was acknowledged.
func (m *Model) Has(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, sure := m.sure[key]
	return sure
}

// Wrong names what an owner shows otherwise than clients were told, of one
// run; shown are the facts about it. At most ten are named.
func (m *Model) Wrong(id string, shown Facts) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	prefix := "run/" + id + "/"
	var list []string
	for _, key := range slices.Sorted(maps.Keys(m.sure)) {
		if !strings.HasPrefix(key, prefix) {
			continue
		}
		got := shown[key] // none: it was taken away, perhaps by a request that was cut off
		if got != m.sure[key] && !slices.Contains(m.maybe[key], got) {
			list = append(list, fmt.Sprintf("%s is %q; %q was acknowledged", key, short(got), short(m.sure[key])))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(shown)) {
		_, sure := m.sure[key]
		if !sure && strings.HasPrefix(key, prefix) && !slices.Contains(m.maybe[key], shown[key]) {
			list = append(list, fmt.Sprintf("%s is %q; nobody sent that", key, short(shown[key])))
		}
	}
	return list[:min(len(list), 10)]
}
