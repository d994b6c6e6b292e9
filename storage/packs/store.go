// Package packs stores the objects of backend/content in packs: files of at
// most 64 MiB, to which several processes append, each to its own.
// docs/format/packs.md is the format and says who may do what.
package packs

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"sync"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Options says where and as whom a Store works.
type Options struct {
	Disk   host.Disk
	Random host.Random
	// Base is the folder in which the folder packs lies, or will.
	Base string
	// Writer is who appends. No two live processes may have the same one. The
	// zero Writer only reads.
	Writer Writer
	// Catalog remembers where objects lie; nil means a new one in memory.
	Catalog Catalog
	// OwnOnly leaves packs of other writers alone, however many there are: for
	// agents.
	OwnOnly bool
	// Concurrency is how many objects are compressed at one time. Each costs
	// about a megabyte. 0 means 1.
	Concurrency int
}

// Store is a content.Store in packs. It is safe for concurrent use.
type Store struct {
	disk    host.Disk
	random  host.Random
	base    string
	writer  Writer
	catalog Catalog
	ownOnly bool
	codec   *codec
	files   *files

	// Taken in this order. merging serialises merges; work serialises flush,
	// seal and refresh; mu guards what follows, and nothing slow happens under
	// it but appending a record.
	merging sync.Mutex
	work    sync.Mutex

	beside chan struct{} // holds something while full packs are sealed beside the writing

	mu      sync.Mutex
	closed  bool
	known   map[Name]packInfo
	open    map[content.Kind]*ownPack
	full    []*ownPack              // to be sealed
	failed  []*ownPack              // abandoned, with records that are nowhere else
	pending map[content.ID]Location // not durable yet
	bad     map[content.ID]Location // was found damaged there
	leaving map[Name]bool           // packs that a Sweep may delete: nobody may rely on them
	damage  []Damage
}

// packInfo is what the Store knows of a pack on the disk.
type packInfo struct {
	Pack
	// safe packs hold only records that survive a power cut.
	safe bool
}

// Damage is one place where bytes are not what they should be.
type Damage struct {
	Pack   string     // path of the file
	Offset int64      // -1: the pack as a whole
	ID     content.ID // of the object that is lost there; zero if unknown
	What   string     // one sentence
}

var (
	_ content.Store    = (*Store)(nil)
	_ content.Appender = (*Store)(nil)
)

// Open opens the packs below a folder, which may be empty. What an earlier
// life of the same writer left unsealed is recovered and sealed. Damage does
// not keep a Store from opening; see Damage.
func Open(ctx context.Context, opts Options) (*Store, error) {
	c, err := newCodec(max(opts.Concurrency, 1))
	if err != nil {
		return nil, err
	}
	s := &Store{
		disk: opts.Disk, random: opts.Random, base: opts.Base, writer: opts.Writer, catalog: opts.Catalog,
		ownOnly: opts.OwnOnly, codec: c, files: newFiles(opts.Disk),
		known: map[Name]packInfo{}, open: map[content.Kind]*ownPack{}, pending: map[content.ID]Location{},
		bad: map[content.ID]Location{}, beside: make(chan struct{}, 1),
	}
	if s.catalog == nil {
		s.catalog = NewMemory()
	}
	packs, err := s.catalog.Packs()
	if err != nil {
		return nil, err
	}
	for _, p := range packs {
		s.known[p.Name] = packInfo{Pack: p, safe: p.Sealed}
	}
	if err := s.refresh(ctx, true); err != nil {
		s.files.close()
		return nil, err
	}
	return s, nil
}

// path is where a pack lies.
func (s *Store) path(kind content.Kind, name Name) string {
	text := name.String()
	return filepath.Join(s.base, "packs", kind.String(), text[:2], text+".pack")
}

// Damage lists what was found damaged since Open, in the order in which it
// was found. Check finds everything.
func (s *Store) Damage() []Damage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Damage(nil), s.damage...)
}

// maxNotes bounds the list of damage: a disk that is gone has no end of it.
const maxNotes = 1000

func (s *Store) note(d Damage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.damage) < maxNotes && !slices.Contains(s.damage, d) {
		s.damage = append(s.damage, d)
	}
}

// Has reports whether an object is stored.
func (s *Store) Has(ctx context.Context, id content.ID) (bool, error) {
	_, err := s.find(ctx, id)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// find says where an object lies, and looks for new packs if it must.
func (s *Store) find(ctx context.Context, id content.ID) (Location, error) {
	if err := content.Cancelled(ctx); err != nil {
		return Location{}, err
	}
	for refreshed := false; ; refreshed = true {
		loc, _, err := s.locate(id)
		if err == nil || !errors.Is(err, fault.NotFound) {
			return loc, err
		}
		if refreshed || s.ownOnly {
			return Location{}, fault.New(fault.NotFound, "there is no object %s", id)
		}
		if err := s.Refresh(ctx); err != nil {
			return Location{}, err
		}
	}
}

// locate asks what is known now. safe says whether a power cut can do nothing
// to the object any more.
func (s *Store) locate(id content.ID) (loc Location, safe bool, err error) {
	s.mu.Lock()
	loc, waiting := s.pending[id]
	closed := s.closed
	s.mu.Unlock()
	switch {
	case closed:
		return Location{}, false, fault.New(fault.State, "the packs are closed")
	case waiting:
		return loc, false, nil
	}
	loc, found, err := s.catalog.Lookup(id)
	if err != nil {
		return Location{}, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	info, there := s.known[loc.Pack]
	if !found || !there {
		return Location{}, false, fault.NotFound
	}
	return loc, info.safe && s.bad[id] != loc, nil
}

// Get reads an object and checks it.
func (s *Store) Get(ctx context.Context, id content.ID) ([]byte, error) {
	return s.AppendObject(ctx, id, nil)
}

// AppendObject is Get into memory that the caller has already.
func (s *Store) AppendObject(ctx context.Context, id content.ID, dst []byte) ([]byte, error) {
	for again := false; ; again = true {
		loc, err := s.find(ctx, id)
		if err != nil {
			return nil, err
		}
		data, err := s.read(id, loc, dst)
		switch {
		case errors.Is(err, fault.NotFound) && !again:
			// The pack was merged into another, here or by another process.
			if err := s.Refresh(ctx); err != nil {
				return nil, err
			}
			continue
		case errors.Is(err, fault.Corrupt):
			return s.otherCopy(ctx, id, loc, dst, err)
		}
		return data, err
	}
}

// otherCopy looks through all packs for an object whose known record is
// damaged. It takes long and is rarely needed.
func (s *Store) otherCopy(ctx context.Context, id content.ID, bad Location, dst []byte, damage error) ([]byte, error) {
	s.mu.Lock()
	packs := slices.Collect(maps.Values(s.known))
	s.mu.Unlock()
	for _, info := range packs {
		if err := content.Cancelled(ctx); err != nil {
			return nil, err
		}
		p, err := s.readWhole(found{info.Kind, info.Name})
		if err != nil {
			continue // the fault to report is the first one
		}
		for _, r := range p.records {
			loc := Location{info.Name, r.Offset, r.Stored}
			if r.ID != id || loc == bad {
				continue
			}
			if data, err := s.read(id, loc, dst); err == nil {
				return data, s.catalog.Add(info.Pack, []Record{r})
			}
		}
	}
	return nil, damage
}

// readWhole reads what one pack holds.
func (s *Store) readWhole(f found) (packFile, error) {
	file, err := s.disk.Open(s.path(f.kind, f.name))
	if err != nil {
		return packFile{}, err
	}
	defer file.Close()
	size, err := file.Size()
	if err != nil {
		return packFile{}, err
	}
	return readPack(newView(file, size), s.codec, f.kind, f.name, headerSize, true)
}

// read appends the object at a location to dst.
func (s *Store) read(id content.ID, loc Location, dst []byte) ([]byte, error) {
	s.mu.Lock()
	kind := s.known[loc.Pack].Kind
	s.mu.Unlock()
	b := s.codec.buffer()
	defer s.codec.release(b)
	h, stored, err := s.readRecord(b, kind, id, loc)
	if err != nil {
		return nil, err
	}
	data, err := s.codec.verified(kind, h, stored, dst)
	return data, s.damaged(err, kind, id, loc)
}

// readRecord reads a record into a buffer and checks its CRC and id.
func (s *Store) readRecord(buf *[]byte, kind content.Kind, id content.ID, loc Location) (recordHead, []byte, error) {
	path := s.path(kind, loc.Pack)
	n := recordSize + int(loc.Stored)
	if cap(*buf) < n {
		*buf = make([]byte, n)
	}
	b := (*buf)[:n]
	got, err := s.files.readAt(path, b, int64(loc.Offset))
	if err != nil {
		return recordHead{}, nil, err
	}
	h, stored, err := decodeRecord(b[:got])
	if err == nil && h.id != id {
		err = corrupt("another object lies in its place")
	}
	return h, stored, s.damaged(err, kind, id, loc)
}

// damaged names the object and the pack of a fault, and notes it.
func (s *Store) damaged(err error, kind content.Kind, id content.ID, loc Location) error {
	if !errors.Is(err, fault.Corrupt) {
		return err
	}
	path := s.path(kind, loc.Pack)
	s.mu.Lock()
	s.bad[id] = loc // so that it can be put again
	s.mu.Unlock()
	s.note(Damage{Pack: path, Offset: int64(loc.Offset), ID: id, What: err.Error()})
	return &fault.Error{
		Kind: fault.Corrupt, Op: "read object", Object: id.String(), Err: err,
		Hint: "The file " + path + " is damaged. Run “varve doctor” to see what else is.",
	}
}

// Put stores an object.
func (s *Store) Put(ctx context.Context, kind content.Kind, id content.ID, data []byte) error {
	if err := content.Cancelled(ctx); err != nil {
		return err
	}
	switch {
	case len(data) == 0 || len(data) > content.MaxObject:
		return fault.New(fault.Invalid, "an object cannot have %d bytes", len(data))
	case s.writer == Writer{}:
		return fault.New(fault.State, "the packs are open for reading only")
	}
	there, err := s.stored(id)
	if there || err != nil {
		return err
	}
	rec := s.codec.record(id, data)
	defer s.codec.release(rec)
	return s.store(kind, id, *rec)
}

// store appends a record. A pack that it fills is sealed beside the writing.
func (s *Store) store(kind content.Kind, id content.ID, record []byte) error {
	rotated, err := s.append(kind, id, record, Location{})
	if rotated {
		s.sealBeside()
	}
	return err
}

// stored reports whether an object need not be put: it is on its way, or lies
// where a power cut cannot take it.
func (s *Store) stored(id content.ID) (bool, error) {
	s.mu.Lock()
	_, waiting := s.pending[id]
	s.mu.Unlock()
	if waiting {
		return true, nil
	}
	loc, safe, err := s.locate(id)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	return safe && !s.leaves(loc.Pack), err
}
