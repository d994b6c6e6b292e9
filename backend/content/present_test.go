package content_test

import (
	"context"
	"errors"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
)

// without is a store that has lost one object.
type without struct {
	content.Store
	id content.ID
}

func (w without) Has(ctx context.Context, id content.ID) (bool, error) {
	there, err := w.Store.Has(ctx, id)
	return there && id != w.id, err
}

func (w without) Get(ctx context.Context, id content.ID) ([]byte, error) {
	if id == w.id {
		return nil, fault.New(fault.NotFound, "there is no object %s", id)
	}
	return w.Store.Get(ctx, id)
}

// putting remembers the names of what is put.
type putting struct {
	content.Store
	ids []content.ID
}

func (p *putting) Put(ctx context.Context, kind content.Kind, id content.ID, data []byte) error {
	p.ids = append(p.ids, id)
	return p.Store.Put(ctx, kind, id, data)
}

func TestPresentMissesEveryObject(t *testing.T) {
	for _, size := range []int{0, 1, 100_000, 3 << 20} {
		s := &putting{Store: contenttest.NewMemory()}
		ref := write(t, s, scattered(size), content.Whole)
		if err := content.Present(t.Context(), s, ref); err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if size > 0 && len(s.ids) == 0 {
			t.Fatalf("%d bytes were stored as nothing", size)
		}
		for _, id := range s.ids {
			err := content.Present(t.Context(), without{s, id}, ref)
			if !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Corrupt) {
				t.Fatalf("%d bytes without %s: %v", size, id, err)
			}
		}
	}
}

// scattered returns bytes that do not repeat.
func scattered(n int) []byte {
	data, x := make([]byte, n), uint32(1)
	for i := range data {
		x = x*1664525 + 1013904223
		data[i] = byte(x >> 24)
	}
	return data
}
