package chart

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// View says how a chart is looked at.
type View struct {
	Width    int            // pixels; 0: as many as is usual
	From, To float64        // the part of the x axis of lines; both 0: all
	Slots    map[string]int // colours by series; nil: the first ones get some
	Only     []string       // runs; other lines are left out; nil: all
	Raw      bool           // every point, nothing thinned
}

// Window is the part of a curve that is wanted, on a step or a time.
type Window struct {
	Axis     Axis // Step or Time
	From, To int64
	Budget   int // about how many points; 0: all
}

// Curve is a part of the history of a metric, in the order of its axis.
type Curve struct {
	Points  []event.Point
	Logged  int64
	Sampled bool
}

// Source reads what a table does not hold. A metric that a run lacks has no
// points, and is no error.
type Source interface {
	Curve(ctx context.Context, run, key string, w Window) (Curve, error)
	// Arrays reads an array of a run; one that it has not is empty, and no error.
	Arrays(ctx context.Context, run, name string) (LoggedArrays, error)
}

// The bounds of what one chart draws.
const (
	usualWidth = 800
	maxWidth   = 4096
	maxLines   = 500     // lines of one chart: more are a carpet
	MaxRows    = 10_000  // runs of one chart that shows a point for each
	maxPoints  = 400_000 // of all lines of a chart
)

// drawing is a figure in the making.
type drawing struct {
	*Figure
	View
	spec   Spec
	table  *Table
	source Source
	slots  slotter
}

// Draw makes a figure. The spec was checked, and the table has its columns.
func Draw(ctx context.Context, s Spec, t *Table, source Source, v View) (*Figure, error) {
	v.Width = min(max(v.Width, 0), maxWidth)
	if v.Width == 0 {
		v.Width = usualWidth
	}
	d := &drawing{
		Figure: &Figure{Head: Head{Kind: s.Kind, Title: s.Title, Matching: t.Matching}},
		spec:   s, View: v, table: t, source: source, slots: slotter{given: v.Slots, limit: s.seen(), taken: map[string]int{}},
	}
	if d.Title == "" {
		d.Title = d.entitle()
	}
	for _, name := range s.Columns() {
		if t.Columns[name] == nil {
			return nil, fault.New(fault.Internal, "The column %s was not read.", name)
		}
	}
	if n := t.Matching - len(t.Runs); n > 0 {
		d.leave(n, fmt.Sprintf("older than the newest %d runs", len(t.Runs)))
	}
	if err := d.draw(ctx); err != nil {
		return nil, err
	}
	return d.Figure, nil
}

func (d *drawing) draw(ctx context.Context) error {
	switch d.spec.Kind {
	case Line:
		return d.lines(ctx)
	case Scatter, Bubble:
		return d.scatter()
	case Bar:
		return d.bars()
	case Parallel:
		return d.parallel()
	case Contour:
		return d.contour()
	case Boxes:
		return d.boxes()
	case Correlation:
		return d.correlation()
	case Importance:
		return d.importance()
	case Histogram:
		return d.histogram()
	case Arrays:
		return d.arrays(ctx)
	}
	return fault.New(fault.Invalid, "A chart of the kind %s is not drawn: it lists files.", d.spec.Kind)
}

// entitle names a chart after what it shows.
func (d *drawing) entitle() string {
	label := func(name string) string {
		if c := d.table.Columns[name]; c != nil {
			return c.Label
		}
		return plainKey(name)
	}
	labels := make([]string, len(d.spec.Y))
	for i, y := range d.spec.Y {
		labels[i] = label(y)
	}
	y := strings.Join(labels, ", ")
	switch d.spec.Kind {
	case Parallel:
		if n := len(d.spec.Axes); n > 0 {
			return "Parameters to " + label(d.spec.Axes[n-1])
		}
	case Correlation:
		return "Correlation"
	case Importance:
		return "What moved " + y
	case Contour:
		return label(d.spec.Z)
	case Images:
		return "Images"
	}
	return y
}

// slotter gives series their colours: those that a page holds or, if it holds
// none, the first ones in turn.
type slotter struct {
	given map[string]int
	limit int
	taken map[string]int
}

// of is the slot of a series; 0 is the grey of what is not chosen.
func (s *slotter) of(id string) int {
	if s.given != nil {
		return s.given[id]
	}
	slot, ok := s.taken[id]
	if !ok && len(s.taken) < s.limit {
		slot = len(s.taken) + 1
		s.taken[id] = slot
	}
	return slot
}

// metricPrefix begins the column of the last value of a metric.
const metricPrefix = "metrics."

// metricKey is the key in the name of a metric's column.
func metricKey(field, name string) (string, error) {
	key := plainKey(name)
	if !strings.HasPrefix(name, metricPrefix) || key == "" {
		return "", wrong(field, "A line shows a metric, not %q.", name).WithHint("Write metrics. and the key, such as metrics.loss.")
	}
	return key, nil
}

// plainKey is the name of a metric's column without prefix and quotes.
func plainKey(name string) string {
	key := strings.TrimPrefix(name, metricPrefix)
	if len(key) > 1 && (key[0] == '`' || key[0] == '"') && key[len(key)-1] == key[0] {
		key = key[1 : len(key)-1]
	}
	return key
}

// groups are the rows that agree in the columns by which a spec groups, in the
// order in which they come first.
type rowGroup struct {
	id, label string
	rows      []int
}

// grouped puts the rows of a table together; each by itself without columns.
func (d *drawing) grouped() []rowGroup {
	if d.table.Groups == nil {
		list := make([]rowGroup, len(d.table.Runs))
		for i, r := range d.table.Runs {
			list[i] = rowGroup{id: r.ID, label: r.Name, rows: []int{i}}
		}
		return list
	}
	var list []rowGroup
	at := map[string]int{}
	for row := range d.table.Runs {
		group := d.table.Groups[row]
		i, ok := at[group.ID]
		if !ok {
			i = len(list)
			at[group.ID] = i
			list = append(list, rowGroup{id: group.ID, label: group.Name})
		}
		list[i].rows = append(list[i].rows, row)
	}
	return list
}

// wanted reports whether a series of these runs was asked for.
func (d *drawing) wanted(rows []int) bool {
	return d.Only == nil || slices.ContainsFunc(rows, func(row int) bool { return slices.Contains(d.Only, d.table.Runs[row].ID) })
}

// plural writes a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
