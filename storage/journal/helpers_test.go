package journal_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dev.varve/backend/event"
	"dev.varve/backend/host"
	"dev.varve/storage/journal"
	"dev.varve/storage/storetest/faultdisk"
)

// dir is the folder of the log on disks in memory.
const dir = "/journal/w"

var writer = event.Writer{1}

type clock struct{}

func (clock) Now() time.Time { return time.Unix(1_700_000_000, 0) }

// random is a host.Random that repeats itself from test to test.
func random(seed uint64) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}) }

func config(d host.Disk, folder string, w event.Writer) journal.Config {
	return journal.Config{
		Disk: d, Clock: clock{}, Random: random(1), Dir: folder, Writer: w,
		Device: event.Writer{9}, Workspace: event.Writer{8}, Person: "ada", Program: "test", First: 4096,
	}
}

func open(t testing.TB, d host.Disk) *journal.Log {
	t.Helper()
	l, _, err := journal.Open(config(d, dir, writer), func(d journal.Damage) { t.Errorf("damage: %+v", d) })
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// draft is a small event that says n, with size bytes beside it.
func draft(n, size int) event.Draft {
	return event.Draft{Stream: "run/a", Body: event.RunStatus{
		Status: "RUNNING", End: int64(n), Reason: string(bytes.Repeat([]byte{'x'}, size)),
	}}
}

func appendOne(t testing.TB, l *journal.Log, n, size int) *event.Event {
	t.Helper()
	events, err := l.Append(context.Background(), draft(n, size))
	if err != nil {
		t.Fatal(err)
	}
	return events[0]
}

func closeLog(t testing.TB, l *journal.Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// tester is what *testing.T, *testing.F and *rapid.T have in common.
type tester interface {
	Helper()
	Fatal(...any)
}

// value is the n of a draft.
func value(t tester, e *event.Event) int {
	t.Helper()
	body, err := e.DecodeBody()
	if err != nil {
		t.Fatal(err)
	}
	return int(body.(*event.RunStatus).End)
}

// result is what reading a log gave.
type result struct {
	values []int
	seqs   []uint64
	damage []journal.Damage
	notes  []string
	end    journal.Position
}

func readFrom(t testing.TB, d host.Disk, from journal.Position, live bool) (r result) {
	t.Helper()
	opts := journal.Options{
		Live:     live,
		OnDamage: func(d journal.Damage) { r.damage = append(r.damage, d) },
		OnNote:   func(s string) { r.notes = append(r.notes, s) },
	}
	var err error
	r.end, err = journal.Read(d, dir, writer, from, opts, func(e *event.Event) error {
		r.values = append(r.values, value(t, e))
		r.seqs = append(r.seqs, e.ID.Seq)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(r.seqs) || len(slices.Compact(slices.Clone(r.seqs))) != len(r.seqs) {
		t.Fatalf("sequence numbers repeat or go back: %v", r.seqs)
	}
	return r
}

func read(t testing.TB, d host.Disk) result {
	t.Helper()
	return readFrom(t, d, journal.Position{}, false)
}

func verify(t testing.TB, d host.Disk) (damage []journal.Damage) {
	t.Helper()
	if err := journal.Verify(d, dir, writer, func(d journal.Damage) { damage = append(damage, d) }); err != nil {
		t.Fatal(err)
	}
	return damage
}

// wantIntact says that the log reads as these values and nothing is wrong.
func wantIntact(t testing.TB, d host.Disk, values ...int) {
	t.Helper()
	r := read(t, d)
	if !slices.Equal(r.values, values) || len(r.damage) > 0 {
		t.Fatalf("read %v with damage %+v, want %v", r.values, r.damage, values)
	}
	if damage := verify(t, d); len(damage) > 0 {
		t.Fatalf("Verify names %+v", damage)
	}
}

func segment(n int) string {
	return filepath.Join(dir, "0000000"+string(rune('0'+n))+".log")
}

func content(t tester, d host.Disk, name string) []byte {
	t.Helper()
	b, err := d.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func upTo(n int) (values []int) {
	for i := 1; i <= n; i++ {
		values = append(values, i)
	}
	return values
}

// corrupt changes a file of a disk in memory.
func corrupt(t tester, m *faultdisk.Memory, name string, change func([]byte) []byte) {
	t.Helper()
	if err := m.Corrupt(name, change); err != nil {
		t.Fatal(err)
	}
}
