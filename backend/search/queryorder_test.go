package search

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/fault"
)

// ordered returns the letters of the runs in an order.
func ordered(t *testing.T, clauses ...string) string {
	t.Helper()
	o, err := ParseQueryOrder(clauses, given)
	if err != nil {
		t.Fatalf("%s: %v (%s)", clauses, err, fault.HintOf(err))
	}
	rows := []Row{runs["a"], runs["b"], runs["c"]}
	Sort(o, rows)
	var out strings.Builder
	for _, r := range rows {
		for letter, run := range runs {
			if r == Row(run) {
				out.WriteString(letter)
			}
		}
	}
	return out.String()
}

func TestQueryOrder(t *testing.T) {
	for _, c := range []struct {
		clauses []string
		want    string
	}{
		{nil, "cab"}, {[]string{"start_time"}, "bac"}, {[]string{"started ASC"}, "bac"}, {[]string{"duration"}, "acb"}, {[]string{"duration desc"}, "cab"},
		{[]string{"metrics.loss"}, "abc"}, {[]string{"metrics.loss DESC"}, "abc"}, {[]string{"max(metrics.loss)"}, "abc"}, {[]string{"max(loss) DESC"}, "bac"}, {[]string{"min( loss )"}, "acb"},
		{[]string{"name"}, "abc"}, {[]string{"name DESC"}, "cba"}, {[]string{"params.lr"}, "cab"}, {[]string{"params.lr DESC"}, "cab"}, {[]string{"lr DESC"}, "bca"}, {[]string{"model"}, "acb"},
		{[]string{"status"}, "cba"}, {[]string{"status DESC"}, "abc"}, {[]string{"exit_code DESC"}, "bac"}, {[]string{"data"}, "bac"}, {[]string{"data.wine DESC"}, "abc"}, {[]string{"experiment DESC"}, "abc"},
		{[]string{"children", "name DESC"}, "cba"}, {[]string{"note"}, "acb"}, {[]string{"parent"}, "bca"}, {[]string{"`val/loss`"}, "acb"},
	} {
		if got := ordered(t, c.clauses...); got != c.want {
			t.Errorf("%s gives %s, not %s", c.clauses, got, c.want)
		}
	}
}

func TestQueryOrderErrors(t *testing.T) {
	for _, c := range []struct{ clause, part string }{
		{"", ""}, {"5", "5"}, {"metrics.loss UP", "UP"}, {"metrics.loss DESC x", "x"}, {"'loss'", "'loss'"}, {"metrcs.loss", "metrcs"}, {"datasets.name", "datasets.name"}, {"datasets.version", "datasets.version"},
		{"loss AT 5", "loss AT 5"}, {"loss AT DESC", "AT"}, {"min(params.lr)", "params.lr"}, {"`x", "`x"}, {"loss, name", ","},
	} {
		_, err := ParseQueryOrder([]string{"name", c.clause}, given)
		var e *Error
		if !errors.As(err, &e) || !errors.Is(err, fault.Invalid) || e.Clause != 1 {
			t.Errorf("%q: %v has no place", c.clause, err)
		} else if got := c.clause[e.Offset:e.End]; got != c.part || fault.HintOf(err) == "" {
			t.Errorf("%q: the error is at %q, not %q: %v", c.clause, got, c.part, err)
		}
	}
	if _, err := ParseQueryOrder([]string{"run_name", "name DESC"}, given); err == nil {
		t.Error("the same attribute by two names is accepted twice")
	}
	if _, err := ParseQueryOrder(slices.Repeat([]string{"name"}, 1001), given); err == nil {
		t.Error("1001 clauses are accepted")
	}
}

func TestNaturalOrder(t *testing.T) {
	sorted := []string{"", "1", "01", "2", "10", "010", "a", "A", "a1", "a01b", "a2", "a10", "a10b", "b", "run-9", "Run-10", "run-10", "run 11x", "ä"}
	want := []string{"", "01", "1", "2", "010", "10", "A", "a", "a1", "a01b", "a2", "a10", "a10b", "b", "run 11x", "run-9", "Run-10", "run-10", "ä"}
	slices.SortFunc(sorted, compareNatural)
	if !slices.Equal(sorted, want) {
		t.Errorf("%q", sorted)
	}
}

// TestNaturalOrderIsAnOrder looks for three texts that go round in a circle.
func TestNaturalOrderIsAnOrder(t *testing.T) {
	text := rapid.StringOfN(rapid.SampledFrom([]rune("019aAbk\u212a_ é")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := text.Draw(t, "a"), text.Draw(t, "b"), text.Draw(t, "c")
		if compareNatural(a, b) != -compareNatural(b, a) || (compareNatural(a, b) == 0) != (a == b) {
			t.Fatalf("%q and %q", a, b)
		}
		if compareNatural(a, b) < 0 && compareNatural(b, c) < 0 && compareNatural(a, c) >= 0 {
			t.Fatalf("%q < %q < %q", a, b, c)
		}
	})
}

func TestQueryOrderOfNumbersAndTexts(t *testing.T) {
	o, err := ParseQueryOrder([]string{"params.p DESC"}, given)
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	for _, value := range []string{"auto", "2", "1e1", "nan", "9", "Best", "-inf"} {
		rows = append(rows, &testRow{params: map[string]string{"p": value}})
	}
	rows = append(rows, &testRow{metrics: map[string]float64{"p": math.Inf(1)}})
	Sort(o, rows)
	var got []string
	for _, r := range rows {
		p, _ := r.Param("p")
		got = append(got, p)
	}
	if want := []string{"1e1", "9", "2", "-inf", "Best", "auto", "nan", ""}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
