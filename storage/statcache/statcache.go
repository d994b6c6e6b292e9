// Package statcache remembers what the files of a folder contain, by what the
// system says of them, so that files that have not changed need not be read again.
// Its files lie in the machine's cache and may be deleted at any time; what cannot be
// read of one counts as not remembered (docs/format/statcache.md).
package statcache

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/zeebo/blake3"

	"dev.varve/backend/content"
	"dev.varve/storage/disk"
)

// Cache is a folder with one file for each source that was read.
type Cache struct{ Dir string }

const (
	// settled is how long a file must have been left alone before it was read for
	// its times to tell the next change: some systems count in whole seconds, or two.
	settled = 2 * time.Second
	// unusedFor is how old a file is that is deleted when another is written.
	unusedFor = 180 * 24 * time.Hour
)

// Pass is one walk through a source: it is asked and told of files in the order of
// the walk. It is not safe for concurrent use.
type Pass struct {
	path  string
	key   string
	began time.Time
	old   *reader // nil: nothing is remembered
	next  *writer // nil: it could not be made, or was given up
}

var _ content.Seen = (*Pass)(nil)

// Begin begins a walk at a time. The key says what is walked, and how. It never
// fails: where nothing can be remembered, all is read.
func (c Cache) Begin(key string, now time.Time) *Pass {
	sum := blake3.Sum256([]byte(key))
	p := &Pass{path: filepath.Join(c.Dir, hex.EncodeToString(sum[:16])), key: key, began: now}
	p.old = openReader(p.path, key)
	if os.MkdirAll(c.Dir, 0o700) == nil {
		p.next = newWriter(c.Dir, key)
	}
	return p
}

// Last describes the last walk that was kept; ok is false if there was none.
func (p *Pass) Last() (all content.Totals, holdings []byte, ok bool) {
	if p.old == nil {
		return all, nil, false
	}
	return p.old.totals, p.old.holdings, true
}

// Find returns what a file contained when the system said exactly this of it.
func (p *Pass) Find(path string, info content.Info) (content.Ref, bool) {
	if p.old == nil {
		return content.Ref{}, false
	}
	e, ok := p.old.find(path)
	if !ok || e.size != info.Size || e.modified != info.ModTime.UnixNano() || e.changed != nanoseconds(info.ChangeTime) ||
		e.device != info.Device || e.inode != info.Inode {
		return content.Ref{}, false
	}
	return e.ref, true
}

// Note remembers what a file contains. One that was touched just before the walk is
// left out: its times would not tell another change at the same moment.
func (p *Pass) Note(path string, info content.Info, ref content.Ref) {
	last := p.began.Add(-settled)
	if p.next == nil || info.ModTime.After(last) || info.ChangeTime.After(last) {
		return
	}
	p.next.add(&entry{
		path: path, size: info.Size, modified: info.ModTime.UnixNano(), changed: nanoseconds(info.ChangeTime),
		device: info.Device, inode: info.Inode, ref: ref,
	})
}

// nanoseconds is 0 for a time that the system does not tell.
func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// Keep puts what was noted in the place of what was remembered before. An error says
// that the old stays.
//
// The holdings are those of the store when all was flushed.
func (p *Pass) Keep(all content.Totals, holdings []byte) error {
	if p.next == nil {
		return nil
	}
	next := p.next
	p.next = nil
	if err := next.keep(p.path, all, holdings); err != nil {
		return disk.Classify(err, "remember the files of", p.key)
	}
	tidy(filepath.Dir(p.path), p.began.Add(-unusedFor))
	return nil
}

// Close ends the walk. What was not kept is forgotten.
func (p *Pass) Close() {
	if p.old != nil {
		p.old.close()
	}
	if p.next != nil {
		p.next.discard()
	}
	p.old, p.next = nil, nil
}

// tidy deletes what was not written for long, such as a walk that was killed has left.
func tidy(dir string, before time.Time) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.ModTime().Before(before) {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return // the next walk tries again
			}
		}
	}
}
