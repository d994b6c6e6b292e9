package cli

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"dev.varve/backend/say"
)

// bars are eight heights of a line in a terminal.
var bars = []rune("▁▂▃▄▅▆▇█")

// plotWidth is how many characters a line takes.
const plotWidth = 72

// drawn draws a metric over its steps, with what stands at its ends.
func drawn(key string, points []metricPoint) string {
	least, most := extent(points)
	first, last := points[0].Step, points[0].Step
	for _, p := range points {
		first, last = min(first, p.Step), max(last, p.Step)
	}
	return fmt.Sprintf("%s\n%s  %s\nsteps %d to %d, %s; least %s, most %s", key, sparkline(points, plotWidth),
		figure(float64(latest(points).Value)), first, last, say.Count(len(points), "point"), figure(least), figure(most))
}

// sparkline draws points by their steps in so many characters. A piece of several
// steps shows the value farthest from the middle, so that no peak vanishes; a
// space is a piece without a number.
func sparkline(points []metricPoint, width int) string {
	sorted := slices.Clone(points)
	slices.SortStableFunc(sorted, func(a, b metricPoint) int { return cmp.Compare(a.Step, b.Step) })
	first, last := sorted[0].Step, sorted[len(sorted)-1].Step
	width = int(min(float64(width), float64(last)-float64(first)+1))
	least, most := extent(sorted)
	middle := least/2 + most/2
	pieces := make([]float64, width)
	for i := range pieces {
		pieces[i] = math.NaN()
	}
	for _, p := range sorted {
		v := float64(p.Value)
		if math.IsNaN(v) {
			continue
		}
		i := 0
		if last > first {
			i = min(int((float64(p.Step)-float64(first))/(float64(last)-float64(first))*float64(width)), width-1)
		}
		if math.IsNaN(pieces[i]) || math.Abs(v-middle) > math.Abs(pieces[i]-middle) {
			pieces[i] = v
		}
	}
	var line strings.Builder
	for _, v := range pieces {
		line.WriteRune(heightOf(v, least, most))
	}
	return line.String()
}

// heightOf is the character for a value.
func heightOf(v, least, most float64) rune {
	switch {
	case math.IsNaN(v):
		return ' '
	case v <= least:
		return bars[0]
	case v >= most:
		return bars[len(bars)-1]
	}
	share := (v/2 - least/2) / (most/2 - least/2) // the halves, since the whole may be too large for a number
	return bars[min(max(int(share*float64(len(bars))), 0), len(bars)-1)]
}

// extent is the least and the greatest number; infinities do not count, unless
// there is nothing else.
func extent(points []metricPoint) (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	for _, p := range points {
		if v := float64(p.Value); !math.IsNaN(v) && !math.IsInf(v, 0) {
			least, most = min(least, v), max(most, v)
		}
	}
	if least > most {
		return math.Inf(-1), math.Inf(1)
	}
	return least, most
}

// latest is the point of the last step.
func latest(points []metricPoint) metricPoint {
	return slices.MaxFunc(points, func(a, b metricPoint) int {
		return cmp.Or(cmp.Compare(a.Step, b.Step), cmp.Compare(a.Time, b.Time))
	})
}
