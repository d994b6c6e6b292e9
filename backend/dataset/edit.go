package dataset

import (
	"context"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/ignore"
)

// Edit is how the next version differs from one that is there. Paths within
// versions have slashes.
type Edit struct {
	Name    string               // of the data set
	Base    event.DatasetVersion // which need not be the newest
	Put     []Put
	Remove  []string
	Move    []Move
	Message string
	Ignore  ignore.Options // for what is put
	Now     time.Time      // the folders that change get this time
}

// Put is a file or folder that takes the place of whatever is at a path of the version.
type Put struct {
	At   string
	Path string // on the person's disk
}

// Move is something that gets another path.
type Move struct{ From, To string }

// Edit makes a version out of another one. It needs the folders of that one
// and none of its files' bytes: only what is put is read. When it returns, the
// version is durable.
func (s *Service) Edit(ctx context.Context, e Edit, progress func(content.Progress)) (Added, error) {
	if len(e.Put)+len(e.Remove)+len(e.Move) == 0 {
		return Added{}, fault.New(fault.Invalid, "there is nothing to change").WithHint("Say what to add, to remove or to move.")
	}
	tree, err := s.Tree(ctx, e.Base)
	if err != nil {
		return Added{}, err
	}
	var left ignore.Left
	edits, err := s.edits(ctx, tree, e, &left, progress)
	if err != nil {
		return Added{}, err
	}
	v, err := tree.Edit(ctx, edits, e.Now)
	if err != nil {
		return Added{}, err
	}
	return s.record(ctx, e.Name, v, event.DatasetVersion{Message: e.Message}, left)
}

// edits are those of the tree. What is put is stored.
func (s *Service) edits(ctx context.Context, tree *content.Tree, e Edit, left *ignore.Left, progress func(content.Progress)) (list []content.Edit, err error) {
	for _, path := range e.Remove {
		list = append(list, content.Edit{Path: path})
	}
	for _, m := range e.Move {
		is, err := tree.Lookup(ctx, m.From)
		if err != nil {
			return nil, err
		}
		list = append(list, content.Edit{Path: m.From}, content.Edit{Path: m.To, Entry: &is})
	}
	for _, p := range e.Put { // so that nothing is read in vain
		list = append(list, content.Edit{Path: p.At, Entry: &content.Entry{}})
	}
	if err := content.CheckEdits(list); err != nil {
		return nil, err
	}
	var before content.Totals
	for i, p := range e.Put {
		opts := content.BuildOptions{Previous: tree.Root(), Within: p.At, Progress: onwards(before, progress)}
		built, err := s.build(ctx, s.Store, p.Path, e.Ignore, left, opts)
		if err != nil {
			return nil, err
		}
		before = before.Plus(built.Totals)
		list[len(list)-len(e.Put)+i].Entry = &built.Top
	}
	return list, nil
}

// onwards lets one work's progress go on where another one's ended.
func onwards(before content.Totals, progress func(content.Progress)) func(content.Progress) {
	if progress == nil {
		return nil
	}
	return func(p content.Progress) {
		p.Done, p.All = before.Plus(p.Done), before.Plus(p.All)
		progress(p)
	}
}
