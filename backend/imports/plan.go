package imports

import (
	"context"
	"io"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/backend/job"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

// Record is where imported things go. *track.Tracker is one.
type Record interface {
	registry.Record
	Experiments(fn func(*track.Experiment))
	Knows(run string) bool
	CreateExperiment(context.Context, track.NewExperiment) (id string, err error)
	TrashExperiment(ctx context.Context, id string, trash bool) error
	TakeRuns(context.Context, []track.PastRun) ([]track.Taken, error)
	WouldTakeRun(context.Context, track.PastRun) (track.Taken, error)
	TakeModel(context.Context, track.PastModel) (track.Taken, error)
	TakeRegistered(context.Context, track.PastRegistered) (track.TakenRegistered, error)
	WouldTakeRegistered(track.PastRegistered) (track.TakenRegistered, error)
	Artifact(o track.Owner, path string) (event.ArtifactPut, error)
}

// Store keeps the bytes of artifacts.
type Store interface {
	// Begin says that content is about to be put, until done is called.
	Begin() (done func())
	// Put reads r to its end and returns a reference to its bytes. They are durable
	// after the next Flush.
	Put(ctx context.Context, r io.Reader) (content []byte, size int64, err error)
	// Flush makes durable what was put.
	Flush(ctx context.Context) error
	// Refer returns a reference to a file that stays where it is.
	Refer(f File) (content []byte, err error)
}

// Options are what a person decides.
type Options struct {
	// Into is a folder of experiments that everything is put in; empty: none.
	Into string
	// Refer leaves the artifacts where they are.
	Refer bool
	// Bare takes no artifacts.
	Bare bool
	// Only names the experiments that are taken; empty: all.
	Only []string
}

// Import brings a source into a record.
type Import struct {
	Source  Source
	Record  Record
	Store   Store
	Clock   host.Clock
	Options Options
}

// Planned is what an import would do with an experiment.
type Planned struct {
	Placed
	Runs, Known int // in all, and of them here already
	Trashed     int // of the runs
	Differ      int // of those that are known: rows that say something else
	Models      int
	Files       int64
	Bytes       int64 // of artifacts
	record      int64 // bytes of params, points and the like
}

// Plan is what an import would do.
type Plan struct {
	About       About
	Experiments []Planned
	Registered  []PlannedModel
	Skipped     []Skipped
	Left        int // how many things are left out
}

// Sum adds up what a plan says.
func (p *Plan) Sum() (sum Planned) {
	for _, e := range p.Experiments {
		sum.Runs += e.Runs
		sum.Known += e.Known
		sum.Trashed += e.Trashed
		sum.Differ += e.Differ
		sum.Models += e.Models
		sum.Files += e.Files
		sum.Bytes += e.Bytes
		sum.record += e.record
	}
	return sum
}

// Look says what Take would do, and changes nothing.
func (im *Import) Look(ctx context.Context, p *job.Progress) (*Plan, error) {
	r := &Report{}
	plan, err := im.plan(ctx, p, r, r)
	if err == nil {
		plan.Registered, err = im.lookRegistered(ctx, r)
	}
	if err == nil {
		plan.Skipped, plan.Left = r.List()
	}
	return plan, err
}

// plan says what there is. What is wrong with experiments, and with what is in
// them, is told to two reports, since only the latter is read twice.
func (im *Import) plan(ctx context.Context, p *job.Progress, listing, r *Report) (*Plan, error) {
	plan := &Plan{About: im.Source.About()}
	if im.Options.Refer && !plan.About.Local {
		return nil, fault.New(fault.Unsupported, "artifacts can only be referred to where they are files of this computer").
			WithHint("Leave out --reference: then they are copied.")
	}
	placed, err := im.place(ctx, listing)
	if err != nil {
		return nil, err
	}
	for _, e := range placed {
		p.Note("Looking at " + e.Name)
		planned, err := im.look(ctx, e, r, p)
		if err != nil {
			return nil, err
		}
		plan.Experiments = append(plan.Experiments, planned)
	}
	return plan, nil
}

// place lists the experiments that are wanted with where they go.
func (im *Import) place(ctx context.Context, r *Report) ([]Placed, error) {
	list, err := im.Source.Experiments(ctx, r)
	if err != nil {
		return nil, err
	}
	if len(im.Options.Only) > 0 {
		if list, err = only(list, im.Options.Only); err != nil {
			return nil, err
		}
	}
	return arrange(im.Record, im.Source.About(), list, im.Options.Into), nil
}

// only keeps the experiments that are named, or whose ids are.
func only(list []Experiment, names []string) (some []Experiment, err error) {
	for _, name := range names {
		n := len(some)
		for _, e := range list {
			if e.Name == name || e.ID == name {
				some = append(some, e)
			}
		}
		if len(some) == n {
			return nil, fault.New(fault.NotFound, "there is no experiment %q in what is imported", name)
		}
	}
	return some, nil
}

func (im *Import) look(ctx context.Context, e Placed, r *Report, p *job.Progress) (Planned, error) {
	planned := Planned{Placed: e}
	err := im.Source.Runs(ctx, e.ID, true, r, func(run *Run) error {
		planned.Runs++
		planned.record += run.Bytes
		if im.Record.Knows(run.ID) {
			planned.Known++
			if err := im.compare(ctx, run, &planned, r); err != nil {
				return err
			}
		}
		if run.Trashed {
			planned.Trashed++
		}
		p.Item(1)
		return im.count(ctx, run.Place, &planned, r)
	})
	if err == nil {
		err = im.Source.Models(ctx, e.ID, r, func(m *Model) error {
			planned.Models++
			return im.count(ctx, m.Place, &planned, r)
		})
	}
	return planned, err
}

// compare says where a row is not as it is here.
func (im *Import) compare(ctx context.Context, run *Run, planned *Planned, r *Report) error {
	if !run.Row || r == nil {
		return nil
	}
	cleaner{run.where(), nil}.run(&run.PastRun)
	would, err := im.Record.WouldTakeRun(ctx, run.PastRun)
	if would.Differs != "" {
		planned.Differ++
	}
	told(would, run.where(), r)
	return err
}

func (im *Import) count(ctx context.Context, place string, planned *Planned, r *Report) error {
	if place == "" || im.Options.Bare {
		return context.Cause(ctx)
	}
	return im.Source.Files(ctx, place, r, func(f File) error {
		planned.Files++
		planned.Bytes += f.Size
		return context.Cause(ctx)
	})
}
