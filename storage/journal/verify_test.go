package journal_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/storage/journal"
	"dev.varve/storage/storetest/faultdisk"
)

// foreign is a segment of another writer.
func foreign(t *testing.T) []byte {
	t.Helper()
	m := faultdisk.NewMemory()
	l, _, err := journal.Open(config(m, dir, event.Writer{7}), nil)
	if err != nil {
		t.Fatal(err)
	}
	appendOne(t, l, 50, 5)
	closeLog(t, l)
	return content(t, m, segment(1))
}

// replace puts other bytes in the place of a segment, or with nil deletes it.
func replace(t *testing.T, d *faultdisk.Memory, n int, data []byte) {
	t.Helper()
	err := d.Remove(segment(n))
	if data != nil {
		err = d.WriteFile(segment(n), data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestWholeFilesGoneWrong(t *testing.T) {
	m := sample(t, true)
	one, two, three := content(t, m, segment(1)), content(t, m, segment(2)), content(t, m, segment(3))
	other := foreign(t)
	put := func(d *faultdisk.Memory, n int, data []byte) { replace(t, d, n, data) }
	rest := func(n int) []int { return slices.Concat(upTo(4*(n-1)), upTo(12)[4*n:]) }
	for _, c := range []struct {
		name   string
		change func(d *faultdisk.Memory)
		values []int
		named  []int // segments; the first of them also by Read
	}{
		{"first missing", func(d *faultdisk.Memory) { put(d, 1, nil) }, rest(1), []int{1}},
		{"middle missing", func(d *faultdisk.Memory) { put(d, 2, nil) }, rest(2), []int{2}},
		{"last missing: nobody can know", func(d *faultdisk.Memory) { put(d, 3, nil) }, upTo(8), nil},
		{"two missing", func(d *faultdisk.Memory) { put(d, 1, nil); put(d, 2, nil) }, upTo(12)[8:], []int{2}},
		{"swapped", func(d *faultdisk.Memory) { put(d, 1, two); put(d, 2, one) }, upTo(12)[8:], []int{1, 2}},
		{"one twice", func(d *faultdisk.Memory) { put(d, 2, one) }, rest(2), []int{2}},
		{"one again at the end", func(d *faultdisk.Memory) { put(d, 4, three) }, upTo(12), []int{4}},
		{"another writer's", func(d *faultdisk.Memory) { put(d, 2, other) }, rest(2), []int{2}},
		{"first zeroed", func(d *faultdisk.Memory) { put(d, 1, make([]byte, len(one))) }, rest(1), []int{1}},
		{"middle zeroed", func(d *faultdisk.Memory) { put(d, 2, make([]byte, len(two))) }, rest(2), []int{2}},
		{"middle emptied", func(d *faultdisk.Memory) { put(d, 2, []byte{}) }, rest(2), []int{2}},
		{"last filled with something else", func(d *faultdisk.Memory) { put(d, 3, bytes.Repeat([]byte("varve"), 900)) }, upTo(8), []int{3}},
		{"grown", func(d *faultdisk.Memory) { put(d, 3, append(slices.Clone(three), "more"...)) }, upTo(12), []int{3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := m.PowerCut(nil)
			c.change(d)
			r := read(t, d)
			if !slices.Equal(r.values, c.values) {
				t.Errorf("read %v, want %v", r.values, c.values)
			}
			var named []string
			for _, x := range verify(t, d) {
				named = append(named, x.File)
			}
			var want []string
			for _, n := range c.named {
				want = append(want, segment(n))
			}
			if !slices.Equal(named, want) {
				t.Errorf("Verify names %v, want %v", named, want)
			}
		})
	}
}

// A segment from a back-up has good frames throughout, and is still not what
// the chain says.
func TestVerifyNoticesASegmentFromAnotherLife(t *testing.T) {
	m := faultdisk.NewMemory()
	l := open(t, m)
	appendOne(t, l, 1, 10)
	early := content(t, m, segment(1))
	appendOne(t, l, 2, 10)
	closeLog(t, l)
	l = open(t, m)
	appendOne(t, l, 3, 10)
	closeLog(t, l)
	corrupt(t, m, segment(1), func([]byte) []byte { return early })
	if r := read(t, m); len(r.damage) == 0 {
		t.Errorf("read %v without a word", r.values)
	}

	other := faultdisk.NewMemory() // the same numbers, other events
	l = open(t, other)
	appendOne(t, l, 4, 10)
	appendOne(t, l, 5, 10)
	closeLog(t, l)
	strange := content(t, other, segment(1))
	corrupt(t, m, segment(1), func([]byte) []byte { return strange })
	damage := verify(t, m)
	if len(damage) != 1 || damage[0].File != segment(1) || !strings.Contains(damage[0].Sentence, "knows this one differently") {
		t.Fatalf("Verify names %+v", damage)
	}
}

// A frame from another life in its place: no checksum is wrong but the seal's.
func TestTheSealVouchesForEveryFrame(t *testing.T) {
	var files [2][]byte
	for i := range files {
		m := faultdisk.NewMemory()
		l := open(t, m)
		appendOne(t, l, 1, 10)
		appendOne(t, l, 2+i, 10)
		closeLog(t, l)
		files[i] = content(t, m, segment(1))
	}
	frame := journal.Frames(files[0])[2]
	copy(files[0][frame.Offset:frame.End], files[1][frame.Offset:frame.End])
	m := fuzzDisk(t, 1, files[0])
	if r := read(t, m); !slices.Equal(r.values, []int{1, 3}) {
		t.Fatalf("read %v", r.values)
	}
	damage := verify(t, m)
	if len(damage) != 1 || !strings.Contains(damage[0].Sentence, "vouches for other bytes") {
		t.Fatalf("Verify names %+v", damage)
	}
}

func TestVerifyNamesABodyThatCannotBeUnderstood(t *testing.T) {
	m := sample(t, false)
	last := journal.Frames(content(t, m, segment(3)))
	e := &event.Event{
		ID: event.ID{Writer: writer, Seq: 13}, Commit: last[len(last)-1].Commit + 1, Stream: "run/a",
		Type: "run.status", Version: 1, Body: []byte{0x01},
	}
	var payload bytes.Buffer
	if err := e.Encode(&payload); err != nil {
		t.Fatal(err)
	}
	corrupt(t, m, segment(3), func(b []byte) []byte {
		copy(b[last[len(last)-1].End:], journal.Frame(payload.Bytes()))
		return b
	})
	damage := verify(t, m)
	if len(damage) != 1 || damage[0].Offset != last[len(last)-1].End || !strings.Contains(damage[0].Sentence, fmt.Sprint(e.ID)) {
		t.Fatalf("Verify names %+v", damage)
	}
}
