package door

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"sync"

	"dev.varve/app/door/api"
	"dev.varve/backend/chart"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// runSparklines answers with the thinned history of a metric of many runs: their
// number as a little-endian uint32, for each the number of its points, four
// zero bytes if that is needed to come to a multiple of eight, and all points
// as pairs of float64.
func (d *Door) runSparklines(ctx context.Context, in *struct{ Body api.SparklineQuery }) (*frame, error) {
	ask := &in.Body
	if ask.Points == 0 {
		ask.Points = 32
	}
	lines := make([][]chart.Point, len(ask.Runs))
	total := 0
	for i, run := range ask.Runs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		line, err := d.sparkline(ctx, run, ask.Key, ask.Points)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return nil, err
		}
		lines[i] = line
		total += len(line)
	}
	body := make([]byte, 0, 8+4*len(lines)+16*total)
	body = binary.LittleEndian.AppendUint32(body, uint32(len(lines)))
	for _, line := range lines {
		body = binary.LittleEndian.AppendUint32(body, uint32(len(line)))
	}
	if len(body)%8 != 0 {
		body = binary.LittleEndian.AppendUint32(body, 0)
	}
	for _, line := range lines {
		for _, p := range line {
			body = binary.LittleEndian.AppendUint64(body, math.Float64bits(p.X))
			body = binary.LittleEndian.AppendUint64(body, math.Float64bits(p.Y))
		}
	}
	return &frame{ContentType: "application/octet-stream", Body: body}, nil
}

func (d *Door) sparkline(ctx context.Context, run, key string, points int) ([]chart.Point, error) {
	var logged int64
	err := d.Records.Run(run, func(r *track.Run) {
		if m := r.Metrics[key]; m != nil {
			logged = m.Points
		}
	})
	if err != nil || logged == 0 {
		return nil, err
	}
	of := sparkKey{run, key, points}
	if line, ok := d.sparks.get(of, logged); ok {
		return line, nil
	}
	curve, err := d.Records.Curve(ctx, run, key, track.Everything(track.BySteps, points))
	if err != nil {
		return nil, err
	}
	line, _ := chart.Sample(chart.Place(curve.Points, chart.Step, 0), points)
	d.sparks.put(of, logged, line)
	return line, nil
}

type sparkKey struct {
	run, key string
	points   int
}

type spark struct {
	logged int64 // points of the whole metric
	line   []chart.Point
}

// sparks are the thinned histories that were asked for last. A metric that has
// more points than it had then is read again.
type sparks struct {
	mu       sync.Mutex
	new, old map[sparkKey]spark
}

// mostSparks is half of what is kept at most: some 500 bytes each.
const mostSparks = 8192

func (s *sparks) get(of sparkKey, logged int64) ([]chart.Point, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.new[of]
	if !ok {
		if found, ok = s.old[of]; ok {
			s.keep(of, found)
		}
	}
	return found.line, ok && found.logged == logged
}

func (s *sparks) put(of sparkKey, logged int64, line []chart.Point) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(of, spark{logged, line})
}

// keep lets go of what was not asked for since the last time that half was full.
func (s *sparks) keep(of sparkKey, line spark) {
	if s.new == nil || len(s.new) >= mostSparks {
		s.old, s.new = s.new, map[sparkKey]spark{}
	}
	s.new[of] = line
}
