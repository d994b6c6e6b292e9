package folder

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
)

// Restore fills the folder dest with a stored tree: with what is in it if the
// tree is a folder, with the one file if it is a file. dest must be empty or
// new, else it fails with fault.Exists. It first looks at the whole tree, and
// refuses names that this system cannot hold and trees larger than the space
// that is left, before anything is written. Every byte, size and digest is
// checked. Links are made last and never written through.
//
// When it fails or is stopped, what it wrote is removed again. It does not
// wait until the files would survive a power cut.
func Restore(ctx context.Context, store content.Store, root content.ID, dest string, progress func(content.Progress)) (content.Totals, error) {
	tree, err := content.OpenTree(ctx, store, root)
	if err != nil {
		return content.Totals{}, err
	}
	part, err := tree.Part(ctx)
	if err != nil {
		return content.Totals{}, err
	}
	return fill(ctx, part, dest, progress)
}

// fill is Restore, of a part of a tree.
func fill(ctx context.Context, tree *content.Part, dest string, progress func(content.Progress)) (content.Totals, error) {
	dest, err := filepath.Abs(dest)
	if err != nil {
		return content.Totals{}, disk.Classify(err, "restore to", dest)
	}
	existed, err := emptyOrNew(dest)
	if err != nil {
		return content.Totals{}, err
	}
	number, err := survey(ctx, tree, dest)
	if err != nil {
		return content.Totals{}, err
	}
	r := &restorer{ctx: ctx, tree: tree, dest: dest, existed: existed, number: number, tell: progress}
	r.progress.All = tree.Totals()
	if err := r.run(); err != nil {
		return content.Totals{}, r.undo(err)
	}
	return r.progress.All, nil
}

// emptyOrNew reports whether dest is an empty folder; if there is nothing at
// all, it is new.
func emptyOrNew(dest string) (existed bool, err error) {
	entries, err := os.ReadDir(dest)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(dest); err == nil {
			return false, fault.New(fault.Exists, "%s is a link that leads nowhere", dest)
		}
		return false, nil
	case err != nil:
		if fi, statErr := os.Stat(dest); statErr == nil && !fi.IsDir() {
			return false, occupied(dest, "is not a folder")
		}
		return false, disk.Classify(err, "restore to", dest)
	case len(entries) > 0:
		return false, occupied(dest, "is not empty")
	}
	return true, nil
}

func occupied(dest, why string) error {
	return fault.New(fault.Exists, "%s %s", dest, why).
		WithHint("Name a folder that is empty or does not exist yet, or restore over what is there: --dry-run says what that does, --over does it. Nothing was changed.")
}

// survey walks over the tree without reading any file. The walk checks all
// sizes and digests of folders against each other. It returns the first number from
// which on no name for an unfinished file is one of the tree's.
func survey(ctx context.Context, tree *content.Part, dest string) (number int, err error) {
	err = tree.Walk(ctx, func(path string, e content.Entry) error {
		if n, ok := numberOf(e.Name); ok {
			number = max(number, n+1)
		}
		return fits(path, e)
	})
	if err != nil {
		return 0, err
	}
	return number, room(dest, tree.Totals().Bytes)
}

// fits refuses a name that this system cannot hold.
func fits(path string, e content.Entry) error {
	if why := unfit(runtime.GOOS, e.Name); why != "" {
		return fault.New(fault.Unsupported, "%s cannot be restored on this computer: %s", content.Show(path), why)
	}
	return nil
}

// room refuses what is larger than the space that is left at dest.
func room(dest string, bytes int64) error {
	parent := dest
	for {
		if _, err := os.Stat(parent); err == nil || parent == filepath.Dir(parent) {
			break
		}
		parent = filepath.Dir(parent)
	}
	// Not every file system tells; then the restore will find out.
	if free, err := (disk.OS{}).Free(parent); err == nil && free < bytes {
		return fault.New(fault.NoSpace, "%d MB are needed at %s, and %d MB are free",
			bytes/1e6+1, dest, free/1e6).WithHint("Free some space, or choose another disk. Nothing was written.")
	}
	return nil
}

// restorer is one restore under way.
type restorer struct {
	ctx     context.Context
	tree    *content.Part
	dest    string
	existed bool
	number  int // of the first name for an unfinished file

	made    []string // folders above and with dest that were made, outermost first
	root    *os.Root // dest
	trail   trail
	waiting []later // files of the innermost folder of the trail, to be written together
	folders []later // get their mode and time at the end, innermost last
	links   []later // are made at the end

	mu       sync.Mutex // of those who write files side by side; guards what follows
	tops     []string   // names in dest that were made
	tell     func(content.Progress)
	progress content.Progress
}

const (
	writers     = 2   // files are written side by side: the system has the larger part of the work
	mostWaiting = 256 // files
)

// later is an entry that is not finished yet.
type later struct {
	path string
	e    content.Entry
}

// Files and folders are private until they are complete.
const (
	privateFile   = 0o600
	privateFolder = 0o700
)

func (r *restorer) run() error {
	if err := r.begin(); err != nil {
		return err
	}
	if err := r.tree.Walk(r.ctx, r.visit); err != nil {
		return err
	}
	if err := r.trail.end(); err != nil {
		return err
	}
	for _, l := range r.links {
		if err := r.link(l); err != nil {
			return err
		}
	}
	for _, l := range slices.Backward(r.folders) {
		if err := r.finishFolder(l); err != nil {
			return err
		}
	}
	return disk.Classify(r.root.Close(), "close", r.dest)
}

// begin makes dest, if need be, and the folder for unfinished files in it.
func (r *restorer) begin() error {
	if !r.existed {
		for p := r.dest; ; p = filepath.Dir(p) {
			if _, err := os.Lstat(p); err == nil {
				break
			}
			r.made = append(r.made, p)
		}
		slices.Reverse(r.made)
		for i, p := range r.made {
			if err := os.Mkdir(p, 0o755); err != nil {
				r.made = r.made[:i]
				return disk.Classify(err, "create folder", p)
			}
		}
	}
	root, err := os.OpenRoot(r.dest)
	if err != nil {
		return disk.Classify(err, "open", r.dest)
	}
	r.root = root
	top, err := root.OpenRoot(".")
	if err != nil {
		return disk.Classify(err, "open", r.dest)
	}
	r.trail = trail{dest: r.dest, close: r.writeWaiting}
	r.trail.push(&step{root: top})
	for i := range writers {
		r.tops = append(r.tops, partNumber(r.number+i))
	}
	return nil
}

func (r *restorer) visit(path string, e content.Entry) error {
	if path == "" && e.Type == content.Folder {
		if !r.existed {
			r.folders = append(r.folders, later{".", e})
		}
		return nil
	}
	s, name, err := r.trail.at(path)
	if err != nil {
		return err
	}
	switch e.Type {
	case content.Folder:
		return r.folder(s, path, name, e)
	case content.File:
		if r.waiting = append(r.waiting, later{path, e}); len(r.waiting) == mostWaiting {
			return r.writeWaiting(s)
		}
	case content.Link:
		r.links = append(r.links, later{path, e})
	}
	return nil
}

func (r *restorer) folder(s *step, path, name string, e content.Entry) error {
	if err := r.writeWaiting(s); err != nil {
		return err
	}
	if err := s.root.Mkdir(name, privateFolder); err != nil {
		return r.fault(err, "create folder", path)
	}
	r.wrote(path)
	r.folders = append(r.folders, later{path, e})
	root, err := enter(s.root, name)
	if err != nil {
		return r.fault(err, "open", path)
	}
	r.trail.push(&step{path: path, root: root})
	r.tally(path, content.Totals{Folders: 1})
	return nil
}

// writeWaiting writes the files that wait, which lie in one folder.
func (r *restorer) writeWaiting(s *step) error {
	files := r.waiting
	r.waiting = nil
	if len(files) == 0 {
		return nil
	}
	ctx, stop := context.WithCancel(r.ctx)
	defer stop()
	var all sync.WaitGroup
	var next atomic.Int64
	failed := make([]error, writers)
	for i := range writers {
		all.Go(func() {
			for failed[i] == nil {
				n := int(next.Add(1)) - 1
				if n >= len(files) {
					return
				}
				failed[i] = r.file(ctx, s.root, partNumber(r.number+i), files[n])
			}
			stop()
		})
	}
	all.Wait()
	return firstCause(failed)
}

// firstCause is the first error that is not only the consequence of another one.
func firstCause(failed []error) (err error) {
	for _, e := range failed {
		if err == nil || errors.Is(err, fault.Cancelled) && e != nil {
			err = e
		}
	}
	return err
}

// file writes a file under another name, and renames it when it is complete.
func (r *restorer) file(ctx context.Context, root *os.Root, temp string, l later) error {
	if err := r.write(ctx, root, temp, l); err != nil {
		return err
	}
	name := l.path[strings.LastIndexByte(l.path, '/')+1:]
	// A name that differs only in case may be the same here.
	if _, err := root.Lstat(name); err == nil {
		return r.fault(fs.ErrExist, "write", l.path)
	}
	if err := root.Rename(temp, name); err != nil {
		return r.fault(err, "write", l.path)
	}
	r.wrote(l.path)
	r.tally(l.path, content.Totals{Files: 1})
	return nil
}

// wrote remembers what a failed restore has to remove.
func (r *restorer) wrote(path string) {
	if !strings.Contains(path, "/") {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.tops = append(r.tops, path)
	}
}

func (r *restorer) write(ctx context.Context, root *os.Root, temp string, l later) error {
	f, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, privateFile)
	if err != nil {
		return r.fault(err, "write", l.path)
	}
	w := filling{part: r.tree, root: root, name: temp, file: f}
	w.failed = func(err error, op string) error { return r.fault(err, op, l.path) }
	w.wrote = func(n int) { r.tally(l.path, content.Totals{Bytes: int64(n)}) }
	return w.fill(ctx, l.e)
}

func (r *restorer) link(l later) error {
	if err := content.Cancelled(r.ctx); err != nil {
		return err
	}
	if err := r.root.Symlink(l.e.Target, l.path); err != nil {
		return r.fault(err, "create the link", l.path)
	}
	r.wrote(l.path)
	if err := setTimeOf(r.root, l.path, l.e.ModTime); err != nil {
		return r.fault(err, "set the time of", l.path)
	}
	r.tally(l.path, content.Totals{Links: 1})
	return nil
}

// finishFolder gives a folder its mode and time, after everything in it: then
// it may be read-only, and writing would change its time.
func (r *restorer) finishFolder(l later) error {
	if err := r.root.Chmod(l.path, fs.FileMode(l.e.Mode)); err != nil {
		return r.fault(err, "set permissions of", l.path)
	}
	return r.fault(setTime(r.root, l.path, l.e.ModTime), "set the time of", l.path)
}

// setTime sets the time of a file or folder.
func setTime(root *os.Root, path string, t time.Time) error {
	if ns := t.UnixNano(); time.Unix(0, ns).Equal(t) && !t.IsZero() {
		return root.Chtimes(path, time.Time{}, t)
	}
	// Beyond what Chtimes takes (1678 to 2262). A file system that does not
	// take it either is no reason to keep the file from anybody.
	_ = setTimeOf(root, path, t)
	return nil
}

// tally counts what was done, and tells of it.
func (r *restorer) tally(path string, more content.Totals) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Done = r.progress.Done.Plus(more)
	if r.tell != nil {
		r.progress.Path = path
		r.tell(r.progress)
	}
}

func (r *restorer) fault(err error, op, path string) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, fs.ErrExist) {
		return fault.New(fault.Unsupported, "%s cannot be restored here: there is another file or folder of that name", content.Show(path)).
			WithHint("This file system may take upper and lower case for the same.")
	}
	return disk.Classify(err, op, filepath.Join(r.dest, path))
}

// undo removes what was written, and says so if it cannot.
func (r *restorer) undo(cause error) error {
	var err error
	if r.root != nil {
		r.waiting = nil
		_ = r.trail.end() // what is removed next must not be open everywhere
		for _, l := range r.folders {
			_ = r.root.Chmod(l.path, privateFolder) // so that it can be emptied
		}
		err = r.empty()
		_ = r.root.Close() // opened for this only
	}
	for _, p := range slices.Backward(r.made) {
		if removeErr := os.Remove(p); err == nil {
			err = removeErr
		}
	}
	if err != nil {
		return &fault.Error{
			Kind: fault.KindOf(cause), Op: "restore to", Object: r.dest, Err: cause,
			Hint: "What was written there before could not be removed again: " + err.Error(),
		}
	}
	return cause
}

// empty removes from dest what was put there, and nothing that others did.
func (r *restorer) empty() (err error) {
	for _, name := range r.tops {
		if removeErr := r.root.RemoveAll(name); err == nil {
			err = removeErr
		}
	}
	return err
}
