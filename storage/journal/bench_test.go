package journal_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dev.varve/backend/event"
	"dev.varve/storage/disk"
	"dev.varve/storage/journal"
)

// metric is what one log_metric call of a script records.
func metric(n int) event.Draft {
	return event.Draft{Stream: "run/0123456789abcdef0123456789abcdef", Body: event.RunMetrics{Series: []event.Series{
		event.PackSeries("loss", []event.Point{{Step: int64(n), Time: 1_700_000_000_000 + int64(n), Value: 1 / float64(n+1)}}),
	}}}
}

func benchConfig(folder string) journal.Config {
	c := config(disk.OS{}, folder, writer)
	c.Random, c.First = rand.Reader, 0
	return c
}

// BenchmarkAppend appends single metrics durably, from 1 and 16 goroutines,
// and compares with the bare disk in the same run: writing and syncing the
// same number of bytes at the end of a preallocated file, one after the other.
func BenchmarkAppend(b *testing.B) {
	for _, clients := range []int{1, 16} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			l, _, err := journal.Open(benchConfig(filepath.Join(b.TempDir(), "w")), nil)
			if err != nil {
				b.Fatal(err)
			}
			first, err := l.Append(context.Background(), metric(0))
			if err != nil {
				b.Fatal(err)
			}
			size := len(encoded(b, first[0])) + 8
			times := min(b.N/2+1, 1000)
			raw := rawSyncs(b, size, times) // before and after, for the disk is shared
			b.ResetTimer()
			took := together(b, clients, b.N, func(n int) error {
				_, err := l.Append(context.Background(), metric(n))
				return err
			})
			b.StopTimer()
			if err := l.Close(); err != nil {
				b.Fatal(err)
			}
			raw = (raw + rawSyncs(b, size, times)) / 2
			each := took / time.Duration(b.N)
			b.ReportMetric(float64(b.N)/took.Seconds(), "events/s")
			b.ReportMetric(float64(time.Second)/float64(raw), "rawsyncs/s")
			b.ReportMetric(float64(each)/float64(raw), "of-raw") // time of an event per time of a bare sync
		})
	}
}

// together calls fn total times from several goroutines.
func together(b *testing.B, clients, total int, fn func(n int) error) time.Duration {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for range clients {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(total); n = next.Add(1) {
				if err := fn(int(n)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

// rawSyncs is the time of one write of size bytes with its sync.
func rawSyncs(b *testing.B, size, times int) time.Duration {
	b.Helper()
	f, err := disk.OS{}.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if err := f.Preallocate(int64(size * (times + 1))); err != nil {
		b.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		b.Fatal(err)
	}
	data := make([]byte, size)
	start := time.Now()
	for n := range times {
		if _, err := f.WriteAt(data, int64(n*size)); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start) / time.Duration(times)
}

// BenchmarkRead reads a log of single metrics, and one of events of a
// thousand points, from the beginning.
func BenchmarkRead(b *testing.B) {
	thousand := make([]event.Point, 1000)
	for i := range thousand {
		thousand[i] = event.Point{Step: int64(i), Time: 1_700_000_000_000 + int64(i), Value: 1 / float64(i+1)}
	}
	batch := event.Draft{Stream: "run/0123456789abcdef0123456789abcdef", Body: event.RunMetrics{Series: []event.Series{event.PackSeries("loss", thousand)}}}
	for name, log := range map[string]struct {
		draft event.Draft
		times int
	}{"single": {metric(1), 100_000}, "thousand": {batch, 3000}} {
		b.Run(name, func(b *testing.B) {
			folder := filepath.Join(b.TempDir(), "w")
			l, _, err := journal.Open(benchConfig(folder), nil)
			if err != nil {
				b.Fatal(err)
			}
			for done := 0; done < log.times; done += 1000 {
				drafts := make([]event.Draft, 1000)
				for i := range drafts {
					drafts[i] = log.draft
				}
				if _, err := l.Append(context.Background(), drafts...); err != nil {
					b.Fatal(err)
				}
			}
			if err := l.Close(); err != nil {
				b.Fatal(err)
			}
			events, bytes := 0, logSize(b, folder)
			for b.Loop() {
				events = 0
				_, err := journal.Read(disk.OS{}, folder, writer, journal.Position{}, journal.Options{}, func(e *event.Event) error {
					events++
					return nil
				})
				if err != nil || events != log.times {
					b.Fatalf("%d events: %v", events, err)
				}
			}
			seconds := b.Elapsed().Seconds() / float64(b.N)
			b.ReportMetric(float64(events)/seconds, "events/s")
			b.ReportMetric(float64(bytes)/1e6/seconds, "MB/s")
		})
	}
}

func logSize(b *testing.B, folder string) (sum int64) {
	b.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			b.Fatal(err)
		}
		sum += info.Size()
	}
	return sum
}
