package index

import (
	"encoding/binary"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
	"dev.varve/storage/packs"
)

const (
	chunkPrefix = "chunk/"
	packPrefix  = "pack/"
)

// Catalog returns the part of the index that knows where chunks lie.
func (x *Index) Catalog() packs.Catalog { return catalog{x} }

type catalog struct{ x *Index }

func chunkKey(id content.ID) string { return chunkPrefix + string(id[:]) }

func packKey(n packs.Name) string { return packPrefix + string(n[:]) }

// Lookup finds where an object lies.
func (c catalog) Lookup(id content.ID) (packs.Location, bool, error) {
	value, ok, err := c.x.Get(chunkKey(id))
	if err != nil || !ok {
		return packs.Location{}, false, err
	}
	return decodeLocation(value)
}

func encodeLocation(l packs.Location) []byte {
	b := append(make([]byte, 0, 24), l.Pack[:]...)
	b = binary.BigEndian.AppendUint32(b, l.Offset)
	return binary.BigEndian.AppendUint32(b, l.Stored)
}

func decodeLocation(b []byte) (l packs.Location, ok bool, err error) {
	if len(b) != 24 {
		return l, false, corrupt("location of a chunk")
	}
	copy(l.Pack[:], b)
	l.Offset, l.Stored = binary.BigEndian.Uint32(b[16:]), binary.BigEndian.Uint32(b[20:])
	return l, true, nil
}

// pack is the stored form of packs.Pack.
type pack struct {
	Name    [16]byte `cbor:"1,keyasint"`
	Kind    uint8    `cbor:"2,keyasint"`
	Writer  [16]byte `cbor:"3,keyasint"`
	Scanned int64    `cbor:"4,keyasint"`
	Sealed  bool     `cbor:"5,keyasint,omitempty"`
}

// Packs lists all packs.
func (c catalog) Packs() ([]packs.Pack, error) {
	var list []packs.Pack
	err := c.x.Scan(packPrefix, func(_ string, value []byte) error {
		var p pack
		if err := event.Unmarshal(value, &p); err != nil {
			return err
		}
		list = append(list, packs.Pack{Name: p.Name, Kind: content.Kind(p.Kind), Writer: p.Writer, Scanned: p.Scanned, Sealed: p.Sealed})
		return nil
	})
	return list, err
}

// Add remembers a pack and its records.
func (c catalog) Add(p packs.Pack, records []packs.Record) error {
	value, err := event.Marshal(pack{p.Name, uint8(p.Kind), p.Writer, p.Scanned, p.Sealed})
	if err != nil {
		return err
	}
	pairs := make([]track.Pair, 0, len(records)+1)
	for _, r := range records {
		pairs = append(pairs, track.Pair{Key: chunkKey(r.ID), Value: encodeLocation(packs.Location{Pack: p.Name, Offset: r.Offset, Stored: r.Stored})})
	}
	return c.x.Write(append(pairs, track.Pair{Key: packKey(p.Name), Value: value}))
}

// Forget drops a pack and what lies in it.
func (c catalog) Forget(name packs.Name, ids []content.ID) error {
	pairs := []track.Pair{{Key: packKey(name)}}
	for _, id := range ids {
		l, ok, err := c.Lookup(id)
		if err != nil {
			return err
		}
		if ok && l.Pack == name {
			pairs = append(pairs, track.Pair{Key: chunkKey(id)})
		}
	}
	return c.x.Write(pairs)
}
