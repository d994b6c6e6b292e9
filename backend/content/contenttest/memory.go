// Package contenttest has what tests of content need: a store in memory, a
// folder in memory, and the tests that every content.Store passes.
package contenttest

import (
	"context"
	"slices"
	"sync"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// Memory is a content.Store in memory. Unlike others it checks in Put that
// the name is right, so that a caller that computes a wrong one is found.
type Memory struct {
	mu      sync.Mutex
	objects map[content.ID]object
	flushed int // objects that were there at the last Flush
}

type object struct {
	kind content.Kind
	data []byte
}

var _ content.Store = (*Memory)(nil)

// NewMemory makes an empty store.
func NewMemory() *Memory { return &Memory{objects: map[content.ID]object{}} }

// Put stores an object.
func (m *Memory) Put(ctx context.Context, kind content.Kind, id content.ID, data []byte) error {
	if err := content.Cancelled(ctx); err != nil {
		return err
	}
	switch {
	case len(data) == 0 || len(data) > content.MaxObject:
		return fault.New(fault.Invalid, "an object cannot have %d bytes", len(data))
	case content.Sum(kind, data) != id:
		return fault.New(fault.Internal, "an object was put under a wrong name")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.objects[id]; !ok {
		m.objects[id] = object{kind, slices.Clone(data)}
	}
	return nil
}

// Get returns a copy of an object.
func (m *Memory) Get(ctx context.Context, id content.ID) ([]byte, error) {
	if err := content.Cancelled(ctx); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	o, ok := m.objects[id]
	switch {
	case !ok:
		return nil, fault.New(fault.NotFound, "there is no object %s", id)
	case content.Sum(o.kind, o.data) != id:
		return nil, fault.New(fault.Corrupt, "the object %s is damaged", id)
	}
	return slices.Clone(o.data), nil
}

// Has reports whether an object is there.
func (m *Memory) Has(ctx context.Context, id content.ID) (bool, error) {
	if err := content.Cancelled(ctx); err != nil {
		return false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.objects[id]
	return ok, nil
}

// Flush notes that everything is safe.
func (m *Memory) Flush(ctx context.Context) error {
	if err := content.Cancelled(ctx); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.flushed = len(m.objects)
	return nil
}

// Unflushed is how many objects a power cut would take.
func (m *Memory) Unflushed() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.objects) - m.flushed
}

// Count is how many objects of a kind there are, and their bytes.
func (m *Memory) Count(kind content.Kind) (objects int, bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.objects {
		if o.kind == kind {
			objects, bytes = objects+1, bytes+int64(len(o.data))
		}
	}
	return objects, bytes
}

// IDs lists all objects of a kind, sorted.
func (m *Memory) IDs(kind content.Kind) []content.ID {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ids []content.ID
	for id, o := range m.objects {
		if o.kind == kind {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b content.ID) int { return slices.Compare(a[:], b[:]) })
	return ids
}

// Replace changes the bytes behind a name, as damage or an attacker would;
// nil removes the object.
func (m *Memory) Replace(id content.ID, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if data == nil {
		delete(m.objects, id)
		return
	}
	m.objects[id] = object{m.objects[id].kind, slices.Clone(data)}
}
