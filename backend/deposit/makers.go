package deposit

import (
	"cmp"
	"context"
	"path"
	"slices"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// Record is where runs and their artifacts are. *track.Tracker is one.
type Record interface {
	Briefs(experiments []string, fn func(track.Brief) bool)
	Run(id string, fn func(*track.Run)) error
	Artifacts(o track.Owner, below string) ([]event.ArtifactPut, error)
}

// smallest is how many bytes a file must have to tell where it comes from: shorter
// ones are equal by chance.
const smallest = 16

// Makers finds the runs that made files of a version: which have an artifact of the
// same content, and began before the version was added. Of several that made the same
// file it is the one that began first. The earliest run is first.
func Makers(ctx context.Context, record Record, tree *content.Tree, added time.Time) ([]Run, error) {
	sought := map[content.Digest][]string{}
	err := tree.Walk(ctx, func(path string, e content.Entry) error {
		if e.Type == content.File && e.Ref.Size >= smallest && len(sought) < mostNamed {
			sought[e.Digest] = append(sought[e.Digest], path)
		}
		return content.Cancelled(ctx)
	})
	if err != nil || len(sought) == 0 {
		return nil, err
	}
	runs, err := runsBefore(ctx, record, added)
	if err != nil {
		return nil, err
	}
	var makers []Run
	for _, r := range runs {
		if err := content.Cancelled(ctx); err != nil {
			return nil, err
		}
		if r.Made = made(record, r.ID, sought); len(r.Made) > 0 {
			makers = append(makers, r)
		}
	}
	return makers, nil
}

// runsBefore are the runs that began before a time, the earliest first.
func runsBefore(ctx context.Context, record Record, added time.Time) (runs []Run, err error) {
	var ids []string
	record.Briefs(nil, func(b track.Brief) bool {
		if !b.Gone() {
			ids = append(ids, b.ID())
		}
		return ctx.Err() == nil
	})
	for _, id := range ids {
		if err := content.Cancelled(ctx); err != nil {
			return nil, err
		}
		var of Run
		known := record.Run(id, func(r *track.Run) { of = runOf(r) }) == nil // one that is gone by now made nothing
		if known && of.Start.Before(added) {
			runs = append(runs, of)
		}
	}
	slices.SortFunc(runs, func(a, b Run) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) })
	return runs, nil
}

// made lists the files that a run made, and seeks them no longer.
func made(record Record, run string, sought map[content.Digest][]string) (paths []string) {
	files, err := record.Artifacts(track.Owner{Run: run}, "")
	if err != nil {
		return nil // what cannot be read tells nothing
	}
	for _, f := range files {
		var ref content.Ref
		if event.Unmarshal(f.Content, &ref) != nil {
			continue // it lies elsewhere
		}
		paths = append(paths, sought[ref.Digest]...)
		delete(sought, ref.Digest)
	}
	slices.Sort(paths)
	return paths
}

// runOf copies what a package says of a run. The lock is held.
func runOf(r *track.Run) Run {
	end := r.End()
	out := Run{ID: r.ID, Name: r.Name(), Start: time.UnixMilli(r.Start), Failed: end.Status == "FAILED" || end.Status == "KILLED"}
	if end.End > 0 {
		out.End = time.UnixMilli(end.End)
	}
	if source := r.Labels.Tags()[track.TagSource]; source != "" {
		out.Program = path.Base(source) // where it lies is nobody's business
	}
	if r.Origin != nil {
		out.Program = words(", ", out.Program, r.Origin.EntryPoint)
	}
	for _, code := range r.Code {
		out.Commit, out.Remote = code.Value.Commit, code.Value.Remote
	}
	for _, in := range r.Datasets {
		out.Inputs = append(out.Inputs, Input{Name: in.Value.Name, Digest: in.Value.Digest})
	}
	return out
}
