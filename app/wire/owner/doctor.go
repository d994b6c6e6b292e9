package owner

import (
	"context"
	"errors"
	"slices"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
	"dev.varve/storage/journal"
)

// Diagnosis is what came of a check.
type Diagnosis struct {
	State   string // hash of the logical state of the record
	Events  int64
	Runs    int
	Chunks  int64
	Damage  []string // each names a file and what is wrong with it
	Notes   []string // harmless
	Rebuilt bool
}

// Doctor opens a workspace that nobody owns, checks all of it, and closes it
// again. With rebuild the index is deleted first.
func Doctor(ctx context.Context, opts Options, rebuild bool) (Diagnosis, error) {
	opts.Rebuild = rebuild
	d, hurt, err := examine(ctx, opts)
	if !hurt || !errors.Is(err, fault.Corrupt) {
		return d, err
	}
	// What is damaged is a cache of what was to be examined.
	opts.Rebuild = true
	why := err
	d, _, err = examine(ctx, opts)
	d.Notes = append(d.Notes, "The index was built again: "+why.Error())
	return d, err
}

// examine makes one diagnosis; hurt says that the index turned out to be
// damaged meanwhile.
func examine(ctx context.Context, opts Options) (d Diagnosis, hurt bool, err error) {
	o, err := Become(ctx, opts)
	if err != nil {
		return d, false, err
	}
	d, err = o.diagnose(ctx)
	d.Rebuilt = opts.Rebuild || o.Rebuilt != ""
	if o.Rebuilt != "" {
		d.Notes = append(d.Notes, "The index was built again: "+o.Rebuilt)
	}
	hurt = o.index.Distrusted()
	if closed := o.Close(); err == nil {
		err = closed
	}
	return d, hurt, err
}

// diagnose checks every frame of every log, every record of every pack, every
// entry of the index, and that what the record names is there.
func (o *Owner) diagnose(ctx context.Context) (d Diagnosis, err error) {
	if err := o.index.Vouch(ctx); err != nil {
		return d, err
	}
	if err := o.agents.look(ctx); err != nil {
		return d, err
	}
	if err := o.tracker.Flush(o.ownEnd); err != nil {
		return d, err
	}
	if d.State, err = o.tracker.StateHash(); err != nil {
		return d, err
	}
	o.tracker.Briefs(nil, func(track.Brief) bool { d.Runs++; return true })
	if err := o.checkLogs(&d); err != nil {
		return d, err
	}
	if _, pending := o.tracker.Purges(o.device); pending {
		d.Notes = append(d.Notes, "The space of what was deleted for good is not all given back yet: that goes on when the workspace is opened.")
	}
	if err := o.checkPacks(ctx, &d); err != nil {
		return d, err
	}
	return d, o.checkContent(ctx, &d)
}

func (o *Owner) checkLogs(d *Diagnosis) error {
	writers, err := journal.Writers(o.disk, o.ws.Journal())
	if err != nil {
		return err
	}
	note := func(damage journal.Damage) {
		if line := describe(damage); !slices.Contains(d.Damage, line) {
			d.Damage = append(d.Damage, line)
		}
	}
	for _, w := range writers {
		dir := journal.Dir(o.ws.Journal(), w)
		if err := journal.Verify(o.disk, dir, w, note); err != nil {
			return err
		}
		_, err := journal.Read(o.disk, dir, w, journal.Position{}, journal.Options{Live: true}, func(*event.Event) error {
			d.Events++
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, line := range o.Damage() {
		if !slices.Contains(d.Damage, line) {
			d.Damage = append(d.Damage, line)
		}
	}
	return nil
}

func (o *Owner) checkPacks(ctx context.Context, d *Diagnosis) error {
	report, err := o.packs.Check(ctx, nil)
	if err != nil {
		return err
	}
	d.Chunks = int64(report.Records)
	for _, damage := range append(o.packs.Damage(), report.Damage...) {
		line := describe(journal.Damage{File: damage.Pack, Offset: damage.Offset, Sentence: damage.What})
		if !slices.Contains(d.Damage, line) {
			d.Damage = append(d.Damage, line)
		}
	}
	return nil
}
