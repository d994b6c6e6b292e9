package results_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/results"
	"dev.varve/backend/tabular"
)

// typed is a table whose numbers are kept as numbers.
type typed struct{ *tabular.Separated }

func (t typed) Facts() tabular.Facts {
	f := t.Separated.Facts()
	f.Typed = true
	return f
}

// TestReading reads tables that can be read in two ways as a person says.
func TestReading(t *testing.T) {
	const either = "run,loss,date\na,\"1,234\",03/04/2024\nb,\"2,345\",05/04/2024\n"
	for name, c := range map[string]struct {
		text  string
		typed bool
		as    results.Reading
		want  string // how it is read, and the first row: a number and a day
	}{
		"found out":              {either, false, results.Reading{}, "point day-first 1234 2024-04-03"},
		"comma":                  {either, false, results.Reading{Decimal: "comma"}, "comma day-first 1.234 2024-04-03"},
		"month first":            {either, false, results.Reading{Dates: "month-first"}, "point month-first 1234 2024-03-04"},
		"both":                   {either, false, results.Reading{Decimal: "comma", Dates: "month-first"}, "comma month-first 1.234 2024-03-04"},
		"point in a comma table": {"run;loss;date\na;1.234;03.04.2024\nb;0.5;05.04.2024\n", false, results.Reading{Decimal: "point"}, "point day-first 1.234 2024-04-03"},
		"year first, short":      {"run,loss,date\na,0.5,24/03/04\nb,1,24/03/05\n", false, results.Reading{Dates: "year-first"}, "point year-first 0.5 2024-03-04"},
		"begins with the year":   {"run,loss,date\na,0.5,2024-03-04\nb,1,2024-03-05\n", false, results.Reading{Dates: "day-first"}, "point  0.5 2024-03-04"},
		"no dates":               {"run,loss\na,0.5\nb,1\n", false, results.Reading{}, "point  0.5 2023-11-14"},
		"kept as numbers":        {"run,loss,date\na,1.234,03/04/2024\nb,\"0,5\",05/04/2024\n", true, results.Reading{Decimal: "comma"}, "comma day-first 1.234 2024-04-03"},
	} {
		t.Run(name, func(t *testing.T) {
			var of tabular.Table = table(t, []byte(c.text))
			if c.typed {
				of = typed{of.(*tabular.Separated)}
			}
			o := options(map[string]string{"loss": "metric"})
			o.Reading = c.as
			s, err := results.Open(t.Context(), of, o)
			if err != nil {
				t.Fatal(err)
			}
			var list []imports.Run
			if err := s.Runs(t.Context(), "", false, &imports.Report{}, func(r *imports.Run) error { list = append(list, *r); return nil }); err != nil {
				t.Fatal(err)
			}
			if len(list) != 2 || len(list[0].Metrics) != 1 || len(list[1].Metrics) != 1 {
				t.Fatalf("runs: %+v", list)
			}
			number, day := list[0].Metrics[0].Points[0].Value, time.UnixMilli(list[0].Start).UTC().Format(time.DateOnly)
			if got := fmt.Sprintf("%s %s %v %s", s.Survey.Decimal(), s.Survey.Dates(), number, day); got != c.want {
				t.Errorf("it is read as %s, not %s", got, c.want)
			}
			shown := s.Preview()[0]
			if shown[1] != fmt.Sprint(number) || len(shown) > 2 && shown[2] != day {
				t.Errorf("what is shown is %q, and what is imported %v on %s", shown, number, day)
			}
		})
	}
}

// TestNoReading refuses what nobody can read.
func TestNoReading(t *testing.T) {
	for _, as := range []results.Reading{{Decimal: "dot"}, {Dates: "us"}, {Dates: "day"}} {
		o := options(nil)
		o.Reading = as
		if _, err := results.Open(t.Context(), table(t, []byte("a\n1\n")), o); !errors.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", as, err)
		}
	}
}

// TestWhatDoesNotFit is told and left out; its column stays what it is.
func TestWhatDoesNotFit(t *testing.T) {
	o := options(nil)
	o.Dates = results.MonthFirst
	s, err := results.Open(t.Context(), table(t, []byte("run,loss,date\na,0.5,13/02/2024\nb,1,01/02/2024\n")), o)
	if err != nil {
		t.Fatal(err)
	}
	var r imports.Report
	if err := s.Runs(t.Context(), "", false, &r, func(*imports.Run) error { return nil }); err != nil {
		t.Fatal(err)
	}
	skipped, _ := r.List()
	if len(skipped) != 1 || skipped[0].Where != "row 2" || s.Survey.Columns[2].Kind != results.Start {
		t.Errorf("left out: %+v; the dates became the %s", skipped, s.Survey.Columns[2].Kind)
	}
}
