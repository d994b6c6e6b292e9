package content_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
)

func open(t *testing.T, s content.Store, ref content.Ref) *content.Reader {
	t.Helper()
	r, err := content.Open(t.Context(), s, ref)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReaderIsAProperReader(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 300_000} {
		data := contenttest.Text(1, n)
		s := contenttest.NewMemory()
		if err := iotest.TestReader(open(t, s, write(t, s, data, 0)), data); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func TestReadAtGivesWhatIsThere(t *testing.T) {
	data := contenttest.Bytes(2, 12<<20)
	s := contenttest.NewMemory()
	r := open(t, s, write(t, s, data, 0))
	rapid.Check(t, func(t *rapid.T) {
		off := rapid.IntRange(0, len(data)+10).Draw(t, "off")
		n := rapid.IntRange(0, 200_000).Draw(t, "n")
		p := make([]byte, n)
		got, err := r.ReadAt(p, int64(off))
		want := data[min(off, len(data)):min(off+n, len(data))]
		if !bytes.Equal(p[:got], want) {
			t.Fatalf("%d bytes from %d are wrong", n, off)
		}
		if (err == nil) != (got == n) || (err != nil && err != io.EOF) {
			t.Fatalf("%d of %d bytes from %d, and %v", got, n, off, err)
		}
	})
}

func TestWriteToAndSeek(t *testing.T) {
	data := contenttest.Bytes(3, 3<<20)
	s := contenttest.NewMemory()
	r := open(t, s, write(t, s, data, 0))
	if pos, err := r.Seek(-1000, io.SeekEnd); err != nil || pos != int64(len(data)-1000) {
		t.Fatalf("Seek: %d, %v", pos, err)
	}
	var b bytes.Buffer
	if n, err := io.Copy(&b, r); err != nil || n != 1000 || !bytes.Equal(b.Bytes(), data[len(data)-1000:]) {
		t.Fatalf("copied %d, %v", n, err)
	}
	for _, c := range []struct {
		off    int64
		whence int
	}{{-1, io.SeekStart}, {-1, io.SeekEnd - 10}, {0, 3}, {-int64(len(data)) - 1, io.SeekEnd}} {
		if _, err := r.Seek(c.off, c.whence); !errors.Is(err, fault.Invalid) {
			t.Errorf("Seek(%d, %d): %v", c.off, c.whence, err)
		}
	}
}

// TestDamageIsNeverHandedOut replaces every object of a content in turn, by
// nothing and by other right objects, and reads.
func TestDamageIsNeverHandedOut(t *testing.T) {
	data := contenttest.Bytes(4, 12<<20)
	s := contenttest.NewMemory()
	ref := write(t, s, data, 0)
	if ref.Depth < 2 {
		t.Fatalf("depth %d: the test wants more levels", ref.Depth)
	}
	trees := s.IDs(content.KindTree)
	for i, id := range append(trees, s.IDs(content.KindData)[:20]...) {
		kind := content.KindTree
		if i >= len(trees) {
			kind = content.KindData
		}
		good, err := s.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		bad := bytes.Clone(good)
		bad[len(bad)/2] ^= 1
		for _, c := range []struct {
			data []byte
			kind fault.Kind
		}{{bad, fault.Corrupt}, {nil, fault.NotFound}} {
			s.Replace(id, c.data)
			got, err := io.ReadAll(open(t, s, ref))
			if !errors.Is(err, c.kind) {
				t.Fatalf("object %s replaced: %v, want %q", id, err, c.kind)
			}
			if !bytes.Equal(got, data[:len(got)]) {
				t.Fatal("wrong bytes were handed out")
			}
		}
		if err := s.Put(t.Context(), kind, id, good); err != nil {
			t.Fatal(err)
		}
	}
}

// TestHostileReferences gives right objects wrong sizes and levels.
func TestHostileReferences(t *testing.T) {
	data := contenttest.Bytes(5, 12<<20)
	s := contenttest.NewMemory()
	ref := write(t, s, data, 0)
	lie := func(change func(*content.Ref)) content.Ref { r := ref; change(&r); return r }
	cases := map[string]content.Ref{
		"longer":        lie(func(r *content.Ref) { r.Size++ }),
		"shorter":       lie(func(r *content.Ref) { r.Size-- }),
		"one level up":  lie(func(r *content.Ref) { r.Depth-- }),
		"one level low": lie(func(r *content.Ref) { r.Depth++ }),
		"enormous":      lie(func(r *content.Ref) { r.Size = 1 << 62 }),
	}
	for name, r := range cases {
		if _, err := io.ReadAll(open(t, s, r)); !errors.Is(err, fault.Corrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadersShareNothing(t *testing.T) {
	data := contenttest.Bytes(6, 4<<20)
	s := contenttest.NewMemory()
	r := open(t, s, write(t, s, data, 0))
	done := make(chan error, 4)
	for w := range 4 {
		go func() {
			rnd := rand.New(rand.NewPCG(uint64(w), 1))
			p := make([]byte, 10_000)
			var err error
			for range 50 {
				off := rnd.IntN(len(data) - len(p))
				if _, err = r.ReadAt(p, int64(off)); err == nil && !bytes.Equal(p, data[off:off+len(p)]) {
					err = errors.New("wrong bytes")
				}
				if err != nil {
					break
				}
			}
			done <- err
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
