package door

import (
	"context"
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/chart"
	"dev.varve/backend/track"
)

// describeRunFiles registers what a run has beside its facts.
func (d *Door) describeRunFiles(h huma.API) {
	d.describeArtifacts(h)
	add(d, h, get("/runs/{run}/log", "log", "runs", "A piece of the output of a run"), d.log)
	add(d, h, get("/runs/{run}/charts", "charts", "runs", "The charts that are proposed for a run"), d.charts)
	o := get("/runs/{run}/series", "series", "runs", "The points of a metric as pairs x, y of little-endian float64, thinned so that no extreme is lost")
	o.Responses = bytesResponse("Pairs of float64; NaN and infinities are values")
	add(d, h, o, d.series)
}

type logQuery struct {
	Run    string `path:"run" doc:"Id of the run"`
	Offset int64  `query:"offset" default:"0" doc:"First byte; −1 is the same as tail"`
	Limit  int64  `query:"limit" default:"65536" minimum:"1" maximum:"4194304" doc:"Bytes at most"`
	Tail   bool   `query:"tail" doc:"The last bytes instead of those from offset on"`
}

func (d *Door) log(ctx context.Context, in *logQuery) (*answer[api.Log], error) {
	tail := in.Tail || in.Offset < 0
	if tail {
		_, _, size, _, err := d.Control.Log(ctx, in.Run, 0, 0)
		if err != nil {
			return nil, err
		}
		in.Offset = max(size-in.Limit, 0)
	}
	text, next, size, ended, err := d.Control.Log(ctx, in.Run, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	if tail && in.Offset > 0 {
		text = text[brokenStart(text):]
	}
	whole := ended && next == size
	if cut := brokenEnd(text); cut < len(text) && !whole && (cut > 0 || in.Limit >= utf8.UTFMax) {
		// The rest of the character comes with the next piece.
		next -= int64(len(text) - cut)
		text = text[:cut]
	}
	return the(api.Log{Text: strings.ToValidUTF8(string(text), "\uFFFD"), Next: next, Size: size, Ended: ended}, nil)
}

// brokenStart is the length of what is left of a character at the start.
func brokenStart(text []byte) int {
	n := 0
	for n < min(len(text), utf8.UTFMax-1) && !utf8.RuneStart(text[n]) {
		n++
	}
	return n
}

// brokenEnd is where a character begins that the text does not hold to its
// end, else the length.
func brokenEnd(text []byte) int {
	for i := len(text) - 1; i >= max(0, len(text)-utf8.UTFMax+1); i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				return i
			}
			break
		}
	}
	return len(text)
}

type chartsQuery struct {
	Run string `path:"run" doc:"Id of the run"`
	X   string `query:"x" default:"step" enum:"step,time,relative"`
}

func (d *Door) charts(_ context.Context, in *chartsQuery) (*answer[api.Charts], error) {
	var metrics []chart.Metric
	err := d.Records.Run(in.Run, func(r *track.Run) {
		for key, m := range r.Metrics {
			if m.Varies() {
				metrics = append(metrics, chart.Metric{Key: key, Points: m.Points})
			}
		}
	})
	if err != nil {
		return nil, err
	}
	proposed, err := chart.Propose(in.Run, metrics, chart.Axis(in.X))
	if err != nil {
		return nil, err
	}
	charts := make([]api.Chart, len(proposed))
	for i, c := range proposed {
		charts[i] = api.Chart{Title: c.Title, Option: c.Option, Series: make([]api.ChartSeries, len(c.Series))}
		for j, s := range c.Series {
			charts[i].Series[j] = api.ChartSeries(s)
		}
	}
	return the(api.Charts{Charts: charts}, nil)
}

type seriesQuery struct {
	Run    string `path:"run" doc:"Id of the run"`
	Key    string `query:"key" required:"true" doc:"Of the metric"`
	X      string `query:"x" default:"step" enum:"step,time,relative"`
	Points int    `query:"points" default:"2000" minimum:"0" maximum:"1000000" doc:"At most so many, 8 at least; 0 means all"`
	From   int64  `query:"from" default:"-9007199254740991" doc:"The least x that is wanted"`
	To     int64  `query:"to" default:"9007199254740991" doc:"The greatest x that is wanted"`
}

// farthest is the greatest x that a page can name, and stands for no end.
const farthest = 1<<53 - 1

// window is the part of the curve that is asked for.
func (q *seriesQuery) window(start int64) track.Window {
	w := track.Everything(track.ByTime, q.Points)
	moved := start
	switch chart.Axis(q.X) {
	case chart.Step:
		w.Axis, moved = track.BySteps, 0
	case chart.Time:
		moved = 0
	}
	if q.From > -farthest {
		w.From = q.From + moved
	}
	if q.To < farthest {
		w.To = q.To + moved
	}
	return w
}

type seriesAnswer struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Points      int    `header:"Varve-Points" doc:"Points that were logged, repetitions included"`
	Sampled     bool   `header:"Varve-Sampled" doc:"Whether the pairs are a selection"`
	Body        []byte
}

func (d *Door) series(ctx context.Context, in *seriesQuery) (*seriesAnswer, error) {
	var start int64
	if err := d.Records.Run(in.Run, func(r *track.Run) { start = r.Start }); err != nil {
		return nil, err
	}
	if start == 0 && chart.Axis(in.X) == chart.Relative { // it counts from the first point
		first, err := d.Records.Curve(ctx, in.Run, in.Key, track.Everything(track.ByTime, 1))
		if err != nil {
			return nil, err
		}
		if len(first.Points) > 0 {
			start = first.Points[0].Time
		}
	}
	curve, err := d.Records.Curve(ctx, in.Run, in.Key, in.window(start))
	if err != nil {
		return nil, err
	}
	kept, thinned := chart.Place(curve.Points, chart.Axis(in.X), start), false
	if in.Points > 0 {
		kept, thinned = chart.Sample(kept, in.Points)
	}
	body := make([]byte, 0, 16*len(kept))
	for _, p := range kept {
		body = binary.LittleEndian.AppendUint64(body, math.Float64bits(p.X))
		body = binary.LittleEndian.AppendUint64(body, math.Float64bits(p.Y))
	}
	return &seriesAnswer{
		ContentType: "application/octet-stream", Points: int(curve.Logged), Sampled: curve.Sampled || thinned, Body: body,
	}, nil
}
