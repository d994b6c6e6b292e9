package search

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/table"
)

// anyOrder draws an order: MLflow's or Varve's own.
func anyOrder(t *rapid.T) *Order {
	mlflow := rapid.Bool().Draw(t, "mlflow order")
	clauses := []string{"metrics.a", "metrics.b DESC", "params.a", "tags.b DESC", "run_name", "status DESC", "start_time", "end_time DESC", "run_id", "params.`x y` DESC", "user_id"}
	if !mlflow {
		clauses = append(clauses, "min(a)", "max(b) DESC", "duration", "a", "b DESC", "name", "reason", "children DESC", "data", "data.a DESC", "note", "parent", "experiment")
	}
	some := rapid.SliceOfNDistinct(rapid.SampledFrom(clauses), 0, 2, func(s string) string { return strings.Fields(strings.Replace(s, "run_name", "name", 1))[0] }).Draw(t, "order")
	parse := func() (*Order, error) { return ParseQueryOrder(some, given) }
	if mlflow {
		parse = func() (*Order, error) { return ParseOrder(Runs, some) }
	}
	o, err := parse()
	if err != nil {
		t.Fatalf("%q: %v", some, err)
	}
	return o
}

// found is what a search must give, from whole records.
func expected(rows []*runRow, s Search) (ids []string, matching int) {
	var all []*runRow
	for _, r := range rows {
		if s.Filter.Match(r) {
			matching++
			if s.After == nil || s.Order.Compare(r, s.After) > 0 {
				all = append(all, r)
			}
		}
	}
	Sort(s.Order, all)
	for _, r := range all[:min(len(all), s.Limit)] {
		ids = append(ids, r.attributes["run_id"].text)
	}
	return ids, matching
}

func ids(f *Found) (ids []string) {
	for _, h := range f.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}

// TestFindIsMatchAndSort compares searches over columns with those over whole
// records, page after page.
func TestFindIsMatchAndSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := anyRuns(t, 12)
		// Two tables, of which one has its rows far apart.
		cut := rapid.IntRange(0, len(rows)).Draw(t, "cut")
		first, second := newMemory(rows[:cut]), newMemory(nil)
		for _, r := range rows[cut:] {
			for range rapid.SampledFrom([]int{0, 0, 0, 1, 1, 500, 500, 1100, 66_000}).Draw(t, "gap") {
				second.table.Remove(second.table.Add())
				second.rows = append(second.rows, nil)
			}
			second.add(r)
		}
		for i := range cut {
			if rapid.IntRange(0, 5).Draw(t, "wrong") == 0 { // the columns do not tell the truth
				first.wrong[i] = true
				for _, c := range someKeys {
					first.table.SetNumber(TableKey(Metric, c), i, 77)
					first.table.SetText(TableKey(Param, c), i, "wrong", false)
				}
				first.table.SetText(TableKey(Attribute, "status"), i, "RUNNING", false)
				first.table.SetText(TableKey(Attribute, "run_name"), i, "wrong", false)
			}
		}
		sources := []Source{first, second}
		if rapid.Bool().Draw(t, "finds ids") {
			sources = []Source{finding{first}, finding{second}}
		}
		text := rapid.Custom(func(t *rapid.T) string {
			if rapid.IntRange(0, 2).Draw(t, "grammar") == 0 {
				return mlflowFilter(t)
			}
			return anyQuery(t)
		}).Draw(t, "filter")
		filter, err := ParseQuery(text, given)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		s := Search{Filter: filter, Order: anyOrder(t), Limit: rapid.IntRange(0, 5).Draw(t, "limit")}
		for range 4 {
			got, err := Find(t.Context(), sources, s)
			if err != nil {
				t.Fatal(err)
			}
			want, matching := expected(rows, s)
			if !slices.Equal(ids(got), want) || got.Matching != matching || got.All != len(rows) {
				t.Fatalf("%s by %v: finds %q (%d of %d), not %q (%d of %d)", text, s.Order.Columns(), ids(got), got.Matching, got.All, want, matching, len(rows))
			}
			if len(got.Hits) == 0 {
				return
			}
			s.After = got.Hits[len(got.Hits)-1].Run
		}
	})
}

// TestFindIsMLflow puts the recorded searches for runs to columns.
func TestFindIsMLflow(t *testing.T) {
	w := readWorld(t, "runs")
	rows := make([]*runRow, len(w.Rows))
	for i, r := range w.Rows {
		rows[i] = &runRow{testRow: *r}
	}
	sources := []Source{newMemory(rows)}
	n := 0
	for _, c := range w.Cases {
		want := w.ask(Runs, c)
		if want.refused != nil {
			continue
		}
		n++
		filter, err := Parse(Runs, c.Filter)
		if err != nil {
			t.Fatal(err)
		}
		order, err := ParseOrder(Runs, c.clauses())
		if err != nil {
			t.Fatal(err)
		}
		got, err := Find(t.Context(), sources, Search{Filter: filter, Order: order, Limit: len(rows)})
		if err != nil {
			t.Fatal(err)
		}
		found := []int{}
		for _, h := range got.Hits {
			found = append(found, h.Row)
		}
		if !slices.Equal(found, want.found) {
			t.Errorf("%s by %s: finds %v, not %v", c.Filter, c.Order, found, want.found)
		}
	}
	if n < 500 {
		t.Errorf("only %d recorded searches for runs", n)
	}
}

// manyRuns are enough to fill blocks, with columns that are dense, sparse, and
// begin or end in the middle.
func manyRuns() []*runRow {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(list []string) string { return list[rng.IntN(len(list))] }
	rows := make([]*runRow, 2500)
	for i := range rows {
		r := &runRow{testRow: testRow{metrics: map[string]float64{}, params: map[string]string{}, tags: map[string]string{}}}
		r.attributes = map[string]Value{
			"run_id": Text(fmt.Sprintf("%032x", i*7919)), "run_name": Text(fmt.Sprint("run-", rng.IntN(3000))), "status": Text(pick(slices.Sorted(maps.Keys(states)))),
			"start_time": Number(float64(rng.IntN(500))), "children": Number(0), "experiment": Text("B"), "user_id": Text(pick([]string{"", "a", "b"})),
		}
		if i > 1100 {
			r.attributes["end_time"] = Number(float64(rng.IntN(1000)))
		}
		for k, key := range someKeys {
			if rng.IntN(1+20*k) == 0 {
				r.metrics[key] = float64(rng.IntN(40))/10 - 1
			}
			if rng.IntN(40) == 0 {
				r.metrics[key] = someFloats[rng.IntN(len(someFloats))]
			}
			if rng.IntN(1+10*k) == 0 {
				r.params[key] = pick(append(someTexts, fmt.Sprint(rng.Float64())))
			}
			if i < 700 && k > 0 {
				r.tags[key] = pick(someTexts)
			}
		}
		r.min, r.max = maps.Clone(r.metrics), maps.Clone(r.metrics)
		for key, f := range r.metrics {
			if math.IsNaN(f) {
				delete(r.min, key)
				delete(r.max, key)
			} else if i%3 == 0 {
				r.min[key] -= 0.5
			}
		}
		if i%50 == 0 {
			r.datasets = []Dataset{{Name: pick(someTexts), ID: "d1", Version: "v1"}, {Name: "b", Digest: "d"}}
		}
		rows[i] = r
	}
	return rows
}

// TestFindInBlocks compares as above, with more runs.
func TestFindInBlocks(t *testing.T) {
	rows := manyRuns()
	m := newMemory(rows)
	rapid.Check(t, func(t *rapid.T) {
		text := anyQuery(t)
		filter, err := ParseQuery(text, given)
		if err != nil {
			t.Fatal(err)
		}
		s := Search{Filter: filter, Order: anyOrder(t), Limit: 20}
		for range 3 {
			got, err := Find(t.Context(), []Source{m}, s)
			if err != nil {
				t.Fatal(err)
			}
			want, matching := expected(rows, s)
			if !slices.Equal(ids(got), want) || got.Matching != matching {
				t.Fatalf("%s by %v: finds %d, not %d: %q, not %q", text, s.Order.Columns(), got.Matching, matching, ids(got), want)
			}
			if len(got.Hits) == 0 {
				return
			}
			s.After = got.Hits[len(got.Hits)-1].Run
		}
	})
}

// TestFindReadsFewRecords shows when whole records are read.
func TestFindReadsFewRecords(t *testing.T) {
	rows := make([]*runRow, 200)
	for i := range rows {
		note := "short"
		if i%10 == 0 {
			note = longTexts[1]
		}
		rows[i] = &runRow{testRow: testRow{
			metrics:    map[string]float64{"loss": float64(i)},
			tags:       map[string]string{noteTag: note},
			attributes: map[string]Value{"run_id": Text(fmt.Sprintf("%08d", i)), "start_time": Number(float64(i)), "status": Text("FINISHED")},
		}}
	}
	for _, c := range []struct {
		query string
		order string
		reads int
	}{
		{"metrics.loss < 50", "metrics.loss", 0}, {"loss AT 5 < 1", "name", 200}, {"loss < 3 loss AT 5 < 1", "name", 3}, {"loss < 3 OR loss AT 5 < 1", "name", 197},
		{"elastic", "name", 20}, {"xxxx", "name", 0}, {"note = short", "name", 20}, {"note = 'short'", "name", 0}, {"note = 'short' AND nowhere", "name", 0}, {"loss < 100", "note", 10},
	} {
		m := newMemory(rows)
		f, err := ParseQuery(c.query, given)
		if err != nil {
			t.Fatal(err)
		}
		o, err := ParseQueryOrder([]string{c.order}, given)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Find(t.Context(), []Source{m}, Search{Filter: f, Order: o, Limit: 10}); err != nil || m.reads != c.reads {
			t.Errorf("%s by %s: %d records are read, not %d: %v", c.query, c.order, m.reads, c.reads, err)
		}
	}
}

func TestFindShowsOnlySome(t *testing.T) {
	m := newMemory([]*runRow{runs["a"], runs["b"], runs["c"]})
	f, _ := ParseQuery("", given)
	o, _ := ParseOrder(Runs, nil)
	got, err := Find(t.Context(), []Source{m}, Search{Filter: f, Order: o, Limit: 5, Shown: func(source, block int) (shown table.Bits) {
		shown.Set(source + block + 1)
		return shown
	}})
	if err != nil || got.All != 1 || got.Matching != 1 || ids(got)[0] != "bbbb0000" {
		t.Errorf("%+v %v", got, err)
	}
}

// TestFindWhileTheTableChanges lets rows go and dictionaries be made anew
// between strides.
func TestFindWhileTheTableChanges(t *testing.T) {
	rows := make([]*runRow, 200_000)
	for i := range rows {
		rows[i] = &runRow{testRow: testRow{attributes: map[string]Value{"run_id": Text(fmt.Sprintf("%08d", i)), "start_time": Number(float64(i)), "status": Text("FINISHED")},
			params: map[string]string{"p": fmt.Sprint("v", i%5000)}}}
	}
	m := newMemory(rows)
	m.changes = func(stride int) {
		for i := stride * 40_000; i < min((stride+1)*40_000, len(rows)); i++ {
			m.table.SetText(TableKey(Param, "p"), i, fmt.Sprint("w", i%6000), false)
			rows[i].params["p"] = fmt.Sprint("w", i%6000)
			if i%100 == 0 {
				m.table.Remove(i)
			}
		}
	}
	f, err := ParseQuery("params.p MATCHES '^[vw]7$'", given)
	if err != nil {
		t.Fatal(err)
	}
	o, _ := ParseQueryOrder([]string{"params.p DESC"}, given)
	got, err := Find(t.Context(), []Source{m}, Search{Filter: f, Order: o, Limit: 1000})
	if err != nil || len(got.Hits) == 0 || len(got.Hits) != got.Matching {
		t.Fatalf("%d of %d: %v", len(got.Hits), got.Matching, err)
	}
	for _, h := range got.Hits {
		if p, _ := h.Run.Param("p"); p != "v7" && p != "w7" {
			t.Errorf("run %s has %q", h.ID, p)
		}
	}
}

func TestFindIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f, _ := ParseQuery("", given)
	o, _ := ParseOrder(Runs, nil)
	if _, err := Find(ctx, []Source{newMemory([]*runRow{runs["a"]})}, Search{Filter: f, Order: o, Limit: 5}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestHeavyFiltersLetOthersIn shows in how many strides 100 blocks are searched.
func TestHeavyFiltersLetOthersIn(t *testing.T) {
	m := newMemory(nil)
	for range 100 * table.BlockRows {
		m.table.Add()
	}
	o, _ := ParseOrder(Runs, nil)
	for query, want := range map[string]int{
		"metrics.a < 1": 2, "elastic": 4, "name =~ 'a'": 6, "name =~ 'a{200}'": 100, "data =~ 'a{20}' OR datasets.name MATCHES 'a{20}'": 50, strings.Repeat("x ", 1000): 100,
	} {
		f, err := ParseQuery(query, given)
		if err != nil {
			t.Fatal(err)
		}
		m.strides = 0
		if _, err := Find(t.Context(), []Source{m}, Search{Filter: f, Order: o}); err != nil || m.strides != want {
			t.Errorf("%.30s: %d strides, not %d: %v", query, m.strides, want, err)
		}
	}
}
