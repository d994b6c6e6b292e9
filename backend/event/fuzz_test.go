package event_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/event"
)

// goldenBodies are the types and encoded bodies of the golden file.
func goldenBodies(f *testing.F) (types []string, bodies [][]byte) {
	f.Helper()
	golden, err := os.ReadFile("testdata/bodies.txt")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(golden)) {
		fields := strings.Fields(line)
		data, err := hex.DecodeString(fields[2])
		if err != nil {
			f.Fatal(err)
		}
		types, bodies = append(types, fields[0]), append(bodies, data)
	}
	return types, bodies
}

// Whatever the bytes, decoding does not panic, and what it accepts is the same
// after another round.
func FuzzDecode(f *testing.F) {
	types, bodies := goldenBodies(f)
	for i, b := range bodies {
		e := sample()
		e.Type, e.Body = types[i], b
		var buf bytes.Buffer
		if err := e.Encode(&buf); err != nil {
			f.Fatal(err)
		}
		f.Add(buf.Bytes())
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		e, err := event.Decode(payload)
		if err != nil {
			return
		}
		if e.Count == 0 || e.Last() < e.ID.Seq {
			t.Fatalf("sequence numbers %d to %d", e.ID.Seq, e.Last())
		}
		_, _ = e.DecodeBody()
		var buf bytes.Buffer
		if err := e.Encode(&buf); err != nil {
			t.Fatal(err)
		}
		again, err := event.Decode(buf.Bytes())
		if err != nil {
			t.Fatalf("what was accepted is refused the second time: %v", err)
		}
		if len(e.Replaces) == 0 {
			e.Replaces = nil
		}
		if !reflect.DeepEqual(e, again) {
			t.Fatalf("%+v became %+v", e, again)
		}
	})
}

func FuzzDecodeBody(f *testing.F) {
	types, bodies := goldenBodies(f)
	for i, b := range bodies {
		f.Add(uint8(slices.Index(event.Types(), types[i])), b)
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		names := event.Types()
		name := names[int(which)%len(names)]
		body, err := (&event.Event{Type: name, Version: 1, Body: data}).DecodeBody()
		if err != nil {
			return
		}
		once, err := event.EncodeBody(body)
		if err != nil {
			t.Fatal(err)
		}
		if body, err = (&event.Event{Type: name, Version: 1, Body: once}).DecodeBody(); err != nil {
			t.Fatalf("%s: what was accepted is refused the second time: %v", name, err)
		}
		twice, err := event.EncodeBody(body)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%s: %x became %x: %v", name, once, twice, err)
		}
	})
}

func FuzzSeriesPoints(f *testing.F) {
	for _, points := range [][]event.Point{nil, {{}}, {{Step: 1, Time: 1 << 41, Value: 0.5}, {Step: -1 << 63, Time: 1<<63 - 1, Value: -1}}} {
		s := event.PackSeries("", points)
		f.Add(s.Steps, s.Times, s.Values)
	}
	f.Add([]byte{0x80, 0}, []byte{0xff, 0xff}, make([]byte, 9))
	f.Fuzz(func(t *testing.T, steps, times, values []byte) {
		s := event.Series{Steps: steps, Times: times, Values: values}
		points, err := s.Points(nil)
		if err != nil {
			return
		}
		if len(points) != s.Len() {
			t.Fatalf("%d points, Len says %d", len(points), s.Len())
		}
		packed := event.PackSeries("", points)
		again, err := packed.Points(nil)
		if err != nil || !slices.Equal(bits(points), bits(again)) {
			t.Fatalf("%v became %v: %v", points, again, err)
		}
	})
}
