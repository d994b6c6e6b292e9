package owner

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/job"
	"dev.varve/backend/say"
	"dev.varve/backend/track"
)

// A purge has two parts. The first is short: events say what is gone, and from
// then on it is not in the record any more. The second gives the space back: the own
// log, the index, the packs, in this order (docs/format/journal.md, packs.md). It may
// end anywhere; the next owner that opens the workspace goes on.

// isPurged chooses the events that nothing keeps any more.
func (o *Owner) isPurged(e *event.Event) bool {
	return e.Type != (event.StreamPurged{}).Type() && o.tracker.IsPurged(e.Stream)
}

// takeCare makes this the only work on the record as a whole.
func (o *Owner) takeCare() (done func(), err error) {
	select {
	case o.care <- struct{}{}:
		return func() { <-o.care }, nil
	default:
		return nil, fault.New(fault.State, "a back-up or a purge of this workspace is under way").WithHint("Try again when it has ended.")
	}
}

// trash is the door's view of what people have deleted.
type trash struct{ *Owner }

// List says what lies in the trash.
func (o trash) List() (api.Trash, error) {
	list, err := o.tracker.Trash()
	in := api.Trash{Things: make([]api.Trashed, len(list))}
	for i, t := range list {
		in.Things[i] = api.Trashed(t)
	}
	return in, err
}

// plan finds what is to be purged, and refuses what still runs.
func (o trash) plan(ctx context.Context, want api.Purge) (track.PurgePlan, error) {
	if err := o.agents.look(ctx); err != nil {
		return track.PurgePlan{}, err
	}
	plan, err := o.tracker.PlanPurge(track.PurgeOf{
		Runs: want.Runs, Experiments: want.Experiments, Registered: want.Registered, Versions: want.Versions, All: want.All, Before: want.Before,
	})
	if err != nil {
		return plan, err
	}
	for _, run := range plan.Runs {
		if _, alive := o.agents.agentOf(run); alive {
			return plan, fault.New(fault.State, "run %s is still running", run).WithHint("Stop it first, or take it out of the trash: varve runs restore %s", run)
		}
		if _, left := o.agents.leftOf(run); left {
			return plan, fault.New(fault.State, "the log of run %s could not be taken in yet", run).WithHint("Run varve doctor to see why.")
		}
	}
	return plan, nil
}

// Preview says what a purge would delete, and changes nothing.
func (o trash) Preview(ctx context.Context, want api.Purge) (api.PurgePreview, error) {
	plan, err := o.plan(ctx, want)
	if err != nil {
		return api.PurgePreview{}, err
	}
	out := api.PurgePreview{Runs: some(plan.Runs), Experiments: some(plan.Experiments), Models: some(plan.Models),
		Registered: some(plan.Registered), Versions: some(plan.Versions), Left: []string{}}
	if out.Takes, err = o.takes(); err != nil || plan.Empty() {
		return out, err
	}
	gone := map[string]bool{}
	for _, stream := range plan.Streams() {
		gone[stream] = true
	}
	seen, err := o.survey(ctx, func(e *event.Event) bool { return gone[e.Stream] || o.isPurged(e) }, time.Time{})
	if err != nil {
		return out, err
	}
	out.Frees, out.Left = seen.bytes, seen.left()
	if seen.broken == nil {
		garbage, err := o.packs.Garbage(ctx, o.mayClean(), seen.isLive)
		if err != nil {
			return out, err
		}
		out.Frees += garbage
	}
	return out, nil
}

func some(list []string) []string { return append([]string{}, list...) }

// Purge deletes for good.
func (o trash) Purge(ctx context.Context, want api.Purge, p *job.Progress) (job.Outcome, error) {
	done, err := o.takeCare()
	if err != nil {
		return job.Outcome{}, err
	}
	defer done()
	plan, err := o.plan(ctx, want)
	if err != nil {
		return job.Outcome{}, err
	}
	before, err := o.takes()
	if err != nil {
		return job.Outcome{}, err
	}
	p.Note("Recording what is deleted")
	if plan, err = o.tracker.Purge(ctx, plan); err != nil {
		return job.Outcome{}, err
	}
	out, err := o.carryOut(ctx, before, p)
	if err != nil {
		return out, &fault.Error{
			Kind: fault.KindOf(err), Op: "free the space of", Object: describePlan(plan), Err: err,
			Hint: "What was deleted is gone from the record. The rest of its space is freed when the workspace is opened the next time, or with another purge.",
		}
	}
	out.Summary = fmt.Sprintf("Deleted %s for good. %s", describePlan(plan), out.Summary)
	return out, nil
}

func describePlan(p track.PurgePlan) string {
	return say.Counts(say.Counted{N: len(p.Experiments), Thing: "experiment"}, say.Counted{N: len(p.Runs), Thing: "run"}, say.Counted{N: len(p.Models), Thing: "model"},
		say.Counted{N: len(p.Registered), Thing: "registered model"}, say.Counted{N: len(p.Versions), Thing: "version"})
}

// carryOut gives the space back of all that was purged and is still there. before
// is what the record took; 0 says that it is to be found out.
func (o *Owner) carryOut(ctx context.Context, before int64, p *job.Progress) (out job.Outcome, err error) {
	if before == 0 {
		if before, err = o.takes(); err != nil {
			return out, err
		}
	}
	through, _ := o.tracker.Purges(o.device)
	c := &cleaning{o: o, ctx: ctx, p: p}
	if err := c.run(); err != nil {
		return out, err
	}
	result := api.PurgeResult{Before: before, Left: some(c.left)}
	if result.After, err = o.takes(); err != nil {
		return out, err
	}
	if err := o.tracker.PurgeCarriedOut(ctx, event.PurgeDone{Through: through, Before: before, After: result.After}); err != nil {
		return out, err
	}
	p.Add(max(before-result.After, 0))
	out.Summary = fmt.Sprintf("The record takes %s now; it took %s before.", say.Bytes(result.After), say.Bytes(before))
	for _, sentence := range result.Left {
		out.Summary += " " + sentence
	}
	data, err := json.Marshal(result)
	out.Result = string(data)
	return out, fault.Wrap(err, fault.Internal, "encode", "the result")
}

// goOn finishes what an earlier owner has begun, or another device asks for.
func (o *Owner) goOn() {
	if _, pending := o.tracker.Purges(o.device); !pending {
		return
	}
	o.jobs.Start("purge", "Free the space of what was deleted for good", func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
		done, err := o.takeCare()
		if err != nil {
			return job.Outcome{}, err
		}
		defer done()
		return o.carryOut(ctx, 0, p)
	})
}
