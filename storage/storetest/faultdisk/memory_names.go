package faultdisk

import (
	"math"
	"path/filepath"
	"strings"

	"dev.varve/backend/fault"
)

// MkdirAll makes a folder and its missing parents.
func (m *Memory) MkdirAll(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for path := filepath.Clean(name); path != filepath.Dir(path); path = filepath.Dir(path) {
		n, ok := m.nodes[path]
		switch {
		case ok && !n.dir:
			return fault.New(fault.Exists, "a file is in the way").On("create folder", name)
		case !ok:
			m.nodes[path] = &node{dir: true, changed: m.stamp()}
			delete(m.removed, path)
		}
	}
	return nil
}

// Rename moves a file or folder and replaces a file at the new name.
func (m *Memory) Rename(oldName, newName string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	from, to := filepath.Clean(oldName), filepath.Clean(newName)
	n, ok := m.nodes[from]
	if !ok {
		return fault.New(fault.NotFound, "there is no such file or folder").On("rename", oldName)
	}
	if err := m.parentOf("rename", newName); err != nil {
		return err
	}
	if there, ok := m.nodes[to]; ok && there.dir {
		return fault.New(fault.Exists, "a folder is in the way").On("rename", newName)
	}
	delete(m.nodes, from)
	m.nodes[to] = n
	delete(m.removed, to)
	if n.dir {
		for path, child := range m.nodes {
			if rest, ok := strings.CutPrefix(path, from+string(filepath.Separator)); ok {
				delete(m.nodes, path)
				m.nodes[filepath.Join(to, rest)] = child
			}
		}
	}
	return nil
}

// Remove deletes one file or one empty folder.
func (m *Memory) Remove(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	path := filepath.Clean(name)
	n, ok := m.nodes[path]
	if !ok {
		return fault.New(fault.NotFound, "there is no such file or folder").On("delete", name)
	}
	if n.dir {
		for other := range m.nodes {
			if filepath.Dir(other) == path {
				return fault.New(fault.Exists, "the folder is not empty").On("delete", name)
			}
		}
	}
	m.drop(path)
	return nil
}

// RemoveAll deletes a tree.
func (m *Memory) RemoveAll(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	path := filepath.Clean(name)
	for other := range m.nodes {
		if other == path || strings.HasPrefix(other, path+string(filepath.Separator)) {
			m.drop(other)
		}
	}
	return nil
}

// drop removes a name; a file among them may come back after a power cut.
func (m *Memory) drop(path string) {
	if n := m.nodes[path]; !n.dir {
		m.removed[path] = n
	}
	delete(m.nodes, path)
}

// Free tells how many bytes can still be written.
func (m *Memory) Free(string) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.room < 0 {
		return math.MaxInt64, nil
	}
	return max(m.room-m.used(), 0), nil
}
