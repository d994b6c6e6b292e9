package owner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dev.varve/app/door/api"
	"dev.varve/backend/job"
	"dev.varve/backend/say"
	"dev.varve/storage/packs"
)

// Clean deletes the content that nothing in the record names. What is needed is found
// out with nobody able to rely on what is about to go, as for a purge.
func (d data) Clean(ctx context.Context, want api.Cleaning, p *job.Progress) (job.Outcome, error) {
	done, err := d.o.takeCare()
	if err != nil {
		return job.Outcome{}, err
	}
	defer done()
	if err := d.o.agents.look(ctx); err != nil {
		return job.Outcome{}, err
	}
	c := &cleaning{o: d.o, ctx: ctx, p: p}
	grace := time.Duration(want.Grace) * time.Second
	if want.Dry {
		return c.weigh(grace)
	}
	return c.collect(grace)
}

// byAge tells the packs that may be cleaned apart: those that were not written to for
// a while, and the younger ones.
func (o *Owner) byAge(grace time.Duration) (rested, young packs.Touch) {
	may, before := o.mayClean(), o.clock.Now().Add(-grace)
	old := func(path string) bool {
		info, err := o.disk.Stat(path)
		return err == nil && !info.ModTime().After(before)
	}
	rested = func(w packs.Writer, path string) bool { return may(w, path) && old(path) }
	young = func(w packs.Writer, path string) bool { return may(w, path) && !old(path) }
	return rested, young
}

// weigh says what collect would free.
func (c *cleaning) weigh(grace time.Duration) (job.Outcome, error) {
	var out api.Cleaned
	seen, err := c.o.survey(c.ctx, c.o.isPurged, c.o.clock.Now().Add(-grace))
	if err != nil {
		return job.Outcome{}, err
	}
	if out.Before, err = c.o.takes(); err != nil {
		return job.Outcome{}, err
	}
	out.After, out.Left = out.Before, seen.left()
	if seen.broken == nil {
		rested, young := c.o.byAge(grace)
		if out.Frees, err = c.o.packs.Garbage(c.ctx, rested, seen.isLive); err == nil {
			out.Keeps, err = c.o.packs.Garbage(c.ctx, young, seen.isLive)
		}
	}
	if err != nil {
		return job.Outcome{}, err
	}
	return outcome(out, fmt.Sprintf("About %s would be freed.%s", say.Bytes(out.Frees), keeps(out, grace)))
}

func keeps(out api.Cleaned, grace time.Duration) (text string) {
	if out.Keeps > 0 {
		text = fmt.Sprintf(" %s more are younger than %s and stay.", say.Bytes(out.Keeps), age(grace))
	}
	for _, sentence := range out.Left {
		text += " " + sentence
	}
	return text
}

// age says a time of grace in whole hours or days.
func age(d time.Duration) string {
	if hours := int(d.Hours()); hours%24 != 0 || hours == 0 {
		return say.Count(hours, "hour")
	}
	return say.Count(int(d.Hours())/24, "day")
}

// collect deletes what nothing needs.
func (c *cleaning) collect(grace time.Duration) (out job.Outcome, err error) {
	var result api.Cleaned
	if result.Before, err = c.o.takes(); err != nil {
		return out, err
	}
	rested, young := c.o.byAge(grace)
	sweep, err := c.begin(rested)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, sweep.End(context.WithoutCancel(c.ctx))) }()
	c.p.Note("Looking what is still needed")
	seen, err := c.o.survey(c.ctx, c.o.isPurged, c.o.clock.Now().Add(-grace))
	if err != nil {
		return out, err
	}
	if seen.broken == nil {
		if result.Frees, err = c.packs(sweep, seen); err == nil {
			result.Keeps, err = c.o.packs.Garbage(c.ctx, young, seen.isLive)
		}
	}
	if err != nil {
		return out, err
	}
	result.Left = append(seen.left(), c.left...)
	if result.After, err = c.o.takes(); err != nil {
		return out, err
	}
	c.p.Add(max(result.Before-result.After, 0))
	return outcome(result, fmt.Sprintf("%s freed; the record takes %s now.%s", say.Bytes(max(result.Before-result.After, 0)), say.Bytes(result.After), keeps(result, grace)))
}
