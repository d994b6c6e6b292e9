package contenttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// Run tests that a store keeps the promises of content.Store. open gives an
// empty one for each test.
func Run(t *testing.T, open func(t *testing.T) content.Store) {
	tests := map[string]func(*testing.T, content.Store){
		"missing":     missing,
		"round trip":  roundTrip,
		"twice":       putTwice,
		"own bytes":   ownBytes,
		"two kinds":   twoKinds,
		"bad sizes":   badSizes,
		"cancelled":   cancelled,
		"empty flush": func(t *testing.T, s content.Store) { noError(t, s.Flush(t.Context())) },
		"concurrent":  concurrent,
		"append":      appending,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// Bytes makes n bytes that look random and are the same in every run.
func Bytes(seed uint64, n int) []byte {
	var key [32]byte
	key[0], key[1], key[2] = byte(seed), byte(seed>>8), byte(seed>>16)
	b := make([]byte, n)
	rand.NewChaCha8(key).Read(b)
	return b
}

// Text makes n bytes of a table of numbers, which compresses well.
func Text(seed uint64, n int) []byte {
	rnd := rand.New(rand.NewPCG(seed, 1))
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "%.1f;%.2f;%d;%.4f\n", rnd.Float64()*15, rnd.Float64(), rnd.IntN(300), 0.99+rnd.Float64()/100)
	}
	return b.Bytes()[:n]
}

func put(t *testing.T, s content.Store, kind content.Kind, data []byte) content.ID {
	t.Helper()
	id := content.Sum(kind, data)
	noError(t, s.Put(t.Context(), kind, id, data))
	return id
}

func wantGet(t *testing.T, s content.Store, id content.ID, want []byte) {
	t.Helper()
	got, err := s.Get(t.Context(), id)
	noError(t, err)
	if !bytes.Equal(got, want) {
		t.Fatalf("Get gave %d bytes that differ from the %d that were put", len(got), len(want))
	}
	if has, err := s.Has(t.Context(), id); !has || err != nil {
		t.Fatalf("Has = %v, %v for what Get gives", has, err)
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got %v, want a fault of kind %q", err, kind)
	}
}

func missing(t *testing.T, s content.Store) {
	id := content.Sum(content.KindData, []byte("never put"))
	_, err := s.Get(t.Context(), id)
	wantKind(t, err, fault.NotFound)
	if has, err := s.Has(t.Context(), id); has || err != nil {
		t.Fatalf("Has = %v, %v for what was never put", has, err)
	}
}

func roundTrip(t *testing.T, s content.Store) {
	stored := map[content.ID][]byte{}
	for i, n := range []int{1, 2, 63, 64, 65, 4096, 16383, 16384, 100_000, 256 << 10, 2 << 20, content.MaxObject} {
		for _, data := range [][]byte{Bytes(uint64(i), n), Text(uint64(i), n), make([]byte, n)} {
			kind := content.KindData
			if i%2 == 1 {
				kind = content.KindTree
			}
			stored[put(t, s, kind, data)] = data
		}
	}
	for id, data := range stored {
		wantGet(t, s, id, data)
	}
	noError(t, s.Flush(t.Context()))
	for id, data := range stored {
		wantGet(t, s, id, data)
	}
}

func putTwice(t *testing.T, s content.Store) {
	data := Bytes(1, 1000)
	id := put(t, s, content.KindData, data)
	put(t, s, content.KindData, data)
	noError(t, s.Flush(t.Context()))
	put(t, s, content.KindData, data)
	noError(t, s.Flush(t.Context()))
	wantGet(t, s, id, data)
}

func ownBytes(t *testing.T, s content.Store) {
	data := Bytes(2, 5000)
	want := bytes.Clone(data)
	id := put(t, s, content.KindData, data)
	clear(data)
	wantGet(t, s, id, want)
	got, err := s.Get(t.Context(), id)
	noError(t, err)
	clear(got)
	wantGet(t, s, id, want)
}

func twoKinds(t *testing.T, s content.Store) {
	data := Bytes(3, 300)
	a, b := put(t, s, content.KindData, data), put(t, s, content.KindTree, data)
	if a == b {
		t.Fatal("data and tree of equal bytes have one name")
	}
	noError(t, s.Flush(t.Context()))
	wantGet(t, s, a, data)
	wantGet(t, s, b, data)
}

func badSizes(t *testing.T, s content.Store) {
	for _, n := range []int{0, content.MaxObject + 1} {
		data := make([]byte, n)
		id := content.Sum(content.KindData, data)
		wantKind(t, s.Put(t.Context(), content.KindData, id, data), fault.Invalid)
		if has, _ := s.Has(t.Context(), id); has {
			t.Fatalf("an object of %d bytes was stored", n)
		}
	}
}

func cancelled(t *testing.T, s content.Store) {
	data := Bytes(4, 100)
	id := put(t, s, content.KindData, data)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	other := content.Sum(content.KindData, []byte("x"))
	wantKind(t, s.Put(ctx, content.KindData, other, []byte("x")), fault.Cancelled)
	_, err := s.Get(ctx, id)
	wantKind(t, err, fault.Cancelled)
	_, err = s.Has(ctx, id)
	wantKind(t, err, fault.Cancelled)
	wantKind(t, s.Flush(ctx), fault.Cancelled)
	if has, _ := s.Has(t.Context(), other); has {
		t.Fatal("a cancelled Put stored something")
	}
}

func concurrent(t *testing.T, s content.Store) {
	const workers, objects = 8, 60
	var wg sync.WaitGroup
	errs := make(chan error, workers)
	for w := range workers {
		wg.Go(func() {
			for i := range objects {
				// Half of the objects are put by all workers, half by one.
				seed := uint64(i)
				if i%2 == 0 {
					seed += uint64(w+1) * 1000
				}
				if err := putAndGet(t.Context(), s, Text(seed, 500+i*40)); err != nil {
					errs <- err
					return
				}
				if i%20 == 19 {
					if err := s.Flush(t.Context()); err != nil {
						errs <- err
						return
					}
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
}

func putAndGet(ctx context.Context, s content.Store, data []byte) error {
	id := content.Sum(content.KindData, data)
	if err := s.Put(ctx, content.KindData, id, data); err != nil {
		return err
	}
	got, err := s.Get(ctx, id)
	if err == nil && !bytes.Equal(got, data) {
		err = fault.New(fault.Internal, "Get gave other bytes than were put")
	}
	return err
}

// appending holds for stores that are a content.Appender.
func appending(t *testing.T, s content.Store) {
	a, ok := s.(content.Appender)
	if !ok {
		t.Skip("not an Appender")
	}
	plain, packed := Bytes(5, 3000), Text(5, 3000)
	for _, want := range [][]byte{plain, packed} {
		id := put(t, s, content.KindData, want)
		for _, dst := range [][]byte{nil, []byte("before"), make([]byte, 6, 10_000)} {
			got, err := a.AppendObject(t.Context(), id, dst)
			noError(t, err)
			if !bytes.Equal(got[:len(dst)], dst) || !bytes.Equal(got[len(dst):], want) {
				t.Fatalf("AppendObject to %d bytes gave %d bytes", len(dst), len(got))
			}
		}
	}
	_, err := a.AppendObject(t.Context(), content.Sum(content.KindData, []byte("never put")), nil)
	wantKind(t, err, fault.NotFound)
}
