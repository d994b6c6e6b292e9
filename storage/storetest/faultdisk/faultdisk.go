// Package faultdisk makes disks fail on purpose. It has two halves that fit
// together:
//
//   - Disk wraps any host.Disk and fails chosen calls, or every call from a
//     chosen one on, as if the process had been killed there.
//   - Memory is a disk in memory that knows which bytes were synced, so that a
//     test can cut the power and see what is left.
//
// A typical enumeration runs an operation once to count its changing calls,
// and then once for each of them with KillAt, checking every time that what
// was acknowledged is still there.
package faultdisk

import (
	"cmp"
	"io/fs"
	"strings"
	"sync"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Op names one kind of call on a host.Disk or host.File.
type Op string

// The calls that can be made to fail.
const (
	Open        Op = "open"
	OpenWrite   Op = "open for writing"
	Create      Op = "create"
	ReadFile    Op = "read file"
	WriteFile   Op = "write file"
	ReadDir     Op = "list"
	Stat        Op = "stat"
	MkdirAll    Op = "create folder"
	Rename      Op = "rename"
	Remove      Op = "delete"
	RemoveAll   Op = "delete tree"
	Free        Op = "free space"
	ReadAt      Op = "read"
	WriteAt     Op = "write"
	Sync        Op = "sync"
	Truncate    Op = "truncate"
	Preallocate Op = "reserve"
	Size        Op = "size"
	Close       Op = "close"
)

// Changes reports whether a call of this kind can change what is on the disk.
func (o Op) Changes() bool {
	switch o {
	case Create, WriteFile, MkdirAll, Rename, Remove, RemoveAll, WriteAt, Sync, Truncate, Preallocate:
		return true
	}
	return false
}

// Call is one call that was made, in the order of the trace.
type Call struct {
	Op   Op
	Name string // the path it concerned; for Rename the old one
}

// Rule says which calls fail and how. The zero value of a field means "any",
// "the first", "once", or "nothing".
type Rule struct {
	Op    Op         // calls of this kind; empty: every call that changes something
	Match string     // only where the path contains this text
	Nth   int        // the n-th matching call from now on, counted from 1; 0 means 1
	Times int        // how many matching calls fail from there on; 0 means 1, negative all
	Kind  fault.Kind // the kind of the fault; empty: fault.Internal
	Part  int        // a failing WriteAt still writes this many bytes first
}

// Disk is a host.Disk that fails where its rules say so.
type Disk struct {
	inner host.Disk

	mu      sync.Mutex
	rules   []*rule
	trace   []Call
	changes int
	killAt  int // number of the change from which everything fails; 0: never
	dead    bool
}

type rule struct {
	Rule
	seen, failed int
}

var _ host.Disk = (*Disk)(nil)

// New wraps a disk. Without rules it behaves exactly as inner does.
func New(inner host.Disk) *Disk { return &Disk{inner: inner} }

// Fail adds a rule.
func (d *Disk) Fail(r Rule) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r.Nth, r.Times = max(r.Nth, 1), cmp.Or(r.Times, 1)
	if r.Kind == "" {
		r.Kind = fault.Internal
	}
	d.rules = append(d.rules, &rule{Rule: r})
}

// KillAt lets the process die at the n-th changing call from now on, counted
// from 1: that call and every later one of any kind fail without doing
// anything. What was done before stays, synced or not. 0 calls it off and
// brings a dead disk back.
func (d *Disk) KillAt(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead, d.killAt = false, 0
	if n > 0 {
		d.killAt = d.changes + n
	}
}

// Heal removes all rules, so that every later call reaches the inner disk.
func (d *Disk) Heal() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rules, d.killAt, d.dead = nil, 0, false
}

// Dead reports whether the call named by KillAt was reached.
func (d *Disk) Dead() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead
}

// Changes is how many changing calls were tried so far, failed ones included.
func (d *Disk) Changes() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changes
}

// Count is how many calls of a kind were tried so far on paths that contain match.
func (d *Disk) Count(op Op, match string) int {
	n := 0
	for _, c := range d.Trace() {
		if c.Op == op && strings.Contains(c.Name, match) {
			n++
		}
	}
	return n
}

// Trace returns all calls tried so far, in order.
func (d *Disk) Trace() []Call {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Call(nil), d.trace...)
}

// check records a call and says whether it fails, and for a write after how
// many bytes.
func (d *Disk) check(op Op, name string) (part int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.trace = append(d.trace, Call{op, name})
	if op.Changes() {
		d.changes++
		if d.killAt > 0 && d.changes >= d.killAt {
			d.dead = true
		}
	}
	if d.dead {
		return 0, fault.New(fault.Internal, "the process was killed here").On(string(op), name)
	}
	for _, r := range d.rules {
		if r.hits(op, name) {
			return r.Part, fault.New(r.Kind, "injected fault").On(string(op), name)
		}
	}
	return 0, nil
}

func (r *rule) hits(op Op, name string) bool {
	if r.Op != op && (r.Op != "" || !op.Changes()) {
		return false
	}
	if !strings.Contains(name, r.Match) {
		return false
	}
	r.seen++
	if r.seen < r.Nth || (r.Times > 0 && r.failed >= r.Times) {
		return false
	}
	r.failed++
	return true
}

// Open opens an existing file for reading.
func (d *Disk) Open(name string) (host.File, error) {
	return d.file(Open, name, d.inner.Open)
}

// OpenWrite opens an existing file for reading and writing.
func (d *Disk) OpenWrite(name string) (host.File, error) {
	return d.file(OpenWrite, name, d.inner.OpenWrite)
}

// Create makes a new file.
func (d *Disk) Create(name string) (host.File, error) {
	return d.file(Create, name, d.inner.Create)
}

func (d *Disk) file(op Op, name string, open func(string) (host.File, error)) (host.File, error) {
	if _, err := d.check(op, name); err != nil {
		return nil, err
	}
	f, err := open(name)
	if err != nil {
		return nil, err
	}
	return &file{disk: d, name: name, inner: f}, nil
}

// ReadFile returns the whole content of a small file.
func (d *Disk) ReadFile(name string) ([]byte, error) {
	if _, err := d.check(ReadFile, name); err != nil {
		return nil, err
	}
	return d.inner.ReadFile(name)
}

// WriteFile replaces a small file at once and durably.
func (d *Disk) WriteFile(name string, data []byte, mode fs.FileMode) error {
	if _, err := d.check(WriteFile, name); err != nil {
		return err
	}
	return d.inner.WriteFile(name, data, mode)
}

// ReadDir lists a folder, sorted by name.
func (d *Disk) ReadDir(name string) ([]fs.DirEntry, error) {
	if _, err := d.check(ReadDir, name); err != nil {
		return nil, err
	}
	return d.inner.ReadDir(name)
}

// Stat describes what is at name.
func (d *Disk) Stat(name string) (fs.FileInfo, error) {
	if _, err := d.check(Stat, name); err != nil {
		return nil, err
	}
	return d.inner.Stat(name)
}

// MkdirAll makes a folder and its missing parents.
func (d *Disk) MkdirAll(name string) error {
	if _, err := d.check(MkdirAll, name); err != nil {
		return err
	}
	return d.inner.MkdirAll(name)
}

// Rename moves a file and replaces what was at the new name.
func (d *Disk) Rename(oldName, newName string) error {
	if _, err := d.check(Rename, oldName); err != nil {
		return err
	}
	return d.inner.Rename(oldName, newName)
}

// Remove deletes one file or one empty folder.
func (d *Disk) Remove(name string) error {
	if _, err := d.check(Remove, name); err != nil {
		return err
	}
	return d.inner.Remove(name)
}

// RemoveAll deletes a tree.
func (d *Disk) RemoveAll(name string) error {
	if _, err := d.check(RemoveAll, name); err != nil {
		return err
	}
	return d.inner.RemoveAll(name)
}

// Free tells how many bytes can still be written.
func (d *Disk) Free(name string) (int64, error) {
	if _, err := d.check(Free, name); err != nil {
		return 0, err
	}
	return d.inner.Free(name)
}
