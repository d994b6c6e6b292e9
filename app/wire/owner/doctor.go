package owner

import (
	"context"
	"fmt"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
	"dev.varve/storage/index"
	"dev.varve/storage/journal"
)

// Diagnosis is what came of a check.
type Diagnosis struct {
	State   string // hash of the logical state of the record
	Events  int64
	Runs    int
	Chunks  int64
	Damage  []string
	Rebuilt bool
}

// Diagnose checks the workspace that o owns: every frame of every log, every
// record of every pack, every entry of the index.
func (o *Owner) Diagnose(ctx context.Context) (Diagnosis, error) {
	o.agents.look(ctx)
	d := Diagnosis{Rebuilt: o.Rebuilt != ""}
	if err := o.tracker.Flush(o.ownEnd); err != nil {
		return d, err
	}
	var err error
	if d.State, err = o.tracker.StateHash(); err != nil {
		return d, err
	}
	o.tracker.EachRun(func(*track.Run) { d.Runs++ })
	writers, err := journal.Writers(o.disk, o.ws.Journal())
	if err != nil {
		return d, err
	}
	seen := map[string]bool{}
	note := func(damage journal.Damage) {
		line := fmt.Sprintf("%s at byte %d: %s", damage.File, damage.Offset, damage.Sentence)
		if !seen[line] {
			seen[line] = true
			d.Damage = append(d.Damage, line)
		}
	}
	for _, w := range writers {
		dir := journal.Dir(o.ws.Journal(), w)
		if err := journal.Verify(o.disk, dir, w, note); err != nil {
			return d, err
		}
		_, err := journal.Read(o.disk, dir, w, journal.Position{}, journal.Options{Live: true}, func(*event.Event) error {
			d.Events++
			return nil
		})
		if err != nil {
			return d, err
		}
	}
	o.mu.Lock()
	for _, damage := range o.damage {
		note(damage)
	}
	o.mu.Unlock()
	return d, o.checkPacks(ctx, &d)
}

// WipeIndex deletes the index of a workspace that nobody owns; the next owner
// builds it again.
func WipeIndex(opts Options) error {
	o := &Owner{Options: opts, places: PlacesOf(opts.Dir)}
	return index.Wipe(diskOS, o.indexDir())
}
