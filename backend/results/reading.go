package results

import (
	"slices"
	"strings"
	"time"

	"dev.varve/backend/fault"
)

// What stands before the decimals of numbers.
const (
	DecimalPoint = "point"
	DecimalComma = "comma"
)

// How dates are written. A date that begins with the four digits of its year is
// the same in any order.
const (
	DayFirst   = "day-first"
	MonthFirst = "month-first"
	YearFirst  = "year-first"
)

// Reading is what a person has decided about how values are written. What is
// empty is found out.
type Reading struct {
	Decimal string // DecimalPoint or DecimalComma
	Dates   string // DayFirst, MonthFirst or YearFirst
}

// Check says what is wrong with it.
func (r Reading) Check() error {
	if !slices.Contains([]string{"", DecimalPoint, DecimalComma}, r.Decimal) {
		return fault.New(fault.Invalid, "decimals follow a point or a comma, not %q", short(r.Decimal)).WithHint("Write %s or %s.", DecimalPoint, DecimalComma)
	}
	if !slices.Contains([]string{"", DayFirst, MonthFirst, YearFirst}, r.Dates) {
		return fault.New(fault.Invalid, "dates are not written %q", short(r.Dates)).WithHint("Write %s, %s or %s.", DayFirst, MonthFirst, YearFirst)
	}
	return nil
}

// orders are the ways to write dates that a person can choose. Two digits of a
// year before a month are read by nobody who is not told to.
var orders = map[string]dateOrder{DayFirst: dayFirst, MonthFirst: monthFirst, YearFirst: shortYearFirst}

// order is how the dates of a column are read: as was decided, unless they begin
// with their years; else as most of them are written. Of two that fit, the day is
// first.
func (s *Survey) order(c *Column) dateOrder {
	best := yearFirst
	for _, order := range []dateOrder{dayFirst, monthFirst} {
		if c.dates[order] > c.dates[best] {
			best = order
		}
	}
	if chosen, ok := orders[s.reading.Dates]; ok && (best != yearFirst || c.dates[yearFirst] == 0) {
		return chosen
	}
	return best
}

// Dates is how the first column of dates is read: DayFirst, MonthFirst or
// YearFirst; empty if there is none, or only such as nobody can read otherwise.
func (s *Survey) Dates() string {
	for i := range s.Columns {
		c := &s.Columns[i]
		when := c.Kind == Start || c.Kind == End
		if !c.dated() && (!when || c.numeric()) || c.dates[yearFirst] > 0 && s.order(c) == yearFirst {
			continue
		}
		for name, order := range orders {
			if s.order(c) == order {
				return name
			}
		}
		return YearFirst
	}
	return ""
}

// Decimal is what stands before the decimals of numbers: DecimalPoint or
// DecimalComma.
func (s *Survey) Decimal() string {
	if s.comma {
		return DecimalComma
	}
	return DecimalPoint
}

// number reads a number as those of this table are written. Those that a program
// keeps as numbers have a point in any case.
func (s *Survey) number(text string) (value float64, exact, ok bool) {
	if s.comma && s.Typed {
		if value, exact, ok := Number(text, false); ok && exact {
			return value, exact, ok
		}
	}
	return Number(text, s.comma)
}

// Preview is the first rows as they are read: a cell for each column. What is no
// number or date where one is needed stays as it is written.
func (s *Source) Preview() [][]string {
	rows := make([][]string, len(s.Survey.first))
	for i, cells := range s.Survey.first {
		rows[i] = make([]string, len(cells))
		for j, text := range cells {
			rows[i][j] = short(s.shown(&s.Survey.Columns[j], text))
		}
	}
	return rows
}

func (s *Source) shown(c *Column, text string) string {
	switch c.Kind {
	case Metric:
		return s.Survey.plain(text)
	case Param, Tag:
		if c.numeric() {
			return s.Survey.plain(text)
		}
	case Start, End:
		if t, ok := s.when(c, text); ok {
			return strings.TrimSuffix(t.In(s.Zone).Format(time.DateTime), " 00:00:00")
		}
	}
	return text
}
