package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
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
	if err := survey(ctx, tree, dest); err != nil {
		return content.Totals{}, err
	}
	r := &restorer{ctx: ctx, tree: tree, dest: dest, existed: existed, tell: progress}
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
// sizes and digests of folders against each other.
func survey(ctx context.Context, tree *content.Part, dest string) error {
	if err := tree.Walk(ctx, fits); err != nil {
		return err
	}
	return room(dest, tree.Totals().Bytes)
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
	ctx      context.Context
	tree     *content.Part
	dest     string
	existed  bool
	tell     func(content.Progress)
	progress content.Progress

	made    []string // folders above and with dest that were made, outermost first
	root    *os.Root // dest
	temp    string   // folder for files that are being written
	tops    []string // names in dest that were made
	folders []later  // get their mode and time at the end, innermost last
	links   []later  // are made at the end
}

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
	for _, l := range r.links {
		if err := r.link(l); err != nil {
			return err
		}
	}
	if err := r.root.Remove(r.temp); err != nil {
		return disk.Classify(err, "delete", filepath.Join(r.dest, r.temp))
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
	for n := 0; ; n++ {
		name := fmt.Sprintf(".varve-restore-%d", n)
		_, err := r.tree.Lookup(r.ctx, name)
		if err == nil {
			continue // the tree has something of that name
		}
		if !errors.Is(err, fault.NotFound) {
			return err
		}
		r.temp, r.tops = name, append(r.tops, name)
		return disk.Classify(root.Mkdir(name, privateFolder), "create folder", filepath.Join(r.dest, name))
	}
}

func (r *restorer) visit(path string, e content.Entry) error {
	switch e.Type {
	case content.Folder:
		return r.folder(path, e)
	case content.File:
		return r.file(path, e)
	case content.Link:
		r.links = append(r.links, later{path, e})
	}
	return nil
}

func (r *restorer) folder(path string, e content.Entry) error {
	if path == "" {
		if !r.existed {
			r.folders = append(r.folders, later{".", e})
		}
		return nil
	}
	if err := r.root.Mkdir(path, privateFolder); err != nil {
		return r.fault(err, "create folder", path)
	}
	r.wrote(path)
	r.folders = append(r.folders, later{path, e})
	r.progress.Done.Folders++
	r.report(path)
	return nil
}

// file writes a file under another name, and renames it when it is complete.
func (r *restorer) file(path string, e content.Entry) error {
	temp := filepath.Join(r.temp, "file")
	if err := r.write(temp, path, e); err != nil {
		return err
	}
	// A name that differs only in case may be the same here.
	if _, err := r.root.Lstat(path); err == nil {
		return r.fault(fs.ErrExist, "write", path)
	}
	if err := r.root.Rename(temp, path); err != nil {
		return r.fault(err, "write", path)
	}
	r.wrote(path)
	r.progress.Done.Files++
	r.report(path)
	return nil
}

// wrote remembers what a failed restore has to remove.
func (r *restorer) wrote(path string) {
	if !strings.Contains(path, "/") {
		r.tops = append(r.tops, path)
	}
}

func (r *restorer) write(temp, path string, e content.Entry) error {
	f, err := r.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, privateFile)
	if err != nil {
		return r.fault(err, "write", path)
	}
	w := filling{part: r.tree, root: r.root, name: temp, file: f}
	w.failed = func(err error, op string) error { return r.fault(err, op, path) }
	w.wrote = func(n int) {
		r.progress.Done.Bytes += int64(n)
		r.report(path)
	}
	return w.fill(r.ctx, e)
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
	r.progress.Done.Links++
	r.report(l.path)
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

func (r *restorer) report(path string) {
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
