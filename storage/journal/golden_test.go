package journal_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/storage/disk"
	"dev.varve/storage/journal"
	"dev.varve/storage/storetest/faultdisk"
)

var update = flag.Bool("update", false, "write the golden files of the present version anew")

// goldens are logs of each format, with what wrote them.
var goldens = map[string]func(testing.TB) *faultdisk.Memory{"testdata/v1": goldenScript, "testdata/v2": rewrittenScript}

// goldenScript writes a small log with everything in it: a sealed segment, a
// torn one, an abandoned one, its successor, which carries a fold, and the end
// that says that a second one was abandoned.
func goldenScript(t testing.TB) *faultdisk.Memory {
	t.Helper()
	m := faultdisk.NewMemory()
	agent, _, err := journal.Open(config(m, "/journal/agent", event.Writer{2}), nil)
	if err != nil {
		t.Fatal(err)
	}
	one := int64(1)
	must := func(l *journal.Log, drafts ...event.Draft) []*event.Event {
		t.Helper()
		events, err := l.Append(context.Background(), drafts...)
		if err != nil {
			t.Fatal(err)
		}
		return events
	}
	started := must(agent, event.Draft{Stream: "run/0a", Body: event.RunStatus{Status: "RUNNING", Agent: true}})
	must(agent, event.Draft{
		Stream: "run/0a", Replaces: []event.ID{started[0].ID},
		Body: event.RunStatus{Status: "FAILED", End: 1_700_000_001_000, Reason: "exit status 1", ExitCode: &one, Agent: true},
	})
	closeLog(t, agent)

	d := faultdisk.New(m)
	l := open(t, d)
	must(l, event.Draft{Stream: "experiment/7", Body: event.ExperimentCreated{Name: "wine", Tags: map[string]string{"b": "2", "aa": "1"}}})
	must(l, draft(1, 10), draft(2, 10), draft(3, 10))
	closeLog(t, l)
	l = open(t, d)
	must(l, draft(4, 10))
	must(l, draft(5, 10), draft(6, 10))
	corrupt(t, m, segment(2), func(b []byte) []byte { n := used(b); clear(b[n-40 : n]); return b })
	l = open(t, d)
	must(l, draft(7, 10))
	d.Fail(faultdisk.Rule{Op: faultdisk.Sync})
	if _, err := l.Append(context.Background(), draft(8, 10)); err == nil {
		t.Fatal("no error")
	}
	if err := l.Fold("/journal/agent", event.Writer{2}, nil, nil); err != nil {
		t.Fatal(err)
	}
	must(l, draft(9, 10))
	d.Fail(faultdisk.Rule{Op: faultdisk.Sync})
	if _, err := l.Append(context.Background(), draft(10, 10)); err == nil {
		t.Fatal("no error")
	}
	closeLog(t, l)
	return m
}

// rewrittenScript purges from the log of goldenScript: from a sealed segment, from a
// torn one, and all that a fold carries.
func rewrittenScript(t testing.TB) *faultdisk.Memory {
	t.Helper()
	m := goldenScript(t)
	l := open(t, m)
	drop := func(e *event.Event) bool {
		return e.Stream == "run/0a" || e.Stream == "run/a" && e.ID.Seq%2 == 0
	}
	last, err := l.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	list, err := journal.Weigh(context.Background(), m, dir, writer, journal.Options{}, drop, func(*event.Event) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range list {
		if w.Segment <= last && !w.Vain {
			if err := l.Rewrite(context.Background(), w.Segment, drop); err != nil {
				t.Fatal(err)
			}
		}
	}
	closeLog(t, l)
	return m
}

// describe reads a golden log into text.
func describe(t *testing.T, folder string) string {
	t.Helper()
	var out strings.Builder
	opts := journal.Options{
		OnDamage: func(d journal.Damage) { t.Errorf("damage: %+v", d) },
		OnNote:   func(s string) { fmt.Fprintln(&out, "note:", s) },
	}
	end, err := journal.Read(disk.OS{}, folder, writer, journal.Position{}, opts, func(e *event.Event) error {
		body, err := e.DecodeBody()
		fmt.Fprintf(&out, "%s count %d commit %d before %d stream %s type %s/%d must %v device %s person %s time %d replaces %v\n",
			e.ID, e.Count, e.Commit, e.Before, e.Stream, e.Type, e.Version, e.Must, e.Device, e.Person, e.Time, e.Replaces)
		if s, ok := body.(*event.RunStatus); ok {
			fmt.Fprintf(&out, "  %s %d %s\n", s.Status, s.End, s.Reason)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "end: segment %d offset %d commit %d last %d\n", end.Segment, end.Offset, end.Commit, end.Last)
	if err := journal.Verify(disk.OS{}, folder, writer, opts.OnDamage); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestGoldenLogIsWrittenByteForByte(t *testing.T) {
	for golden, script := range goldens {
		m := script(t)
		entries, err := m.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			got := content(t, m, filepath.Join(dir, e.Name()))
			if want := goldenFile(t, filepath.Join(golden, e.Name()), got); !bytes.Equal(got, want) {
				t.Errorf("%s is written differently from what docs/format/journal.md pins", filepath.Join(golden, e.Name()))
			}
		}
		files, err := filepath.Glob(golden + "/*.log")
		if err != nil || len(files) != len(entries) {
			t.Errorf("%s has %d segments, %d were written: %v", golden, len(files), len(entries), err)
		}
	}
}

func TestGoldenLogIsRead(t *testing.T) {
	for golden := range goldens {
		got := describe(t, golden)
		if want := goldenFile(t, filepath.Join(golden, "events.txt"), []byte(got)); got != string(want) {
			t.Errorf("read from %s:\n%s\nwant:\n%s", golden, got, want)
		}
	}
}

// goldenFile is what a golden file holds, or holds from now on.
func goldenFile(t *testing.T, path string, now []byte) []byte {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, now, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return want
}
