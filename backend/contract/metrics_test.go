package contract_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/contract"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

const written = 1_700_000_000_000 // ms since 1970

// bench is a run with its record, its files and a store.
type bench struct {
	t       testing.TB
	tracker *track.Tracker
	run     string
	seq     uint64
	full    bool // the disk is
	noise   byte
	memory  *contenttest.Memory

	missing   bool
	text      []byte
	artifacts content.Source
	removed   bool
}

func newBench(t testing.TB) *bench {
	b := &bench{t: t, memory: contenttest.NewMemory(), artifacts: contenttest.NewFiles(nil)}
	var err error
	b.tracker, err = track.Open(track.Config{Journal: b, Store: track.NewMemory(), Clock: b, Random: noise{&b.noise}})
	b.must(err)
	b.run, err = b.tracker.CreateRun(t.Context(), track.NewRun{Params: []event.Param{{Key: "given", Value: "1"}}})
	b.must(err)
	return b
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

type noise struct{ n *byte }

func (n noise) Read(p []byte) (int, error) {
	for i := range p {
		*n.n++
		p[i] = *n.n
	}
	return len(p), nil
}

func (b *bench) Now() time.Time { return time.UnixMilli(written) }

func (b *bench) Append(_ context.Context, drafts ...event.Draft) ([]*event.Event, error) {
	if b.full {
		return nil, fault.New(fault.NoSpace, "the disk is full")
	}
	events := make([]*event.Event, len(drafts))
	for i, d := range drafts {
		body, err := event.EncodeBody(d.Body)
		if err != nil {
			return nil, err
		}
		b.seq++
		events[i] = &event.Event{
			ID: event.ID{Writer: event.Writer{1}, Seq: b.seq}, Count: 1, Stream: d.Stream, Type: d.Body.Type(),
			Version: d.Body.Version(), Time: int64(b.seq), Replaces: d.Replaces, Body: body,
		}
	}
	return events, nil
}

// The files of the run.

func (b *bench) OpenMetrics() (contract.File, error) {
	if b.missing {
		return nil, fault.New(fault.NotFound, "there is no file")
	}
	return openFile{bytes.NewReader(b.text)}, nil
}
func (b *bench) Artifacts() content.Source { return b.artifacts }
func (b *bench) RemoveArtifacts() error    { b.removed = true; return nil }

type openFile struct{ *bytes.Reader }

func (f openFile) Now() (int64, int64, error) { return f.Size(), written, nil }
func (openFile) Close() error                 { return nil }

// The store.

func (b *bench) Begin() (done func()) { return func() {} }

func (b *bench) Put(ctx context.Context, r io.Reader) ([]byte, int64, error) {
	if b.full {
		return nil, 0, fault.New(fault.NoSpace, "the disk is full")
	}
	ref, err := content.WriteFile(ctx, b.memory, r, content.WriteOptions{})
	if err != nil {
		return nil, 0, err
	}
	data, err := event.Marshal(ref)
	return data, ref.Size, err
}

func (b *bench) Open(context.Context, []byte) (io.ReadSeekCloser, error) { return nil, io.EOF }

func (b *bench) follow() *contract.Metrics {
	b.t.Helper()
	m, err := contract.Follow(b.run, b.tracker, b.OpenMetrics)
	b.must(err)
	return m
}

func (b *bench) look(m *contract.Metrics) {
	b.t.Helper()
	for more := true; more; {
		var err error
		more, err = m.Look(b.t.Context())
		b.must(err)
	}
}

func (b *bench) take() {
	b.t.Helper()
	b.must(contract.Take(b.t.Context(), b.run, b.tracker, b, b))
}

// points are the values of a metric, as they were recorded.
func (b *bench) values(key string) (values []float64) {
	b.t.Helper()
	points, err := b.tracker.Points(b.t.Context(), b.run, key)
	b.must(err)
	recorded := int64(0)
	b.must(b.tracker.Run(b.run, func(r *track.Run) {
		if m := r.Metrics[key]; m != nil {
			recorded = m.Points
		}
	}))
	if int(recorded) != len(points) {
		b.t.Errorf("%s: %d points were recorded, %d of them are different", key, recorded, len(points))
	}
	for _, p := range points {
		values = append(values, p.Value)
	}
	return values
}

func (b *bench) want(key string, want ...float64) {
	b.t.Helper()
	if got := b.values(key); !slices.Equal(got, want) {
		b.t.Errorf("%s is %v, want %v", key, got, want)
	}
}

func (b *bench) tag(key string) (value string) {
	b.must(b.tracker.Run(b.run, func(r *track.Run) { value, _ = r.Labels.Tag(key) }))
	return value
}

func (b *bench) add(lines string) { b.text = append(b.text, lines...) }

func TestLinesAreRecordedAsTheyCome(t *testing.T) {
	b := newBench(t)
	m := b.follow()
	b.missing = true
	b.look(m)
	b.missing = false
	b.look(m)
	b.add(`{"step":1,"loss":1}` + "\n\n" + `{"step":2,"lo`)
	b.look(m)
	b.want("loss", 1)
	b.add(`ss":2`)
	b.look(m)
	b.want("loss", 1)
	b.add("}\n")
	b.look(m)
	b.want("loss", 1, 2)
	b.add(`{"step":3,"loss":3,"tags":{"stage":"warm"},"params":{"seed":7}}` + "\n" + `{"tags":{"stage":"hot"},"params":{"seed":"7"}}` + "\n")
	b.look(m)
	b.want("loss", 1, 2, 3)
	var seed string
	b.must(b.tracker.Run(b.run, func(r *track.Run) { seed = r.Params["seed"].Value }))
	if seed != "7" || b.tag("stage") != "hot" {
		t.Errorf("seed %q, stage %q", seed, b.tag("stage"))
	}
	b.add(`{"step":4,"loss":4}`) // the program ends without an end of the line
	b.take()
	b.want("loss", 1, 2, 3, 4)
	seq := b.seq
	b.take()
	if b.seq != seq || !b.removed {
		t.Errorf("taking again recorded %d events; artifacts removed: %v", b.seq-seq, b.removed)
	}
}

func TestBadLinesAreToldOnce(t *testing.T) {
	b := newBench(t)
	m := b.follow()
	b.add("\ufeff" + `{"step":1,"loss":1}` + "\n" + "epoch 2: 0.3\n")
	b.look(m)
	const first = "Line 2 of the metrics was left out: it is no JSON object, which begins with {."
	if got := b.tag(contract.TagMetrics); got != first {
		t.Errorf("it says %q", got)
	}
	b.add(`{"params":{"given":"2"}}` + "\n" + `{"params":{"a":"1"}}` + "\n" + `{"loss":9,"params":{"a":"2"}}` + "\n" + `{"step":2,"loss":2}` + "\n" + `{"step":3,"lo`)
	b.look(m)
	if got := b.tag(contract.TagMetrics); got != first {
		t.Errorf("it says %q", got)
	}
	b.take() // by somebody who knows nothing but the record
	b.want("loss", 1, 2)
	if got := b.tag(contract.TagMetrics); got != first+" In all, 4 lines were." {
		t.Errorf("it says %q", got)
	}
}

func TestALineThatIsCutOff(t *testing.T) {
	b := newBench(t)
	b.add(`{"loss":1}` + "\n" + `{"loss":0.`)
	b.take()
	b.want("loss", 1)
	if got := b.tag(contract.TagMetrics); got != "Line 2 of the metrics was left out: it is the last one, and cut off." {
		t.Errorf("it says %q", got)
	}
}

func TestAFileThatIsBegunAnew(t *testing.T) {
	b := newBench(t)
	m := b.follow()
	b.add(`{"step":1,"loss":1}` + "\n" + `{"step":2,"loss":2}` + "\n")
	b.look(m)
	b.text = []byte(`{"step":3,"loss":3}` + "\n") // shorter
	b.look(m)
	b.want("loss", 1, 2, 3)
	b.text = []byte(`{"step":4,"loss":4}` + "\n" + `{"step":5,"loss":5}` + "\n") // longer, and something else
	b.look(m)
	b.want("loss", 1, 2, 3, 4, 5)
	b.add(`{"step":6,"loss":6}` + "\n") // written as a whole again, with a line more
	b.look(m)
	b.text = nil
	b.look(m)
	b.look(b.follow())
	b.add(`{"step":7,"loss":7}` + "\n")
	b.take()
	b.want("loss", 1, 2, 3, 4, 5, 6, 7)
}

func TestVeryLongLines(t *testing.T) {
	b := newBench(t)
	m := b.follow()
	b.add(`{"step":1,"loss":1}` + "\n" + `{"a":"` + strings.Repeat("x", 3*contract.LongestLine))
	b.look(m)
	b.add(strings.Repeat("y", 10))
	b.look(m)
	b.add(`"}` + "\n" + `{"step":2,"loss":2}` + "\n" + strings.Repeat(" ", 2*contract.LongestLine))
	b.look(m)
	b.want("loss", 1, 2)
	b.take()
	b.take()
	if got, want := b.tag(contract.TagMetrics), "Line 2 of the metrics was left out: it is longer than 1048576 bytes. In all, 2 lines were."; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}

func TestAFullDiskAndTheTrash(t *testing.T) {
	b := newBench(t)
	m := b.follow()
	b.add(`{"step":1,"loss":1}` + "\nx\n")
	b.full = true
	if _, err := m.Look(t.Context()); !errors.Is(err, fault.NoSpace) {
		t.Fatalf("got %v", err)
	}
	b.full = false
	b.look(m)
	b.want("loss", 1)
	b.add(`{"step":2,"loss":2}` + "\n")
	b.must(b.tracker.TrashRun(t.Context(), b.run, true))
	if _, err := m.Look(t.Context()); !errors.Is(err, fault.Invalid) {
		t.Fatalf("got %v", err)
	}
	b.take()
	b.must(b.tracker.TrashRun(t.Context(), b.run, false))
	b.look(m)
	b.want("loss", 1, 2)
}

// TestWhoeverGoesOnRepeatsNothing lets writers and readers take turns at random,
// readers die at any moment, and the disk be full now and then.
func TestWhoeverGoesOnRepeatsNothing(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 0))
		b := newBench(t)
		m := b.follow()
		var all []byte
		var want []float64
		for i := range 40 {
			all = fmt.Appendf(all, `{"step":%d,"loss":%d}`+"\n", i, i)
			want = append(want, float64(i))
			if random.IntN(8) == 0 {
				all = append(all, "bad\n"...)
			}
		}
		for len(b.text) < len(all) {
			b.text = all[:min(len(b.text)+random.IntN(60), len(all))]
			b.full = random.IntN(4) == 0
			if _, err := m.Look(t.Context()); err != nil && !b.full {
				t.Fatal(err)
			}
			if random.IntN(3) == 0 {
				m = b.follow()
			}
		}
		b.full = false
		b.take()
		b.want("loss", want...)
		if bad := bytes.Count(all, []byte("bad")); bad > 1 && !strings.HasSuffix(b.tag(contract.TagMetrics), fmt.Sprintf(" In all, %d lines were.", bad)) {
			t.Errorf("%d bad lines: %s", bad, b.tag(contract.TagMetrics))
		}
		if t.Failed() {
			t.Fatalf("with seed %d", seed)
		}
	}
}

// TestAMillionLines are taken in a time and a memory that nobody minds.
func TestAMillionLines(t *testing.T) {
	b := newBench(t)
	const n = 1_000_000
	for i := range n {
		b.text = fmt.Appendf(b.text, `{"step":%d,"loss":%d}`+"\n", i, i%1000)
	}
	m := b.follow()
	began, most := time.Now(), time.Duration(0)
	for more := true; more; {
		before := time.Now()
		var err error
		more, err = m.Look(t.Context())
		b.must(err)
		most = max(most, time.Since(before))
	}
	t.Logf("%v, %v for one look at most", time.Since(began), most)
	b.must(b.tracker.Run(b.run, func(r *track.Run) {
		if s := r.Metrics["loss"]; s.Points != n || s.Last.Step != n-1 {
			t.Errorf("%+v", s)
		}
	}))
}
