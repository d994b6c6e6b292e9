package owner

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
	"dev.varve/storage/journal"
	"dev.varve/storage/packs"
)

// A backup that was made before holds files that the workspace does not have any
// more: logs of agents that were taken in, packs that were merged or cleaned, and what
// was purged. They go, but only if the backup itself has what is in them, or nothing
// needs it: a file that the workspace has lost is the last copy.

// prune deletes such files. It is the last step: until then they may be needed.
func (b *backup) prune(ctx context.Context) error {
	if err := b.pruneLogs(); err != nil {
		return err
	}
	return b.prunePacks(ctx)
}

// outdated lists what the backup has and the workspace does not: files, and with
// folders those directly in a folder.
func (b *backup) outdated(dir string, folders bool) (names []string, err error) {
	there, err := b.there(dir)
	if err != nil {
		return nil, err
	}
	look := func(path string) error {
		rel, err := filepath.Rel(b.dest, path)
		if err != nil {
			return err
		}
		_, err = b.disk().Stat(filepath.Join(b.owner.ws.Dir, rel))
		if errors.Is(err, fault.NotFound) {
			names, err = append(names, path), nil
		}
		return err
	}
	if !folders {
		return names, b.walk(there, func(path string, _ int64) error { return look(path) })
	}
	entries, err := b.disk().ReadDir(there)
	for _, e := range entries {
		if err == nil && e.IsDir() {
			err = look(filepath.Join(there, e.Name()))
		}
	}
	return names, err
}

// pruneLogs deletes logs of agents that the backup's own log has taken in, and
// segments that nothing was ever acknowledged in.
func (b *backup) pruneLogs() error {
	o := b.owner
	gone, err := b.outdated(o.ws.Journal(), true)
	if err != nil {
		return err
	}
	own, err := b.there(journal.Dir(o.ws.Journal(), o.device))
	if err != nil {
		return err
	}
	if len(gone) > 0 {
		folded, err := journal.Folded(b.disk(), own, o.device)
		if err != nil {
			return err
		}
		for _, dir := range gone {
			if w, err := event.ParseWriter(filepath.Base(dir)); err == nil && folded[w] || b.setAside(dir) {
				if err := b.removeAll(dir); err != nil {
					return err
				}
			}
		}
	}
	segments, err := b.outdated(journal.Dir(o.ws.Journal(), o.device), false)
	if err != nil || len(segments) == 0 {
		return err
	}
	named, err := journal.Named(b.disk(), own, o.device)
	if err != nil {
		return err
	}
	for _, path := range segments {
		if n, ok := journal.SegmentNumber(filepath.Base(path)); ok && !named[n] || journal.IsRewriting(filepath.Base(path)) {
			if err := b.remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// setAside reports whether a folder is what was left of the agent of a purged run.
func (b *backup) setAside(dir string) bool {
	run, ok := b.owner.runSetAside(dir)
	return ok && b.owner.tracker.IsPurged("run/"+run)
}

// prunePacks deletes packs of which the backup has everything elsewhere that any
// event names.
func (b *backup) prunePacks(ctx context.Context) error {
	gone, err := b.outdated(b.owner.ws.Packs(), false)
	if err != nil || len(gone) == 0 {
		return err
	}
	b.progress.Note("Looking what is still needed")
	seen, err := b.owner.survey(ctx, b.owner.isPurged, time.Time{})
	if err != nil || seen.broken != nil {
		return err
	}
	has, err := b.elsewhere(gone)
	if err != nil {
		return err
	}
	for _, path := range gone {
		ids, err := packs.Contents(b.disk(), path)
		if err != nil {
			continue // damaged, or no pack at all: not ours to delete
		}
		needed := false
		for _, id := range ids {
			needed = needed || seen.isLive(id) && !has[id]
		}
		if !needed {
			if err := b.remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// elsewhere is what lies in the packs of the backup, but for some of them.
func (b *backup) elsewhere(but []string) (map[content.ID]bool, error) {
	skip, has := map[string]bool{}, map[content.ID]bool{}
	for _, path := range but {
		skip[path] = true
	}
	there, err := b.there(b.owner.ws.Packs())
	if err != nil {
		return nil, err
	}
	return has, b.walk(there, func(path string, _ int64) error {
		if skip[path] {
			return nil
		}
		ids, err := packs.Contents(b.disk(), path)
		if err != nil {
			return nil // nothing in it is relied on
		}
		for _, id := range ids {
			has[id] = true
		}
		return nil
	})
}

func (b *backup) remove(path string) error {
	info, err := b.disk().Stat(path)
	if err != nil {
		return err
	}
	b.removed, b.freed = b.removed+1, b.freed+info.Size()
	return b.disk().Remove(path)
}

func (b *backup) removeAll(dir string) error {
	err := b.walk(dir, func(_ string, size int64) error {
		b.removed, b.freed = b.removed+1, b.freed+size
		return nil
	})
	if err != nil {
		return err
	}
	return b.disk().RemoveAll(dir)
}

// said is what the person is told of it.
func (b *backup) said() string {
	text := "The backup is in " + b.dest + "."
	if b.renewed > 0 {
		text += fmt.Sprintf(" What was deleted for good has been taken out of it, too: %s of the journal.", say.Count(b.renewed, "part"))
	}
	if b.removed > 0 {
		text += fmt.Sprintf(" Removed from it, since nothing needs them any more: %s, %s.", say.Count(b.removed, "file"), say.Bytes(b.freed))
	}
	return text
}
