package datasets

import (
	"context"
	"fmt"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/imports"
	"dev.varve/backend/job"
	"dev.varve/backend/track"
)

// Done is what an import did.
type Done struct {
	Sets     int   // data sets that were made
	Versions int   // new ones
	Same     int   // versions that are here already
	Files    int64 // that were read
	Bytes    int64
	Into     []string // ids of the data sets that versions were put in
	Skipped  []imports.Skipped
	Left     int
}

// taking is an import on its way.
type taking struct {
	*Import
	report   *imports.Report
	progress *job.Progress
	done     Done
	refs     map[string]content.Ref   // what was read already for this data set, by File.At
	classes  map[string]content.Class // of the version before, by path
}

// Take does what Look says. It may be cancelled at any time, and what is taken by
// then stays; taking again goes on where it ended.
func (im *Import) Take(ctx context.Context, p *job.Progress) (Done, error) {
	t := &taking{Import: im, report: &imports.Report{}, progress: p}
	plan, err := im.plan(ctx, t.report, p)
	if err != nil {
		return Done{}, err
	}
	sum := plan.Sum()
	t.done.Same = sum.Known
	p.SetTotal(sum.Bytes)
	p.Pausable()
	for _, s := range plan.Sets {
		if err := t.set(ctx, s); err != nil {
			return t.result(), err
		}
	}
	return t.result(), nil
}

func (t *taking) result() Done {
	t.done.Skipped, t.done.Left = t.report.List()
	return t.done
}

// set takes the versions of a data set that are new. Until it is done nothing is
// deleted that no version names: what was read for one is used again for the next.
func (t *taking) set(ctx context.Context, s *Planned) error {
	if len(s.take) == 0 {
		return nil
	}
	defer t.Begin()()
	t.refs, t.classes = map[string]content.Ref{}, map[string]content.Class{}
	t.remember(ctx, s)
	for i, v := range s.take {
		t.progress.Note(fmt.Sprintf("%s, version %d of %d", s.As, i+1, len(s.take)))
		taken, err := t.version(ctx, s, v)
		switch {
		case err != nil && imports.Fatal(ctx, err):
			return err
		case t.report.Fail(v.Where, err):
			continue
		case taken.New:
			t.done.Versions++
		default:
			t.done.Same++
		}
		if taken.Made {
			t.done.Sets++
		}
		if n := len(t.done.Into); n == 0 || t.done.Into[n-1] != taken.Dataset {
			t.done.Into = append(t.done.Into, taken.Dataset)
		}
	}
	return nil
}

func (t *taking) version(ctx context.Context, s *Planned, v *Version) (track.TakenVersion, error) {
	files, err := t.Source.Files(ctx, v)
	if err != nil {
		return track.TakenVersion{}, err
	}
	entries := make([]content.PathEntry, len(files))
	for i := range files {
		t.progress.Rest(ctx)
		f := &files[i]
		ref, err := t.file(ctx, f)
		if err != nil {
			return track.TakenVersion{}, err
		}
		t.classes[f.Path] = ref.Class
		entries[i] = content.PathEntry{Path: f.Path, Mode: f.Mode, ModTime: f.Modified, Ref: ref}
	}
	var tree content.Version
	if v.Single && len(entries) == 1 {
		tree, err = content.AssembleFile(ctx, t.Store, entries[0])
	} else {
		tree, err = content.Assemble(ctx, t.Store, entries)
	}
	if err == nil {
		err = t.Store.Flush(ctx)
	}
	if err != nil {
		return track.TakenVersion{}, err
	}
	return t.Record.TakeVersion(ctx, s.As, event.DatasetVersion{
		Root: tree.Root[:], Digest: tree.Digest[:], Files: tree.Totals.Files, Bytes: tree.Totals.Bytes,
		Message: v.Message, Source: v.From, User: v.Author, Made: v.Made, Origin: v.Origin,
	})
}

// file keeps the content of a file, unless that was done before.
func (t *taking) file(ctx context.Context, f *File) (content.Ref, error) {
	if ref, ok := t.refs[f.At]; ok {
		return ref, nil
	}
	r, err := t.Source.Open(ctx, f)
	if err != nil {
		return content.Ref{}, err
	}
	defer r.Close()
	ref, err := content.WriteFile(ctx, t.Store, imports.Interruptible(ctx, r), content.WriteOptions{Size: f.Size, Class: t.classes[f.Path]})
	if err != nil {
		return content.Ref{}, err
	}
	t.refs[f.At] = ref
	t.done.Files++
	t.done.Bytes += ref.Size
	t.progress.Add(ref.Size)
	t.progress.Item(1)
	return ref, nil
}

// remember learns from the newest version that is here already what need not be
// read again, and how large files were cut. If it cannot be read, all is read again.
func (t *taking) remember(ctx context.Context, s *Planned) {
	if s.last == nil {
		return
	}
	var root []byte
	err := t.Record.Dataset(t.Record.DatasetID(s.As), func(d *track.Dataset) {
		d.Kept(func(_ uint64, v *track.Stamped[event.DatasetVersion]) {
			if v.Value.Origin == s.last.Origin {
				root = v.Value.Root
			}
		})
	})
	if err != nil || len(root) != content.Size {
		return
	}
	files, err := t.Source.Files(ctx, s.last)
	if err != nil {
		return
	}
	at := make(map[string]string, len(files))
	for i := range files {
		at[files[i].Path] = files[i].At
	}
	tree, err := content.OpenTree(ctx, t.Store, content.ID(root))
	if err != nil {
		return
	}
	_ = tree.Walk(ctx, func(path string, e content.Entry) error {
		if name, ok := at[path]; ok && e.Type == content.File {
			t.refs[name], t.classes[path] = e.Ref, e.Ref.Class
		}
		return nil
	})
}
