package track

import (
	"slices"
	"strings"
	"sync"
)

// Memory is a Store that lives and dies with the process: an agent's, whose
// journal is all that it leaves behind.
type Memory struct {
	mu    sync.RWMutex
	keys  []string // sorted
	value map[string][]byte
}

// NewMemory returns an empty store.
func NewMemory() *Memory { return &Memory{value: map[string][]byte{}} }

// Get returns the value of a key.
func (m *Memory) Get(key string) ([]byte, bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	v, ok := m.value[key]
	return v, ok, nil
}

// Scan calls fn for each key with the prefix, in order.
func (m *Memory) Scan(prefix string, fn func(string, []byte) error) error {
	m.mu.RLock()
	from, _ := slices.BinarySearch(m.keys, prefix)
	var pairs []Pair
	for _, k := range m.keys[from:] {
		if !strings.HasPrefix(k, prefix) {
			break
		}
		pairs = append(pairs, Pair{Key: k, Value: m.value[k]})
	}
	m.mu.RUnlock()
	for _, p := range pairs {
		if err := fn(p.Key, p.Value); err != nil {
			return err
		}
	}
	return nil
}

// Write applies all pairs.
func (m *Memory) Write(pairs []Pair) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range pairs {
		i, found := slices.BinarySearch(m.keys, p.Key)
		switch {
		case p.Value == nil && found:
			m.keys = slices.Delete(m.keys, i, i+1)
			delete(m.value, p.Key)
		case p.Value != nil:
			if !found {
				m.keys = slices.Insert(m.keys, i, p.Key)
			}
			m.value[p.Key] = p.Value
		}
	}
	return nil
}
