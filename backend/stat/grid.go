package stat

import (
	"cmp"
	"math"
	"slices"
)

// Spot is a value at a place.
type Spot struct{ X, Y, Z float64 }

// neighbours is how many spots a cell of a grid looks at.
const neighbours = 8

// Grid estimates values on a regular grid over the rectangle that spots span,
// row after row from the least y, cell centres half a cell from the edges. Each
// cell is the mean of the eight nearest spots, weighted by the inverse square of
// their distance, measured in widths and heights of the rectangle (Shepard's
// method). A cell outside the convex hull of the spots is NaN: nothing was
// measured around it. ok is false if the spots lie on one line, or if there are
// fewer than three.
func Grid(spots []Spot, columns, rows int) (cells []float64, ok bool) {
	unit, ok := unitSquare(spots)
	if !ok {
		return nil, false
	}
	hull := convexHull(unit)
	if len(hull) < 3 {
		return nil, false
	}
	cells = make([]float64, 0, columns*rows)
	near := newNearest(unit)
	for r := range rows {
		for c := range columns {
			at := Spot{X: (float64(c) + 0.5) / float64(columns), Y: (float64(r) + 0.5) / float64(rows)}
			if !inside(hull, at) {
				cells = append(cells, math.NaN())
				continue
			}
			cells = append(cells, near.estimate(at))
		}
	}
	return cells, true
}

// unitSquare moves spots into the unit square.
func unitSquare(spots []Spot) ([]Spot, bool) {
	if len(spots) < 3 {
		return nil, false
	}
	lowX, highX, lowY, highY := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, s := range spots {
		lowX, highX = min(lowX, s.X), max(highX, s.X)
		lowY, highY = min(lowY, s.Y), max(highY, s.Y)
	}
	if !(highX > lowX) || !(highY > lowY) {
		return nil, false
	}
	unit := make([]Spot, len(spots))
	for i, s := range spots {
		unit[i] = Spot{(s.X - lowX) / (highX - lowX), (s.Y - lowY) / (highY - lowY), s.Z}
	}
	return unit, true
}

// nearest finds the nearest spots by cells of about two spots each.
type nearest struct {
	side  int
	cells [][]Spot
}

func newNearest(spots []Spot) *nearest {
	n := &nearest{side: max(1, int(math.Sqrt(float64(len(spots))/2)))}
	n.cells = make([][]Spot, n.side*n.side)
	for _, s := range spots {
		i := n.place(s.Y)*n.side + n.place(s.X)
		n.cells[i] = append(n.cells[i], s)
	}
	return n
}

func (n *nearest) place(at float64) int { return min(int(at*float64(n.side)), n.side-1) }

type distant struct{ square, z float64 }

// estimate looks at rings of cells around a place until no spot further out can
// be among the nearest.
func (n *nearest) estimate(at Spot) float64 {
	var found []distant
	cx, cy := n.place(at.X), n.place(at.Y)
	for ring := 0; ring <= n.side; ring++ {
		if reach := float64(ring-1) / float64(n.side); len(found) >= neighbours && ring > 0 && found[neighbours-1].square <= reach*reach {
			break
		}
		n.ring(cx, cy, ring, func(s Spot) {
			dx, dy := s.X-at.X, s.Y-at.Y
			found = append(found, distant{dx*dx + dy*dy, s.Z})
		})
		slices.SortFunc(found, func(a, b distant) int { return cmp.Or(cmp.Compare(a.square, b.square), cmp.Compare(a.z, b.z)) })
	}
	return weighted(found[:min(len(found), neighbours)])
}

// ring calls fn with the spots of the cells at so many cells' distance.
func (n *nearest) ring(cx, cy, ring int, fn func(Spot)) {
	for y := max(cy-ring, 0); y <= min(cy+ring, n.side-1); y++ {
		for x := max(cx-ring, 0); x <= min(cx+ring, n.side-1); x++ {
			if max(abs(x-cx), abs(y-cy)) != ring {
				continue
			}
			for _, s := range n.cells[y*n.side+x] {
				fn(s)
			}
		}
	}
}

// weighted is the mean by inverse squares. Spots nearer than a ten-thousandth of
// the square count as there: their mean is the answer.
func weighted(near []distant) float64 {
	const here = 1e-8
	sum, weight := 0.0, 0.0
	for _, d := range near {
		w := 1 / max(d.square, here)
		sum, weight = sum+w*d.z, weight+w
	}
	return sum / weight
}

func abs(i int) int { return max(i, -i) }

// convexHull goes around the spots counter-clockwise (Andrew's monotone chain).
func convexHull(spots []Spot) []Spot {
	s := slices.Clone(spots)
	slices.SortFunc(s, func(a, b Spot) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) })
	s = slices.CompactFunc(s, func(a, b Spot) bool { return a.X == b.X && a.Y == b.Y })
	half := func(next func(i int) Spot) (chain []Spot) {
		for i := range s {
			p := next(i)
			for len(chain) >= 2 && turn(chain[len(chain)-2], chain[len(chain)-1], p) <= 1e-12 {
				chain = chain[:len(chain)-1]
			}
			chain = append(chain, p)
		}
		return chain[:len(chain)-1]
	}
	lower := half(func(i int) Spot { return s[i] })
	upper := half(func(i int) Spot { return s[len(s)-1-i] })
	return append(lower, upper...)
}

// turn is positive if the way from a over b to c turns left.
func turn(a, b, c Spot) float64 { return (b.X-a.X)*(c.Y-a.Y) - (b.Y-a.Y)*(c.X-a.X) }

func inside(hull []Spot, at Spot) bool {
	for i, a := range hull {
		if turn(a, hull[(i+1)%len(hull)], at) < -1e-9 {
			return false
		}
	}
	return true
}
