package owner

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/backend/job"
	"dev.varve/storage/journal"
	"dev.varve/storage/lock"
	"dev.varve/storage/workspace"
)

// Backup copies the record into dest, which is new, empty, or an earlier backup
// of the same workspace: then only what is new is copied. What comes of it is a
// workspace that can be opened. Work goes on meanwhile; the backup holds what was
// recorded when its last part began.
//
// Events name content, so content comes first: packs, then logs up to where
// they ended before the packs were looked at the last time. An agent's log that
// vanishes meanwhile has become a part of the own log, which is copied last.
//
// It says in words what it did.
func (o *Owner) Backup(ctx context.Context, dest string, p *job.Progress) (said string, err error) {
	done, err := o.takeCare()
	if err != nil {
		return "", err
	}
	defer done()
	dest, err = o.checkBackup(dest)
	if err != nil {
		return "", err
	}
	held, err := lock.Try(filepath.Join(dest, workspace.LockName))
	if errors.Is(err, fault.Locked) {
		return "", fault.New(fault.Locked, "the backup in %s is open in Varve itself", dest).WithHint("Close it there, and try again.")
	}
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, held.Release()) }()
	b := &backup{owner: o, dest: dest, progress: p}
	if err := b.run(ctx); err != nil {
		return "", err
	}
	return b.said(), nil
}

// run copies everything, in the order that keeps it whole.
func (b *backup) run(ctx context.Context) error {
	o := b.owner
	b.progress.Note("Looking what there is")
	if err := b.measure(); err != nil {
		return err
	}
	if err := b.packs(ctx); err != nil {
		return err
	}
	writers, err := journal.Writers(o.disk, o.ws.Journal())
	if err != nil {
		return err
	}
	for _, w := range writers {
		if w == o.device {
			continue
		}
		end, err := o.position(w)
		if err == nil {
			err = b.log(ctx, w, end)
		}
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
	}
	end := o.journal.End()
	if err := b.packs(ctx); err != nil {
		return err
	}
	if err := b.log(ctx, o.device, end); err != nil {
		return err
	}
	return b.prune(ctx)
}

// checkBackup makes dest an empty workspace with the identity of this one, if
// it is nothing yet.
func (o *Owner) checkBackup(dest string) (string, error) {
	dest = filepath.Clean(dest)
	inside := func(a, b string) bool {
		rel, err := filepath.Rel(a, b)
		return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
	}
	if inside(o.ws.Dir, dest) || inside(dest, o.ws.Dir) {
		return dest, fault.New(fault.Invalid, "a backup cannot lie in the workspace, nor around it").On("back up into", dest).
			WithHint("Choose a folder on another disk.")
	}
	if err := workspace.Check(o.disk, dest, cuttings()); err != nil {
		return dest, err
	}
	if err := o.disk.MkdirAll(dest); err != nil {
		return dest, err
	}
	if !workspace.Is(o.disk, dest) {
		marker, err := o.disk.ReadFile(filepath.Join(o.ws.Dir, workspace.MarkerName))
		if err != nil {
			return dest, err
		}
		return dest, o.disk.WriteFile(filepath.Join(dest, workspace.MarkerName), marker, 0o644)
	}
	if workspace.IDOf(o.disk, dest) != event.Writer(o.ws.ID).String() {
		return dest, fault.New(fault.Exists, "%s is another workspace", dest).WithHint("Choose an empty folder, or an earlier backup of this workspace.")
	}
	return dest, nil
}

// backup is a backup under way.
type backup struct {
	owner    *Owner
	dest     string
	progress *job.Progress
	renewed  int   // segments that were copied because a purge wrote them anew
	removed  int   // files that nothing needs any more
	freed    int64 // their bytes
}

func (b *backup) disk() host.Disk { return b.owner.disk }

// there is the place in the backup of a file of the workspace.
func (b *backup) there(name string) (string, error) {
	rel, err := filepath.Rel(b.owner.ws.Dir, name)
	return filepath.Join(b.dest, rel), err
}

// measure says how much there is to copy, and refuses what does not fit.
func (b *backup) measure() error {
	var total int64
	for _, dir := range []string{b.owner.ws.Packs(), b.owner.ws.Journal()} {
		err := b.walk(dir, func(name string, size int64) error {
			have, err := b.size(name)
			if have != size {
				total += size
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	free, err := b.disk().Free(b.dest)
	if err != nil {
		return err
	}
	if free < total {
		return fault.New(fault.NoSpace, "the backup needs %d MB more, and the disk has %d MB left", total>>20, free>>20).On("back up into", b.dest)
	}
	b.progress.SetTotal(total)
	return nil
}

// size is how much of a file the backup has, 0 if it has none.
func (b *backup) size(name string) (int64, error) {
	there, err := b.there(name)
	if err != nil {
		return 0, err
	}
	info, err := b.disk().Stat(there)
	if errors.Is(err, fault.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// walk calls fn with all files below a folder. One that vanishes is passed over.
func (b *backup) walk(dir string, fn func(name string, size int64) error) error {
	entries, err := b.disk().ReadDir(dir)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if e.IsDir() {
			err = b.walk(name, fn)
		} else if info, statErr := b.disk().Stat(name); statErr == nil && info.Mode().IsRegular() {
			err = fn(name, info.Size())
		} else if !errors.Is(statErr, fault.NotFound) {
			err = statErr
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// packs copies packs that are new or have grown.
func (b *backup) packs(ctx context.Context) error {
	return b.walk(b.owner.ws.Packs(), func(name string, size int64) error {
		have, err := b.size(name)
		if err != nil || have == size {
			return err
		}
		err = b.copy(ctx, name, size, size)
		if errors.Is(err, fault.NotFound) {
			return nil // it was cleaned up meanwhile
		}
		return err
	})
}

// log copies the log of a writer up to an end, and what else lies in its folder.
// A segment before the last is copied once; in place of what is not copied stand
// the zeros that a log ends with.
func (b *backup) log(ctx context.Context, w event.Writer, end journal.Position) error {
	dir := journal.Dir(b.owner.ws.Journal(), w)
	return b.walk(dir, func(name string, size int64) error {
		if journal.IsRewriting(filepath.Base(name)) {
			return nil
		}
		number, isSegment := journal.SegmentNumber(filepath.Base(name))
		upTo := size
		switch {
		case isSegment && number > end.Segment:
			return nil
		case isSegment && number == end.Segment:
			// It may have been sealed since, and cut to its length: without its seal it
			// has to be as long as it was.
			reserved, err := journal.Reserved(b.disk(), dir, w, number)
			if err != nil {
				return err
			}
			upTo, size = end.Offset, max(size, reserved)
		case isSegment:
			if same, err := b.same(name, size); err != nil || same {
				return err
			}
			b.noteRenewed(dir, w, number, name)
		}
		return b.copy(ctx, name, upTo, size)
	})
}

// noteRenewed counts a segment that the backup has as it was before a purge.
func (b *backup) noteRenewed(dir string, w event.Writer, number uint64, name string) {
	if had, err := b.size(name); err != nil || had == 0 {
		return
	}
	if times, err := journal.Rewritten(b.disk(), dir, w, number); err == nil && times > 0 {
		b.renewed++
	}
}

// same reports whether the backup has a file with the same content.
func (b *backup) same(name string, size int64) (same bool, err error) {
	if have, err := b.size(name); err != nil || have != size {
		return false, err
	}
	there, err := b.there(name)
	if err != nil {
		return false, err
	}
	var files [2]host.File
	for i, path := range []string{name, there} {
		if files[i], err = b.disk().Open(path); err != nil {
			return false, err
		}
		defer func() { err = errors.Join(err, files[i].Close()) }()
	}
	var bufs [2][]byte
	for i := range bufs {
		bufs[i] = make([]byte, 1<<20)
	}
	for at := int64(0); at < size; {
		n := min(int64(len(bufs[0])), size-at)
		for i := range files {
			if _, err := files[i].ReadAt(bufs[i][:n], at); err != nil && err != io.EOF {
				return false, err
			}
		}
		if !bytes.Equal(bufs[0][:n], bufs[1][:n]) {
			return false, nil
		}
		at += n
	}
	return true, nil
}

// copy puts the beginning of a file, and zeros up to a length, in the place of
// what the backup has of it: all at once, so that a file which is there is whole.
func (b *backup) copy(ctx context.Context, name string, upTo, length int64) (err error) {
	there, err := b.there(name)
	if err != nil {
		return err
	}
	in, err := b.disk().Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	part := there + ".part"
	if err := b.disk().MkdirAll(filepath.Dir(there)); err != nil {
		return err
	}
	if err := b.disk().Remove(part); err != nil && !errors.Is(err, fault.NotFound) {
		return err // what an interrupted backup left
	}
	out, err := b.disk().Create(part)
	if err != nil {
		return err
	}
	b.progress.Note(filepath.Base(name))
	err = b.fill(ctx, out, in, upTo)
	if err == nil {
		err = out.Truncate(length)
	}
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return errors.Join(err, b.disk().Remove(part))
	}
	return b.disk().Rename(part, there)
}

// fill copies the beginning of a file.
func (b *backup) fill(ctx context.Context, out, in host.File, upTo int64) error {
	buf := make([]byte, 1<<20)
	for at := int64(0); at < upTo; {
		if ctx.Err() != nil {
			return fault.Wrap(context.Cause(ctx), fault.Cancelled, "back up into", b.dest)
		}
		n, err := in.ReadAt(buf[:min(int64(len(buf)), upTo-at)], at)
		if n == 0 && err != nil && err != io.EOF {
			return err
		}
		if n == 0 {
			return nil // it has become shorter, as only files beside a log do
		}
		if _, err := out.WriteAt(buf[:n], at); err != nil {
			return err
		}
		at += int64(n)
		b.progress.Add(int64(n))
	}
	return nil
}
