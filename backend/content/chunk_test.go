package content

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

// noise is a stream of bytes that is the same in every run and every Go:
// ChaCha8 is specified.
func noise(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{'v', 'a', 'r', 'v', 'e'}).Read(b)
	return b
}

// table is a stream of text of the kind that measurements come in.
func table(n int) []byte {
	var b bytes.Buffer
	rnd := rand.New(rand.NewChaCha8([32]byte{'t'}))
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "%d,%d,%d.%02d\n", i, rnd.IntN(50), rnd.IntN(9), rnd.IntN(100))
	}
	return b.Bytes()[:n]
}

// cutAll returns the lengths of all chunks.
func cutAll(t *testing.T, class Class, r io.Reader) (lengths []int) {
	t.Helper()
	c, err := newCutter(class, r)
	if err != nil {
		t.Fatal(err)
	}
	defer c.release()
	for {
		chunk, err := c.next()
		if err == io.EOF {
			return lengths
		}
		if err != nil {
			t.Fatal(err)
		}
		lengths = append(lengths, len(chunk))
	}
}

// TestBordersArePinned fails when an update of the library, or of this
// package, would cut a content differently than before: then everything that
// was stored would be stored again. Never change the numbers; make a new class.
func TestBordersArePinned(t *testing.T) {
	cases := []struct {
		name  string
		class Class
		data  []byte
		want  string // number of chunks, the first ones, a hash of all
	}{
		{"noise 64K", Class64K, noise(16 << 20), "355 [49508 17054 17580 17169 87981 50359] 3fa9b890904d3495"},
		{"noise 512K", Class512K, noise(32 << 20), "74 [133412 131209 396249 131113 132965 133261] 6f0bca03afea43f7"},
		{"table 64K", Class64K, table(8 << 20), "163 [51013 84765 53267 49472 53367 51600] e0195a2bb384c042"},
		{"table 512K", Class512K, table(16 << 20), "37 [2097152 132072 131645 393769 131643 1451899] dd6029512df9a532"},
		{"zeros 64K", Class64K, make([]byte, 2<<20), "8 [262144 262144 262144 262144 262144 262144] e072f68adc640041"},
	}
	for _, c := range cases {
		lengths := cutAll(t, c.class, bytes.NewReader(c.data))
		id := Sum(KindData, fmt.Append(nil, lengths))
		got := fmt.Sprintf("%d %d %s", len(lengths), lengths[:6], id.String()[:16])
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestChunksKeepTheirLimits(t *testing.T) {
	for _, p := range Cuttings() {
		for name, data := range map[string][]byte{"noise": noise(16 << 20), "table": table(16 << 20), "zeros": make([]byte, 5<<20)} {
			lengths := cutAll(t, p.Class, bytes.NewReader(data))
			sum := 0
			for i, n := range lengths {
				sum += n
				if n > p.Max || n < p.Min && i < len(lengths)-1 {
					t.Fatalf("%s, %s: chunk %d has %d bytes", p.Name, name, i, n)
				}
			}
			if sum != len(data) {
				t.Fatalf("%s, %s: the chunks have %d bytes in all, want %d", p.Name, name, sum, len(data))
			}
			t.Logf("%s, %s: %d bytes on average", p.Name, name, sum/len(lengths))
		}
	}
}

func TestBordersDoNotDependOnTheReader(t *testing.T) {
	data := noise(3 << 20)
	want := fmt.Sprint(cutAll(t, Class64K, bytes.NewReader(data)))
	readers := map[string]io.Reader{
		"halves":     iotest.HalfReader(bytes.NewReader(data)),
		"EOF beside": iotest.DataErrReader(bytes.NewReader(data)),
		"one byte":   iotest.OneByteReader(bytes.NewReader(data)),
	}
	for name, r := range readers {
		if got := fmt.Sprint(cutAll(t, Class64K, r)); got != want {
			t.Errorf("%s: other borders", name)
		}
	}
}
