package search

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// benchRows are runs as a tracker has them: ten metrics, ten params, five tags.
func benchRows(n int) []Row {
	rng := rand.New(rand.NewPCG(1, 2))
	rows := make([]Row, n)
	for i := range rows {
		r := &testRow{metrics: map[string]float64{}, params: map[string]string{}, tags: map[string]string{}}
		for k := range 10 {
			r.metrics[fmt.Sprintf("m%d", k)] = rng.Float64()
			r.params[fmt.Sprintf("p%d", k)] = fmt.Sprint(rng.IntN(100))
			if k < 5 {
				r.tags[fmt.Sprintf("t%d", k)] = "some longer text about run " + fmt.Sprint(rng.IntN(100))
			}
		}
		r.attributes = map[string]Value{
			"run_id": Text(fmt.Sprintf("%032x", rng.Uint64())), "start_time": Number(float64(1767225600000 + rng.IntN(n))), "status": Text("FINISHED"),
		}
		r.datasets = []Dataset{{Name: "wine", Digest: "d1", Context: "training", HasContext: true}}
		rows[i] = r
	}
	return rows
}

var benchFilters = map[string]string{
	"metric": "metrics.m1 < 0.5",
	"mixed":  "metrics.m1 < 0.9 AND params.p2 != '7' AND tags.t1 LIKE '%about run%' AND status = 'FINISHED'",
	"ilike":  "tags.t1 ILIKE '%ABOUT RUN 5_%'",
	"list":   "run_id NOT IN ('a', 'b', 'c') AND dataset.name IN ('wine', 'iris')",
}

// BenchmarkMatch filters 10,000 runs.
func BenchmarkMatch(b *testing.B) {
	rows := benchRows(10_000)
	for name, text := range benchFilters {
		b.Run(name, func(b *testing.B) {
			f, err := Parse(Runs, text)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			found := 0
			for b.Loop() {
				for _, r := range rows {
					if f.Match(r) {
						found++
					}
				}
			}
			if found == 0 {
				b.Fatal("nothing found")
			}
		})
	}
}

// BenchmarkFilterAndSort filters and sorts 10,000 runs, as one search does.
func BenchmarkFilterAndSort(b *testing.B) {
	rows := benchRows(10_000)
	for _, clause := range []string{"metrics.m3 DESC", "params.p3", "start_time DESC"} {
		b.Run(clause, func(b *testing.B) {
			f, err := Parse(Runs, "metrics.m1 < 0.9 AND params.p2 != '7'")
			if err != nil {
				b.Fatal(err)
			}
			o, err := ParseOrder(Runs, []string{clause})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			found := make([]Row, 0, len(rows))
			for b.Loop() {
				found = found[:0]
				for _, r := range rows {
					if f.Match(r) {
						found = append(found, r)
					}
				}
				Sort(o, found)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(Runs, benchFilters["mixed"]); err != nil {
			b.Fatal(err)
		}
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	rows := benchRows(50)
	model := &testRow{points: []Point{{Key: "m", Value: 1}}}
	for _, text := range benchFilters {
		f, err := Parse(Runs, text)
		if err != nil {
			t.Fatal(err)
		}
		o, err := ParseOrder(Runs, []string{"metrics.m3 DESC", "params.p1"})
		if err != nil {
			t.Fatal(err)
		}
		n := testing.AllocsPerRun(10, func() {
			for i, r := range rows {
				f.Match(r)
				o.Compare(r, rows[(i+1)%len(rows)])
			}
		})
		if n != 0 {
			t.Errorf("%s: %v allocations for 50 rows", text, n)
		}
	}
	f, err := ParseModels("metrics.m > 0 AND name != 'x'", []DatasetRef{{Name: "wine"}})
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(10, func() { f.Match(model) }); n != 0 {
		t.Errorf("logged models: %v allocations", n)
	}
}
