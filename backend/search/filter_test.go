package search

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/fault"
)

func matches(t *testing.T, s *Schema, filter string, r Row) bool {
	t.Helper()
	f, err := Parse(s, filter)
	if err != nil {
		t.Fatalf("%s: %v", filter, err)
	}
	return f.Match(r)
}

// TestSpecialNumbers shows how the numbers that MLflow cannot store are found.
func TestSpecialNumbers(t *testing.T) {
	row := func(f float64) Row { return &testRow{metrics: map[string]float64{"m": f}} }
	for _, c := range []struct {
		filter string
		value  float64
		want   bool
	}{
		{"metrics.m != 0", math.NaN(), true},
		{"metrics.m = 0", math.NaN(), false},
		{"metrics.m < 1", math.NaN(), false},
		{"metrics.m >= 1", math.NaN(), false},
		{"metrics.m > 1e308", math.Inf(1), true},
		{"metrics.m = 1.7976931348623157e308", math.Inf(1), true}, // what a client reads
		{"metrics.m <= -1.7976931348623157e+308", math.Inf(-1), true},
		{"metrics.m < 1e999", math.Inf(1), true},
		{"metrics.m = -0.0", 0, true},
	} {
		if matches(t, Runs, c.filter, row(c.value)) != c.want {
			t.Errorf("%v: %s is not %v", c.value, c.filter, c.want)
		}
	}
}

func TestAttributeOfTheWrongType(t *testing.T) {
	row := &testRow{attributes: map[string]Value{"start_time": Text("5"), "status": Number(5)}}
	for _, filter := range []string{"start_time != 4", "status != 'x'", "status LIKE '%'"} {
		if matches(t, Runs, filter, row) {
			t.Errorf("%s matches an attribute of the other type", filter)
		}
	}
}

func TestExperimentIDsAreNumbers(t *testing.T) {
	row := &testRow{attributes: map[string]Value{"experiment_id": Text("123456789012345678")}}
	if !matches(t, Experiments, "experiment_id = '0123456789012345678'", row) ||
		matches(t, Experiments, "experiment_id = '123456789012345679'", row) ||
		!matches(t, Experiments, "experiment_id IN ('1', '123456789012345678')", row) {
		t.Error("an id of 18 digits is not compared exactly")
	}
	o, err := ParseOrder(Experiments, []string{"experiment_id"})
	if err != nil {
		t.Fatal(err)
	}
	id := func(s string) Row { return &testRow{attributes: map[string]Value{"experiment_id": Text(s)}} }
	for _, pair := range [][2]string{{"9", "10"}, {"0", "1"}, {"123456789012345678", "123456789012345679"}} {
		if o.Compare(id(pair[0]), id(pair[1])) >= 0 || o.Compare(id(pair[1]), id(pair[0])) <= 0 {
			t.Errorf("%s does not come before %s", pair[0], pair[1])
		}
	}
}

// plainRow is a Row that is no ModelRow.
type plainRow struct{ Row }

func TestLoggedModelsWithoutPoints(t *testing.T) {
	row := plainRow{&testRow{metrics: map[string]float64{"m": 1}}}
	if matches(t, LoggedModels, "metrics.m = 1", row) {
		t.Error("a row without points matches a condition on points")
	}
	o, err := ParseModelOrder([]ModelOrder{{Field: "metrics.m"}})
	if err != nil || o.Compare(row, &testRow{points: []Point{{Key: "m"}}}) <= 0 {
		t.Errorf("a row without points does not come last: %v", err)
	}
}

func TestColumns(t *testing.T) {
	f, err := Parse(Runs, "metrics.a > 1 AND metrics.a < 2 AND params.p IS NULL AND `run name` = 'x' AND datasets.context = 'y'")
	if err != nil {
		t.Fatal(err)
	}
	want := []Column{{Metric, "a"}, {Param, "p"}, {Attribute, "run_name"}, {DatasetInput, "context"}}
	if got := f.Columns(); !slices.Equal(got, want) {
		t.Errorf("filter reads %v, not %v", got, want)
	}
	o, err := ParseOrder(Runs, []string{"tags.`b c` DESC"})
	want = []Column{{Tag, "b c"}, {Attribute, "start_time"}, {Attribute, "run_id"}}
	if err != nil || !slices.Equal(o.Columns(), want) {
		t.Errorf("order reads %v, not %v: %v", o.Columns(), want, err)
	}
	if f, err = Parse(RegisteredModels, ""); err != nil || !slices.Equal(f.Columns(), []Column{{Tag, promptTag}}) {
		t.Errorf("the empty filter does not read the tag of prompts: %v", err)
	}
}

func TestString(t *testing.T) {
	const text = "AND metrics.`a b`>1\nparams.x  like \"it's\" and run_id not\tin (('a','b')) AND tags.y is  not null"
	const want = "metrics.`a b` > 1 AND params.x LIKE \"it's\" AND run_id NOT IN (('a','b')) AND tags.y IS NOT NULL"
	if f, err := Parse(Runs, text); err != nil || f.String() != want {
		t.Errorf("%s\nis not\n%s\n%v", f, want, err)
	}
}

func TestErrorPlace(t *testing.T) {
	for _, c := range []struct {
		filter, part string
		hint         bool
	}{
		{"metrics.a > 1 OR metrics.b < 2", "OR", true},
		{"NOT metrics.a > 1", "NOT", true},
		{"(metrics.a > 1)", "(", true},
		{"metrics.a > 1 AND foo = 'x'", "foo", false},
		{"metrics.a > '1'", "'1'", true},
		{"metrics.a >< 1", "><", true},
		{"params.ä = x", "x", true},
		{"params.a = 'x", "'x", true},
		{"params.a b = 'x'", "b", true},
		{"params.a", "params.a", true},
		{"params.a =", "", true},
		{"params.a IN ('x')", "('x')", false},
		{"run_id IN 'x'", "run_id IN 'x'", true},
		{"run_id IN ('x', y)", "y", true},
		{"tags.a = 'x' run_id IN ('y')", "run_id", true},
		{"metrics.a IS NULL", "metrics.a IS NULL", false},
		{"params.a = '\xff'", "\xff", false},
		{"params.a LIKE '%" + strings.Repeat("_", 2000) + "%'", "'%" + strings.Repeat("_", 2000) + "%'", false},
	} {
		_, err := Parse(Runs, c.filter)
		var e *Error
		if !errors.As(err, &e) || !errors.Is(err, fault.Invalid) {
			t.Errorf("%q: %v has no place", c.filter, err)
			continue
		}
		if got := c.filter[e.Offset:e.End]; got != c.part {
			t.Errorf("%q: the error is at %q, not %q", c.filter, got, c.part)
		}
		if (fault.HintOf(err) != "") != c.hint {
			t.Errorf("%q: the hint is %q", c.filter, fault.HintOf(err))
		}
		if err.Error() != e.Message {
			t.Errorf("%q: message %q and cause %q differ", c.filter, err, e)
		}
	}
}

func TestOrderErrorPlace(t *testing.T) {
	_, err := ParseOrder(Runs, []string{"metrics.a", "metrics.b UP"})
	var e *Error
	if !errors.As(err, &e) || e.Clause != 1 || e.Text[e.Offset:e.End] != "UP" {
		t.Errorf("the error is at %+v", e)
	}
	_, err = ParseModelOrder([]ModelOrder{{Field: "name"}, {Field: ""}})
	if !errors.As(err, &e) || e.Clause != 1 || !errors.Is(err, fault.Invalid) {
		t.Errorf("an empty field: %v", err)
	}
}

func TestCaret(t *testing.T) {
	_, err := Parse(Runs, "params.é = 'x'\nAND\tbär = 'y' AND\nmetrics.a > 1")
	var e *Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	if want := "AND\tbär = 'y' AND\n   \t^^^"; e.Caret() != want || e.Column() != 20 {
		t.Errorf("column %d\n%s", e.Column(), e.Caret())
	}
	if _, err = Parse(Runs, "metrics.a >"); !errors.As(err, &e) || e.Caret() != "metrics.a >\n           ^" {
		t.Errorf("the end is not marked:\n%s", e.Caret())
	}
}

func TestHostile(t *testing.T) {
	many := func(n int, s string) string { return strings.Repeat(s, n) }
	for name, c := range map[string]struct {
		filter string
		ok     bool
	}{
		"1000 conditions":   {many(1000, "metrics.a = 1 "), true},
		"1001 conditions":   {many(1001, "metrics.a = 1 "), false},
		"long list":         {"run_id IN (" + many(50_000, "'0123456789',") + ")", true},
		"deep list":         {"run_id IN " + many(300_000, "(") + "'a'" + many(300_000, ")"), false},
		"nested list":       {"run_id IN " + many(50, "(") + "'a'" + many(50, ")"), true},
		"open parentheses":  {"run_id IN " + many(500_000, "("), false},
		"closed ones":       {many(500_000, ")"), false},
		"unclosed quotes":   {many(300_000, "' "), false},
		"dots":              {many(500_000, "a."), false},
		"long key":          {"tags." + many(500_000, "a") + " IS NULL", true},
		"long metric":       {"metrics." + many(500_000, "a") + " IS NULL", false},
		"long operator":     {"metrics.a " + many(500_000, "<") + " 1", false},
		"long number":       {"metrics.a = " + many(500_000, "1"), true},
		"long wrong number": {"metrics.a = " + many(500_000, "1") + "x", false},
		"1 MiB of ANDs":     {many(maxText/4, "AND "), true},
		"more than 1 MiB":   {many(maxText/4, "AND ") + " ", false},
		"only spaces":       {many(1000, " "), false},
		"zero byte":         {"params.a = '\x00'", true},
		"replacement rune":  {"params.a = '\uFFFD'", true},
		"half a rune":       {"params.a = '\xe2\x82'", false},
		"byte order mark":   {"\uFEFFmetrics.a = 1", false},
		"all quotes at end": {"params.a = 'x\\' AND tags.b = \"y\\\"", true},
	} {
		_, err := Parse(Runs, c.filter)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && len(err.Error()) > 2000 {
			t.Errorf("%s: the message has %d bytes", name, len(err.Error()))
		}
	}
	for _, text := range []string{"metrics." + many(maxText/2, "a") + " LIKE 'a'", "name = " + many(maxText/2, "é"), many(maxText/2, "a") + " = 'x'"} {
		for entity, schema := range entities {
			if _, err := Parse(schema, text); err != nil && len(err.Error()) > 2000 {
				t.Errorf("%s: the message has %d bytes", entity, len(err.Error()))
			}
		}
	}
	if _, err := ParseOrder(Experiments, slices.Repeat([]string{"name"}, 1001)); err == nil {
		t.Error("1001 order clauses are accepted")
	}
	if _, err := ParseOrder(Runs, []string{"metrics." + many(maxText, "a")}); err == nil {
		t.Error("a huge order clause is accepted")
	}
}

// TestSortIsCompare checks that the two ways to sort agree, on the recorded rows.
func TestSortIsCompare(t *testing.T) {
	for entity, schema := range entities {
		w := readWorld(t, entity)
		for _, c := range w.Cases {
			order, err := parseRecordedOrder(schema, c)
			if err != nil || c.Order == nil {
				continue
			}
			a, b := slices.Clone(w.Rows), slices.Clone(w.Rows)
			Sort(order, a)
			slices.SortFunc(b, func(x, y *testRow) int { return order.Compare(x, y) })
			if !slices.Equal(a, b) {
				t.Errorf("%s: Sort and Compare disagree about %s", entity, c.Order)
			}
		}
	}
}
