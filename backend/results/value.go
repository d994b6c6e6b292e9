package results

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// absent are the words that stand for a value that is not there, in lower case.
var absent = map[string]bool{"": true, "na": true, "n/a": true, "#n/a": true, "null": true, "none": true, "-": true, "–": true, "—": true, "?": true, ".": true, "..": true}

// broken are what spreadsheets show for a formula that has no value.
var broken = map[string]bool{"#div/0!": true, "#ref!": true, "#value!": true, "#name?": true, "#num!": true, "#null!": true}

// emptied tells cells that say that there is nothing, and those whose formula failed.
func emptied(text string) (nothing, failed bool) {
	if len(text) > len("#DIV/0!") {
		return false, false
	}
	lower := strings.ToLower(text)
	return absent[lower], broken[lower]
}

// longNumber is how many bytes a number has at most.
const longNumber = 400

// Number reads a number as people write it: with a point or, if comma is set, a
// comma before the decimals, with marks between thousands, with a per cent sign.
// An exact one is written as strconv.ParseFloat reads it.
func Number(text string, comma bool) (value float64, exact, ok bool) {
	if text = strings.TrimSpace(text); len(text) > longNumber {
		return 0, false, false
	}
	switch strings.ToLower(strings.TrimLeft(text, "+-−")) {
	case "nan":
		return math.NaN(), false, true
	case "inf", "infinity", "∞":
		sign := 1
		if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "−") {
			sign = -1
		}
		return math.Inf(sign), false, true
	}
	plain, ok := plainNumber(text, comma)
	if !ok {
		return 0, false, false
	}
	percent := strings.HasSuffix(plain, "%")
	value, err := strconv.ParseFloat(strings.TrimSuffix(plain, "%"), 64)
	if err != nil && !math.IsInf(value, 0) {
		return 0, false, false
	}
	if percent {
		value /= 100
	}
	return value, plain == text && !percent, true
}

// plainNumber writes a number with a point and without marks between thousands.
func plainNumber(text string, comma bool) (string, bool) {
	point, marks := ".", ",'\u00a0\u202f’ "
	if comma {
		point, marks = ",", ".'\u00a0\u202f’ "
	}
	sign, rest, _ := cutSign(text)
	whole, rest, ok := cutWhole(rest, marks)
	if !ok {
		return "", false
	}
	plain, digits := sign+whole, len(whole)
	if after, ok := strings.CutPrefix(rest, point); ok {
		decimals, more := cutDigits(after)
		plain, digits, rest = plain+"."+decimals, digits+len(decimals), more
	}
	if digits == 0 {
		return "", false
	}
	if rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		sign, after, _ := cutSign(rest[1:])
		power, more := cutDigits(after)
		if power == "" {
			return "", false
		}
		plain, rest = plain+rest[:1]+sign+power, more
	}
	if strings.TrimSpace(rest) == "%" {
		return plain + "%", true
	}
	return plain, rest == ""
}

// cutWhole cuts off the digits before the decimals, in groups of three or not.
func cutWhole(s, marks string) (digits, rest string, ok bool) {
	digits, rest = cutDigits(s)
	for first := true; digits != ""; first = false {
		marked, after := markAt(rest, marks)
		group, more := cutDigits(after)
		if !marked || len(group) != 3 || first && len(digits) > 3 {
			return digits, rest, !marked || group == ""
		}
		digits, rest = digits+group, more
	}
	return digits, rest, true
}

func cutDigits(s string) (digits, rest string) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[:n], s[n:]
}

func cutSign(s string) (sign, rest string, ok bool) {
	for _, c := range []struct{ is, sign string }{{"-", "-"}, {"−", "-"}, {"+", "+"}} {
		if rest, ok := strings.CutPrefix(s, c.is); ok {
			return c.sign, rest, true
		}
	}
	return "", s, false
}

func markAt(s, marks string) (ok bool, rest string) {
	for _, mark := range marks {
		if rest, ok := strings.CutPrefix(s, string(mark)); ok {
			return true, rest
		}
	}
	return false, s
}

// dateOrder is how the days of a column are written.
type dateOrder uint8

const (
	yearFirst dateOrder = iota
	dayFirst
	monthFirst
	shortYearFirst
)

// layouts by order; times of the day follow them.
var layouts = map[dateOrder][]string{
	yearFirst:  {"2006-1-2", "2006/1/2", "2006.1.2"},
	dayFirst:   {"2.1.2006", "2/1/2006", "2-1-2006", "2.1.06", "2/1/06"},
	monthFirst: {"1/2/2006", "1-2-2006", "1.2.2006", "1/2/06"},
	// Only a person knows that these are no days.
	shortYearFirst: {"06-1-2", "06/1/2", "06.1.2"},
}

// clocks are the times of the day that may follow a day.
var clocks = []string{"", "15:04", "15:04:05", "15:04:05.999999999", "3:04 PM", "3:04:05 PM"}

// moment reads a date, or a date and a time, of a zone that it may name itself.
func moment(text string, order dateOrder, zone *time.Location) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if len(text) < 6 || len(text) > 40 || text[0] < '0' || text[0] > '9' {
		return time.Time{}, false
	}
	if order == yearFirst {
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 -0700", "2006-01-02 15:04:05.999999999 -0700 MST"} {
			if t, err := time.Parse(layout, text); err == nil {
				return sane(t)
			}
		}
	}
	day, clock, found := strings.Cut(text, " ")
	if !found {
		day, clock, _ = strings.Cut(text, "T")
	}
	day, clock = strings.TrimSuffix(day, ","), strings.TrimSpace(clock)
	for _, d := range layouts[order] {
		for _, c := range clocks {
			if (c == "") != (clock == "") {
				continue
			}
			if t, err := time.ParseInLocation(d+" "+c, day+" "+clock, zone); err == nil {
				return sane(t)
			}
		}
	}
	return time.Time{}, false
}

// sane reports whether a run may have been at a time.
func sane(t time.Time) (time.Time, bool) { return t, t.Year() >= 1900 && t.Year() < 2200 }

// epoch reads a number of seconds or milliseconds since 1970.
func epoch(value float64) (time.Time, bool) {
	switch {
	case value >= 1e8 && value < 7e9:
		return time.UnixMilli(int64(value * 1000)), true
	case value >= 1e11 && value < 7e12:
		return time.UnixMilli(int64(value)), true
	}
	return time.Time{}, false
}
