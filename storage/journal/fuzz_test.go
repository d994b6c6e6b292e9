package journal_test

import (
	"bytes"
	"slices"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/storage/journal"
	"dev.varve/storage/storetest/faultdisk"
)

// encoded is the payload of an event, which is the same only for the same one.
func encoded(t testing.TB, e *event.Event) string {
	t.Helper()
	var b bytes.Buffer
	if err := e.Encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// fuzzDisk puts files where segments are looked for, from a number on.
func fuzzDisk(t testing.TB, first int, files ...[]byte) *faultdisk.Memory {
	t.Helper()
	m := faultdisk.NewMemory()
	if err := m.MkdirAll(dir); err != nil {
		t.Fatal(err)
	}
	for i, b := range files {
		if err := m.WriteFile(segment(first+i), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// Whatever stands in the files, reading does not panic and does not return an
// event that was never written; and one can go on writing behind it.
func FuzzRead(f *testing.F) {
	written := map[string]bool{}
	mended := eventful(f)
	corrupt(f, mended, segment(1), flip(eventfulFlip)) // the fuzzer finds out how to mend it anyway
	for _, m := range []*faultdisk.Memory{sample(f, true), sample(f, false), mended, goldenScript(f)} {
		_, err := journal.Read(m, dir, writer, journal.Position{}, journal.Options{}, func(e *event.Event) error {
			written[encoded(f, e)] = true
			return nil
		})
		if err != nil {
			f.Fatal(err)
		}
		entries, err := m.ReadDir(dir)
		if err != nil {
			f.Fatal(err)
		}
		var last [3][]byte
		for i, e := range entries {
			file := content(f, m, dir+"/"+e.Name())
			for _, frame := range journal.Frames(file) { // also those that were refused, and stand there
				if frame.Kind == journal.KindEvent {
					written[string(file[frame.Offset+8:frame.End])] = true
				}
			}
			last[0], last[1], last[2] = last[1], last[2], bytes.TrimRight(file, "\x00")
			if i >= 2 {
				f.Add(last[0], last[1], last[2], uint8(i-2), uint8(i), i%2 == 0)
			}
		}
		f.Add(last[0][:len(last[0])/2], slices.Concat(last[1], last[0]), []byte{}, uint8(0), uint8(2), true)
	}
	f.Fuzz(func(t *testing.T, one, two, three []byte, first, stop uint8, live bool) {
		m := fuzzDisk(t, 1+int(first%7), one, two, three)
		all, seq := fuzzRead(t, m, journal.Position{}, live, written)
		fuzzStop(t, m, int(stop), live, all)
		if err := journal.Verify(m, dir, writer, func(journal.Damage) {}); err != nil {
			t.Fatal(err)
		}
		l, _, err := journal.Open(config(m, dir, writer), nil)
		if err != nil {
			t.Fatal(err)
		}
		e := appendOne(t, l, 77, 1)
		written[encoded(t, e)] = true
		again, _ := fuzzRead(t, m, journal.Position{}, false, written)
		delete(written, encoded(t, e))
		if e.ID.Seq <= seq || len(again) == 0 || again[len(again)-1] != encoded(t, e) {
			t.Fatalf("event %d appended behind %d is not the last one that is read", e.ID.Seq, seq)
		}
	})
}

// fuzzRead returns the events, and the greatest sequence number of the log's
// own writer.
func fuzzRead(t *testing.T, m *faultdisk.Memory, from journal.Position, live bool, written map[string]bool) (all []string, seq uint64) {
	t.Helper()
	_, err := journal.Read(m, dir, writer, from, journal.Options{Live: live}, func(e *event.Event) error {
		if !written[encoded(t, e)] {
			t.Fatalf("event %+v was never written", e)
		}
		if e.ID.Writer == writer {
			if e.ID.Seq <= seq {
				t.Fatalf("event %d after %d", e.ID.Seq, seq)
			}
			seq = e.Last()
		}
		all = append(all, encoded(t, e))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, seq
}

// fuzzStop reads in two parts: nothing is left out, and nothing comes twice
// but events of a fold frame that was applied in part.
func fuzzStop(t *testing.T, m *faultdisk.Memory, stop int, live bool, all []string) {
	t.Helper()
	var got []string
	collect := func(limit int) func(*event.Event) error {
		return func(e *event.Event) error {
			if limit == 0 {
				return errStop
			}
			limit--
			got = append(got, encoded(t, e))
			return nil
		}
	}
	at, _ := journal.Read(m, dir, writer, journal.Position{}, journal.Options{Live: live}, collect(stop))
	n := len(got)
	if _, err := journal.Read(m, dir, writer, at, journal.Options{Live: live}, collect(-1)); err != nil && n < len(all) {
		t.Fatal(err)
	}
	again := len(got) - len(all)
	if again < 0 || !slices.Equal(got[n:], all[n-again:]) {
		t.Fatalf("%d events at once, %d then %d", len(all), n, len(got)-n)
	}
}
