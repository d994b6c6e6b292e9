package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/table"
)

// arranged gives the ids of all runs that fulfil a filter, in order.
func arranged(t interface {
	Context() context.Context
	Fatal(...any)
}, sources []Source, filter *Filter, o *Order) ([]string, *Selection) {
	selected, err := Select(t.Context(), sources, filter, nil)
	if err != nil {
		t.Fatal(err)
	}
	places, err := Arrange(t.Context(), sources, selected, o)
	if err != nil {
		t.Fatal(err)
	}
	list := make([]string, len(places))
	for i, p := range places {
		sources[p.Source].Stride(func() { list[i] = sources[p.Source].ID(int(p.Row)) })
	}
	return list, selected
}

// TestArrangeIsMatchAndSort compares an order from columns with that of whole
// records.
func TestArrangeIsMatchAndSort(t *testing.T) {
	defer func(before int) { worthRanking = before }(worthRanking)
	many := manyRuns()
	inBlocks := newMemory(many)
	rapid.Check(t, func(t *rapid.T) {
		rows, sources := many, []Source{inBlocks}
		worthRanking = rapid.SampledFrom([]int{1, 1000}).Draw(t, "worth ranking")
		if rapid.IntRange(0, 2).Draw(t, "few") > 0 {
			rows = anyRuns(t, 12)
			cut := max(rapid.IntRange(0, len(rows)).Draw(t, "cut"), len(rows)*rapid.IntRange(0, 1).Draw(t, "one source"))
			first, second := newMemory(rows[:cut]), newMemory(rows[cut:])
			for i := range cut {
				if rapid.IntRange(0, 5).Draw(t, "wrong") == 0 {
					first.wrong[i] = true
					first.table.SetText(TableKey(Attribute, "status"), i, "RUNNING", false)
					first.table.SetText(TableKey(Param, "a"), i, "wrong", false)
				}
			}
			if sources = []Source{first}; cut < len(rows) {
				sources = append(sources, second)
			}
		}
		text := anyQuery(t)
		filter, err := ParseQuery(text, given)
		if err != nil {
			t.Fatal(err)
		}
		o := anyOrder(t)
		want, matching := expected(rows, Search{Filter: filter, Order: o, Limit: len(rows)})
		got, selected := arranged(t, sources, filter, o)
		if !slices.Equal(got, want) || selected.Matching != matching || selected.All != len(rows) {
			t.Fatalf("%s by %v: %q (%d of %d), not %q (%d of %d)", text, o.Columns(), got, selected.Matching, selected.All, want, matching, len(rows))
		}
	})
}

// TestArrangeWhileTheTableChanges lets rows go and dictionaries be made anew
// after the rows were selected.
func TestArrangeWhileTheTableChanges(t *testing.T) {
	rows := make([]*runRow, 100_000)
	for i := range rows {
		rows[i] = &runRow{testRow: testRow{attributes: map[string]Value{"run_id": Text(fmt.Sprintf("%08d", i)), "start_time": Number(float64(i)), "status": Text("FINISHED")},
			params: map[string]string{"p": fmt.Sprint("v", i%5000)}}}
	}
	m := newMemory(rows)
	m.changes = func(stride int) {
		for i := stride * 20_000; i < min((stride+1)*20_000, len(rows)); i++ {
			m.table.SetText(TableKey(Param, "p"), i, fmt.Sprint("w", i%6000), false)
			if i%100 == 0 {
				m.table.Remove(i)
			}
		}
	}
	filter, _ := ParseQuery("", given)
	o, _ := ParseQueryOrder([]string{"params.p DESC"}, given)
	got, _ := arranged(t, []Source{m}, filter, o)
	seen := map[string]bool{}
	for _, id := range got {
		seen[id] = true
	}
	if len(got) < 99_000 || len(seen) != len(got) {
		t.Errorf("%d rows, %d of them different", len(got), len(seen))
	}
}

// TestRankingsFollowTheColumn asks for an order by texts again and again, while texts
// come and go.
func TestRankingsFollowTheColumn(t *testing.T) {
	defer func(before int) { worthRanking = before }(worthRanking)
	worthRanking = 1
	rapid.Check(t, func(t *rapid.T) {
		rows := make([]*runRow, 60)
		for i := range rows {
			rows[i] = &runRow{testRow: testRow{attributes: map[string]Value{"run_id": Text(fmt.Sprintf("%08d", i)), "start_time": Number(float64(i)), "status": Text("FINISHED")},
				params: map[string]string{}}}
		}
		m := newMemory(rows)
		filter, _ := ParseQuery("", given)
		for range 8 {
			for range rapid.IntRange(0, 30).Draw(t, "changes") {
				i := rapid.IntRange(0, len(rows)-1).Draw(t, "row")
				text := rapid.SampledFrom([]string{"a", "A", "b", "7", "run-9", "run-10", "", "ü", strings.Repeat("x", 300)}).Draw(t, "text")
				if text != "" && len(text) < 300 {
					text += rapid.SampledFrom([]string{"", "1", "02", "z"}).Draw(t, "end")
				}
				rows[i].params["p"] = text
				m.table.SetText(TableKey(Param, "p"), i, text, false)
			}
			if rapid.IntRange(0, 3).Draw(t, "tidy") == 0 {
				m.table.Tidy()
			}
			o, err := ParseQueryOrder([]string{rapid.SampledFrom([]string{"params.p", "params.p DESC"}).Draw(t, "order")}, given)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := expected(rows, Search{Filter: filter, Order: o, Limit: len(rows)})
			if got, _ := arranged(t, []Source{m}, filter, o); !slices.Equal(got, want) {
				t.Fatalf("%q, not %q", got, want)
			}
		}
	})
}

// BenchmarkArrange sorts all that matches.
func BenchmarkArrange(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		sources := []Source{manyColumns(n)}
		for _, c := range benchSearches {
			b.Run(fmt.Sprintf("%d/%s", n, c.name), func(b *testing.B) {
				filter, err := ParseQuery(c.filter, given)
				if err != nil {
					b.Fatal(err)
				}
				clauses := slices.DeleteFunc([]string{c.order}, func(s string) bool { return s == "" })
				order, err := ParseQueryOrder(clauses, given)
				if err != nil {
					b.Fatal(err)
				}
				selected, err := Select(b.Context(), sources, filter, nil)
				if err == nil { // what is kept for those who ask again, is there
					_, err = Arrange(b.Context(), sources, selected, order)
				}
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					selected, err := Select(b.Context(), sources, filter, nil)
					if err != nil {
						b.Fatal(err)
					}
					places, err := Arrange(b.Context(), sources, selected, order)
					if err != nil || len(places) == 0 {
						b.Fatal(len(places), err)
					}
				}
			})
		}
	}
}

// TestSortKeysKeepTheOrder compares numbers with what stands for them.
func TestSortKeysKeepTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64().Draw(t, "a"), rapid.Float64().Draw(t, "b")
		if rapid.Bool().Draw(t, "near") {
			b = a + rapid.Float64Range(-1, 1).Draw(t, "difference")
		}
		for _, descending := range []bool{false, true} {
			x, y := table.SortNumber(a, descending), table.SortNumber(b, descending)
			if (a < b) != (descending && x > y || !descending && x < y) || (a == b) != (x == y) {
				t.Fatalf("%v and %v are sorted by %x and %x", a, b, x, y)
			}
			if x >= table.SortText(0) {
				t.Fatalf("%v comes behind texts", a)
			}
		}
	})
}

// TestTextSorter compares the order of texts with that of comparisons.
func TestTextSorter(t *testing.T) {
	piece := rapid.OneOf(rapid.SampledFrom([]string{"a", "A", "ä", "Ä", "run-", "0", "00", "9", "10", "amber-mayfly-", "K", "\u212a", "ß", "ſ", "s", "\x00", "\xff", "\xc3", " ", "٣", "数",
		strings.Repeat("1", 254), strings.Repeat("1", 255), strings.Repeat("1", 300)}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfDistinct(rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), "")
		}), func(s string) string { return s }).Draw(t, "texts")
		for plain, compare := range map[bool]func(a, b string) int{false: compareNatural, true: strings.Compare} {
			sorter := newTextSorter(texts, plain)
			sorter.few = rapid.IntRange(1, 4).Draw(t, "few")
			order := sorter.all()
			if len(order) != len(texts) {
				t.Fatalf("%d of %d texts", len(order), len(texts))
			}
			for i := 1; i < len(order); i++ {
				if a, b := texts[order[i-1]], texts[order[i]]; compare(a, b) >= 0 {
					t.Fatalf("%q comes before %q (plain: %v)", a, b, plain)
				}
			}
		}
	})
}
