package packs_test

import (
	"runtime"
	"testing"

	"dev.varve/storage/packs"
	"dev.varve/storage/packs/packstest"
)

func TestMemoryCatalog(t *testing.T) {
	packstest.RunCatalog(t, func(*testing.T) packs.Catalog { return packs.NewMemory() }, nil)
}

// BenchmarkMemoryCatalog reports what an agent pays for 160,000 chunks, which
// is some 8 GB of artifacts.
func BenchmarkMemoryCatalog(b *testing.B) {
	const n = 160_000
	records := make([]packs.Record, n)
	for i := range records {
		records[i] = packs.Record{ID: packstest.ID(i), Offset: uint32(i)}
	}
	for b.Loop() {
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		c := packs.NewMemory()
		for i := 0; i < n; i += 1000 {
			if err := c.Add(packs.Pack{Name: packs.Name{1}}, records[i:i+1000]); err != nil {
				b.Fatal(err)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
		runtime.KeepAlive(c)
	}
}
