package machine

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// collecting says how far the heap grows before garbage is collected the next time.
type collecting struct {
	sync.Mutex
	room    uint64 // bytes; 0: as Go does
	eager   int    // percent that somebody has asked for, or 0
	percent int    // as it is set
}

var (
	garbage      = collecting{percent: usualGC}
	watchGarbage sync.Once
)

// usualGC is what Go does by itself: the heap doubles.
const usualGC = 100 // percent

// RoomyHeap lets the heap grow to room bytes at least before garbage is collected: a
// small heap would be collected many times a second while much is asked, which takes
// a tenth of the processor. One that has half of that in use doubles, as usual.
func RoomyHeap(room uint64) {
	garbage.Lock()
	garbage.room = room
	garbage.set()
	garbage.Unlock()
	watchGarbage.Do(settleGarbage)
}

// CollectEagerly keeps little garbage, whatever room there is, until restore is
// called. The percentage is that of debug.SetGCPercent. It cannot be nested.
func CollectEagerly(percent int) (restore func()) {
	set := func(percent int) {
		garbage.Lock()
		defer garbage.Unlock()
		garbage.eager = percent
		garbage.set()
	}
	set(percent)
	return func() { set(0) }
}

// settleGarbage chooses anew after each collection.
func settleGarbage() {
	garbage.Lock()
	garbage.set()
	garbage.Unlock()
	// It is gone at the next collection.
	runtime.AddCleanup(&struct{ _ [16]byte }{}, func(struct{}) { settleGarbage() }, struct{}{})
}

// set makes it so. The lock is held.
func (g *collecting) set() {
	percent := usualGC
	if g.room > 0 {
		percent = percentFor(liveHeap(), g.room)
	}
	if g.eager > 0 {
		percent = g.eager
	}
	if percent != g.percent {
		g.percent = percent
		debug.SetGCPercent(percent)
	}
}

// percentFor is by how much a heap grows that may have some room at least.
func percentFor(live, room uint64) int {
	const most = 1000 // of next to nothing
	if live*2 >= room {
		return usualGC
	}
	return int(min((room-live)*100/max(live, 1), most))
}

// liveHeap is what the last collection left, in bytes.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 1 << 62 // unknown: as usual
	}
	return sample[0].Value.Uint64()
}
