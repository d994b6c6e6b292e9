package door

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"time"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/job"
	"dev.varve/backend/project"
	"dev.varve/backend/track"
)

// lookEvery is how often a sweep looks whether its run has ended.
const lookEvery = 100 * time.Millisecond

// sweep is a grid of runs that differ in some params.
type sweep struct {
	d     *Door
	start api.Start
	axes  []project.Axis
	cells []map[string]string
}

func (d *Door) startSweep(ctx context.Context, in *struct{ Body api.Sweep }) (*answer[api.Job], error) {
	s := &sweep{d: d, start: in.Body.Start}
	for _, a := range in.Body.Grid {
		s.axes = append(s.axes, project.Axis{Name: a.Name, Values: a.Values})
	}
	var err error
	if s.start.Path, err = absolute("start.path", s.start.Path); err != nil {
		return nil, err
	}
	if s.cells, err = project.Grid(s.axes); err != nil {
		return nil, err
	}
	if err := s.check(ctx); err != nil {
		return nil, err
	}
	title := fmt.Sprintf("%d runs of %s", len(s.cells), filepath.Base(s.start.Path))
	return the(d.start(kindSweep, title, s.work), nil)
}

// check looks at every value once, with the first ones of the other axes: what
// is wrong with a param does not depend on the others.
func (s *sweep) check(ctx context.Context) error {
	for _, axis := range s.axes {
		for _, value := range axis.Values {
			at := s.at(s.cells[0])
			at.Params[axis.Name] = value
			if err := s.d.Projects.Check(ctx, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// at is the start of one cell.
func (s *sweep) at(cell map[string]string) api.Start {
	one := s.start
	one.Params = map[string]string{}
	maps.Copy(one.Params, s.start.Params)
	maps.Copy(one.Params, cell)
	one.Name = project.CellName(s.axes, cell)
	if s.start.Name != "" {
		one.Name = s.start.Name + ": " + one.Name
	}
	return one
}

// work runs the cells one after the other. A run that fails does not stop the
// next; a start that fails would fail again, and ends the sweep.
func (s *sweep) work(ctx context.Context, p *job.Progress) (job.Outcome, error) {
	total, failed, experiment := len(s.cells), 0, ""
	p.SetTotal(int64(total))
	p.Pausable()
	for i, cell := range s.cells {
		p.Rest(ctx)
		if ctx.Err() != nil {
			return job.Outcome{}, context.Cause(ctx)
		}
		one := s.at(cell)
		p.Note(fmt.Sprintf("Run %d of %d: %s", i+1, total, one.Name))
		run, err := s.d.Projects.Start(ctx, one, nil)
		if err != nil {
			return job.Outcome{}, err
		}
		ok, err := s.d.await(ctx, run, &experiment)
		if err != nil {
			return job.Outcome{}, err
		}
		if !ok {
			failed++
		}
		p.Add(1)
	}
	summary := fmt.Sprintf("%d runs, all finished.", total)
	if failed > 0 {
		summary = fmt.Sprintf("%d runs, %d of them not finished.", total, failed)
	}
	return job.Outcome{Result: experiment, Summary: summary}, nil
}

// await waits for the end of a run and says whether it finished. When ctx ends
// first, the run is stopped.
func (d *Door) await(ctx context.Context, run string, experiment *string) (finished bool, err error) {
	for {
		going := false
		err := d.Records.Run(run, func(r *track.Run) {
			going, finished, *experiment = d.running(r), r.End().Status == "FINISHED", r.Experiment
		})
		if err != nil || !going {
			return finished, err
		}
		select {
		case <-ctx.Done():
			if err := d.Control.Stop(context.WithoutCancel(ctx), run); err != nil && fault.KindOf(err) != fault.State { // it has just ended by itself
				return false, err
			}
			return false, context.Cause(ctx)
		case <-time.After(lookEvery):
		}
	}
}
