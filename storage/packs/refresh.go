package packs

import (
	"context"
	"encoding/hex"
	"errors"
	"path/filepath"
	"strings"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// found is a pack file that a listing shows.
type found struct {
	kind content.Kind
	name Name
}

// list lists all packs on the disk. Files that are not named like packs are
// none.
func (s *Store) list(ctx context.Context) ([]found, error) {
	var packs []found
	for _, kind := range []content.Kind{content.KindData, content.KindTree} {
		top := filepath.Join(s.base, "packs", kind.String())
		shards, err := s.disk.ReadDir(top)
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, shard := range shards {
			if err := content.Cancelled(ctx); err != nil {
				return nil, err
			}
			if !shard.IsDir() || len(shard.Name()) != 2 {
				continue
			}
			files, err := s.disk.ReadDir(filepath.Join(top, shard.Name()))
			if err != nil {
				return nil, err
			}
			for _, f := range files {
				if name, ok := parseName(f.Name()); ok && name.String()[:2] == shard.Name() {
					packs = append(packs, found{kind, name})
				}
			}
		}
	}
	return packs, nil
}

func parseName(file string) (name Name, ok bool) {
	text, ok := strings.CutSuffix(file, ".pack")
	if !ok || len(text) != 2*len(name) || text != strings.ToLower(text) {
		return Name{}, false
	}
	_, err := hex.Decode(name[:], []byte(text))
	return name, err == nil
}

// refresh brings what is known up to what lies on the disk. work must be held.
// opening says that unsealed packs of this writer come from an earlier life.
func (s *Store) refresh(ctx context.Context, opening bool) error {
	packs, err := s.list(ctx)
	if err != nil {
		return err
	}
	there := make(map[Name]bool, len(packs))
	for _, f := range packs {
		there[f.name] = true
		if err := content.Cancelled(ctx); err != nil {
			return err
		}
		if err := s.look(f, opening); err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
	}
	return s.forgetMissing(there, opening)
}

// forgetMissing drops packs that were there and are not any more. Own ones
// are left alone after opening: a new one may not have been listed yet.
func (s *Store) forgetMissing(there map[Name]bool, opening bool) error {
	s.mu.Lock()
	var gone []packInfo
	for name, info := range s.known {
		if !there[name] && (opening || info.Writer != s.writer) {
			gone = append(gone, info)
		}
	}
	s.mu.Unlock()
	for _, info := range gone {
		if s.misses(info) {
			s.note(Damage{Pack: s.path(info.Kind, info.Name), Offset: -1, What: "the file is missing"})
		}
		if err := s.catalog.Forget(info.Name, nil); err != nil {
			return err
		}
		s.mu.Lock()
		delete(s.known, info.Name)
		s.mu.Unlock()
	}
	return nil
}

// misses reports whether a pack that is gone should not be. Only the owner
// deletes sealed packs, and it forgets them first; everybody else must expect
// it to.
func (s *Store) misses(info packInfo) bool {
	return info.Sealed && s.writer != Writer{} && !s.ownOnly
}

// look reads what is new in one pack.
func (s *Store) look(f found, opening bool) error {
	s.mu.Lock()
	info, ok := s.known[f.name]
	s.mu.Unlock()
	own := info.Writer == s.writer && s.writer != Writer{}
	if ok && (info.Sealed || own && !opening || s.ownOnly && !own) {
		return nil
	}
	path := s.path(f.kind, f.name)
	file, err := s.disk.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	size, err := file.Size()
	if err != nil {
		return err
	}
	if ok && !own && size == info.Scanned {
		return nil
	}
	v := newView(file, size)
	head, err := v.at(0, headerSize)
	if err != nil {
		return s.unreadable(path, err)
	}
	h, err := decodeHeader(head, f.kind, f.name)
	own = err == nil && h.writer == s.writer && s.writer != Writer{}
	if s.ownOnly && !own {
		if err == nil {
			s.remember(packInfo{Pack: Pack{Name: f.name, Kind: f.kind, Writer: h.writer}})
		}
		return nil
	}
	from := info.Scanned
	if own {
		from = headerSize
	}
	p, err := readPack(v, s.codec, f.kind, f.name, from, own)
	switch {
	case err != nil:
		return s.unreadable(path, err)
	case own && opening && !p.sealed:
		return s.recover(f, path, p, info.Scanned)
	case !p.begun:
		return nil
	}
	return s.learn(f, path, p)
}

// unreadable notes a pack that cannot be read, instead of failing: the others
// can.
func (s *Store) unreadable(path string, err error) error {
	if errors.Is(err, fault.Cancelled) || errors.Is(err, fault.NotFound) {
		return err
	}
	s.note(Damage{Pack: path, Offset: -1, What: err.Error()})
	return nil
}

func (s *Store) remember(info packInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[info.Name] = info
}

// learn tells the catalogue what a pack holds.
func (s *Store) learn(f found, path string, p packFile) error {
	for _, err := range p.faults {
		s.note(Damage{Pack: path, Offset: -1, What: err.Error()})
	}
	for _, g := range p.gaps {
		s.note(Damage{Pack: path, Offset: g.from, What: "there is no good record here, and good ones follow"})
	}
	pack := Pack{Name: f.name, Kind: f.kind, Writer: p.header.writer, Scanned: p.end, Sealed: p.sealed}
	records, err := s.better(p.records, f.name)
	if err != nil {
		return err
	}
	if err := s.catalog.Add(pack, records); err != nil {
		return err
	}
	s.remember(packInfo{Pack: pack, safe: p.sealed})
	return nil
}

// better leaves out records of a pack whose objects lie safely elsewhere: the
// catalogue has one location for each.
func (s *Store) better(records []Record, pack Name) ([]Record, error) {
	kept := records[:0]
	for _, r := range records {
		loc, safe, err := s.locate(r.ID)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return nil, err
		}
		if err != nil || !safe || loc.Pack == pack || s.leaves(loc.Pack) {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// recover seals a pack that an earlier life of this writer left behind. If
// that cannot be done now, for want of space or of permission, its records
// can be read, and are not relied on.
func (s *Store) recover(f found, path string, p packFile, synced int64) error {
	if p.end < synced {
		s.note(Damage{Pack: path, Offset: p.end, What: "the pack is shorter than it was when it was last synced"})
	}
	if len(p.records) == 0 {
		err := s.delete(f.kind, f.name, nil)
		if errors.Is(err, fault.Denied) {
			return nil
		}
		return err
	}
	if err := s.resealInPlace(path, p); err != nil {
		if !errors.Is(err, fault.Denied) { // a folder that can only be read
			s.note(Damage{Pack: path, Offset: -1, What: "it could not be recovered: " + err.Error()})
		}
		return s.learn(f, path, p)
	}
	p.sealed = true
	return s.learn(f, path, p)
}

// resealInPlace writes all good bytes once more, cuts off the rest, and seals.
func (s *Store) resealInPlace(path string, p packFile) error {
	file, err := s.disk.OpenWrite(path)
	if err != nil {
		return err
	}
	buf := make([]byte, viewSize)
	for at := int64(0); at < p.end; {
		n := min(int64(len(buf)), p.end-at)
		if _, err = file.ReadAt(buf[:n], at); err != nil {
			break
		}
		if _, err = file.WriteAt(buf[:n], at); err != nil {
			break
		}
		at += n
	}
	if err == nil {
		// Records first: whoever sees the seal relies on them.
		if err = file.Truncate(p.end); err == nil {
			err = file.Sync()
		}
	}
	if err == nil {
		err = writeSeal(file, p.header.encode(), p.records, p.end)
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return err
}
