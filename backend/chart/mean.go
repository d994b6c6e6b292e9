package chart

import (
	"math"
	"slices"

	"dev.varve/backend/stat"
)

// spreadOf is the band around a mean.
type spreadOf struct{ x, low, high []float64 }

// meanOf is the mean of several lines, and the band around it.
//
// Lines that have their points at the same places are taken place by place. Of
// others, and of those with more places than there is room for, the x axis is
// cut into equal stretches, as many as the line of middling length has points:
// a line's value in a stretch is the mean of its points in it. Either way a
// line that has nothing at a place does not count there. The range is that of
// the points themselves, so that no spike vanishes; the standard deviation is
// that of the lines' values.
func meanOf(lines [][]Point, budget int, band Band) ([]Point, spreadOf) {
	if len(lines) == 0 {
		return nil, spreadOf{}
	}
	var places []place
	if sameX(lines) && len(lines[0]) <= budget {
		places = placesOf(lines)
	} else {
		places = stretchesOf(lines, budget)
	}
	var mean []Point
	var across spreadOf
	for i := range places {
		p := &places[i]
		m, sd, n := stat.Mean(p.values)
		if n == 0 {
			if p.broken {
				mean = append(mean, Point{p.x, math.NaN()})
			}
			continue
		}
		mean = append(mean, Point{p.x, m})
		low, high := p.low, p.high
		if band == SDBand {
			if n < 2 {
				sd = 0
			}
			low, high = m-sd, m+sd
		}
		if band != NoBand {
			across.x, across.low, across.high = append(across.x, p.x), append(across.low, low), append(across.high, high)
		}
	}
	return mean, across
}

// place is where lines are averaged.
type place struct {
	x         float64
	values    []float64 // of the lines that have one
	low, high float64   // of their points
	broken    bool      // there was a point that cannot be drawn
}

func (p *place) take(y float64) {
	if !finite(y) {
		p.broken = true
		return
	}
	p.low, p.high = min(p.low, y), max(p.high, y)
}

func newPlace(x float64) place { return place{x: x, low: math.Inf(1), high: math.Inf(-1)} }

func sameX(lines [][]Point) bool {
	for _, line := range lines[1:] {
		if !slices.EqualFunc(line, lines[0], func(a, b Point) bool { return a.X == b.X }) {
			return false
		}
	}
	return true
}

func placesOf(lines [][]Point) []place {
	places := make([]place, len(lines[0]))
	for i := range places {
		places[i] = newPlace(lines[0][i].X)
		for _, line := range lines {
			places[i].take(line[i].Y)
			places[i].values = append(places[i].values, line[i].Y)
		}
	}
	return places
}

func stretchesOf(lines [][]Point, budget int) []place {
	least, most := math.Inf(1), math.Inf(-1)
	lengths := make([]int, len(lines))
	for i, line := range lines {
		lengths[i] = len(line)
		for _, p := range line {
			least, most = min(least, p.X), max(most, p.X)
		}
	}
	slices.Sort(lengths)
	n := max(1, min(lengths[len(lengths)/2], budget/2))
	if least == most {
		n = 1
	}
	places := make([]place, n)
	for i := range places {
		share := (float64(i) + 0.5) / float64(n)
		places[i] = newPlace(least*(1-share) + most*share)
	}
	at := func(x float64) int {
		if n == 1 {
			return 0
		}
		// Halves, because the whole way may be longer than a number can say.
		share := (x/2 - least/2) / (most/2 - least/2)
		return max(0, min(n-1, int(share*float64(n)))) // of the least numbers halves are 0
	}
	sums, counts := make([]float64, n), make([]int, n)
	for _, line := range lines {
		clear(sums)
		clear(counts)
		for _, p := range line {
			i := at(p.X)
			places[i].take(p.Y)
			if finite(p.Y) {
				sums[i] += p.Y
				counts[i]++
			}
		}
		for i, c := range counts {
			if c > 0 {
				places[i].values = append(places[i].values, sums[i]/float64(c))
			}
		}
	}
	return places
}
