package packs

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

var _ content.Holder = (*Store)(nil)

// Holds reports whether Put of an object would have nothing to do.
func (s *Store) Holds(ctx context.Context, id content.ID) (bool, error) {
	if err := content.Cancelled(ctx); err != nil {
		return false, err
	}
	there, err := s.stored(id)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	return there, err
}

// Holdings names the packs that survive a power cut, one after the other. What was
// flushed before lies in them.
func (s *Store) Holdings() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []Name
	for name, info := range s.known {
		if info.safe {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b Name) int { return bytes.Compare(a[:], b[:]) })
	list := make([]byte, 0, len(names)*len(Name{}))
	for _, name := range names {
		list = append(list, name[:]...)
	}
	return list
}

// StillHolds reports whether all packs that were named are there, none may be
// deleted soon, and nothing is known to be damaged.
func (s *Store) StillHolds(holdings []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.bad) > 0 || len(s.damage) > 0 || len(holdings)%len(Name{}) != 0 {
		return false
	}
	for name := range slices.Chunk(holdings, len(Name{})) {
		if info, there := s.known[Name(name)]; !there || !info.safe || s.leaving[Name(name)] {
			return false
		}
	}
	return true
}
