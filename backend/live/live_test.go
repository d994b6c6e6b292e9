package live_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"dev.varve/backend/fault"
	"dev.varve/backend/live"
	"dev.varve/backend/track"
)

type clock struct{}

func (clock) Now() time.Time { return time.Now() }

func after(d time.Duration, fn func()) { time.AfterFunc(d, fn) }

// quiet lets the hub come to rest, so that the next touch is told at once.
func quiet() { time.Sleep(time.Second) }

func TestTheFirstTouchIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := live.New(clock{}, after)
		start := h.Seq()
		h.Record("run/a", track.PointsAdded)
		got := h.Since(start)
		if len(got) != 1 || got[0].Seq != start+1 || !slices.Equal(got[0].Metrics, []string{"a"}) {
			t.Fatalf("after one touch: %+v", got)
		}
		quiet()
	})
}

func TestWhatFollowsIsGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := live.New(clock{}, after)
		start := h.Seq()
		for range 1000 { // ten touches in each of a hundred stretches of 10 ms
			h.Record("run/a", track.PointsAdded)
			time.Sleep(time.Millisecond)
		}
		quiet()
		got := h.Since(start)
		if len(got) < 10 || len(got) > 11 {
			t.Fatalf("1000 touches in a second made %d messages, want about 10", len(got))
		}
		for _, c := range got {
			if !slices.Equal(c.Metrics, []string{"a"}) {
				t.Fatalf("a message names %v", c.Metrics)
			}
		}
	})
}

func TestEveryKindOfTouch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := live.New(clock{}, after)
		h.Record("something/else", track.Facts) // known to a later Varve only: no message
		h.Record("run/first", track.Facts)
		start := h.Seq()
		h.Record("run/a", track.Facts)
		h.Record("run/a", track.Facts)
		h.Record("run/b", track.PointsAdded)
		h.Record("experiment/0", track.Facts)
		h.Record("dataset/d", track.Facts)
		h.Record("project/p", track.Facts)
		h.Record("logged-model/m-1", track.Facts)
		h.Log("a")
		h.Job("j")
		h.Drop([]string{"/x", "/y"})
		quiet()
		got := h.Since(start)
		want := live.Change{
			Seq: start + 1, Runs: []string{"a"}, Metrics: []string{"b"}, Logs: []string{"a"}, Models: []string{"m-1"},
			Jobs: []string{"j"}, Experiments: true, Datasets: true, Projects: true, Dropped: []string{"/x", "/y"},
		}
		if len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(want) {
			t.Fatalf("got %+v\nwant %+v", got, want)
		}
	})
}

func TestTooMuchAtOnceIsAReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := live.New(clock{}, after)
		h.Job("j")
		start := h.Seq()
		for i := range 5000 {
			h.Record(fmt.Sprintf("run/%d", i), track.Facts)
		}
		quiet()
		got := h.Since(start)
		if len(got) != 1 || !got[0].Reset || len(got[0].Runs) != 0 {
			t.Fatalf("got %d messages, the first says reset %v and names %d runs", len(got), got[0].Reset, len(got[0].Runs))
		}
	})
}

func TestWhoeverFellBehindReadsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := live.New(clock{}, after)
		start := h.Seq()
		for range 3000 {
			h.Job("j")
			time.Sleep(150 * time.Millisecond)
		}
		end := h.Seq()
		for _, c := range []struct {
			name  string
			since uint64
			reset bool
			count int
		}{
			{"up to date", end, false, 0},
			{"one behind", end - 1, false, 1},
			{"as far as is kept", end - 512, false, 512},
			{"one further", end - 513, true, 1},
			{"the beginning", start, true, 1},
			{"nothing ever read", 0, true, 1},
			{"of a later process", end + 1, true, 1},
		} {
			got := h.Since(c.since)
			if len(got) != c.count || c.count == 1 && got[0].Reset != c.reset {
				t.Errorf("%s: %d messages, want %d (reset %v)", c.name, len(got), c.count, c.reset)
				continue
			}
			if c.reset && got[0].Seq != end {
				t.Errorf("%s: a reset goes on at %d, want %d", c.name, got[0].Seq, end)
			}
			for i, m := range got {
				if !c.reset && m.Seq != c.since+uint64(i)+1 {
					t.Errorf("%s: message %d has number %d", c.name, i, m.Seq)
				}
			}
		}
	})
}

func TestALaterHubBeginsHigher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := live.New(clock{}, after)
		for range 20 {
			old.Job("j")
			time.Sleep(100 * time.Millisecond)
		}
		next := live.New(clock{}, after)
		if next.Seq() <= old.Seq() || next.Seq() >= 1<<53 {
			t.Fatalf("the old hub ended at %d, the next begins at %d", old.Seq(), next.Seq())
		}
		if got := next.Since(old.Seq()); len(got) != 1 || !got[0].Reset {
			t.Fatalf("a watcher of the old hub got %+v", got)
		}
	})
}

func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := live.New(clock{}, after)
		start := h.Seq()
		type answer struct {
			changes []live.Change
			err     error
		}
		answers := make(chan answer, 1)
		wait := func(ctx context.Context) {
			changes, err := h.Wait(ctx, start)
			answers <- answer{changes, err}
		}
		go wait(t.Context())
		synctest.Wait()
		if len(answers) != 0 {
			t.Fatal("Wait returned before there was anything")
		}
		h.Record("run/a", track.Facts)
		if a := <-answers; a.err != nil || len(a.changes) != 1 {
			t.Fatalf("after a change: %+v", a)
		}
		start = h.Seq()
		ctx, cancel := context.WithCancel(t.Context())
		go wait(ctx)
		cancel()
		if a := <-answers; !errors.Is(a.err, fault.Cancelled) {
			t.Fatalf("after cancel: %+v", a)
		}
		go wait(t.Context())
		synctest.Wait()
		h.Close()
		if a := <-answers; !errors.Is(a.err, fault.Unavailable) {
			t.Fatalf("after close: %+v", a)
		}
		h.Close()
		h.Record("run/a", track.Facts)
		if h.Seq() != start {
			t.Fatal("a closed hub went on")
		}
	})
}

func TestCloseTellsWhatWasGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := live.New(clock{}, after)
		h.Job("a")
		start := h.Seq()
		h.Job("b")
		h.Close()
		if got := h.Since(start); len(got) != 1 || !slices.Equal(got[0].Jobs, []string{"b"}) {
			t.Fatalf("got %+v", got)
		}
	})
}

// Whatever is touched in whatever order, a watcher who follows the numbers and
// reads everything on a reset misses nothing.
func TestNothingIsMissed(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ids := rapid.SliceOfN(rapid.IntRange(0, 900), 1, 1500).Draw(r, "ids")
		pauses := rapid.SliceOfN(rapid.IntRange(0, 120), 1, 8).Draw(r, "pauses")
		synctest.Test(t, func(*testing.T) {
			h := live.New(clock{}, after)
			seq := h.Seq()
			missing := map[string]bool{}
			read := func() {
				for _, c := range h.Since(seq) {
					if c.Reset {
						clear(missing)
					}
					for _, id := range c.Runs {
						delete(missing, id)
					}
					seq = c.Seq
				}
			}
			for i, n := range ids {
				id := fmt.Sprint(n)
				missing[id] = true
				h.Record("run/"+id, track.Facts)
				if i%200 == 0 {
					time.Sleep(time.Duration(pauses[i/200%len(pauses)]) * time.Millisecond)
					read()
				}
			}
			quiet()
			read()
			if len(missing) > 0 {
				r.Fatalf("%d runs were never told", len(missing))
			}
		})
	})
}

func TestManyGoroutines(t *testing.T) {
	h := live.New(clock{}, after)
	start := h.Seq()
	const writers, watchers, touches = 8, 4, 300
	var wg sync.WaitGroup
	for w := range watchers {
		wg.Go(func() {
			seen := map[string]bool{}
			for seq := start; len(seen) < writers; {
				changes, err := h.Wait(t.Context(), seq)
				if err != nil {
					t.Errorf("watcher %d: %v", w, err)
					return
				}
				for _, c := range changes {
					seq = c.Seq
					for _, id := range c.Runs {
						seen[id] = true
					}
				}
			}
		})
	}
	for w := range writers {
		wg.Go(func() {
			for range touches {
				h.Record(fmt.Sprintf("run/%d", w), track.Facts)
			}
		})
	}
	wg.Wait()
	h.Close()
}

func BenchmarkRecord(b *testing.B) {
	h := live.New(clock{}, after)
	b.ReportAllocs()
	for b.Loop() {
		h.Record("run/0123456789abcdef0123456789abcdef", track.PointsAdded)
	}
}
