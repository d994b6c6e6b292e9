package owner

import (
	"context"
	"fmt"
	"path/filepath"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
	"dev.varve/storage/disk"
	"dev.varve/storage/index"
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
	if rebuild {
		if err := index.Wipe(disk.OS{}, filepath.Join(PlacesOf(opts.Dir).Cache, indexName)); err != nil {
			return Diagnosis{}, err
		}
	}
	o, err := Become(ctx, opts)
	if err != nil {
		return Diagnosis{}, err
	}
	d, err := o.diagnose(ctx)
	d.Rebuilt = rebuild || o.Rebuilt != ""
	if o.Rebuilt != "" {
		d.Notes = append(d.Notes, "The index was built again: "+o.Rebuilt)
	}
	if closed := o.Close(); err == nil {
		err = closed
	}
	return d, err
}

// diagnose checks every frame of every log, every record of every pack and
// every entry of the index.
func (o *Owner) diagnose(ctx context.Context) (d Diagnosis, err error) {
	if err := o.agents.look(ctx); err != nil {
		return d, err
	}
	if err := o.tracker.Flush(o.ownEnd); err != nil {
		return d, err
	}
	if d.State, err = o.tracker.StateHash(); err != nil {
		return d, err
	}
	o.tracker.Runs(nil, func(*track.Run) bool { d.Runs++; return true })
	if err := o.checkLogs(&d); err != nil {
		return d, err
	}
	return d, o.checkPacks(ctx, &d)
}

func (o *Owner) checkLogs(d *Diagnosis) error {
	writers, err := journal.Writers(o.disk, o.ws.Journal())
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	note := func(damage journal.Damage) {
		line := fmt.Sprintf("%s, byte %d: %s", damage.File, damage.Offset, damage.Sentence)
		if !seen[line] {
			seen[line] = true
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
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, damage := range o.damage {
		note(damage)
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
		line := fmt.Sprintf("%s, byte %d: %s", damage.Pack, damage.Offset, damage.What)
		if len(d.Damage) == 0 || d.Damage[len(d.Damage)-1] != line {
			d.Damage = append(d.Damage, line)
		}
	}
	return nil
}
