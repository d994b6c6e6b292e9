package packs

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// ownPack is a pack that this Store appends to, or did. Fields are guarded by
// Store.mu; synced also changes only under Store.work.
type ownPack struct {
	header  header
	path    string
	file    host.File
	end     int64 // where the next record goes
	records []Record
	synced  int // so many records are durable and in the catalogue
}

// location is where a record of the pack lies.
func (p *ownPack) location(r Record) Location { return Location{p.header.name, r.Offset, r.Stored} }

// room reports whether a record fits, with the directory that it makes longer.
func (p *ownPack) room(record int) bool {
	n := len(p.records) + 1
	return n <= maxRecords && p.end+int64(record)+sealSize(n) <= maxPack
}

// append writes a record behind the last one of its kind's open pack, unless
// the object is waiting already, elsewhere than at from. rotated says that a
// pack became full.
func (s *Store) append(kind content.Kind, id content.ID, record []byte, from Location) (rotated bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false, fault.New(fault.State, "the packs are closed")
	}
	if at, waiting := s.pending[id]; waiting && at != from {
		return false, nil // somebody else was faster
	}
	p := s.open[kind]
	if p != nil && !p.room(len(record)) {
		s.full = append(s.full, p)
		delete(s.open, kind)
		p, rotated = nil, true
	}
	if p == nil {
		if p, err = s.create(kind); err != nil {
			return rotated, err
		}
		s.open[kind] = p
	}
	if err := p.write(record); err != nil {
		return rotated, err
	}
	r := Record{ID: id, Offset: uint32(p.end), Stored: uint32(len(record) - recordSize)}
	p.records, p.end = append(p.records, r), r.end()
	s.pending[id] = p.location(r)
	return rotated, nil
}

// write puts a record at the end of the pack, or nothing.
func (p *ownPack) write(record []byte) error {
	n, err := p.file.WriteAt(record, p.end)
	if err == nil && n == len(record) {
		return nil
	}
	if err == nil {
		err = io.ErrShortWrite
	}
	// What is left of it is no record and will be written over. Cutting it off
	// gives the space back; if that fails, too, nothing is lost.
	if n > 0 {
		_ = p.file.Truncate(p.end)
	}
	return fault.Wrap(err, fault.Unavailable, "write to the pack", p.path)
}

// create makes an empty pack of a kind. mu must be held.
func (s *Store) create(kind content.Kind) (*ownPack, error) {
	p := &ownPack{header: header{kind: kind, writer: s.writer}, end: headerSize}
	if _, err := io.ReadFull(s.random, p.header.name[:]); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "draw a name for", "a pack")
	}
	p.path = s.path(kind, p.header.name)
	if err := s.disk.MkdirAll(filepath.Dir(p.path)); err != nil {
		return nil, err
	}
	file, err := s.disk.Create(p.path)
	if err != nil {
		return nil, err
	}
	_, err = file.WriteAt(p.header.encode(), 0)
	if err == nil {
		// Now, so that after a power cut it is known whose pack this was.
		err = file.Sync()
	}
	if err != nil {
		// An empty pack is no harm, if it cannot even be deleted.
		_ = errors.Join(file.Close(), s.disk.Remove(p.path))
		return nil, fault.Wrap(err, fault.Unavailable, "write to the pack", p.path)
	}
	p.file = file
	s.known[p.header.name] = packInfo{Pack: p.state(headerSize, false), safe: true}
	return p, nil
}

// state is what the catalogue is told of the pack.
func (p *ownPack) state(scanned int64, sealed bool) Pack {
	return Pack{Name: p.header.name, Kind: p.header.kind, Writer: p.header.writer, Scanned: scanned, Sealed: sealed}
}

// Flush makes everything durable that was put before.
func (s *Store) Flush(ctx context.Context) error {
	if err := content.Cancelled(ctx); err != nil {
		return err
	}
	s.work.Lock()
	defer s.work.Unlock()
	return s.flush()
}

// flush syncs all packs with waiting records. work must be held.
//
// When a sync fails, the pack is abandoned, its waiting records are written to
// a new one, and that is synced in a second round. If that fails as well the
// disk is in trouble: the next flush will try again.
func (s *Store) flush() error {
	err := s.rescue()
	if err == nil {
		if err = s.syncAll(); err != nil {
			if rescueErr := s.rescue(); rescueErr == nil {
				err = s.syncAll()
			}
		}
	}
	if err != nil {
		return fault.Wrap(firstOf(err), fault.Unavailable, "make durable", filepath.Join(s.base, "packs"))
	}
	// A full pack without its seal is no less durable; Close will say so.
	_ = s.sealFull()
	return nil
}

// firstOf undoes errors.Join, whose text has several lines.
func firstOf(err error) error {
	for {
		joined, ok := err.(interface{ Unwrap() []error })
		if !ok {
			return err
		}
		err = joined.Unwrap()[0]
	}
}

// syncAll syncs the open packs and those that are waiting for their seal.
func (s *Store) syncAll() error {
	s.mu.Lock()
	list := slices.Clone(s.full)
	for _, kind := range []content.Kind{content.KindData, content.KindTree} {
		if p := s.open[kind]; p != nil {
			list = append(list, p)
		}
	}
	s.mu.Unlock()
	var errs []error
	for _, p := range list {
		errs = append(errs, s.sync(p))
	}
	return errors.Join(errs...)
}

// sync makes the records of a pack durable and then tells the catalogue. work
// must be held; others may append meanwhile.
func (s *Store) sync(p *ownPack) error {
	s.mu.Lock()
	n, end := len(p.records), p.end
	fresh := p.records[p.synced:n]
	s.mu.Unlock()
	if len(fresh) == 0 {
		return nil
	}
	if err := p.file.Sync(); err != nil {
		s.abandon(p)
		return err
	}
	if err := s.catalog.Add(p.state(end, false), fresh); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p.synced = n
	s.settle(p, fresh)
	s.known[p.header.name] = packInfo{Pack: p.state(end, false), safe: true}
	return nil
}

// settle takes records of a pack out of what is waiting. mu must be held.
func (s *Store) settle(p *ownPack, records []Record) {
	for _, r := range records {
		if s.pending[r.ID] == p.location(r) {
			delete(s.pending, r.ID)
		}
	}
}

// abandon stops all writing to a pack whose sync failed. Its waiting records
// can still be read, and are not safe.
func (s *Store) abandon(p *ownPack) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[p.header.kind] == p {
		delete(s.open, p.header.kind)
	}
	s.full = slices.DeleteFunc(s.full, func(o *ownPack) bool { return o == p })
	if !slices.Contains(s.failed, p) {
		s.failed = append(s.failed, p)
	}
}

// rescue writes the waiting records of abandoned packs to new ones. work must
// be held.
func (s *Store) rescue() error {
	s.mu.Lock()
	list := slices.Clone(s.failed)
	s.mu.Unlock()
	for _, p := range list {
		for _, r := range p.records[p.synced:] {
			if err := s.rescueRecord(p, r); err != nil {
				return err
			}
		}
		s.mu.Lock()
		s.failed = slices.DeleteFunc(s.failed, func(o *ownPack) bool { return o == p })
		s.mu.Unlock()
		s.leave(p)
	}
	return nil
}

func (s *Store) rescueRecord(p *ownPack, r Record) error {
	s.mu.Lock()
	elsewhere := s.pending[r.ID] != p.location(r)
	s.mu.Unlock()
	if elsewhere {
		return nil
	}
	buf := s.codec.buffer()
	defer s.codec.release(buf)
	h, stored, err := s.readRecord(buf, p.header.kind, r.ID, p.location(r))
	if err != nil {
		return err
	}
	if err := s.codec.check(p.header.kind, h, stored); err != nil {
		return s.damaged(err, p.header.kind, r.ID, p.location(r))
	}
	_, err = s.append(p.header.kind, r.ID, (*buf)[:recordSize+h.stored], p.location(r))
	return err
}

// leave closes an abandoned pack that nothing is waiting in any more. What
// matters was synced or written elsewhere; so it does not matter if a failing
// disk fails here again.
func (s *Store) leave(p *ownPack) {
	_ = p.file.Close()
	if p.synced == 0 {
		_ = s.delete(p.header.kind, p.header.name, nil)
	}
}

// delete forgets a pack and removes its file. work must be held.
func (s *Store) delete(kind content.Kind, name Name, ids []content.ID) error {
	if err := s.catalog.Forget(name, ids); err != nil {
		return err
	}
	s.mu.Lock()
	delete(s.known, name)
	s.mu.Unlock()
	path := s.path(kind, name)
	s.files.drop(path)
	if err := s.disk.Remove(path); err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	return nil
}
