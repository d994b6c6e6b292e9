package search

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"dev.varve/backend/table"
)

// columns is a Source that has no records: what is measured must not need any.
type columns struct {
	table *table.Table
	ids   []string
}

func (c *columns) Stride(fn func())                   { fn() }
func (c *columns) Table() *table.Table                { return c.table }
func (c *columns) ID(row int) string                  { return c.ids[row] }
func (c *columns) Ask(int) table.Bits                 { return table.Bits{} }
func (c *columns) Derived(string, int) (string, bool) { return "Wine quality", true }
func (c *columns) Row(row int) Row                    { panic("row " + strconv.Itoa(row) + " is read") }

// manyColumns is a table of n runs: ten metrics, ten params, five tags. The
// names of runs and one param are all different.
func manyColumns(n int) *columns {
	rng := rand.New(rand.NewPCG(1, 2))
	c := &columns{table: table.New()}
	for i := range n {
		row := c.table.Add()
		c.ids = append(c.ids, fmt.Sprintf("%032x", rng.Uint64()))
		for k := range 10 {
			c.table.SetNumber(TableKey(Metric, "m"+strconv.Itoa(k)), row, rng.Float64())
			c.table.SetText(TableKey(Param, "p"+strconv.Itoa(k)), row, strconv.Itoa(rng.IntN(100)), false)
			if k < 5 {
				c.table.SetText(TableKey(Tag, "t"+strconv.Itoa(k)), row, "some text about run "+strconv.Itoa(rng.IntN(100)), false)
			}
		}
		c.table.SetNumber(TableKey(MetricMin, "m1"), row, rng.Float64()-1)
		c.table.SetText(TableKey(Param, "lr"), row, strconv.FormatFloat(rng.Float64(), 'g', -1, 64), false)
		c.table.SetText(TableKey(Attribute, "run_name"), row, "amber-mayfly-"+strconv.Itoa(rng.IntN(10*n)), false)
		c.table.SetText(TableKey(Attribute, "status"), row, "FINISHED", false)
		c.table.SetNumber(TableKey(Attribute, "start_time"), row, float64(1767225600000+i*1000))
		c.table.SetNumber(TableKey(Attribute, "end_time"), row, float64(1767225600000+i*1000+rng.IntN(1e7)))
		c.table.SetText(TableKey(DatasetInput, ""), row, PackDatasets([]Dataset{{Name: "wine", Digest: strconv.Itoa(rng.IntN(10))}}), true)
	}
	return c
}

var benchSearches = []struct{ name, filter, order string }{
	{"all by default", "", ""},
	{"metric by metric", "metrics.m1 < 0.5", "metrics.m3 DESC"},
	{"metric and text by metric", "metrics.m1 < 0.9 AND params.p2 != '7' AND status = 'FINISHED'", "metrics.m3"},
	{"own grammar", "(m1 < 0.5 OR params.p3 < 50) AND NOT tags.t1 ILIKE '%RUN 5%' duration > 1h", "min(metrics.m1)"},
	{"by a param", "metrics.m1 < 0.5", "params.p1"},
	{"by a param that is always different", "metrics.m1 < 0.5", "params.lr DESC"},
	{"by name", "metrics.m1 < 0.5", "name"},
	{"by duration", "metrics.m1 < 0.5", "duration DESC"},
	{"data", "data = wine@3", "metrics.m3"},
	{"a word", "mayfly-77 ", "metrics.m3"},
	{"a number among texts", "params.lr < 0.1", ""},
	{"an expression on names", "name =~ '^amber-.*77$'", ""},
}

// BenchmarkFind gives the first 100 of all that matches.
func BenchmarkFind(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		sources := []Source{manyColumns(n)}
		for _, c := range benchSearches {
			b.Run(fmt.Sprintf("%d/%s", n, c.name), func(b *testing.B) {
				filter, err := ParseQuery(c.filter, given)
				if err != nil {
					b.Fatal(err)
				}
				var clauses []string
				if c.order != "" {
					clauses = []string{c.order}
				}
				order, err := ParseQueryOrder(clauses, given)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					got, err := Find(b.Context(), sources, Search{Filter: filter, Order: order, Limit: 100})
					if err != nil || len(got.Hits) != 100 {
						b.Fatal(len(got.Hits), err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/run")
			})
		}
	}
}
