package exports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/job"
	"dev.varve/backend/say"
	"dev.varve/backend/track"
)

// Export brings what Own has chosen to a target.
type Export struct {
	Own  *Own
	Bare bool // without artifacts
}

// Planned is what is exported of an experiment.
type Planned struct {
	imports.Experiment
	Runs, Models int
	Files        int64
	Bytes        int64 // of artifacts
	record       int64 // about how many bytes params, points and the like take
}

// PlannedModel is a registered model that is exported.
type PlannedModel struct {
	Name     string
	Versions int
}

// Plan is what an export would do.
type Plan struct {
	Experiments []Planned
	Registered  []PlannedModel
	Skipped     []imports.Skipped
	Left        int // how many things are left out
}

// Sum adds up what a plan says.
func (p *Plan) Sum() (sum Planned) {
	for _, e := range p.Experiments {
		sum.Runs += e.Runs
		sum.Models += e.Models
		sum.Files += e.Files
		sum.Bytes += e.Bytes
		sum.record += e.record
	}
	return sum
}

// Look says what Take would do, and changes nothing.
func (e *Export) Look(ctx context.Context, p *job.Progress) (*Plan, error) {
	r := &imports.Report{}
	plan, err := e.plan(ctx, p, r)
	if err == nil {
		err = e.Own.Registered(ctx, r, func(m *Registered) error {
			plan.Registered = append(plan.Registered, PlannedModel{m.Name, len(m.Versions)})
			return nil
		})
	}
	if err == nil {
		plan.Skipped, plan.Left = r.List()
		plan.Skipped = e.Own.named(plan.Skipped)
	}
	return plan, err
}

func (e *Export) plan(ctx context.Context, p *job.Progress, r *imports.Report) (*Plan, error) {
	plan := &Plan{}
	for _, x := range e.Own.experiments {
		p.Note("Looking at " + x.Name)
		planned := Planned{Experiment: x}
		count := func(f imports.File) error {
			planned.Files, planned.Bytes = planned.Files+1, planned.Bytes+f.Size
			return context.Cause(ctx)
		}
		err := e.Own.Runs(ctx, x.ID, true, r, func(run *imports.Run) error {
			planned.Runs, planned.record = planned.Runs+1, planned.record+run.Bytes
			return e.files(ctx, run.Place, r, count)
		})
		if err == nil {
			err = e.Own.Models(ctx, x.ID, r, func(m *imports.Model) error {
				planned.Models++
				return e.files(ctx, m.Place, r, count)
			})
		}
		if err != nil {
			return nil, err
		}
		plan.Experiments = append(plan.Experiments, planned)
	}
	return plan, nil
}

func (e *Export) files(ctx context.Context, at string, r *imports.Report, fn func(imports.File) error) error {
	if e.Bare {
		return nil
	}
	return e.Own.Files(ctx, at, r, fn)
}

// Done is what an export did.
type Done struct {
	Experiments int
	Runs        int // written
	Same        int // that were there as they are
	Points      int64
	Models      int // logged models that were written
	Registered  int
	Versions    int
	Files       int64 // written
	Bytes       int64 // of them
	Skipped     []imports.Skipped
	Left        int // how many things were left out
}

// taking is an export on its way.
type taking struct {
	*Export
	to       Target
	report   *imports.Report
	progress *job.Progress
	done     Done
	all      int // runs that there are
	seen     int
}

// Take does what Look says. It may be cancelled at any time; taking again goes on
// where it ended.
func (e *Export) Take(ctx context.Context, to Target, p *job.Progress) (Done, error) {
	plan, err := e.plan(ctx, p, nil)
	if err != nil {
		return Done{}, err
	}
	sum := plan.Sum()
	t := &taking{Export: e, to: to, report: &imports.Report{}, progress: p, all: sum.Runs}
	p.SetTotal(sum.record + sum.Bytes)
	p.Pausable()
	for _, x := range plan.Experiments {
		if err := t.experiment(ctx, x.Experiment); err != nil {
			return t.done, err
		}
	}
	p.Note("Finishing")
	err = e.Own.Registered(ctx, t.report, func(m *Registered) error {
		t.done.Registered++
		t.done.Versions += len(m.Versions)
		return to.Registered(ctx, m, t.report)
	})
	if err == nil {
		err = to.Finish(ctx, t.report)
	}
	t.done.Skipped, t.done.Left = t.report.List()
	t.done.Skipped = t.Own.named(t.done.Skipped)
	return t.done, err
}

func (t *taking) experiment(ctx context.Context, x imports.Experiment) error {
	if err := t.to.Experiment(ctx, x, t.report); err != nil {
		return err
	}
	t.done.Experiments++
	err := t.Own.Runs(ctx, x.ID, false, t.report, func(run *imports.Run) error {
		thing := Thing{Owner: track.Owner{Run: run.ID}, Experiment: x.ID}
		same, err := t.thing(ctx, thing, run.Place, run.PastRun, func() (string, error) { return t.to.Run(ctx, run, t.report) })
		if err != nil {
			return err
		}
		if same {
			t.done.Same++
		} else {
			t.done.Runs++
			for _, s := range run.Metrics {
				t.done.Points += int64(len(s.Points))
			}
		}
		t.seen++
		t.progress.Add(run.Bytes)
		t.progress.Item(1)
		t.progress.Note(fmt.Sprintf("%d of %s", t.seen, say.Count(t.all, "run")))
		return nil
	})
	if err != nil {
		return err
	}
	return t.Own.Models(ctx, x.ID, t.report, func(m *imports.Model) error {
		thing := Thing{Owner: track.Owner{Model: m.ID}, Experiment: x.ID}
		same, err := t.thing(ctx, thing, m.Place, struct {
			Model  track.PastModel
			Points []imports.RunPoint
		}{m.PastModel, m.Points}, func() (string, error) { return t.to.Model(ctx, m, t.report) })
		if err == nil && !same {
			t.done.Models++
		}
		return err
	})
}

// thing writes a run or a logged model with its files, unless it is there.
func (t *taking) thing(ctx context.Context, thing Thing, at string, record any, write func() (place string, err error)) (same bool, err error) {
	t.progress.Rest(ctx)
	_, before := t.report.List()
	var files []imports.File
	if err := t.files(ctx, at, t.report, func(f imports.File) error { files = append(files, f); return nil }); err != nil {
		return false, err
	}
	if thing.Digest, err = digest(record, files); err != nil {
		return false, err
	}
	if same, err = t.to.Same(ctx, thing); same || err != nil {
		for _, f := range files {
			t.progress.Add(f.Size)
		}
		return same, err
	}
	place, err := write()
	if err != nil {
		return false, err
	}
	for _, f := range files {
		if err := t.file(ctx, at, place, f); err != nil {
			return false, err
		}
	}
	if _, after := t.report.List(); after != before {
		thing.Digest = ""
	}
	return false, t.to.Whole(ctx, thing)
}

func (t *taking) file(ctx context.Context, at, place string, f imports.File) error {
	from := &source{ctx: ctx, progress: t.progress}
	from.rest.Store(f.Size)
	defer func() { t.progress.Add(from.rest.Swap(0)) }()
	if place == "" {
		t.report.Skip(at+": "+f.Path, "no artifacts are kept there")
		return nil
	}
	written, err := t.to.File(ctx, place, f, func() (io.ReadCloser, error) {
		from.in, from.failed = t.Own.Open(ctx, at, f.Path)
		return from, from.failed
	})
	switch {
	case err == nil && written:
		t.done.Files, t.done.Bytes = t.done.Files+1, t.done.Bytes+f.Size
		return nil
	case err == nil:
		return nil
	case context.Cause(ctx) != nil:
		return context.Cause(ctx)
	case from.failed != nil: // it cannot be read here, which is no reason to leave out the rest
		t.report.Fail(at+": "+f.Path, from.failed)
		return nil
	case errors.Is(err, fault.Unsupported):
		t.report.Fail(at+": "+f.Path, err)
		return nil
	}
	return err
}

// source is a file that is read; it ends when somebody cancels, tells how far it has
// come, and remembers why it could not be read.
type source struct {
	ctx      context.Context
	in       io.ReadCloser
	failed   error
	progress *job.Progress
	rest     atomic.Int64 // bytes of the file that are not told of yet; it may be read twice
}

// Read reads on.
func (s *source) Read(p []byte) (int, error) {
	if err := context.Cause(s.ctx); err != nil {
		return 0, err
	}
	n, err := s.in.Read(p)
	told := min(int64(n), s.rest.Load())
	s.rest.Add(-told)
	s.progress.Add(told)
	if err != nil && !errors.Is(err, io.EOF) {
		s.failed = err
	}
	return n, err
}

// Close closes it.
func (s *source) Close() error { return s.in.Close() }
