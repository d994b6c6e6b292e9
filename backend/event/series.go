package event

import (
	"encoding/binary"
	"math"

	"dev.varve/backend/fault"
)

// Point is one measurement of one metric.
type Point struct {
	_     struct{} `cbor:",toarray"`
	Step  int64
	Time  int64 // ms since 1970, as MLflow's clients say it
	Value float64
}

// Compare orders points as MLflow decides which one is the latest: by step,
// then time, then value. NaN counts as 0 there, since that is how MLflow's
// store keeps it; beside a true 0 it is the lesser.
func (p Point) Compare(o Point) int {
	switch {
	case p.Step != o.Step:
		return sign(p.Step < o.Step)
	case p.Time != o.Time:
		return sign(p.Time < o.Time)
	}
	pv, pn := zeroNaN(p.Value)
	ov, on := zeroNaN(o.Value)
	switch {
	case pv != ov:
		return sign(pv < ov)
	case pn != on:
		return sign(pn)
	}
	return 0
}

func zeroNaN(v float64) (value float64, wasNaN bool) {
	if math.IsNaN(v) {
		return 0, true
	}
	return v, false
}

func sign(less bool) int {
	if less {
		return -1
	}
	return 1
}

// Series is points of one metric, packed by column: steps and times as zigzag
// varints of the difference to the value before (the first to zero), values as
// little-endian IEEE 754 doubles.
type Series struct {
	Key     string `cbor:"1,keyasint"`
	Steps   []byte `cbor:"2,keyasint"`
	Times   []byte `cbor:"3,keyasint"`
	Values  []byte `cbor:"4,keyasint"`
	Model   string `cbor:"5,keyasint,omitempty"` // logged model that it was measured on
	Dataset string `cbor:"6,keyasint,omitempty"` // name of the data set it was measured on
	Digest  string `cbor:"7,keyasint,omitempty"` // and its digest
}

// PackSeries packs points in the order given.
func PackSeries(key string, points []Point) Series {
	s := Series{Key: key, Values: make([]byte, 0, 8*len(points))}
	s.Steps = make([]byte, 0, 2*len(points))
	s.Times = make([]byte, 0, 2*len(points)+8)
	var step, time int64
	for _, p := range points {
		s.Steps = binary.AppendVarint(s.Steps, p.Step-step)
		s.Times = binary.AppendVarint(s.Times, p.Time-time)
		s.Values = binary.LittleEndian.AppendUint64(s.Values, math.Float64bits(p.Value))
		step, time = p.Step, p.Time
	}
	return s
}

// Len is the number of points.
func (s *Series) Len() int { return len(s.Values) / 8 }

// Points unpacks the series, appending to dst.
func (s *Series) Points(dst []Point) ([]Point, error) {
	steps, times, values := s.Steps, s.Times, s.Values
	var step, time int64
	for len(values) >= 8 {
		ds, n := binary.Varint(steps)
		dt, m := binary.Varint(times)
		if n <= 0 || m <= 0 {
			break
		}
		step, time = step+ds, time+dt
		dst = append(dst, Point{Step: step, Time: time, Value: math.Float64frombits(binary.LittleEndian.Uint64(values))})
		steps, times, values = steps[n:], times[m:], values[8:]
	}
	if len(steps)+len(times)+len(values) != 0 {
		return dst, fault.New(fault.Corrupt, "the columns of metric %q differ in length", s.Key)
	}
	return dst, nil
}
