package chart

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"dev.varve/backend/fault"
)

// Kind is what a chart shows, and how.
type Kind string

// The kinds of charts over many runs.
const (
	Line        Kind = "line"
	Bar         Kind = "bar"
	Scatter     Kind = "scatter"
	Bubble      Kind = "bubble"
	Parallel    Kind = "parallel"
	Contour     Kind = "contour"
	Boxes       Kind = "box"
	Correlation Kind = "correlation"
	Importance  Kind = "importance"
	Histogram   Kind = "histogram"
	Arrays      Kind = "arrays" // histograms of arrays that runs logged
	Images      Kind = "images"
)

// Kinds are all kinds.
var Kinds = []Kind{Line, Bar, Scatter, Bubble, Parallel, Contour, Boxes, Correlation, Importance, Histogram, Arrays, Images}

// Spec says what a chart shows. It is what people save; which runs it shows is
// said beside it. Columns are named as in the query language: metrics.loss,
// min(metrics.loss), params.lr, duration.
type Spec struct {
	Kind  Kind   `json:"kind" enum:"line,bar,scatter,bubble,parallel,contour,box,correlation,importance,histogram,arrays,images"`
	Title string `json:"title,omitempty" doc:"Empty: made from what it shows"`
	// Y are the metrics of lines; else the columns on the y axis, of which all
	// kinds but lines and bars take one. For images and arrays it is
	// their keys; the empty one of arrays is the first that there is.
	Y []string `json:"y,omitempty" doc:"Columns; for lines metrics, for importance the target, for images and arrays their keys"`
	// X is, for lines: step, time, relative or a metric; else a column.
	X      string   `json:"x,omitempty" doc:"Lines: step, time, relative, or a metric as metrics.KEY; else a column"`
	Z      string   `json:"z,omitempty" doc:"Column: size of bubbles, height of a contour"`
	Axes   []string `json:"axes,omitempty" doc:"Columns of parallel coordinates and correlations; params of importance, none: all"`
	Group  []string `json:"group,omitempty" doc:"Columns; runs that agree in them are one line, bar or box"`
	Band   Band     `json:"band,omitempty" enum:",range,sd" doc:"Around the mean of a group"`
	Smooth float64  `json:"smooth,omitempty" minimum:"0" maximum:"0.9999" doc:"Weight of the exponential moving average"`
	LogX   bool     `json:"logX,omitempty"`
	LogY   bool     `json:"logY,omitempty"`
	Clip   bool     `json:"clip,omitempty" doc:"Leave outliers out of the y axis, and mark them at its edge"`
	Limit  int      `json:"limit,omitempty" minimum:"0" maximum:"48" doc:"Series in colour; 0: 12. The others are grey"`
	Bins   int      `json:"bins,omitempty" minimum:"0" maximum:"500" doc:"Of a histogram; 0: by Sturges' rule, of arrays about 40"`
	Method string   `json:"method,omitempty" enum:",pearson,spearman" doc:"Of a correlation"`
}

// Band is what is drawn around the mean of a group.
type Band string

// The bands.
const (
	NoBand    Band = ""
	RangeBand Band = "range" // from the least to the greatest
	SDBand    Band = "sd"    // one standard deviation to either side
)

// The bounds of a spec: more would be a mistake, or a chart that nobody reads.
const (
	maxY        = 12
	maxAxes     = 100
	maxGroup    = 8
	maxLimit    = 48
	maxBins     = 500
	maxName     = 600 // bytes of the name of a column, twice MLflow's 250 with quotes
	maxSpec     = 256 << 10
	maxCharts   = 200 // of an arrangement
	defaultSeen = slots
)

// ParseSpec reads a spec from JSON. Unknown fields are refused: a typing error
// must not become another chart.
func ParseSpec(data []byte) (Spec, error) {
	var s Spec
	if err := strictly(data, &s); err != nil {
		return Spec{}, err
	}
	return s, s.Check()
}

func strictly(data []byte, into any) error {
	if len(data) > maxSpec {
		return fault.New(fault.Invalid, "The description of a chart has %d bytes; %d is the most.", len(data), maxSpec)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil && d.More() {
		err = fmt.Errorf("something follows its end")
	}
	if err != nil {
		return fault.New(fault.Invalid, "The description of a chart is not understood: %v.", err)
	}
	return nil
}

// needs are what the kinds take.
var needs = map[Kind]struct {
	y, maxY int
	x, z    bool // wanted
	axes    int  // at least
}{
	Line:        {y: 1, maxY: maxY},
	Bar:         {y: 1, maxY: maxY},
	Scatter:     {y: 1, maxY: 1, x: true},
	Bubble:      {y: 1, maxY: 1, x: true, z: true},
	Parallel:    {axes: 2},
	Contour:     {y: 1, maxY: 1, x: true, z: true},
	Boxes:       {y: 1, maxY: 1},
	Correlation: {axes: 2},
	Importance:  {y: 1, maxY: 1},
	Histogram:   {y: 1, maxY: 1},
	Arrays:      {maxY: 1},
	Images:      {maxY: maxY},
}

// Check says what is wrong with a spec. The fault names the field.
func (s Spec) Check() error {
	need, known := needs[s.Kind]
	if !known {
		return wrong("kind", "There is no kind of chart called %q.", s.Kind).WithHint("Kinds are %s.", listed(Kinds))
	}
	switch {
	case len(s.Y) < need.y:
		return wrong("y", "A chart of the kind %s needs something to show.", s.Kind).WithHint("Name a column in y, such as metrics.loss.")
	case len(s.Y) > need.maxY && need.maxY > 0:
		return wrong("y", "A chart of the kind %s shows at most %d columns in y, not %d.", s.Kind, need.maxY, len(s.Y))
	case need.x && s.X == "":
		return wrong("x", "A chart of the kind %s needs a column for its x axis.", s.Kind)
	case need.z && s.Z == "":
		return wrong("z", "A chart of the kind %s needs a third column.", s.Kind)
	case len(s.Axes) < need.axes:
		return wrong("axes", "A chart of the kind %s needs at least %d axes.", s.Kind, need.axes)
	}
	return s.checkBounds()
}

func (s Spec) checkBounds() error {
	switch {
	case len(s.Axes) > maxAxes:
		return wrong("axes", "A chart has at most %d axes, not %d.", maxAxes, len(s.Axes))
	case len(s.Group) > maxGroup:
		return wrong("group", "Runs are grouped by at most %d columns, not %d.", maxGroup, len(s.Group))
	case !(s.Smooth >= 0 && s.Smooth < 1): // NaN, too
		return wrong("smooth", "The weight of smoothing is at least 0 and below 1.")
	case s.Limit < 0 || s.Limit > maxLimit:
		return wrong("limit", "Between 1 and %d series can have a colour, not %d.", maxLimit, s.Limit)
	case s.Bins < 0 || s.Bins > maxBins:
		return wrong("bins", "A histogram has at most %d bins, not %d.", maxBins, s.Bins)
	case !slices.Contains([]Band{NoBand, RangeBand, SDBand}, s.Band):
		return wrong("band", "A band is range or sd, not %q.", s.Band)
	case !slices.Contains([]string{"", "pearson", "spearman"}, s.Method):
		return wrong("method", "A correlation is pearson or spearman, not %q.", s.Method)
	}
	for _, c := range []struct {
		field string
		names []string
		empty bool // may be
	}{{"y", s.Y, false}, {"axes", s.Axes, false}, {"group", s.Group, false}, {"x", []string{s.X}, true}, {"z", []string{s.Z}, true}, {"title", []string{s.Title}, true}} {
		for _, name := range c.names {
			if len(name) > maxName || name == "" && !c.empty {
				return wrong(c.field, "A name in %s is empty, or longer than %d bytes.", c.field, maxName)
			}
		}
	}
	return nil
}

func wrong(field, format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, format, args...).WithField(field)
}

func listed[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return strings.Join(words, ", ")
}

// seen is how many series have a colour.
func (s Spec) seen() int {
	if s.Limit == 0 {
		return defaultSeen
	}
	return s.Limit
}

// Columns are the columns of runs that a chart reads, each once: the name of
// each run is read anyway. Lines read points instead.
func (s Spec) Columns() []string {
	var names []string
	add := func(list ...string) {
		for _, name := range list {
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	switch s.Kind {
	case Line, Arrays, Images:
	case Boxes:
		add(s.Y...)
	default:
		add(s.Y...)
		add(s.X, s.Z)
		add(s.Axes...)
	}
	return names
}

// GroupColumns are the columns by which runs are put together; none: each is by
// itself.
func (s Spec) GroupColumns() []string {
	if s.Kind == Boxes && s.X != "" {
		return append(slices.Clone(s.Group), s.X)
	}
	return s.Group
}

// Arrangement is a list of charts as people saved it.
type Arrangement struct {
	Charts []Placed `json:"charts" maxItems:"200"`
}

// Placed is a chart in its place.
type Placed struct {
	Spec   Spec `json:"spec"`
	Width  int  `json:"width,omitempty" minimum:"0" maximum:"3" doc:"Columns of three; 0: 1"`
	Height int  `json:"height,omitempty" minimum:"0" maximum:"2000" doc:"Pixels; 0: as usual"`
}

// ParseArrangement reads an arrangement.
func ParseArrangement(data []byte) (Arrangement, error) {
	var a Arrangement
	if err := strictly(data, &a); err != nil {
		return Arrangement{}, err
	}
	return a, a.Check()
}

// Check says what is wrong with an arrangement.
func (a Arrangement) Check() error {
	if len(a.Charts) > maxCharts {
		return wrong("charts", "An arrangement has at most %d charts, not %d.", maxCharts, len(a.Charts))
	}
	for i, c := range a.Charts {
		if err := c.Spec.Check(); err != nil {
			return fault.Wrap(err, fault.Invalid, "check", fmt.Sprintf("chart %d", i+1))
		}
		if c.Width < 0 || c.Width > 3 || c.Height < 0 || c.Height > 2000 {
			return wrong("charts", "Chart %d is %d columns wide and %d pixels high; 3 and 2000 are the most.", i+1, c.Width, c.Height)
		}
	}
	return nil
}
