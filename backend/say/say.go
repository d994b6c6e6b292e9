// Package say says numbers as people read them.
package say

import (
	"fmt"
	"strconv"
	"strings"
)

// Bytes shows bytes in three digits and IEC units.
func Bytes(n int64) string {
	if n < 0 {
		return "-" + Bytes(-n)
	}
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	v, units := float64(n), []string{"KiB", "MiB", "GiB", "TiB", "PiB"}
	i := -1
	for v >= 1024 && i < len(units)-1 {
		v /= 1024
		i++
	}
	return strconv.FormatFloat(v, 'g', 3, 64) + " " + units[i]
}

// Count says how many things there are.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// List says several things in a row: a, b and c.
func List(things ...string) string {
	n := len(things)
	if n < 2 {
		return strings.Join(things, "")
	}
	return strings.Join(things[:n-1], ", ") + " and " + things[n-1]
}

// Counts is List of those things of which there are some.
func Counts(counts ...Counted) string {
	var list []string
	for _, c := range counts {
		if c.N > 0 {
			list = append(list, Count(c.N, c.Thing))
		}
	}
	if list == nil {
		return "nothing"
	}
	return List(list...)
}

// Counted is how many things of a kind there are.
type Counted struct {
	N     int
	Thing string
}
