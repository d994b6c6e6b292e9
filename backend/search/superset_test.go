package search

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Few keys and values, so that rows have what filters ask for.
var (
	someKeys   = []string{"a", "b", "val/loss", "x y"}
	someTexts  = []string{"", "a", "B", "b", "0.1", "0.10", "1e-1", "3", "nan", "elastic net", "é_%"}
	someFloats = []float64{0, 0.1, 3, -1, math.NaN(), math.Inf(1), math.Inf(-1)}
)

// anyRow draws a run.
func anyRow(t *rapid.T) *runRow {
	texts := rapid.MapOfN(rapid.SampledFrom(someKeys), rapid.SampledFrom(someTexts), 0, 4)
	floats := rapid.MapOfN(rapid.SampledFrom(someKeys), rapid.SampledFrom(someFloats), 0, 4)
	finite := func(m map[string]float64) map[string]float64 {
		maps.DeleteFunc(m, func(_ string, f float64) bool { return math.IsNaN(f) })
		return m
	}
	r := &runRow{min: finite(floats.Draw(t, "min")), max: finite(floats.Draw(t, "max"))}
	r.metrics, r.params, r.tags = floats.Draw(t, "metrics"), texts.Draw(t, "params"), texts.Draw(t, "tags")
	r.at = map[string]map[int64]float64{"a": {1: rapid.SampledFrom(someFloats).Draw(t, "at")}}
	status := rapid.SampledFrom(slices.Sorted(maps.Keys(states))).Draw(t, "status")
	r.attributes = map[string]Value{
		"run_id": Text(rapid.SampledFrom([]string{"r1", "a", "b1234567"}).Draw(t, "id")), "run_name": Text(rapid.SampledFrom(someTexts).Draw(t, "name")),
		"status": Text(status), "start_time": Number(float64(rapid.IntRange(0, 5).Draw(t, "start"))),
	}
	if rapid.Bool().Draw(t, "ended") {
		r.attributes["end_time"] = Number(7)
		r.attributes["reason"] = Text(rapid.SampledFrom(someTexts).Draw(t, "reason"))
	}
	input := rapid.Custom(func(t *rapid.T) Dataset {
		return Dataset{Name: rapid.SampledFrom(someTexts).Draw(t, "set"), Digest: rapid.SampledFrom([]string{"", "d"}).Draw(t, "digest"),
			Context: "a", HasContext: rapid.Bool().Draw(t, "context"), ID: "d1", Version: rapid.SampledFrom([]string{"", "v1", "v2"}).Draw(t, "version")}
	})
	r.datasets = rapid.SliceOfN(input, 0, 2).Draw(t, "inputs")
	return r
}

// mlflowFilter draws a filter in MLflow's grammar.
func mlflowFilter(t *rapid.T) string {
	condition := rapid.Custom(func(t *rapid.T) string {
		pick := func(words ...string) string { return rapid.SampledFrom(words).Draw(t, "word") }
		key := pick(".a", ".`a`", ".b", ".\"x y\"", ".`val/loss`", ".`x y`")
		text := func() string {
			quote := pick("'", `"`)
			return quote + rapid.SampledFrom(someTexts).Draw(t, "text") + quote
		}
		number := func() string { return pick("0", "0.1", ".1", "1e-1", "3", "-1", "1.7976931348623157e308", "-5e400") }
		compare := func() string { return pick("=", "!=", "<", "<=", ">", ">=", " = ", " < ") }
		texts := func() string {
			op := pick("=", "!=", " LIKE ", " ilike ", " LIKE")
			if strings.Contains(strings.ToLower(op), "like") {
				return op + pick("'%'", "'a%'", "'_'", "'%e%'", "\"B\"", "'é_%'")
			}
			return op + text()
		}
		list := func() string {
			return pick(" IN ", " NOT  IN ", " in") + pick("(%s)", "((%s))", "(%s,'r1')", "( %s , (%[1]s) )", "(%s,)")
		}
		switch rapid.IntRange(0, 6).Draw(t, "sort") {
		case 0:
			return pick("metric", "metrics", "`metrics`") + key + compare() + number()
		case 1:
			return pick("param", "params", "parameters") + key + texts()
		case 2:
			return pick("tag", "tags") + key + texts()
		case 3:
			return pick("params", "tags") + key + pick(" IS NULL", " is not  null")
		case 4:
			return pick("", "attributes.", "run.") + pick("run_name", "status", "user_id", "run_id", "`run name`", "artifact_uri") + texts()
		case 5:
			return pick("start_time", "attr.end_time", "created") + compare() + number()
		}
		if rapid.Bool().Draw(t, "id") {
			return "run_id" + fmt.Sprintf(list(), text())
		}
		return pick("dataset.", "datasets.") + pick("name", "digest", "context") + pick(texts(), fmt.Sprintf(list(), text()))
	})
	list := rapid.SliceOfN(condition, 1, 4).Draw(t, "conditions")
	return strings.Join(list, rapid.SampledFrom([]string{" AND ", " and ", "\nAND\t"}).Draw(t, "and"))
}

// TestQueryHoldsMLflow checks that what MLflow accepts keeps its meaning: as a
// whole, and as a part of something that only Varve understands.
func TestQueryHoldsMLflow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := mlflowFilter(t)
		mlflow, err := Parse(Runs, text)
		if err != nil {
			t.Fatalf("%s is not MLflow's: %v", text, err)
		}
		rows := make([]*runRow, 4)
		for i := range rows {
			rows[i] = anyRow(t)
		}
		for _, form := range []string{"%s", "(%s)", "NOT NOT (%s)", "(%s) OR metrics.none IN (1)", "(%s) AND ''", "NOT (NOT (%s) OR metrics.none IS NOT NULL)"} {
			query := fmt.Sprintf(form, text)
			f, err := ParseQuery(query, given)
			if err != nil {
				t.Fatalf("%s: %v", query, err)
			}
			for _, row := range rows {
				if f.Match(row) != mlflow.Match(row) {
					t.Fatalf("%s is %v about %+v", query, f.Match(row), row)
				}
			}
		}
	})
}

// TestQueryHoldsRecordedMLflow does the same with the recorded searches.
func TestQueryHoldsRecordedMLflow(t *testing.T) {
	w := readWorld(t, "runs")
	n := 0
	for _, c := range w.Cases {
		mlflow, err := Parse(Runs, c.Filter)
		if err != nil {
			continue
		}
		n++
		plain := mlflow.String()
		for _, query := range []string{c.Filter, "(" + plain + ")", "NOT NOT (" + plain + ")"} {
			if plain == "" && query != c.Filter {
				continue
			}
			f, err := ParseQuery(query, given)
			if err != nil {
				t.Errorf("%s: %v", query, err)
				continue
			}
			for i, row := range w.Rows {
				if f.Match(row) != mlflow.Match(row) {
					t.Errorf("%s is %v about row %d", query, f.Match(row), i)
				}
			}
		}
	}
	if n < 500 {
		t.Errorf("only %d recorded filters of runs", n)
	}
}

// anyQuery draws a filter in Varve's own grammar.
func anyQuery(t *rapid.T) string {
	leaf := rapid.Custom(func(t *rapid.T) string {
		pick := func(words ...string) string { return rapid.SampledFrom(words).Draw(t, "word") }
		number := func() string { return pick("0", "0.1", "3", "-1", "1e-1") }
		compare := func() string {
			return pick("= %s", "!= %s", "< %s", "<= %s", "> %s", ">= %s", "BETWEEN -1 AND %s", "NOT BETWEEN %s AND 3", "IN (%s, 0.1)", "NOT IN (%s)")
		}
		null := func() string { return pick(" IS NULL", " IS NOT NULL") }
		texts := func() string {
			return pick("= 'a'", "= B", "!= b", "IN (a, 'b')", "NOT IN ('B', b)", "LIKE '%e%'", "NOT ILIKE 'b%'", "MATCHES '^[a-c]'", "!~ '[0-9]'", "= 'elastic net'")
		}
		key := pick("a", "b", "val/loss", "`x y`")
		switch rapid.IntRange(0, 9).Draw(t, "sort") {
		case 0:
			return pick("metrics."+key, key, "min("+key+")", "max(metrics."+key+")", "metrics.a AT 1", "children", "exit_code") + " " + fmt.Sprintf(compare(), number())
		case 1:
			return pick("params.", "tags.") + key + " " + fmt.Sprintf(compare(), number())
		case 2:
			return pick("params.", "tags.", "") + key + " " + texts()
		case 3:
			return pick("metrics."+key, "params."+key, "tags."+key, key, "min("+key+")", "metrics.a AT 1", "duration", "name", "reason", "data", "data.a", "note", "ended", "status") + null()
		case 4:
			return pick("name", "id", "user", "reason", "experiment", "note", "parent", "data", "datasets.name", "datasets.digest", "source") + " " + texts()
		case 5:
			return "status " + pick("= failed", "!= running", "IN (lost, failed)", "NOT IN (finished, 'RUNNING')", "= 'FAILED'", "LIKE 'F%'")
		case 6:
			return "metrics." + key + pick(" = nan", " != nan", " = 3", " < inf", " >= -inf")
		case 7:
			return pick("duration", "duration") + pick(" > 3ms", " <= 2ms", " IN (1ms, 2ms)", " BETWEEN 1ms AND 5ms")
		case 8:
			return pick("started", "ended") + pick(" in last 7 days", " < 1971", " = 1970-01-01", " NOT IN (today, 1970)")
		}
		return pick("data.a = 3", "data.B != 2", "data.b IN (2, 3)", "datasets.version > 2", "data = 'a@3'", "data != b", "elastic", "'elastic net'", "b", "b1234567", "é_%", "NOT net")
	})
	var build func(depth int) string
	build = func(depth int) string {
		switch rapid.IntRange(0, 5).Draw(t, "node") {
		case 0:
			if depth > 0 {
				return "(" + build(depth-1) + " AND " + build(depth-1) + ")"
			}
		case 1:
			if depth > 0 {
				return "(" + build(depth-1) + " OR " + build(depth-1) + " OR " + build(depth-1) + ")"
			}
		case 2:
			if depth > 0 {
				return "NOT (" + build(depth-1) + ")"
			}
		}
		return leaf.Draw(t, "leaf")
	}
	return build(3)
}

// TestQueryLaws checks what holds for every filter: NOT finds nothing that the
// filter finds, twice NOT is the filter, and it is the same when written plainly.
func TestQueryLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, row := anyQuery(t), anyRow(t)
		parse := func(text string) *Filter {
			f, err := ParseQuery(text, given)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			return f
		}
		f := parse(text)
		yes, no := f.Match(row), parse("NOT ("+text+")").Match(row)
		if yes && no {
			t.Fatalf("%s and its opposite hold about %+v", text, row)
		}
		if parse("NOT (NOT ("+text+"))").Match(row) != yes {
			t.Fatalf("%s is not its opposite's opposite about %+v", text, row)
		}
		if plain := parse(f.String()); plain.Match(row) != yes || plain.String() != f.String() {
			t.Fatalf("%s is written %s", text, f)
		}
	})
}
