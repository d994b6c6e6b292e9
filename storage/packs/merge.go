package packs

import (
	"context"
	"errors"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// keepFrom is the size from which a sealed pack of an ended writer stays as
// it is: copying it would gain nothing.
const keepFrom = maxPack / 2

// Merged says what Merge has done.
type Merged struct {
	Packs   int      // packs that are gone
	Kept    int      // packs that stay: large ones, and those with damage
	Records int      // records that were copied
	Bytes   int64    // their size
	Damage  []Damage // what could not be copied
}

// Merge takes over the packs of a writer that has ended for good: an agent
// whose run is over. Its small packs are copied into own ones and deleted. It
// may be stopped at any moment and done again; a second time it finds nothing
// to do. Packs with damage stay where they are.
func (s *Store) Merge(ctx context.Context, writer Writer) (Merged, error) {
	if writer == s.writer || s.writer == (Writer{}) {
		return Merged{}, fault.New(fault.Invalid, "a writer cannot merge its own packs, nor a reader any")
	}
	s.merging.Lock()
	defer s.merging.Unlock()
	packs, err := s.list(ctx)
	if err != nil {
		return Merged{}, err
	}
	m := merger{s: s, ctx: ctx, writer: writer, live: func(content.ID) bool { return true }}
	for _, f := range packs {
		if err := m.pack(f); err != nil && !errors.Is(err, fault.NotFound) {
			return m.done, err
		}
	}
	s.work.Lock()
	defer s.work.Unlock()
	// Only what is durable elsewhere may be deleted.
	if err := s.flush(); err != nil {
		return m.done, err
	}
	return m.done, m.deleteCopied()
}

// merger copies the records of packs that are then deleted: those of a writer,
// or, if that is zero, those that are leaving.
type merger struct {
	s      *Store
	ctx    context.Context
	writer Writer
	live   func(content.ID) bool // what is still needed
	copied []copiedPack
	done   Merged
}

// copiedPack can be deleted after the next flush.
type copiedPack struct {
	found
	ids []content.ID
}

// deleteCopied deletes the packs whose records are durable elsewhere. work must
// be held.
func (m *merger) deleteCopied() error {
	for _, c := range m.copied {
		if err := m.s.delete(c.kind, c.name, c.ids); err != nil {
			return err
		}
		m.done.Packs++
	}
	m.copied = nil
	return nil
}

// pack copies one pack, if it is the writer's and worth it.
func (m *merger) pack(f found) error {
	if err := content.Cancelled(m.ctx); err != nil {
		return err
	}
	m.s.mu.Lock()
	info, known := m.s.known[f.name]
	m.s.mu.Unlock()
	if known && info.Writer != m.writer && info.Writer != (Writer{}) {
		return nil
	}
	path := m.s.path(f.kind, f.name)
	file, err := m.s.disk.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	size, err := file.Size()
	if err != nil {
		return err
	}
	v := newView(file, size)
	head, err := v.at(0, headerSize)
	if err != nil {
		return err
	}
	if h, err := decodeHeader(head, f.kind, f.name); err != nil || h.writer != m.writer {
		return nil
	}
	p, err := readPack(v, m.s.codec, f.kind, f.name, headerSize, true)
	if err != nil {
		return err
	}
	if p.sealed && size >= keepFrom {
		m.done.Kept++
		return m.s.learn(f, path, p)
	}
	return m.records(f, path, v, p)
}

// records copies what is not safe elsewhere.
func (m *merger) records(f found, path string, v *view, p packFile) error {
	damaged := len(m.done.Damage)
	for _, err := range p.faults {
		m.done.Damage = append(m.done.Damage, Damage{Pack: path, Offset: -1, What: err.Error()})
	}
	for _, g := range p.gaps {
		m.done.Damage = append(m.done.Damage, Damage{Pack: path, Offset: g.from, What: "there is no good record here"})
	}
	ids := make([]content.ID, 0, len(p.records))
	for _, r := range p.records {
		if err := content.Cancelled(m.ctx); err != nil {
			return err
		}
		ids = append(ids, r.ID)
		if !m.live(r.ID) {
			continue
		}
		if err := m.record(f, path, v, r); err != nil {
			return err
		}
	}
	if len(m.done.Damage) > damaged {
		m.done.Kept++
		return m.s.learn(f, path, p)
	}
	m.copied = append(m.copied, copiedPack{f, ids})
	return nil
}

func (m *merger) record(f found, path string, v *view, r Record) error {
	elsewhere, err := m.elsewhere(r.ID)
	if elsewhere || err != nil {
		return err
	}
	h, b, err := v.record(int64(r.Offset))
	if err != nil {
		return err
	}
	if b == nil || h.id != r.ID {
		err = corrupt("the record is damaged")
	} else {
		err = m.s.codec.check(f.kind, h, b[recordSize:])
	}
	if err != nil {
		m.done.Damage = append(m.done.Damage, Damage{Pack: path, Offset: int64(r.Offset), ID: r.ID, What: err.Error()})
		return nil
	}
	if err := m.s.store(f.kind, r.ID, b); err != nil {
		return err
	}
	m.done.Records, m.done.Bytes = m.done.Records+1, m.done.Bytes+int64(len(b))
	return nil
}

// elsewhere reports whether an object is on its way into an own pack, or safe
// in a pack that is not about to be deleted.
func (m *merger) elsewhere(id content.ID) (bool, error) {
	m.s.mu.Lock()
	_, waiting := m.s.pending[id]
	m.s.mu.Unlock()
	if waiting {
		return true, nil
	}
	loc, safe, err := m.s.locate(id)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil || !safe {
		return false, err
	}
	if m.writer == (Writer{}) {
		return !m.s.leaves(loc.Pack) && m.s.whole(id, loc), nil
	}
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	return m.s.known[loc.Pack].Writer != m.writer && !m.s.leaving[loc.Pack], nil
}
