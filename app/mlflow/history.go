package mlflow

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

type getHistory struct {
	runRef
	MetricKey  string `json:"metric_key"`
	MaxResults whole  `json:"max_results"`
	PageToken  string `json:"page_token"`
}

// getHistory answers with points by time, step and value. Without max_results,
// or with 0, it is all of them. A page begins behind a point, not at a number,
// so points that arrive between two pages shift nothing.
func (d *door) getHistory(ctx context.Context, req *getHistory, out []byte) ([]byte, error) {
	if err := need("run_id", req.run(), "metric_key", req.MetricKey); err != nil {
		return nil, err
	}
	limit := req.MaxResults.N
	if limit < 0 {
		return nil, fault.New(fault.Invalid, "Invalid value %d for parameter 'max_results' supplied. It must be a positive integer.", limit)
	}
	points, err := d.Tracker.Points(ctx, req.run(), req.MetricKey)
	if err != nil {
		return nil, err
	}
	if points, err = behind(points, req.PageToken); err != nil {
		return nil, err
	}
	more := limit > 0 && int64(len(points)) > limit
	if more {
		points = points[:limit]
	}
	out = append(out, '{')
	if len(points) > 0 {
		out = append(member(out, "metrics"), '[')
		out = append(appendHistory(out, req.MetricKey, points), ']')
	}
	if more {
		last := points[len(points)-1]
		token, err := writeToken(pointToken{last.Time, last.Step, strconv.FormatUint(math.Float64bits(last.Value), 16)})
		if err != nil {
			return nil, err
		}
		out = memberString(out, "next_page_token", token)
	}
	return append(out, '}'), nil
}

// pointToken is the last point of a page; the value is its bits, since JSON has
// no NaN.
type pointToken struct {
	Time  int64  `json:"t"`
	Step  int64  `json:"s"`
	Value string `json:"v"`
}

// behind returns the points after the one that a token names.
func behind(points []event.Point, token string) ([]event.Point, error) {
	if token == "" {
		return points, nil
	}
	var t pointToken
	if err := readToken(token, &t); err != nil {
		return nil, err
	}
	bits, err := strconv.ParseUint(t.Value, 16, 64)
	if err != nil {
		return nil, errToken
	}
	last := event.Point{Time: t.Time, Step: t.Step, Value: math.Float64frombits(bits)}
	i, found := slices.BinarySearchFunc(points, last, func(a, b event.Point) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Step, b.Step), cmp.Compare(a.Value, b.Value))
	})
	if found {
		i++
	}
	return points[i:], nil
}
