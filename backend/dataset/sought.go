package dataset

import (
	"context"
	"errors"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// sought is a store that is asked for nothing but what the record names: an
// object that it does not have has been lost.
type sought struct{ content.Store }

// Get returns an object.
func (s sought) Get(ctx context.Context, id content.ID) ([]byte, error) {
	data, err := s.Store.Get(ctx, id)
	return data, lost(err)
}

// AppendObject appends an object to dst.
func (s sought) AppendObject(ctx context.Context, id content.ID, dst []byte) ([]byte, error) {
	if a, ok := s.Store.(content.Appender); ok {
		data, err := a.AppendObject(ctx, id, dst)
		return data, lost(err)
	}
	data, err := s.Get(ctx, id)
	return append(dst, data...), err
}

func lost(err error) error {
	if !errors.Is(err, fault.NotFound) {
		return err
	}
	return fault.New(fault.Corrupt, "a part of this version is missing from the workspace's packs: %v", err).
		WithHint("`varve doctor` names what is damaged. Restore the packs folder from a back-up, or add the same files again.")
}
