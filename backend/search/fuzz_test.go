package search

import (
	"errors"
	"math"
	"slices"
	"testing"
	"unicode/utf8"

	"dev.varve/backend/fault"
)

// checkError fails unless err is a fault.Invalid with a place within its text.
func checkError(t *testing.T, text string, err error) {
	t.Helper()
	var e *Error
	if !errors.Is(err, fault.Invalid) || !errors.As(err, &e) {
		t.Fatalf("%q: not a fault.Invalid with a place: %v", text, err)
	}
	if e.Text != text || e.Offset < 0 || e.End < e.Offset || len(text) < e.End {
		t.Fatalf("%q: the error is at %d to %d", text, e.Offset, e.End)
	}
	if utf8.ValidString(text) && !(utf8.ValidString(text[:e.Offset]) && utf8.ValidString(text[e.Offset:e.End])) {
		t.Fatalf("%q: the error at %d to %d cuts a character", text, e.Offset, e.End)
	}
	if e.Caret() == "" || e.Column() < 1 || err.Error() == "" {
		t.Fatalf("%q: no words for %v", text, err)
	}
}

// fuzzRows are a few rows that have what the seeds ask for.
var fuzzRows = []Row{
	&testRow{},
	&testRow{
		metrics: map[string]float64{"a": 1, "loss": math.NaN()}, params: map[string]string{"a": "x", "b": "it's"},
		tags: map[string]string{"a b": "", "a": "é"},
		attributes: map[string]Value{
			"run_id": Text("r1"), "name": Text("m"), "experiment_id": Text("07"), "start_time": Number(5), "version_number": Number(1),
			"status": Text("READY"), "creation_time": Number(1), "creation_timestamp": Number(2),
		},
		datasets: []Dataset{{Name: "wine", Digest: "d"}, {Name: "iris", Context: "train", HasContext: true}},
		points:   []Point{{Key: "a", Value: 1, DatasetName: "wine"}, {Key: "a", Value: math.Inf(1), Time: 1}},
	},
	&testRow{metrics: map[string]float64{"a": math.Inf(-1)}, tags: map[string]string{promptTag: "true"}},
}

// FuzzParse reads any text by every schema. An error is in the text; a filter
// that is accepted is the same after it was written out and read again.
func FuzzParse(f *testing.F) {
	for entity := range entities {
		for i, c := range readWorld(f, entity).Cases {
			if i%7 == 0 {
				f.Add(c.Filter)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, schema := range entities {
			filter, err := Parse(schema, text)
			if err != nil {
				checkError(t, text, err)
				continue
			}
			plain := filter.String()
			again, err := Parse(schema, plain)
			if err != nil {
				t.Fatalf("%s: %q reads as %q, which is refused: %v", schema.entity, text, plain, err)
			}
			if again.String() != plain || !slices.Equal(again.Columns(), filter.Columns()) {
				t.Fatalf("%s: %q reads as %q, and that as %q", schema.entity, text, plain, again)
			}
			for i, row := range fuzzRows {
				if filter.Match(row) != again.Match(row) {
					t.Fatalf("%s: %q and %q differ about row %d", schema.entity, text, plain, i)
				}
			}
		}
	})
}

// FuzzParseQuery reads any text by Varve's own grammar. What MLflow's accepts
// means the same; what is accepted is the same after it was written out.
func FuzzParseQuery(f *testing.F) {
	for i, c := range readWorld(f, "runs").Cases {
		if i%7 == 0 {
			f.Add(c.Filter)
		}
	}
	for _, text := range []string{
		"elastic OR NOT (params.lr < 0.1 AND loss AT 100 >= 5)", "started in last 7 days duration > 2 hours", "min(metrics.`a b`) BETWEEN 1 AND 2", "status IN (lost, 'FAILED')",
		"data.wine NOT IN (1, 2) OR data = 'wine@3'", "name =~ '^a+$' OR note !~ \"x\"", "started = 2026-11-20 09:30 last 5d", "x IN ((1,2),)", "metrics.a = nan",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		query, err := ParseQuery(text, given)
		mlflow, refused := Parse(Runs, text)
		if err != nil {
			checkError(t, text, err)
			if refused == nil {
				t.Fatalf("%q is MLflow's, and refused: %v", text, err)
			}
			return
		}
		plain := query.String()
		again, err := ParseQuery(plain, given)
		if err != nil {
			t.Fatalf("%q reads as %q, which is refused: %v", text, plain, err)
		}
		if again.String() != plain {
			t.Fatalf("%q reads as %q, and that as %q", text, plain, again)
		}
		for i, row := range fuzzRows {
			match := query.Match(row)
			if again.Match(row) != match || refused == nil && mlflow.Match(row) != match {
				t.Fatalf("%q and %q differ about row %d", text, plain, i)
			}
		}
		for _, row := range runs {
			if query.Match(row) != again.Match(row) {
				t.Fatalf("%q and %q differ about %+v", text, plain, row)
			}
		}
	})
}

// FuzzParseQueryOrder reads any text as a clause of an order of Varve's own.
func FuzzParseQueryOrder(f *testing.F) {
	for _, clause := range []string{"metrics.loss DESC", "min(loss)", "data.`a b` asc", "duration", "`x", "status", "loss AT 5"} {
		f.Add(clause)
	}
	f.Fuzz(func(t *testing.T, text string) {
		order, err := ParseQueryOrder([]string{text}, given)
		if err != nil {
			checkError(t, text, err)
			return
		}
		for _, a := range runs {
			for _, b := range runs {
				if order.Compare(a, b) != -order.Compare(b, a) {
					t.Fatalf("%q orders two rows both ways", text)
				}
			}
		}
	})
}

// FuzzParseOrder reads any text as an order clause by every schema. What it
// accepts must order: no row before itself, and no two before each other.
func FuzzParseOrder(f *testing.F) {
	for entity := range entities {
		for _, c := range readWorld(f, entity).Cases {
			for _, clause := range c.clauses() {
				f.Add(clause)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, schema := range entities {
			order, err := ParseOrder(schema, []string{text})
			if err != nil {
				checkError(t, text, err)
				continue
			}
			for _, a := range fuzzRows {
				for _, b := range fuzzRows {
					if order.Compare(a, b) != -order.Compare(b, a) {
						t.Fatalf("%s: %q orders two rows both ways", schema.entity, text)
					}
				}
			}
		}
		if _, err := ParseModelOrder([]ModelOrder{{Field: text}}); err != nil {
			checkError(t, text, err)
		}
	})
}

// FuzzLike compares LIKE on any texts with the plainest matcher there is.
func FuzzLike(f *testing.F) {
	f.Add("%a_b%", "xaxbx")
	f.Add("\xff%", "\xffé")
	f.Fuzz(func(t *testing.T, pattern, value string) {
		if len(pattern) > 100 || len(value) > 100 || !utf8.ValidString(pattern) || !utf8.ValidString(value) {
			return
		}
		p, _ := newLike(pattern, false)
		if p.match(value) != plainLike([]rune(pattern), []rune(value)) {
			t.Fatalf("%q LIKE %q", value, pattern)
		}
	})
}

// plainLike is LIKE by definition, with a table of all prefixes.
func plainLike(pattern, value []rune) bool {
	fits := make([]bool, len(value)+1) // whether the pattern so far fits value[:i]
	fits[0] = true
	for _, r := range pattern {
		next := make([]bool, len(value)+1)
		for i := range next {
			if r == '%' {
				next[i] = fits[i] || i > 0 && next[i-1]
			} else {
				next[i] = i > 0 && fits[i-1] && (r == '_' || r == value[i-1])
			}
		}
		fits = next
	}
	return fits[len(value)]
}
