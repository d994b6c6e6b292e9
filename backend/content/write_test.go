package content_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/iotest"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
)

func write(t *testing.T, s content.Store, data []byte, class content.Class) content.Ref {
	t.Helper()
	ref, err := content.WriteFile(t.Context(), s, bytes.NewReader(data), content.WriteOptions{Class: class})
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func read(t *testing.T, s content.Store, ref content.Ref) []byte {
	t.Helper()
	r, err := content.Open(t.Context(), s, ref)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestRefsArePinned fails when the same bytes get other names than in an
// earlier Varve.
func TestRefsArePinned(t *testing.T) {
	cases := []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "0 0 0 af1349b9f5f9a1a6 af1349b9f5f9a1a6"},
		{"one byte", []byte("x"), "1 0 0 3ae7d805f6789a64 3ae7d805f6789a64"},
		{"largest whole", contenttest.Bytes(1, 256<<10-1), "262143 0 0 d1bb3877b5675efe d1bb3877b5675efe"},
		{"smallest cut", contenttest.Bytes(1, 256<<10), "262144 1 1 7c21e643ee2c2c3e b31adf2a3f690b0c"},
		{"two levels", contenttest.Text(2, 5<<20), "5242880 1 2 af583feac24e611e ceb2adff1bed3484"},
		{"more nodes", contenttest.Bytes(3, 40<<20), "41943040 1 2 59470c3d79821bc6 4c20fcecde8d950e"},
	}
	for _, c := range cases {
		s := contenttest.NewMemory()
		ref := write(t, s, c.data, 0)
		got := fmt.Sprintf("%d %d %d %.16s %.16s", ref.Size, ref.Class, ref.Depth, ref.ID, ref.Digest)
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if !bytes.Equal(read(t, s, ref), c.data) {
			t.Errorf("%s: other bytes came back", c.name)
		}
		if want := content.Sum(content.KindData, c.data); ref.Digest != content.Digest(want) {
			t.Errorf("%s: the digest is not BLAKE3 of the content", c.name)
		}
	}
}

func TestClassIsKept(t *testing.T) {
	data := contenttest.Bytes(4, 1<<20)
	s := contenttest.NewMemory()
	small, large := write(t, s, data, content.Whole), write(t, s, data, content.Class512K)
	if small.Class != content.Class64K || large.Class != content.Class512K || small.Digest != large.Digest || small.ID == large.ID {
		t.Fatalf("classes: %+v, %+v", small, large)
	}
	if short := write(t, s, data[:1000], content.Class512K); short.Class != content.Whole || short.Depth != 0 {
		t.Fatalf("a small file was cut: %+v", short)
	}
	ref, err := content.WriteFile(t.Context(), s, bytes.NewReader(data), content.WriteOptions{Size: 5 << 30})
	if err != nil || ref.Class != content.Class512K {
		t.Fatalf("expected to be huge: %+v, %v", ref, err)
	}
	ref, err = content.WriteFile(t.Context(), s, bytes.NewReader(data), content.WriteOptions{Size: 5 << 30, Class: content.Class64K})
	if err != nil || ref.Class != content.Class64K {
		t.Fatalf("grown past the border: %+v, %v", ref, err)
	}
}

func TestAChangeIsStoredOnce(t *testing.T) {
	data := contenttest.Bytes(5, 32<<20)
	cases := map[string]func() []byte{
		"a byte before":     func() []byte { return append([]byte{1}, data...) },
		"7 bytes inside":    func() []byte { return bytes.Join([][]byte{data[:9e6], []byte("7 bytes"), data[9e6:]}, nil) },
		"a piece cut out":   func() []byte { return append(bytes.Clone(data[:9e6]), data[9e6+100:]...) },
		"appended":          func() []byte { return append(bytes.Clone(data), contenttest.Bytes(6, 1000)...) },
		"a byte is changed": func() []byte { d := bytes.Clone(data); d[20e6]++; return d },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			s := contenttest.NewMemory()
			first := write(t, s, data, 0)
			_, before := s.Count(content.KindData)
			_, treeBefore := s.Count(content.KindTree)
			if again := write(t, s, data, 0); again != first {
				t.Fatalf("the same content got two references: %+v, %+v", first, again)
			}
			write(t, s, change(), first.Class)
			_, after := s.Count(content.KindData)
			_, treeAfter := s.Count(content.KindTree)
			if grown := after - before; grown > 800_000 {
				t.Errorf("%d bytes of data more", grown)
			}
			if grown := treeAfter - treeBefore; grown > 40_000 {
				t.Errorf("%d bytes of trees more", grown)
			}
		})
	}
}

func TestWriteFileFails(t *testing.T) {
	s := contenttest.NewMemory()
	broken := errors.New("cable pulled")
	for _, n := range []int{10, 500 << 10} {
		r := io.MultiReader(bytes.NewReader(contenttest.Bytes(1, n)), iotest.ErrReader(broken))
		_, err := content.WriteFile(t.Context(), s, r, content.WriteOptions{})
		if !errors.Is(err, fault.Unavailable) || !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", n, err)
		}
		r = io.MultiReader(bytes.NewReader(contenttest.Bytes(1, n)), iotest.ErrReader(fault.New(fault.Denied, "no")))
		if _, err = content.WriteFile(t.Context(), s, r, content.WriteOptions{}); !errors.Is(err, fault.Denied) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := content.WriteFile(ctx, s, bytes.NewReader(make([]byte, 1<<20)), content.WriteOptions{}); !errors.Is(err, fault.Cancelled) {
		t.Errorf("cancelled: %v", err)
	}
}

// The figure that matters for agents: what a large file costs in memory.
func BenchmarkWriteFile(b *testing.B) {
	for _, c := range []struct {
		name  string
		class content.Class
	}{{"64K", content.Class64K}, {"512K", content.Class512K}} {
		b.Run(c.name, func(b *testing.B) {
			data := contenttest.Bytes(1, 64<<20)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := content.WriteFile(b.Context(), sink{}, bytes.NewReader(data), content.WriteOptions{Class: c.class}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// sink is a store that forgets, for what costs nothing but the work above it.
type sink struct{}

func (sink) Put(context.Context, content.Kind, content.ID, []byte) error { return nil }
func (sink) Get(context.Context, content.ID) ([]byte, error)             { return nil, fault.NotFound }
func (sink) Has(context.Context, content.ID) (bool, error)               { return false, nil }
func (sink) Flush(context.Context) error                                 { return nil }
