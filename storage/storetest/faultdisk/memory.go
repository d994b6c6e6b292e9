package faultdisk

import (
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Memory is a host.Disk in memory that keeps apart what programs see and what
// would survive a power cut. It keeps the promises of host.Disk and not one
// more:
//
//   - names made by Create, MkdirAll, Rename and WriteFile survive at once;
//   - a removed name may come back, with the synced content it had;
//   - bytes and lengths survive only after a good Sync;
//   - bytes that were waiting when a Sync failed are readable until the power
//     cut and then gone, however many good Syncs follow, unless they are
//     written again (this is what Linux does).
type Memory struct {
	mu      sync.Mutex
	nodes   map[string]*node
	removed map[string]*node // names that a power cut may bring back
	room    int64            // bytes that files may have in all; negative: no limit
	tick    int64            // stands in for time: every change has its own
}

// node is a file or a folder.
type node struct {
	dir     bool
	mode    fs.FileMode
	data    []byte // what programs see
	durable []byte // what the platter has
	waiting []change
	changed int64
}

// change is one write, or one new length, since the last Sync.
type change struct {
	off  int64
	data []byte
	size int64 // the new length, if data is nil
}

var _ host.Disk = (*Memory)(nil)

// NewMemory makes an empty disk without a limit on its size.
func NewMemory() *Memory {
	return &Memory{nodes: map[string]*node{}, removed: map[string]*node{}, room: -1}
}

// SetFree lets the disk take that many bytes more and then be full. A negative
// number takes the limit away.
func (m *Memory) SetFree(n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n >= 0 {
		n += m.used()
	}
	m.room = n
}

// Corrupt changes bytes of a file behind everybody's back, as a failing disk
// does: what programs see and what survives a power cut.
func (m *Memory) Corrupt(name string, change func(data []byte) []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find("corrupt", name, false)
	if err != nil {
		return err
	}
	n.data = change(slices.Clone(n.data))
	n.durable, n.waiting = slices.Clone(n.data), nil
	return nil
}

// PowerCut returns what a machine would find after losing power now: the
// synced bytes, and of the unsynced ones whatever rnd chooses, in any order
// and torn at any byte. With a nil rnd no unsynced byte survives. The disk
// itself stays as it is, so that many cuts can be tried at one moment.
func (m *Memory) PowerCut(rnd *rand.Rand) *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	after := NewMemory()
	after.room, after.tick = m.room, m.tick
	for _, name := range slices.Sorted(maps.Keys(m.nodes)) {
		after.nodes[name] = m.nodes[name].afterCut(rnd)
	}
	for _, name := range slices.Sorted(maps.Keys(m.removed)) {
		if _, there := after.nodes[name]; !there && rnd != nil && rnd.IntN(2) == 0 {
			after.nodes[name] = m.removed[name].afterCut(rnd)
		}
	}
	return after
}

func (n *node) afterCut(rnd *rand.Rand) *node {
	image := slices.Clone(n.durable)
	if rnd != nil {
		for _, c := range n.waiting {
			if rnd.IntN(2) == 0 {
				continue
			}
			if c.data != nil && rnd.IntN(3) == 0 {
				c.data = c.data[:rnd.IntN(len(c.data)+1)]
			}
			image = c.apply(image)
		}
	}
	return &node{dir: n.dir, mode: n.mode, data: image, durable: slices.Clone(image), changed: n.changed}
}

func (c change) apply(image []byte) []byte {
	if c.data == nil {
		return resize(image, c.size)
	}
	if end := c.off + int64(len(c.data)); end > int64(len(image)) {
		image = resize(image, end)
	}
	copy(image[c.off:], c.data)
	return image
}

func resize(b []byte, size int64) []byte {
	if size <= int64(len(b)) {
		return b[:size]
	}
	return append(b, make([]byte, size-int64(len(b)))...)
}

// used must be called with the lock held.
func (m *Memory) used() int64 {
	var sum int64
	for _, n := range m.nodes {
		sum += int64(len(n.data))
	}
	return sum
}

// grow says whether there is room for extra bytes. The lock must be held.
func (m *Memory) grow(op, name string, extra int64) error {
	if extra > 0 && m.room >= 0 && m.used()+extra > m.room {
		return fault.New(fault.NoSpace, "the disk is full").On(op, name)
	}
	return nil
}

func (m *Memory) find(op, name string, dir bool) (*node, error) {
	n, ok := m.nodes[filepath.Clean(name)]
	switch {
	case !ok:
		return nil, fault.New(fault.NotFound, "there is no such file or folder").On(op, name)
	case n.dir != dir:
		return nil, fault.New(fault.Internal, "it is a folder where a file is wanted, or the reverse").On(op, name)
	}
	return n, nil
}

func (m *Memory) stamp() int64 { m.tick++; return m.tick }

func (m *Memory) parentOf(op, name string) error {
	parent := filepath.Dir(filepath.Clean(name))
	if parent == filepath.Dir(parent) {
		return nil // the top of the disk is always there
	}
	_, err := m.find(op, parent, true)
	return err
}

// Open opens an existing file for reading.
func (m *Memory) Open(name string) (host.File, error) { return m.open("open", name, false) }

// OpenWrite opens an existing file for reading and writing.
func (m *Memory) OpenWrite(name string) (host.File, error) { return m.open("open", name, true) }

func (m *Memory) open(op, name string, write bool) (host.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find(op, name, false)
	if err != nil {
		return nil, err
	}
	return &memFile{disk: m, name: name, node: n, write: write}, nil
}

// Create makes a new file.
func (m *Memory) Create(name string) (host.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.parentOf("create", name); err != nil {
		return nil, err
	}
	clean := filepath.Clean(name)
	if _, ok := m.nodes[clean]; ok {
		return nil, fault.New(fault.Exists, "there is a file of that name already").On("create", name)
	}
	if err := m.grow("create", name, 1); err != nil {
		return nil, err
	}
	n := &node{mode: 0o644, changed: m.stamp()}
	m.nodes[clean] = n
	delete(m.removed, clean)
	return &memFile{disk: m, name: name, node: n, write: true}, nil
}

// ReadFile returns the whole content of a small file.
func (m *Memory) ReadFile(name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find("read", name, false)
	if err != nil {
		return nil, err
	}
	return slices.Clone(n.data), nil
}

// WriteFile replaces a small file at once and durably.
func (m *Memory) WriteFile(name string, data []byte, mode fs.FileMode) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.parentOf("write", name); err != nil {
		return err
	}
	if err := m.grow("write", name, int64(len(data))); err != nil {
		return err
	}
	clean := filepath.Clean(name)
	if n, ok := m.nodes[clean]; ok && n.dir {
		return fault.New(fault.Internal, "it is a folder").On("write", name)
	}
	m.nodes[clean] = &node{mode: mode, data: slices.Clone(data), durable: slices.Clone(data), changed: m.stamp()}
	delete(m.removed, clean)
	return nil
}

// ReadDir lists a folder, sorted by name.
func (m *Memory) ReadDir(name string) ([]fs.DirEntry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.find("list", name, true); err != nil {
		return nil, err
	}
	var entries []fs.DirEntry
	for path, n := range m.nodes {
		if filepath.Dir(path) == filepath.Clean(name) {
			entries = append(entries, fs.FileInfoToDirEntry(n.info(path)))
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// Stat describes what is at name.
func (m *Memory) Stat(name string) (fs.FileInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, ok := m.nodes[filepath.Clean(name)]
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no such file or folder").On("look at", name)
	}
	return n.info(name), nil
}

func (n *node) info(path string) fs.FileInfo {
	return info{name: filepath.Base(path), size: int64(len(n.data)), dir: n.dir, mode: n.mode, at: n.changed}
}

// info is the fs.FileInfo of a node at one moment.
type info struct {
	name string
	size int64
	dir  bool
	mode fs.FileMode
	at   int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) ModTime() time.Time { return time.Unix(i.at, 0) }
func (i info) IsDir() bool        { return i.dir }
func (i info) Sys() any           { return nil }
func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o755
	}
	return i.mode
}
