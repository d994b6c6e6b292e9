package compare

import "strings"

// Line is one line of a difference.
type Line struct {
	Op   string // " ": in both, "-": only in the first text, "+": only in the second
	Text string
}

// Hunk is a place where two texts differ, with some lines around it.
type Hunk struct {
	Line  int // number of its first line in the first text, from 1
	Lines []Line
}

const (
	around    = 3   // lines that are shown before and behind a difference
	mostEdits = 600 // of what differs more, all is taken out and put in anew
)

// Diff compares two texts line by line: the fewest lines to take out and to put
// in (Myers, 1986).
func Diff(a, b string) []Hunk {
	return hunks(edits(linesOf(a), linesOf(b)))
}

func linesOf(text string) []string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// edits are all lines of both texts in order.
func edits(a, b []string) []Line {
	var all []Line
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		all, a, b = append(all, Line{" ", a[0]}), a[1:], b[1:]
	}
	n := 0 // lines at the end that are the same
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	all = append(all, myers(a[:len(a)-n], b[:len(b)-n])...)
	for _, text := range a[len(a)-n:] {
		all = append(all, Line{" ", text})
	}
	return all
}

func myers(a, b []string) []Line {
	trace, ok := ways(a, b)
	if !ok {
		var all []Line
		for _, text := range a {
			all = append(all, Line{"-", text})
		}
		for _, text := range b {
			all = append(all, Line{"+", text})
		}
		return all
	}
	// Back from the end, along the way that was found.
	var back []Line
	x, y := len(a), len(b)
	for d := len(trace) - 1; d >= 0; d-- {
		reached := trace[d]
		k := x - y
		fromK := k - 1
		if k == -d || k != d && reached[d+k-1] < reached[d+k+1] {
			fromK = k + 1
		}
		fromX := 0
		if d > 0 {
			fromX = reached[d+fromK]
		}
		fromY := fromX - fromK
		for x > max(fromX, 0) && y > max(fromY, 0) && a[x-1] == b[y-1] {
			x, y = x-1, y-1
			back = append(back, Line{" ", a[x]})
		}
		if d == 0 {
			break
		}
		if x == fromX {
			y--
			back = append(back, Line{"+", b[y]})
		} else {
			x--
			back = append(back, Line{"-", a[x]})
		}
	}
	for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
		back[i], back[j] = back[j], back[i]
	}
	return back
}

// ways are how far along each diagonal one gets with 0, 1, 2, … edits: before the
// d-th step, the diagonal k is at d+k.
func ways(a, b []string) (trace [][]int, ok bool) {
	reached := map[int]int{1: 0}
	for d := 0; d <= len(a)+len(b); d++ {
		if d > mostEdits {
			return nil, false
		}
		before := make([]int, 2*d+2)
		for k := -d; k <= d+1; k++ {
			before[d+k] = reached[k]
		}
		trace = append(trace, before)
		for k := -d; k <= d; k += 2 {
			x := reached[k-1] + 1
			if k == -d || k != d && reached[k-1] < reached[k+1] {
				x = reached[k+1]
			}
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			reached[k] = x
			if x >= len(a) && x-k >= len(b) {
				return trace, true
			}
		}
	}
	return trace, true
}

// hunks cuts what is the same away, but for some lines around what differs.
func hunks(all []Line) []Hunk {
	var list []Hunk
	line, last := 1, -1 // of the first text; the last line that is shown
	numbers := make([]int, len(all))
	for i, l := range all {
		numbers[i] = line
		if l.Op != "+" {
			line++
		}
	}
	for i, l := range all {
		if l.Op == " " {
			continue
		}
		from := max(i-around, 0)
		if from > last+1 || len(list) == 0 {
			list = append(list, Hunk{Line: numbers[from]})
		} else {
			from = last + 1
		}
		to := min(i+around+1, len(all))
		// What differs within reach is added when its turn comes.
		h := &list[len(list)-1]
		if from < to {
			h.Lines = append(h.Lines, all[from:to]...)
			last = to - 1
		}
	}
	return list
}
