package journal_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"testing"
	"time"

	"dev.varve/backend/event"
	"dev.varve/storage/disk"
	"dev.varve/storage/journal"
)

type clock struct{}

func (clock) Now() time.Time { return time.Unix(1_700_000_000, 0) }

func config(dir string, w byte) journal.Config {
	return journal.Config{
		Disk: disk.OS{}, Clock: clock{}, Random: rand.Reader, Dir: dir,
		Writer: event.Writer{w}, Device: event.Writer{9}, Workspace: event.Writer{8}, Program: "test", First: 64 << 10,
	}
}

func mustOpen(t *testing.T, c journal.Config) *journal.Log {
	t.Helper()
	l, _, err := journal.Open(c, func(d journal.Damage) { t.Errorf("damage: %+v", d) })
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func draft(n int) event.Draft {
	return event.Draft{Stream: "run/a", Body: event.RunMetrics{Series: []event.Series{
		event.PackSeries("loss", []event.Point{{Step: int64(n), Time: 5, Value: float64(n)}}),
	}}}
}

func readAll(t *testing.T, dir string, w byte) (seqs []uint64) {
	t.Helper()
	_, err := journal.Read(disk.OS{}, dir, event.Writer{w}, journal.Position{}, journal.Options{
		OnDamage: func(d journal.Damage) { t.Errorf("damage: %+v", d) },
	}, func(e *event.Event) error {
		seqs = append(seqs, e.ID.Seq)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seqs
}

func wantRange(t *testing.T, seqs []uint64, n int) {
	t.Helper()
	if len(seqs) != n {
		t.Fatalf("read %d events, want %d", len(seqs), n)
	}
	for i, s := range seqs {
		if s != uint64(i+1) {
			t.Fatalf("event %d has sequence %d", i, s)
		}
	}
}

func TestConcurrentAppendsShareCommitsAndSurviveReopening(t *testing.T) {
	dir := t.TempDir() + "/w"
	l := mustOpen(t, config(dir, 1))
	var wg sync.WaitGroup
	for c := range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 100 {
				if _, err := l.Append(context.Background(), draft(c*100+i)); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	wantRange(t, readAll(t, dir, 1), 1600) // not closed: as after a kill
	l = mustOpen(t, config(dir, 1))
	if _, err := l.Append(context.Background(), draft(1), draft(2)); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	wantRange(t, readAll(t, dir, 1), 1602)
}

func TestFoldCarriesAnotherLogWordForWord(t *testing.T) {
	base := t.TempDir()
	agent := mustOpen(t, config(base+"/agent", 2))
	for i := range 2000 {
		if _, err := agent.Append(context.Background(), draft(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := agent.Close(); err != nil {
		t.Fatal(err)
	}
	owner := mustOpen(t, config(base+"/owner", 1))
	if _, err := owner.Append(context.Background(), draft(0)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // twice changes nothing but the size
		if err := owner.Fold(base+"/agent", event.Writer{2}, nil); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]int{}
	_, err := journal.Read(disk.OS{}, base+"/owner", event.Writer{1}, journal.Position{}, journal.Options{}, func(e *event.Event) error {
		got[fmt.Sprint(e.ID.Writer[0], e.ID.Seq)]++
		return nil
	})
	if err != nil || len(got) != 2001 || got["2 2000"] != 2 {
		t.Fatalf("read %d different events, %d times the last, %v", len(got), got["2 2000"], err)
	}
}
