package agent

import (
	"context"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/storage/journal"
)

// logPoints finds the history of metrics in the agent's own log. An agent is
// asked for it seldom, and has no memory to keep it in.
type logPoints struct {
	disk   host.Disk
	dir    string
	writer event.Writer
}

// Add has nothing to do: the points stand in the log already.
func (logPoints) Add(string, string, bool, int64, []event.Point) {}

// Drop has nothing to do either: an agent purges nothing.
func (logPoints) Drop(string) {}

// Read reads the log from the beginning.
func (l logPoints) Read(ctx context.Context, run, key string, _ int64) ([]event.Point, error) {
	var points []event.Point
	stream := "run/" + run
	_, err := journal.Read(l.disk, l.dir, l.writer, journal.Position{}, journal.Options{Live: true}, func(e *event.Event) error {
		if e.Stream != stream {
			return fault.Wrap(ctx.Err(), fault.Cancelled, "read metric", key)
		}
		body, err := e.DecodeBody()
		if err != nil {
			return err
		}
		m, ok := body.(*event.RunMetrics)
		if !ok {
			return nil
		}
		for i := range m.Series {
			if m.Series[i].Key != key {
				continue
			}
			if points, err = m.Series[i].Points(points); err != nil {
				return err
			}
		}
		return nil
	})
	return points, err
}
