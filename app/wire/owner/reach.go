package owner

import (
	"context"
	"errors"
	"fmt"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// checkContent makes sure that the packs hold what the record names: the files
// of all versions of data, the code of runs, and all artifacts. What the packs themselves hold is
// checked elsewhere.
func (o *Owner) checkContent(ctx context.Context, d *Diagnosis) error {
	for _, v := range o.versions() {
		lost, err := o.lostOf(ctx, v.root)
		if err != nil {
			return err
		}
		lost.note(d, v.name)
	}
	for _, v := range o.codes() {
		lost, err := o.lostOf(ctx, v.root)
		if err != nil {
			return err
		}
		lost.note(d, v.name)
	}
	for _, owner := range o.owners() {
		files, err := o.tracker.Artifacts(owner, "")
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		var lost losses
		for _, f := range files {
			if _, outside := content.OutsideOf(f.Content); outside {
				continue // said when it is opened: a disk may not be connected now
			}
			var ref content.Ref
			err := event.Unmarshal(f.Content, &ref)
			if err == nil {
				err = content.Present(ctx, o.packs, ref)
			}
			if err := lost.add(f.Path, err); err != nil {
				return err
			}
		}
		name := "run " + owner.Run
		if owner.Model != "" {
			name = "model " + owner.Model
		}
		lost.note(d, name)
	}
	return nil
}

// losses are the files of one tree whose content is not there.
type losses struct {
	first string
	n     int
}

// add counts a file if what failed about it is its content.
func (l *losses) add(path string, err error) error {
	if !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Corrupt) {
		return err
	}
	if l.n++; l.n == 1 {
		l.first = content.Show(path)
	}
	return nil
}

func (l *losses) note(d *Diagnosis, name string) {
	switch l.n {
	case 0:
	case 1:
		d.Damage = append(d.Damage, fmt.Sprintf("%s: the content of %s is missing from the packs", name, l.first))
	default:
		d.Damage = append(d.Damage, fmt.Sprintf("%s: the content of %d files is missing from the packs, of %s first", name, l.n, l.first))
	}
}

// lostOf looks for all that a tree names.
func (o *Owner) lostOf(ctx context.Context, root content.ID) (lost losses, err error) {
	tree, err := content.OpenTree(ctx, o.packs, root)
	if err == nil {
		err = tree.Walk(ctx, func(path string, e content.Entry) error {
			if e.Type != content.File {
				return nil
			}
			return lost.add(path, content.Present(ctx, o.packs, e.Ref))
		})
	}
	// Then a part of the tree itself is not there.
	return lost, lost.add("a folder", err)
}

type version struct {
	name string
	root content.ID
}

// versions are those of data that were not removed.
func (o *Owner) versions() (list []version) {
	o.tracker.Datasets(func(s *track.Dataset) {
		s.Kept(func(n uint64, v *track.Stamped[event.DatasetVersion]) {
			if len(v.Value.Root) == content.Size {
				list = append(list, version{fmt.Sprintf("%s, version %d", s.Name(), n), content.ID(v.Value.Root)})
			}
		})
	})
	return list
}

// codes are the trees of the code of runs. Runs of the same code share one.
func (o *Owner) codes() (list []version) {
	seen := map[content.ID]bool{}
	for _, owner := range o.owners() {
		if owner.Run == "" {
			continue
		}
		_ = o.tracker.Run(owner.Run, func(r *track.Run) { // else it went meanwhile
			for i := range r.Code {
				if root := r.Code[i].Value.Root; len(root) == content.Size && !seen[content.ID(root)] {
					seen[content.ID(root)] = true
					list = append(list, version{"the code of run " + r.ID, content.ID(root)})
				}
			}
		})
	}
	return list
}

// owners are all who may have artifacts.
func (o *Owner) owners() (list []track.Owner) {
	o.tracker.Briefs(nil, func(r track.Brief) bool {
		list = append(list, track.Owner{Run: r.ID()})
		return true
	})
	o.tracker.Models(func(m *track.LoggedModel) { list = append(list, track.Owner{Model: m.ID}) })
	return list
}
