package packs

import (
	"context"
	"errors"
	"slices"

	"dev.varve/backend/content"
	"dev.varve/backend/host"
)

// sealFull seals the packs that have become full. One that cannot be sealed
// now stays in the list: its records are safe without a seal once they are
// synced. work must be held.
func (s *Store) sealFull() error {
	s.mu.Lock()
	list := slices.Clone(s.full)
	s.mu.Unlock()
	var errs []error
	for _, p := range list {
		errs = append(errs, s.seal(p))
	}
	return firstOf(errors.Join(errs...))
}

// sealBeside seals the full packs while more is written, which the disk and the
// processor do at the same time. There is room for one: who fills packs faster
// than the disk takes them, waits.
func (s *Store) sealBeside() {
	s.beside <- struct{}{}
	go func() {
		defer func() { <-s.beside }()
		s.work.Lock()
		defer s.work.Unlock()
		// If it fails, the records are still waiting or safe, and the next
		// flush says which.
		_ = s.sealFull()
	}()
}

// seal ends a pack: records first, so that a seal means that they are there.
func (s *Store) seal(p *ownPack) error {
	if err := s.sync(p); err != nil {
		return err
	}
	if err := writeSeal(p.file, p.header.encode(), p.records, p.end); err != nil {
		return err
	}
	if err := s.catalog.Add(p.state(p.end, true), nil); err != nil {
		return err
	}
	s.mu.Lock()
	s.full = slices.DeleteFunc(s.full, func(o *ownPack) bool { return o == p })
	s.known[p.header.name] = packInfo{Pack: p.state(p.end, true), safe: true}
	s.mu.Unlock()
	return p.file.Close()
}

// writeSeal puts directory and footer behind the last record and syncs them.
func writeSeal(file host.File, header []byte, records []Record, end int64) error {
	// Nothing may follow the footer, not even what is left of a failed write.
	if err := file.Truncate(end); err != nil {
		return err
	}
	if _, err := file.WriteAt(encodeSeal(header, records, end), end); err != nil {
		_ = file.Truncate(end) // half a directory is harmless, and costs space
		return err
	}
	return file.Sync()
}

// Close flushes and seals the own packs. After an error the Store is closed
// all the same; what was not flushed before may be lost.
func (s *Store) Close() error {
	s.beside <- struct{}{} // nothing is being sealed
	defer func() { <-s.beside }()
	s.work.Lock()
	defer s.work.Unlock()
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.mu.Unlock()
	err := s.flush()
	s.mu.Lock()
	s.closed = true
	for _, kind := range []content.Kind{content.KindData, content.KindTree} {
		if p := s.open[kind]; p != nil {
			s.full = append(s.full, p)
			delete(s.open, kind)
		}
	}
	s.mu.Unlock()
	err = errors.Join(err, s.sealOrDelete())
	s.mu.Lock()
	for _, p := range append(s.full, s.failed...) {
		_ = p.file.Close() // they failed above, and err says so
	}
	s.mu.Unlock()
	s.files.close()
	return firstOf(err)
}

// sealOrDelete seals all packs, and deletes those into which nothing came.
func (s *Store) sealOrDelete() error {
	s.mu.Lock()
	list := slices.Clone(s.full)
	s.mu.Unlock()
	var errs []error
	for _, p := range list {
		if len(p.records) > 0 {
			errs = append(errs, s.seal(p))
			continue
		}
		s.mu.Lock()
		s.full = slices.DeleteFunc(s.full, func(o *ownPack) bool { return o == p })
		s.mu.Unlock()
		errs = append(errs, p.file.Close(), s.delete(p.header.kind, p.header.name, nil))
	}
	return errors.Join(errs...)
}

// Refresh learns of packs and records that other writers have made, and of
// packs that are gone.
func (s *Store) Refresh(ctx context.Context) error {
	s.work.Lock()
	defer s.work.Unlock()
	return s.refresh(ctx, false)
}
