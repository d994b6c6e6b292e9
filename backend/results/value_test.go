package results

import (
	"math"
	"testing"
	"time"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		text         string
		point, comma float64 // -99: it is none
		exact        bool    // with a point
	}{
		{"0.91", 0.91, -99, true}, {"0,91", -99, 0.91, false}, {"1,234", 1234, 1.234, false}, {"1.234", 1.234, 1234, true},
		{"1.234,5", -99, 1234.5, false}, {"1,234.5", 1234.5, -99, false}, {"12", 12, 12, true}, {"-3e-4", -3e-4, -3e-4, true}, {"1E5", 1e5, 1e5, true},
		{"−2", -2, -2, false}, {"+7", 7, 7, true}, {".5", 0.5, -99, true}, {",5", -99, 0.5, false}, {"5.", 5, -99, true},
		{"95 %", 0.95, 0.95, false}, {"1 000 000", 1e6, 1e6, false}, {"1'000", 1000, 1000, false}, {"10,00", -99, 10, false}, {"1,2345", -99, 1.2345, false},
		{"1234,567", -99, 1234.567, false}, {"", -99, -99, false}, {"-", -99, -99, false}, {"e5", -99, -99, false}, {"1e", -99, -99, false}, {"0x10", -99, -99, false},
		{"1_000", -99, -99, false}, {"3 apples", -99, -99, false}, {"2024-01-02", -99, -99, false}, {"1e999", math.Inf(1), math.Inf(1), true}, {"Inf", math.Inf(1), math.Inf(1), false}, {"-inf", math.Inf(-1), math.Inf(-1), false},
	} {
		for _, comma := range []bool{false, true} {
			want := c.point
			if comma {
				want = c.comma
			}
			got, exact, ok := Number(c.text, comma)
			if !ok {
				got = -99
			}
			if got != want || ok && !comma && exact != c.exact {
				t.Errorf("%q with comma=%v is %v, exactly written: %v; not %v, %v", c.text, comma, got, exact, want, c.exact)
			}
		}
	}
	if got, _, ok := Number("NaN", false); !ok || !math.IsNaN(got) {
		t.Errorf("NaN is %v %v", got, ok)
	}
}

func TestMoments(t *testing.T) {
	for _, c := range []struct {
		text  string
		order dateOrder
		want  string
	}{
		{"2024-03-05", yearFirst, "2024-03-05T00:00:00+01:00"}, {"2024-03-05T10:11:12Z", yearFirst, "2024-03-05T10:11:12Z"}, {"2024-03-05 10:11", yearFirst, "2024-03-05T10:11:00+01:00"},
		{"2024-03-05 10:11:12.5+00:00", yearFirst, "2024-03-05T10:11:12Z"}, {"5.3.2024 17:30", dayFirst, "2024-03-05T17:30:00+01:00"}, {"05/03/24", dayFirst, "2024-03-05T00:00:00+01:00"},
		{"3/5/2024 5:30 PM", monthFirst, "2024-03-05T17:30:00+01:00"}, {"31/12/2024", monthFirst, ""}, {"0.91", dayFirst, ""}, {"1.2.3", yearFirst, ""}, {"0001-01-01", yearFirst, ""}, {"2024-13-01", yearFirst, ""},
	} {
		got, ok := moment(c.text, c.order, time.FixedZone("", 3600))
		if text := got.Format(time.RFC3339); ok != (c.want != "") || ok && text != c.want {
			t.Errorf("%q is %s, %v; not %s", c.text, text, ok, c.want)
		}
	}
	for value, want := range map[float64]int64{1_700_000_000: 1_700_000_000_000, 1_700_000_000_123: 1_700_000_000_123, 45292: 0} {
		if got, ok := epoch(value); ok != (want != 0) || ok && got.UnixMilli() != want {
			t.Errorf("%v is %v", value, got)
		}
	}
}
