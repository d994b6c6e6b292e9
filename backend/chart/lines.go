package chart

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/stat"
)

// stroke is one line of a chart: values along x, and a band around them.
type stroke struct {
	rowGroup
	key       string
	slot      int
	points    []Point // what is drawn: the values, their mean, or either smoothed
	raw       []Point // behind a smoothed line
	low, high []float64
	bandX     []float64
	total     int64
	sampled   bool
}

// lines draws metrics along steps, times or another metric.
func (d *drawing) lines(ctx context.Context) error {
	x, other, err := d.lineAxis()
	if err != nil {
		return err
	}
	strokes, err := d.strokes()
	if err != nil {
		return err
	}
	budget := max(200, min(2*d.Width, maxPoints/max(1, len(strokes))))
	without := 0
	for i := range strokes {
		s := &strokes[i]
		if !d.wanted(s.rows) {
			continue
		}
		if err := d.read(ctx, s, x, other, budget); err != nil {
			return err
		}
		if s.total == 0 {
			without++
		}
	}
	d.leave(without, "no points of "+strings.Join(d.keys(), ", "))
	return d.composeLines(strokes, x, other)
}

// lineAxis is what stands on the x axis, and the metric if it is one.
func (d *drawing) lineAxis() (x Axis, other string, err error) {
	switch Axis(d.spec.X) {
	case "", Step:
		return Step, "", nil
	case Time, Relative:
		return Axis(d.spec.X), "", nil
	}
	other, err = metricKey("x", d.spec.X)
	return Step, other, err
}

func (d *drawing) keys() []string {
	keys := make([]string, len(d.spec.Y))
	for i, y := range d.spec.Y {
		keys[i] = plainKey(y)
	}
	return keys
}

// strokes are the lines of a chart, without their points: one for each metric
// of each group.
func (d *drawing) strokes() ([]stroke, error) {
	var list []stroke
	for _, y := range d.spec.Y {
		key, err := metricKey("y", y)
		if err != nil {
			return nil, err
		}
		for _, g := range d.grouped() {
			s := stroke{rowGroup: g, key: key}
			if len(d.spec.Y) > 1 {
				s.id += " " + key
				s.label += ", " + key
			}
			s.slot = d.slots.of(s.id)
			list = append(list, s)
		}
	}
	if len(list) > maxLines {
		// What has a colour stays.
		slices.SortStableFunc(list, func(a, b stroke) int { return btoi(a.slot == 0) - btoi(b.slot == 0) })
		d.leave(len(list)-maxLines, fmt.Sprintf("beyond the %d lines of one chart", maxLines))
		list = list[:maxLines]
	}
	return list, nil
}

// read fills in the points of a stroke.
func (d *drawing) read(ctx context.Context, s *stroke, x Axis, other string, budget int) error {
	members := make([][]Point, 0, len(s.rows))
	for _, row := range s.rows {
		points, err := d.readOne(ctx, s, row, x, other, budget)
		if err != nil {
			return err
		}
		if len(points) > 0 {
			members = append(members, points)
		}
	}
	if d.table.Groups != nil {
		var across spreadOf
		s.points, across = meanOf(members, budget, d.spec.Band)
		s.bandX, s.low, s.high = across.x, across.low, across.high
	} else if len(members) > 0 {
		s.points = members[0]
	}
	if d.spec.Smooth > 0 {
		s.raw = s.points
		s.points = d.smoothed(s)
	}
	d.thin(s, budget)
	return nil
}

// whole is how many points are read at once where all of them count: of more,
// the source gives the extremes.
const whole = 20_000

// readOne reads the points of one run.
func (d *drawing) readOne(ctx context.Context, s *stroke, row int, x Axis, other string, budget int) ([]Point, error) {
	run := d.table.Runs[row]
	w := d.window(x, run.Start, budget, len(s.rows))
	if other != "" || d.Raw {
		w = everything(x, 0)
	}
	curve, err := d.source.Curve(ctx, run.ID, s.key, w)
	if err != nil {
		return nil, err
	}
	s.total += curve.Logged
	s.sampled = s.sampled || curve.Sampled
	if other == "" {
		return Place(curve.Points, x, run.Start), nil
	}
	along, err := d.source.Curve(ctx, run.ID, other, everything(Step, 0))
	if err != nil {
		return nil, err
	}
	return join(curve.Points, along.Points), nil
}

func everything(x Axis, budget int) Window {
	w := Window{Axis: Step, From: math.MinInt64, To: math.MaxInt64, Budget: budget}
	if x != Step {
		w.Axis = Time
	}
	return w
}

// window is what is read of a run: the part that is seen, and as much on either
// side so that lines go on to the edges. What smoothing or a mean is made of
// begins at the beginning.
func (d *drawing) window(x Axis, start int64, budget, members int) Window {
	w := everything(x, budget)
	if d.spec.Smooth > 0 || d.table.Groups != nil {
		w.Budget = max(budget, whole/max(1, members))
	}
	if !d.zoomed() {
		return w
	}
	span := d.To - d.From
	moved := 0.0
	if x == Relative {
		moved = float64(start)
		if start == 0 {
			return w // it counts from the first point, which only the whole has
		}
	}
	if d.spec.Smooth == 0 {
		w.From = toInt(math.Floor(d.From - span + moved))
		w.Budget *= 3
	}
	w.To = toInt(math.Ceil(d.To + span + moved))
	return w
}

func toInt(f float64) int64 {
	switch {
	case f <= math.MinInt64:
		return math.MinInt64
	case f >= math.MaxInt64:
		return math.MaxInt64
	}
	return int64(f)
}

func (d *drawing) zoomed() bool { return d.To > d.From }

// join puts values at the value that another metric has at the same step, in the
// order of steps. A step that one of the two lacks is left out; of several
// values of a step the last one counts.
func join(values, along []event.Point) []Point {
	at := make(map[int64]event.Point, len(along))
	for _, p := range along {
		if old, ok := at[p.Step]; !ok || old.Compare(p) < 0 {
			at[p.Step] = p
		}
	}
	last := make(map[int64]event.Point, len(values))
	steps := make([]int64, 0, len(values))
	for _, p := range values {
		old, ok := last[p.Step]
		if !ok {
			steps = append(steps, p.Step)
		}
		if !ok || old.Compare(p) < 0 {
			last[p.Step] = p
		}
	}
	slices.Sort(steps)
	joined := make([]Point, 0, len(steps))
	for _, step := range steps {
		if x, ok := at[step]; ok && finite(x.Value) {
			joined = append(joined, Point{X: x.Value, Y: last[step].Value})
		}
	}
	return joined
}

// smoothed is the moving average of a stroke's points.
func (d *drawing) smoothed(s *stroke) []Point {
	values := make([]float64, len(s.points))
	for i, p := range s.points {
		values[i] = p.Y
	}
	each := 1.0
	if s.sampled && d.table.Groups == nil && len(values) > 0 {
		each = float64(s.total) / float64(len(values))
	}
	soft := make([]Point, len(values))
	for i, v := range stat.Smooth(values, d.spec.Smooth, each) {
		soft[i] = Point{s.points[i].X, v}
	}
	return soft
}

// thin cuts to what is seen and keeps as many points as there is room for.
func (d *drawing) thin(s *stroke, budget int) {
	if d.Raw {
		return
	}
	for _, list := range []*[]Point{&s.points, &s.raw} {
		var sampled bool
		*list, sampled = Sample(d.cut(*list), budget)
		s.sampled = s.sampled || sampled
	}
	s.cutBand(d)
}

// cut keeps the part of points that is seen, and one more on either side. A line
// along another metric may go back and forth: it is left whole.
func (d *drawing) cut(points []Point) []Point {
	if !d.zoomed() || strings.HasPrefix(d.spec.X, metricPrefix) {
		return points
	}
	from := sort.Search(len(points), func(i int) bool { return points[i].X >= d.From })
	to := sort.Search(len(points), func(i int) bool { return points[i].X > d.To })
	return points[max(from-1, 0):min(to+1, len(points))]
}

func (s *stroke) cutBand(d *drawing) {
	if !d.zoomed() || len(s.bandX) == 0 {
		return
	}
	from := max(sort.SearchFloat64s(s.bandX, d.From)-1, 0)
	to := min(sort.SearchFloat64s(s.bandX, d.To)+1, len(s.bandX))
	if from >= to {
		return
	}
	s.bandX, s.low, s.high = s.bandX[from:to], s.low[from:to], s.high[from:to]
}
