package chart

import (
	"encoding/binary"
	"encoding/json"
	"math"
)

// Figure is a chart with its data, ready to be sent.
type Figure struct {
	Head
	blocks [][]float64 // of each series
}

// Head is a figure without its numbers.
type Head struct {
	Seq    uint64         `json:"seq" doc:"Of the live feed: what was heard up to it is in"`
	Kind   Kind           `json:"kind"`
	Title  string         `json:"title"`
	Note   string         `json:"note" doc:"What was done to the data, in words"`
	Option map[string]any `json:"option" doc:"An ECharts option; colours are names of design tokens, formatters names that the pages know"`
	Series []Trace        `json:"series" doc:"In the order of option.series"`
	Rows   []string       `json:"rows" doc:"Runs, by the index that the dimension row holds"`
	Axes   []AxisHead     `json:"axes"`
	Left   []Left         `json:"left" doc:"What was left out, and why"`
	// Matching are the runs that were asked for, Drawn those that can be seen.
	Matching int `json:"matching"`
	Drawn    int `json:"drawn"`
}

// Role says what a series is for.
type Role string

// The roles of series.
const (
	LineRole    Role = "line"    // values, or the mean of a group, smoothed if that was asked for
	RawRole     Role = "raw"     // the values behind a smoothed line
	LowRole     Role = "low"     // the lower edge of a band, not drawn
	BandRole    Role = "band"    // the height of a band above its lower edge
	ClippedRole Role = "clipped" // outliers, at the edge of the axis
	PointsRole  Role = "points"
	BarsRole    Role = "bars"
	BoxesRole   Role = "boxes"
	CellsRole   Role = "cells"
	LinesRole   Role = "lines"  // of parallel coordinates
	LevelsRole  Role = "levels" // along which a contour has one height
)

// Trace is one series of a figure. Its numbers are rows of as many values as
// there are dimensions, from offset on, counted in values.
type Trace struct {
	ID      string   `json:"id" doc:"Of the run or the group: what a colour is kept by. Empty: all that have no colour"`
	Label   string   `json:"label"`
	Runs    []string `json:"runs" doc:"The run, or the members of the group"`
	Key     string   `json:"key" doc:"Of the metric"`
	Role    Role     `json:"role" enum:"line,raw,low,band,clipped,points,bars,boxes,cells,lines,levels"`
	Slot    int      `json:"slot" doc:"Colour slot, from 1; 0: grey"`
	Dims    []string `json:"dims"`
	Offset  int      `json:"offset"`
	Rows    int      `json:"rows"`
	Total   int64    `json:"total" doc:"Points that were logged"`
	Sampled bool     `json:"sampled" doc:"The rows are a selection of them"`
}

// AxisHead says what is on an axis.
type AxisHead struct {
	Column     string   `json:"column"`
	Label      string   `json:"label"`
	Kind       Type     `json:"kind" enum:"number,text,time,duration"`
	Categories []string `json:"categories"`
	Format     string   `json:"format"`
	Log        bool     `json:"log"`
}

// Left are runs that are not in a chart, or points that are not.
type Left struct {
	N   int    `json:"n"`
	Why string `json:"why"`
}

// add appends a series with its numbers.
func (f *Figure) add(t Trace, values []float64) {
	if t.Runs == nil {
		t.Runs = []string{}
	}
	t.Offset = 0
	if n := len(f.Series); n > 0 {
		last := f.Series[n-1]
		t.Offset = last.Offset + last.Rows*len(last.Dims)
	}
	t.Rows = len(values) / max(1, len(t.Dims))
	f.Series = append(f.Series, t)
	f.blocks = append(f.blocks, values)
}

func (f *Figure) leave(n int, why string) {
	if n > 0 {
		f.Left = append(f.Left, Left{n, why})
	}
}

// Values are the numbers of the i-th series.
func (f *Figure) Values(i int) []float64 { return f.blocks[i] }

// frameMagic begins the binary form.
const frameMagic = "VARVEC1\n"

// Encode writes the binary form: the magic, the length of the head and a zero
// as little-endian uint32, the head as JSON padded with spaces to a multiple of
// 8 bytes, and all numbers as little-endian float64, NaN and infinities as what
// they are.
func (f *Figure) Encode() ([]byte, error) {
	f.fillEmpty()
	head, err := json.Marshal(f.Head)
	if err != nil {
		return nil, err
	}
	for len(head)%8 != 0 {
		head = append(head, ' ')
	}
	count := 0
	for _, block := range f.blocks {
		count += len(block)
	}
	out := make([]byte, 0, 16+len(head)+8*count)
	out = append(out, frameMagic...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(head)))
	out = binary.LittleEndian.AppendUint32(out, 0)
	out = append(out, head...)
	for _, block := range f.blocks {
		for _, v := range block {
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
		}
	}
	return out, nil
}

// fillEmpty makes empty lists of what is nothing: a page need not ask.
func (f *Figure) fillEmpty() {
	if f.Series == nil {
		f.Series = []Trace{}
	}
	if f.Rows == nil {
		f.Rows = []string{}
	}
	if f.Axes == nil {
		f.Axes = []AxisHead{}
	}
	if f.Left == nil {
		f.Left = []Left{}
	}
	for i := range f.Axes {
		if f.Axes[i].Categories == nil {
			f.Axes[i].Categories = []string{}
		}
	}
}
