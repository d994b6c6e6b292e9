package packs

import (
	"context"
	"errors"
	"maps"
	"slices"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// Report is the result of Check.
type Report struct {
	Packs      int
	Records    int
	Bytes      int64    // of all packs
	Unfinished []string // packs without a seal: being written, or left by a crash
	Damage     []Damage
}

// Check reads every record of every pack and checks it against its name. It
// changes nothing. progress, if not nil, is told how many of all packs are
// done. Objects that should be there and are not cannot be seen from here.
func (s *Store) Check(ctx context.Context, progress func(done, all int)) (Report, error) {
	packs, err := s.list(ctx)
	if err != nil {
		return Report{}, err
	}
	c := checker{s: s, ctx: ctx}
	for i, f := range packs {
		if progress != nil {
			progress(i, len(packs))
		}
		if err := c.pack(f); err != nil {
			return c.report, err
		}
	}
	if progress != nil {
		progress(len(packs), len(packs))
	}
	c.missing(packs)
	return c.report, nil
}

type checker struct {
	s      *Store
	ctx    context.Context
	report Report
}

func (c *checker) damage(path string, offset int64, id content.ID, what string) {
	c.report.Damage = append(c.report.Damage, Damage{Pack: path, Offset: offset, ID: id, What: what})
}

func (c *checker) pack(f found) error {
	path := c.s.path(f.kind, f.name)
	// First what is known, then the file: it grows and is sealed meanwhile.
	c.s.mu.Lock()
	info, known := c.s.known[f.name]
	c.s.mu.Unlock()
	file, err := c.s.disk.Open(path)
	if errors.Is(err, fault.NotFound) {
		return nil // merged since it was listed
	}
	if err != nil {
		return err
	}
	defer file.Close()
	size, err := file.Size()
	if err != nil {
		return err
	}
	c.report.Packs, c.report.Bytes = c.report.Packs+1, c.report.Bytes+size

	v := newView(file, size)
	p, err := readPack(v, c.s.codec, f.kind, f.name, headerSize, true)
	if err != nil {
		c.damage(path, -1, content.ID{}, err.Error())
		return nil
	}
	for _, err := range p.faults {
		c.damage(path, -1, content.ID{}, err.Error())
	}
	for _, g := range p.gaps {
		c.damage(path, g.from, content.ID{}, "there is no good record here, and good ones follow")
	}
	switch {
	case p.sealed:
	case known && info.Sealed:
		c.damage(path, p.end, content.ID{}, "its seal is damaged")
	case known && p.end < info.Scanned:
		c.damage(path, p.end, content.ID{}, "there is no good record here, though there was one")
	default:
		c.report.Unfinished = append(c.report.Unfinished, path)
	}
	return c.records(f, path, v, p)
}

func (c *checker) records(f found, path string, v *view, p packFile) error {
	for _, r := range p.records {
		if err := content.Cancelled(c.ctx); err != nil {
			return err
		}
		h, b, err := v.record(int64(r.Offset))
		switch {
		case err != nil:
		case b == nil:
			err = corrupt("the record is damaged")
		case h.id != r.ID || h.stored != int(r.Stored):
			err = corrupt("the record is not the one that the directory names")
		default:
			err = c.s.codec.check(f.kind, h, b[recordSize:])
		}
		if err != nil {
			c.damage(path, int64(r.Offset), r.ID, err.Error())
			continue
		}
		c.report.Records++
	}
	return nil
}

// missing names packs that are known and not on the disk any more.
func (c *checker) missing(packs []found) {
	there := make(map[Name]bool, len(packs))
	for _, f := range packs {
		there[f.name] = true
	}
	c.s.mu.Lock()
	known := slices.Collect(maps.Values(c.s.known))
	c.s.mu.Unlock()
	for _, info := range known {
		if there[info.Name] || !c.s.misses(info) {
			continue
		}
		// It may have been sealed or merged since the listing.
		path := c.s.path(info.Kind, info.Name)
		_, err := c.s.disk.Stat(path)
		c.s.mu.Lock()
		_, still := c.s.known[info.Name]
		c.s.mu.Unlock()
		if errors.Is(err, fault.NotFound) && still {
			c.damage(path, -1, content.ID{}, "the file is missing")
		}
	}
}
