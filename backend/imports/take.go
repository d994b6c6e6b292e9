package imports

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/job"
	"dev.varve/backend/say"
	"dev.varve/backend/track"
)

// Done is what an import did.
type Done struct {
	Experiments int // made
	Runs        int // new ones
	More        int // runs that were here and got something that they lacked
	Same        int // runs that were here as they are
	Points      int64
	Models      int // logged models that are new
	Registered  int // registered models that are new
	Versions    int // of registered models, that are new
	Files       int64
	Bytes       int64 // of artifacts
	Skipped     []Skipped
	Left        int // how many things were left out

	Into []string // ids of the experiments that runs were put in
	Made []string // those of them that are new
	New  []string // ids of the new runs
}

// Limits of what is recorded at once: nobody reads while it is folded, and until
// it is recorded nothing of it counts.
const (
	batchRuns   = 250
	batchPoints = 100_000
	batchBytes  = 64 << 20 // of artifacts that were put
)

// taking is an import on its way.
type taking struct {
	*Import
	report   *Report
	progress *job.Progress
	done     Done
	begun    time.Time
	all      int // runs that there are
	seen     int
	batch    []track.PastRun
	wheres   []string // what the runs of the batch are called
	points   int
	put      int64
	release  func() // after Begin of the store; nil before
}

// Take does what Look says. It may be cancelled at any time, and what is taken by
// then stays; taking again goes on where it ended.
func (im *Import) Take(ctx context.Context, p *job.Progress) (Done, error) {
	report := &Report{}
	plan, err := im.plan(ctx, nil, report, nil)
	if err != nil {
		return Done{}, err
	}
	sum := plan.Sum()
	t := &taking{Import: im, report: report, progress: p, begun: im.Clock.Now(), all: sum.Runs}
	p.SetTotal(sum.record + sum.Bytes)
	p.Pausable()
	defer func() {
		if t.release != nil {
			t.release()
		}
	}()
	for _, e := range plan.Experiments {
		if err := t.experiment(ctx, e.Placed); err != nil {
			return t.result(), err
		}
	}
	err = im.eachRegistered(ctx, report, func(m *track.PastRegistered) error { return t.registered(ctx, m) })
	return t.result(), err
}

func (t *taking) result() Done {
	t.done.Skipped, t.done.Left = t.report.List()
	return t.done
}

// experiment takes an experiment with all that is in it.
func (t *taking) experiment(ctx context.Context, e Placed) error {
	made := e.Here == ""
	if made {
		id, err := t.make(ctx, e)
		if err != nil {
			return err
		}
		e.Here = id
		t.done.Experiments++
		t.done.Made = append(t.done.Made, id)
	}
	t.done.Into = append(t.done.Into, e.Here)
	err := t.Source.Runs(ctx, e.ID, false, t.report, func(run *Run) error {
		run.Experiment = e.Here
		return t.run(ctx, run)
	})
	if err == nil {
		err = t.flush(ctx)
	}
	if err == nil {
		err = t.Source.Models(ctx, e.ID, t.report, func(m *Model) error {
			m.Experiment = e.Here
			return t.model(ctx, m)
		})
	}
	if err == nil && made && e.Deleted {
		err = t.Record.TrashExperiment(ctx, e.Here, true)
	}
	return err
}

func (t *taking) make(ctx context.Context, e Placed) (string, error) {
	c := cleaner{"experiment " + e.Name, t.report}
	tags := map[string]string{}
	for key, value := range c.tags(e.Tags) {
		if r := []rune(value); len(r) > maxTag {
			t.report.Skip(c.where+": tag "+key, "its value has %d characters: it is cut to %d", len(r), maxTag)
			value = string(r[:maxTag])
		}
		tags[key] = value
	}
	tags[TagFrom] = e.from(t.Source.About()) // and not where it came from before that
	return t.Record.CreateExperiment(ctx, track.NewExperiment{Name: e.As, Tags: tags, Made: e.Made})
}

// maxTag is how many characters a tag of an experiment may have.
const maxTag = 20_000

// run takes one run into the batch.
func (t *taking) run(ctx context.Context, run *Run) error {
	t.progress.Rest(ctx)
	if err := context.Cause(ctx); err != nil {
		return err
	}
	cleaner{run.where(), t.report}.run(&run.PastRun)
	var err error
	if run.Files, err = t.files(ctx, track.Owner{Run: run.ID}, run.Place); err != nil {
		return err
	}
	t.batch, t.wheres = append(t.batch, run.PastRun), append(t.wheres, run.where())
	for i := range run.Metrics {
		t.points += len(run.Metrics[i].Points)
	}
	t.progress.Add(run.Bytes)
	if len(t.batch) >= batchRuns || t.points >= batchPoints || t.put >= batchBytes {
		return t.flush(ctx)
	}
	return nil
}

// flush records the batch.
func (t *taking) flush(ctx context.Context) error {
	if len(t.batch) == 0 {
		return nil
	}
	if err := t.settle(ctx); err != nil {
		return err
	}
	taken, err := t.Record.TakeRuns(ctx, t.batch)
	if err != nil {
		return err
	}
	for i, k := range taken {
		t.done.Points += k.Points
		told(k, t.wheres[i], t.report)
		switch {
		case k.Left != "":
		case k.New:
			t.done.Runs++
			t.done.New = append(t.done.New, t.batch[i].ID)
		case k.More:
			t.done.More++
		default:
			t.done.Same++
		}
	}
	t.seen += len(t.batch)
	t.progress.Item(int64(len(t.batch)))
	t.progress.Note(Pace(t.seen, t.all, t.Clock.Now().Sub(t.begun)))
	t.batch, t.wheres, t.points = t.batch[:0], t.wheres[:0], 0
	t.unhold()
	return nil
}

// told tells what of a run was, or would be, left as it is.
func told(k track.Taken, where string, r *Report) {
	switch {
	case k.Left != "":
		r.Skip(where, "%s", k.Left)
	case k.Differs != "":
		r.Skip(where, "%s: what is here stays", k.Differs)
	}
}

// settle makes the artifacts of the batch durable.
func (t *taking) settle(ctx context.Context) error {
	if t.put == 0 {
		return nil
	}
	t.put = 0
	return t.Store.Flush(ctx)
}

func (t *taking) unhold() {
	if t.release != nil {
		t.release()
		t.release = nil
	}
}

// Pace says how far work on runs has come, and how long the rest takes.
func Pace(seen, all int, since time.Duration) string {
	text := fmt.Sprintf("%d of %s", seen, say.Count(all, "run"))
	seconds := since.Seconds()
	if seconds < 1 || seen == 0 {
		return text
	}
	rate := float64(seen) / seconds
	text += fmt.Sprintf(", %.0f a second", rate)
	if left := float64(all-seen) / rate; left >= 1 {
		text += fmt.Sprintf(", about %s left", time.Duration(left*float64(time.Second)).Round(time.Second))
	}
	return text
}

func (t *taking) model(ctx context.Context, m *Model) error {
	c := cleaner{"model " + m.ID, t.report}
	m.Tags, m.Params = c.tags(m.Tags), c.params(m.Params)
	m.Name = cutName(m.Name)
	var err error
	if m.Files, err = t.files(ctx, track.Owner{Model: m.ID}, m.Place); err != nil {
		return err
	}
	if err := t.settle(ctx); err != nil {
		return err
	}
	taken, err := t.Record.TakeModel(ctx, m.PastModel)
	t.unhold()
	switch {
	case errors.Is(err, fault.Invalid):
		t.report.Fail(c.where, err)
		return nil
	case err != nil:
		return err
	case taken.Left != "":
		t.report.Skip(c.where, "%s", taken.Left)
	case taken.New:
		t.done.Models++
	}
	return nil
}
