package owner

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

// imported keeps what the last imports made, so that they can be undone.
type imported struct {
	mu    sync.Mutex
	count int
	last  []madeByImport
}

type madeByImport struct {
	name        string
	runs        []string
	experiments []string
}

// undoableImports is how many imports can be undone.
const undoableImports = 10

// undoable remembers what an import made, and names it; empty if it made nothing.
func (o importer) undoable(done imports.Done) string {
	if len(done.New)+len(done.Made) == 0 {
		return ""
	}
	k := &o.imported
	k.mu.Lock()
	defer k.mu.Unlock()
	k.count++
	made := madeByImport{strconv.Itoa(k.count), done.New, done.Made}
	if k.last = append(k.last, made); len(k.last) > undoableImports {
		k.last = slices.Delete(k.last, 0, 1)
	}
	return made.name
}

// find returns what an import made.
func (k *imported) find(name string) (madeByImport, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	i := slices.IndexFunc(k.last, func(m madeByImport) bool { return m.name == name })
	if i < 0 {
		return madeByImport{}, fault.New(fault.NotFound, "that import can no longer be undone").
			WithHint("Select its runs and put them into the trash, or its experiment.")
	}
	return k.last[i], nil
}

// Undo puts what an import made into the trash. An experiment in which nobody has
// put anything else goes there as a whole, so that it comes back as a whole.
func (o importer) Undo(ctx context.Context, name string) (done api.UndoneImport, err error) {
	made, err := o.imported.find(name)
	if err != nil {
		return done, err
	}
	in := map[string][]string{} // runs that are not in the trash, by experiment
	for _, id := range made.runs {
		_ = o.tracker.Run(id, func(r *track.Run) { // one that was deleted for good needs no trash
			if !r.Trashed() {
				in[r.Experiment] = append(in[r.Experiment], id)
			}
		})
	}
	for _, id := range made.experiments {
		if !o.nothingElse(id, len(in[id])) {
			continue
		}
		if err := o.tracker.TrashExperiment(ctx, id, true); err != nil {
			return done, err
		}
		done.Experiments++
		done.Runs += len(in[id])
		delete(in, id)
	}
	trash := true
	n, _, err := o.tracker.EditRuns(ctx, slices.Concat(slices.Collect(maps.Values(in))...), track.RunsEdit{Trash: &trash})
	done.Runs += n
	return done, err
}

// nothingElse reports whether an experiment that is here has that many runs outside
// the trash, and no more.
func (o importer) nothingElse(experiment string, runs int) bool {
	here := false
	err := o.tracker.Experiment(experiment, func(x *track.Experiment) { here = !x.Trashed() })
	n := o.tracker.Count(experiment)
	return err == nil && here && n.All-n.Trashed == runs
}
