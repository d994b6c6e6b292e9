package content_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
)

// watched notes whether it is read after its user has said that it is not any more.
type watched struct {
	r        io.Reader
	returned atomic.Bool
	late     atomic.Bool
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if w.returned.Load() {
		w.late.Store(true)
	}
	return n, err
}

// full takes so many objects, and no more.
type full struct {
	content.Store
	room atomic.Int64
}

func (f *full) Put(ctx context.Context, kind content.Kind, id content.ID, data []byte) error {
	if f.room.Add(-1) < 0 {
		return fault.New(fault.NoSpace, "the disk is full")
	}
	return f.Store.Put(ctx, kind, id, data)
}

// TestNobodyReadsOnAfterAFailure: a content is read beside the storing of it; when that
// fails, what was being read belongs to the caller again.
func TestNobodyReadsOnAfterAFailure(t *testing.T) {
	for room := range 20 {
		r := &watched{r: io.LimitReader(rand.NewChaCha8([32]byte{byte(room)}), 4<<20)}
		store := &full{Store: contenttest.NewMemory()}
		store.room.Store(int64(room))
		_, err := content.WriteFile(t.Context(), store, r, content.WriteOptions{})
		r.returned.Store(true)
		if fault.KindOf(err) != fault.NoSpace {
			t.Fatalf("room for %d: %v", room, err)
		}
		if rest, err := io.Copy(io.Discard, r.r); err != nil || r.late.Load() {
			t.Fatalf("room for %d: read late, %d bytes are left, %v", room, rest, err)
		}
	}
}

// TestWhatBreaksOffWhileItIsReadIsSaid, however much of it was stored before.
func TestWhatBreaksOffWhileItIsReadIsSaid(t *testing.T) {
	for _, after := range []int64{1, 300 << 10, 5 << 20} {
		whole := io.LimitReader(rand.NewChaCha8([32]byte{}), after)
		broken := errors.New("the cable was pulled")
		_, err := content.WriteFile(t.Context(), contenttest.NewMemory(), io.MultiReader(whole, iotest.ErrReader(broken)), content.WriteOptions{})
		if fault.KindOf(err) != fault.Unavailable || !errors.Is(err, broken) {
			t.Fatalf("after %d bytes: %v", after, err)
		}
	}
}
