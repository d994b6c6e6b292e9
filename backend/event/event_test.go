package event_test

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

func TestParseWriter(t *testing.T) {
	w := event.Writer{1, 0xab, 15: 9}
	if got, err := event.ParseWriter(w.String()); err != nil || got != w {
		t.Errorf("ParseWriter(%q) = %v, %v", w, got, err)
	}
	for _, s := range []string{"", "01", strings.Repeat("0", 31), strings.Repeat("0", 33), strings.Repeat("0", 34), strings.Repeat("g", 32)} {
		if _, err := event.ParseWriter(s); !errors.Is(err, fault.Invalid) {
			t.Errorf("ParseWriter(%q): %v", s, err)
		}
	}
}

func TestMergeOrder(t *testing.T) {
	stamp := func(time int64, w byte, seq uint64) event.Stamp {
		return event.Stamp{Time: time, ID: event.ID{Writer: event.Writer{w}, Seq: seq}}
	}
	sorted := []event.Stamp{
		stamp(-5, 9, 9), stamp(0, 1, 1), stamp(0, 1, 2), stamp(0, 2, 1), stamp(0, 0x80, 1), stamp(1, 1, 1), stamp(math.MaxInt64, 0, 1),
	}
	for i, a := range sorted {
		for j, b := range sorted {
			if got, want := a.Compare(b), cmpInt(i, j); got != want {
				t.Errorf("%v.Compare(%v) = %d, want %d", a, b, got, want)
			}
		}
	}
}

func cmpInt(a, b int) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func TestWhichPointIsTheLatest(t *testing.T) {
	inf := math.Inf(1)
	sorted := []event.Point{
		{Step: -1, Time: 9, Value: 9}, {Value: -inf}, {Value: -1}, {Value: math.NaN()}, {Value: 0}, {Value: 1}, {Value: inf},
		{Time: 1, Value: -5}, {Step: 1, Time: -3, Value: math.NaN()}, {Step: 1, Time: -3, Value: 0}, {Step: math.MaxInt64},
	}
	for i, a := range sorted {
		for j, b := range sorted {
			if got, want := a.Compare(b), cmpInt(i, j); got != want {
				t.Errorf("%+v.Compare(%+v) = %d, want %d", a, b, got, want)
			}
		}
	}
	if (event.Point{Value: math.Copysign(0, -1)}).Compare(event.Point{}) != 0 {
		t.Error("−0 and 0 are not the same value")
	}
}

// bits makes points comparable: NaN differs from itself.
func bits(points []event.Point) (b [][3]uint64) {
	for _, p := range points {
		b = append(b, [3]uint64{uint64(p.Step), uint64(p.Time), math.Float64bits(p.Value)})
	}
	return b
}

func TestSeriesGiveBackWhatWasPacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := rapid.SliceOf(rapid.Custom(func(t *rapid.T) event.Point {
			return event.Point{
				Step: rapid.Int64().Draw(t, "step"), Time: rapid.Int64().Draw(t, "time"),
				Value: math.Float64frombits(rapid.Uint64().Draw(t, "value")),
			}
		})).Draw(t, "points")
		series := event.PackSeries("loss", points)
		data, err := event.EncodeBody(event.RunMetrics{Series: []event.Series{series}})
		if err != nil {
			t.Fatal(err)
		}
		body, err := (&event.Event{Type: "run.metrics", Version: 1, Body: data}).DecodeBody()
		if err != nil {
			t.Fatal(err)
		}
		back := &body.(*event.RunMetrics).Series[0]
		got, err := back.Points(nil)
		if err != nil || back.Len() != len(points) || !slices.Equal(bits(got), bits(points)) {
			t.Fatalf("%v became %v: %v", points, got, err)
		}
	})
}

func TestColumnsOfDifferentLengthAreCorrupt(t *testing.T) {
	good := event.PackSeries("loss", []event.Point{{Step: 1, Time: 2, Value: 3}, {Step: 500, Time: 1 << 40, Value: 4}})
	for name, s := range map[string]event.Series{
		"a value too few":  {Steps: good.Steps, Times: good.Times, Values: good.Values[:8]},
		"half a value":     {Steps: good.Steps, Times: good.Times, Values: good.Values[:12]},
		"a step too few":   {Steps: good.Steps[:1], Times: good.Times, Values: good.Values},
		"half a step":      {Steps: good.Steps[:len(good.Steps)-1], Times: good.Times, Values: good.Values},
		"half a time":      {Steps: good.Steps, Times: good.Times[:len(good.Times)-1], Values: good.Values},
		"a time too many":  {Steps: good.Steps, Times: append(slices.Clone(good.Times), 0), Values: good.Values},
		"an endless step":  {Steps: bytes.Repeat([]byte{0xff}, 20), Times: good.Times, Values: good.Values},
		"steps, no values": {Steps: []byte{0}},
	} {
		if points, err := s.Points(nil); !errors.Is(err, fault.Corrupt) {
			t.Errorf("%s: %v, %v", name, points, err)
		}
	}
}

func sample() *event.Event {
	return &event.Event{
		ID: event.ID{Writer: event.Writer{1}, Seq: 7}, Count: 3, Commit: 5, Before: 100, Stream: "run/a", Type: "run.params",
		Version: 1, Must: true, Device: event.Writer{2}, Person: "Ada Łovelace", Time: -3,
		Replaces: []event.ID{{Writer: event.Writer{4}, Seq: 9}}, Body: []byte{0xa0},
	}
}

func TestEnvelopeComesBack(t *testing.T) {
	bare := &event.Event{
		ID: event.ID{Writer: event.Writer{1}, Seq: 1}, Count: 1, Stream: "s", Type: "t", Body: []byte{0xa0},
	}
	for _, e := range []*event.Event{sample(), bare} {
		var buf bytes.Buffer
		if err := e.Encode(&buf); err != nil {
			t.Fatal(err)
		}
		got, err := event.Decode(buf.Bytes())
		if err != nil || !reflect.DeepEqual(got, e) {
			t.Errorf("%+v became %+v: %v", e, got, err)
		}
	}
	if got := sample().Last(); got != 9 {
		t.Errorf("three numbers from 7 on end at %d", got)
	}
}

func TestDecodeRefusesWhatIsNoEvent(t *testing.T) {
	for name, change := range map[string]func(*event.Event){
		"no writer":        func(e *event.Event) { e.ID.Writer = event.Writer{} },
		"no sequence":      func(e *event.Event) { e.ID.Seq = 0 },
		"no stream":        func(e *event.Event) { e.Stream = "" },
		"no type":          func(e *event.Event) { e.Type = "" },
		"endless sequence": func(e *event.Event) { e.ID.Seq = math.MaxUint64 },
	} {
		e := sample()
		change(e)
		var buf bytes.Buffer
		if err := e.Encode(&buf); err != nil {
			t.Fatal(err)
		}
		if got, err := event.Decode(buf.Bytes()); !errors.Is(err, fault.Corrupt) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, payload := range [][]byte{nil, {0xa0}, {0x80}, {0xbf, 0xff}, {0xa1, 0, 1}, {0xa2, 0, 2, 0, 2}, bytes.Repeat([]byte{0x81}, 100)} {
		if got, err := event.Decode(payload); !errors.Is(err, fault.Corrupt) {
			t.Errorf("%x: %+v, %v", payload, got, err)
		}
	}
}

func TestBodiesOfALaterVarve(t *testing.T) {
	later, err := event.Marshal(map[int]any{1: "name", 99: []int{1}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		e    event.Event
		kind fault.Kind
	}{
		{event.Event{Type: "dataset.created", Version: 1, Body: later}, ""}, // a field more
		{event.Event{Type: "dataset.created", Version: 2, Body: later}, fault.Newer},
		{event.Event{Type: "dataset.blessed", Version: 1, Body: later}, fault.Newer},
		{event.Event{Type: "dataset.created", Version: 1, Body: []byte{0xa1, 1, 5}}, fault.Corrupt},
		{event.Event{Type: "dataset.created", Version: 1}, fault.Corrupt},
		{event.Event{Type: "dataset.created", Version: 1, Body: []byte{0xf6}}, fault.Corrupt}, // null
	} {
		body, err := c.e.DecodeBody()
		if c.kind == "" && (err != nil || body.(*event.DatasetCreated).Name != "name") {
			t.Errorf("%s/%d: %+v, %v", c.e.Type, c.e.Version, body, err)
		}
		if c.kind != "" && !errors.Is(err, c.kind) {
			t.Errorf("%s/%d: %v, want %s", c.e.Type, c.e.Version, err, c.kind)
		}
	}
}

func TestAnExitCodeOfZeroIsAnExitCode(t *testing.T) {
	zero := int64(0)
	data, err := event.EncodeBody(event.RunStatus{Status: "FINISHED", ExitCode: &zero})
	if err != nil {
		t.Fatal(err)
	}
	body, err := (&event.Event{Type: "run.status", Version: 1, Body: data}).DecodeBody()
	if code := body.(*event.RunStatus).ExitCode; err != nil || code == nil || *code != 0 {
		t.Fatalf("%v, %v", code, err)
	}
}

// What is written can be read: the limits of the decoder are checked before.
func TestABodyWithTooManyPartsIsRefused(t *testing.T) {
	const most = 1 << 20
	for n, refused := range map[int]bool{most: false, most + 1: true} {
		data, err := event.EncodeBody(event.RunInputs{Models: make([]string, n)})
		if refused {
			if !errors.Is(err, fault.Invalid) || fault.HintOf(err) == "" {
				t.Errorf("%d parts: %v", n, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (&event.Event{Type: "run.inputs", Version: 1, Body: data}).DecodeBody(); err != nil {
			t.Errorf("%d parts: %v", n, err)
		}
	}
}
