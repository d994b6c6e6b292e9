package faultdisk

import (
	"io"
	"slices"

	"dev.varve/backend/fault"
)

// memFile is an open file of a Memory disk. It keeps working after its name
// was removed, as on Unix.
type memFile struct {
	disk   *Memory
	name   string
	node   *node
	write  bool
	closed bool
}

func (f *memFile) usable(op string, write bool) error {
	switch {
	case f.closed:
		return fault.New(fault.Internal, "the file is closed").On(op, f.name)
	case write && !f.write:
		return fault.New(fault.Denied, "the file is open for reading only").On(op, f.name)
	}
	return nil
}

// ReadAt reads what programs see.
func (f *memFile) ReadAt(p []byte, off int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.usable("read", false); err != nil {
		return 0, err
	}
	if off >= int64(len(f.node.data)) {
		return 0, io.EOF
	}
	n := copy(p, f.node.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// WriteAt writes as much as there is room for.
func (f *memFile) WriteAt(p []byte, off int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.usable("write", true); err != nil {
		return 0, err
	}
	want := len(p)
	extra := off + int64(want) - int64(len(f.node.data))
	full := f.disk.grow("write", f.name, extra)
	if full != nil {
		left := max(f.disk.room-f.disk.used(), 0)
		p = p[:max(0, min(int64(want), int64(len(f.node.data))+left-off))]
	}
	if len(p) > 0 {
		f.change(change{off: off, data: slices.Clone(p)})
	}
	return len(p), full
}

// Truncate sets the length.
func (f *memFile) Truncate(size int64) error { return f.setSize("truncate", size, false) }

// Preallocate sets the length to at least size.
func (f *memFile) Preallocate(size int64) error { return f.setSize("reserve space for", size, true) }

func (f *memFile) setSize(op string, size int64, growOnly bool) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.usable(op, true); err != nil {
		return err
	}
	now := int64(len(f.node.data))
	if growOnly && size <= now {
		return nil
	}
	if err := f.disk.grow(op, f.name, size-now); err != nil {
		return err
	}
	f.change(change{size: size})
	return nil
}

func (f *memFile) change(c change) {
	f.node.data = c.apply(f.node.data)
	f.node.waiting = append(f.node.waiting, c)
	f.node.changed = f.disk.stamp()
}

// Sync makes everything that is waiting durable.
func (f *memFile) Sync() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.usable("sync", false); err != nil {
		return err
	}
	for _, c := range f.node.waiting {
		f.node.durable = c.apply(f.node.durable)
	}
	f.node.waiting = nil
	return nil
}

// failSync is a sync that went wrong: what was waiting counts as written from
// now on, and is not.
func (f *memFile) failSync() {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	f.node.waiting = nil
}

// Size is the present length.
func (f *memFile) Size() (int64, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.usable("look at", false); err != nil {
		return 0, err
	}
	return int64(len(f.node.data)), nil
}

// Close ends the use of the file. It does not sync.
func (f *memFile) Close() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.usable("close", false); err != nil {
		return err
	}
	f.closed = true
	return nil
}
