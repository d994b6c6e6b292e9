package packs

import (
	"context"
	"errors"
	"path/filepath"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Touch says whether a pack may be cleaned, by who wrote it and where it lies.
type Touch func(w Writer, path string) bool

// Sweep deletes objects that nobody needs any more, by copying all others of
// their packs into new ones.
type Sweep struct {
	s     *Store
	packs []found
}

// Swept says what a Sweep has done.
type Swept struct {
	Packs   int      // packs that are gone
	Objects int      // objects in them that nobody needs
	Bytes   int64    // their size, as stored
	Damage  []Damage // packs that were left as they are, because of damage in them
}

// BeginSweep seals what is being written and notes which packs there are that it may
// touch. From now until End whatever is put is stored anew,
// even if one of these packs has it: so whoever puts something from now on does not
// rely on what goes away. The caller waits for those who were putting something
// already, and then finds out what is needed.
func (s *Store) BeginSweep(ctx context.Context, touch Touch) (*Sweep, error) {
	if s.writer == (Writer{}) || s.ownOnly {
		return nil, fault.New(fault.State, "only the owner of the packs can clean them")
	}
	s.work.Lock()
	defer s.work.Unlock()
	if err := content.Cancelled(ctx); err != nil {
		return nil, err
	}
	if err := s.rotate(); err != nil {
		return nil, err
	}
	w := &Sweep{s: s}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaving = map[Name]bool{}
	for name, info := range s.known {
		if info.Sealed && touch(info.Writer, s.path(info.Kind, name)) {
			w.packs = append(w.packs, found{info.Kind, name})
			s.leaving[name] = true
		}
	}
	return w, nil
}

// rotate makes everything durable and seals all own packs. work must be held.
func (s *Store) rotate() error {
	s.mu.Lock()
	if s.leaving != nil {
		s.mu.Unlock()
		return fault.New(fault.State, "the packs are being cleaned already")
	}
	for kind, p := range s.open {
		if len(p.records) > 0 {
			s.full = append(s.full, p)
			delete(s.open, kind)
		}
	}
	s.mu.Unlock()
	return s.flush()
}

// leaves reports whether a pack may be deleted soon.
func (s *Store) leaves(name Name) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.leaving[name]
}

// Run deletes what is not live. It may be stopped at any moment, and then has done
// a part of its work. progress is told of each pack that was looked at.
func (w *Sweep) Run(ctx context.Context, live func(content.ID) bool, progress func(done, total int)) (done Swept, err error) {
	dirty, done, err := w.sort(ctx, live)
	if err != nil {
		return done, err
	}
	m := &merger{s: w.s, ctx: ctx, live: live}
	for i, f := range dirty {
		progress(i, len(dirty))
		if err := w.pack(m, f.found); err != nil && !errors.Is(err, fault.NotFound) {
			return done, err
		}
		before := m.done.Packs
		if err := w.commit(m); err != nil {
			return done, err
		}
		if m.done.Packs > before {
			done.Packs, done.Objects, done.Bytes = done.Packs+1, done.Objects+f.objects, done.Bytes+f.bytes
		}
	}
	done.Damage = append(done.Damage, m.done.Damage...)
	return done, nil
}

// weighed is a pack with objects that nobody needs.
type weighed struct {
	found
	objects int
	bytes   int64
}

// sort finds the packs that have something to delete. The others do not leave.
func (w *Sweep) sort(ctx context.Context, live func(content.ID) bool) (dirty []weighed, done Swept, err error) {
	for _, f := range w.packs {
		if err := content.Cancelled(ctx); err != nil {
			return nil, done, err
		}
		one, err := w.s.weigh(f, live)
		switch {
		case errors.Is(err, fault.Corrupt):
			done.Damage = append(done.Damage, Damage{Pack: w.s.path(f.kind, f.name), Offset: -1, What: err.Error()})
		case errors.Is(err, fault.NotFound):
		case err != nil:
			return nil, done, err
		case one.objects > 0:
			dirty = append(dirty, one)
		}
	}
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	w.s.leaving = map[Name]bool{}
	for _, f := range dirty {
		w.s.leaving[f.name] = true
	}
	return dirty, done, nil
}

// weigh counts what nobody needs in a pack.
func (s *Store) weigh(f found, live func(content.ID) bool) (weighed, error) {
	one := weighed{found: f}
	p, err := s.readWhole(f)
	if err != nil {
		return one, err
	}
	if len(p.faults)+len(p.gaps) > 0 {
		return one, fault.New(fault.Corrupt, "this pack is damaged, and was left as it is")
	}
	for _, r := range p.records {
		if !live(r.ID) || s.superfluous(r.ID, f.name) {
			one.objects, one.bytes = one.objects+1, one.bytes+recordSize+int64(r.Stored)
		}
	}
	return one, nil
}

// superfluous reports whether an object lies in another pack as well, whole and
// for good: a sweep that was interrupted leaves such copies.
func (s *Store) superfluous(id content.ID, here Name) bool {
	loc, safe, err := s.locate(id)
	return err == nil && safe && loc.Pack != here && s.whole(id, loc)
}

// whole reports whether the object at a location can be read.
func (s *Store) whole(id content.ID, loc Location) bool {
	_, err := s.read(id, loc, nil)
	return err == nil
}

// pack copies what is needed of one pack.
func (w *Sweep) pack(m *merger, f found) error {
	path := w.s.path(f.kind, f.name)
	file, err := w.s.disk.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	size, err := file.Size()
	if err != nil {
		return err
	}
	v := newView(file, size)
	p, err := readPack(v, w.s.codec, f.kind, f.name, headerSize, true)
	if err != nil {
		return err
	}
	return m.records(f, path, v, p)
}

// commit makes the copies durable, and then deletes the pack.
func (w *Sweep) commit(m *merger) error {
	w.s.work.Lock()
	defer w.s.work.Unlock()
	if err := w.s.flush(); err != nil {
		return err
	}
	return m.deleteCopied()
}

// End lets packs be relied on again. What lies in packs of others is looked up
// anew: until now the catalogue may have named the copy that is gone.
func (w *Sweep) End(ctx context.Context) error {
	w.s.work.Lock()
	defer w.s.work.Unlock()
	w.s.mu.Lock()
	w.s.leaving = nil
	for name, info := range w.s.known {
		if info.Writer != w.s.writer {
			delete(w.s.known, name)
		}
	}
	w.s.mu.Unlock()
	return w.s.refresh(ctx, false)
}

// Garbage counts the bytes that a Sweep would delete, without deleting anything.
func (s *Store) Garbage(ctx context.Context, touch Touch, live func(content.ID) bool) (bytes int64, err error) {
	s.mu.Lock()
	var packs []found
	for name, info := range s.known {
		if touch(info.Writer, s.path(info.Kind, name)) {
			packs = append(packs, found{info.Kind, name})
		}
	}
	s.mu.Unlock()
	for _, f := range packs {
		if err := content.Cancelled(ctx); err != nil {
			return bytes, err
		}
		one, err := s.weigh(f, live)
		if err != nil && !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Corrupt) {
			return bytes, err
		}
		bytes += one.bytes
	}
	return bytes, nil
}

// Contents lists the objects in the file of a pack. One with damage is Corrupt.
func Contents(disk host.Disk, path string) (ids []content.ID, err error) {
	name, ok := parseName(filepath.Base(path))
	kind := content.KindData
	if filepath.Base(filepath.Dir(filepath.Dir(path))) == content.KindTree.String() {
		kind = content.KindTree
	}
	if !ok {
		return nil, corrupt("this is not named like a pack")
	}
	c, err := newCodec(1)
	if err != nil {
		return nil, err
	}
	s := &Store{disk: disk, codec: c, base: filepath.Dir(filepath.Dir(filepath.Dir(filepath.Dir(path))))}
	p, err := s.readWhole(found{kind, name})
	if err == nil && len(p.faults)+len(p.gaps) > 0 {
		err = corrupt("the pack is damaged")
	}
	for _, r := range p.records {
		ids = append(ids, r.ID)
	}
	return ids, err
}
