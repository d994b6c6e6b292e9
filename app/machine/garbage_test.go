package machine

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestPercentFor(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		live, room uint64
		want       int
	}{
		{0, 128 * mb, 1000}, {4 * mb, 128 * mb, 1000}, {32 * mb, 128 * mb, 300}, {63 * mb, 128 * mb, 103},
		{64 * mb, 128 * mb, 100}, {500 * mb, 128 * mb, 100}, {1 << 62, 128 * mb, 100},
	} {
		if got := percentFor(c.live, c.room); got != c.want {
			t.Errorf("%d of %d: %d, want %d", c.live, c.room, got, c.want)
		}
	}
}

// TestRoomyHeap makes the heap small and large, and has somebody ask for eager
// collections meanwhile.
func TestRoomyHeap(t *testing.T) {
	is := func() int {
		now := debug.SetGCPercent(usualGC)
		debug.SetGCPercent(now)
		return now
	}
	becomes := func(what string, want func(percent int) bool) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); !want(is()); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: it is %d", what, is())
			}
			runtime.GC()
		}
	}
	t.Cleanup(func() { RoomyHeap(0); debug.SetGCPercent(usualGC); garbage.percent = usualGC })
	RoomyHeap(1 << 30)
	becomes("a small heap", func(percent int) bool { return percent > usualGC })
	restore := CollectEagerly(40)
	becomes("eagerly", func(percent int) bool { return percent == 40 })
	runtime.GC()
	if now := is(); now != 40 {
		t.Errorf("after a collection it is %d", now)
	}
	restore()
	becomes("a small heap again", func(percent int) bool { return percent > usualGC })
	RoomyHeap(1 << 20)
	much := make([]byte, 16<<20)
	becomes("a large heap", func(percent int) bool { return percent == usualGC })
	runtime.KeepAlive(much)
}
