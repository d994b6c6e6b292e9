package stat

import "math"

// gridEdge is the way from a cell's centre to that of its neighbour, to the right
// or up.
type gridEdge struct {
	column, row int
	up          bool
}

// contourer follows one level through a grid.
type contourer struct {
	cells   []float64
	columns int
	level   float64
	order   []gridEdge // in which the level was met
	next    map[gridEdge][]gridEdge
}

// Isolines are the lines along which the values of a grid (see Grid) are a
// level, between the centres of cells (marching squares). Places are counted in
// cells, the centre of the first is 0, 0. A closed line ends where it began.
// Around a cell that is NaN there is no line.
func Isolines(cells []float64, columns int, level float64) [][]Spot {
	c := &contourer{cells: cells, columns: columns, level: level, next: map[gridEdge][]gridEdge{}}
	for row := range len(cells)/columns - 1 {
		for column := range columns - 1 {
			c.square(column, row)
		}
	}
	var lines [][]Spot
	for _, ends := range []bool{true, false} { // open lines first: what is left is closed
		for _, e := range c.order {
			if n := len(c.next[e]); n == 1 || n == 2 && !ends {
				lines = append(lines, c.follow(e))
			}
		}
	}
	return lines
}

func (c *contourer) at(column, row int) float64 { return c.cells[row*c.columns+column] }

func (c *contourer) above(column, row int) bool { return c.at(column, row) >= c.level }

// square joins the places where the level crosses the edges between four cells.
func (c *contourer) square(column, row int) {
	corners := [4][2]int{{column, row}, {column + 1, row}, {column + 1, row + 1}, {column, row + 1}} // counter-clockwise
	edges := [4]gridEdge{{column, row, false}, {column + 1, row, true}, {column, row + 1, false}, {column, row, true}}
	var crossed []gridEdge
	mean := 0.0
	for i, k := range corners {
		mean += c.at(k[0], k[1]) / 4
		if after := corners[(i+1)%4]; c.above(k[0], k[1]) != c.above(after[0], after[1]) {
			crossed = append(crossed, edges[i])
		}
	}
	switch {
	case math.IsNaN(mean):
	case len(crossed) == 2:
		c.join(crossed[0], crossed[1])
	case len(crossed) == 4 && (mean >= c.level) == c.above(column, row): // a saddle, whose middle goes with the first corner
		c.join(edges[0], edges[1])
		c.join(edges[2], edges[3])
	case len(crossed) == 4:
		c.join(edges[3], edges[0])
		c.join(edges[1], edges[2])
	}
}

func (c *contourer) join(a, b gridEdge) {
	for _, e := range []gridEdge{a, b} {
		if c.next[e] == nil {
			c.order = append(c.order, e)
		}
	}
	c.next[a], c.next[b] = append(c.next[a], b), append(c.next[b], a)
}

// follow goes along a line from a place on it, and takes it away.
func (c *contourer) follow(from gridEdge) []Spot {
	line := []Spot{c.place(from)}
	for at := from; len(c.next[at]) > 0; {
		to := c.next[at][0]
		c.cut(at, to)
		c.cut(to, at)
		at = to
		line = append(line, c.place(at))
	}
	return line
}

func (c *contourer) cut(a, b gridEdge) {
	kept := c.next[a][:0]
	gone := false
	for _, e := range c.next[a] {
		if e == b && !gone {
			gone = true
			continue
		}
		kept = append(kept, e)
	}
	c.next[a] = kept
}

// place is where the level crosses an edge.
func (c *contourer) place(e gridEdge) Spot {
	dx, dy := 1, 0
	if e.up {
		dx, dy = 0, 1
	}
	a, b := c.at(e.column, e.row), c.at(e.column+dx, e.row+dy)
	t := (c.level - a) / (b - a)
	if math.IsNaN(t) || t < 0 || t > 1 { // values too far apart for doubles
		t = 0.5
	}
	return Spot{X: float64(e.column) + t*float64(dx), Y: float64(e.row) + t*float64(dy), Z: c.level}
}
