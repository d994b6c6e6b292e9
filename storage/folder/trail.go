package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"dev.varve/backend/content"
	"dev.varve/storage/disk"
)

// trail is the open folders from dest down to where a walk over a tree has
// come. None of them was reached through a link: each was looked at before it
// was opened, and it is still the one that was looked at.
type trail struct {
	dest  string
	steps []*step
	close func(*step) error // is told of each folder before it is closed
}

// step is one folder of a trail.
type step struct {
	path string   // within dest
	root *os.Root // nil: it is not there
	made *content.Entry
	dirt bool // something was renamed in it
}

// errInPlace says that something else is where a folder should be.
var errInPlace = errors.New("something else is in its place")

// at leaves the folders that a path does not lie in. What is left last is the
// one that it lies in.
func (t *trail) at(path string) (*step, string, error) {
	above, name := "", path
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		above, name = path[:i], path[i+1:]
	}
	for t.steps[len(t.steps)-1].path != above {
		if err := t.pop(); err != nil {
			return nil, "", err
		}
	}
	return t.steps[len(t.steps)-1], name, nil
}

// push goes into a folder, or notes that it is not there.
func (t *trail) push(s *step) { t.steps = append(t.steps, s) }

func (t *trail) pop() error {
	s := t.steps[len(t.steps)-1]
	t.steps = t.steps[:len(t.steps)-1]
	if s.root == nil {
		return nil
	}
	var err error
	if t.close != nil {
		err = t.close(s)
	}
	return errors.Join(err, disk.Classify(s.root.Close(), "close", t.full(s.path)))
}

// end closes all that is open.
func (t *trail) end() error {
	var all error
	for len(t.steps) > 0 {
		all = errors.Join(all, t.pop())
	}
	return all
}

func (t *trail) full(path string) string { return filepath.Join(t.dest, filepath.FromSlash(path)) }

// enter opens a folder of a folder, and never what a link leads to. It fails
// with errInPlace if there is no folder of that name.
func enter(root *os.Root, name string) (*os.Root, error) {
	seen, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !seen.IsDir() {
		return nil, errInPlace
	}
	sub, err := root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	opened, err := sub.Stat(".")
	if err == nil && !os.SameFile(seen, opened) {
		err = errInPlace // a link, since it was looked at
	}
	if err != nil {
		return nil, errors.Join(err, sub.Close())
	}
	return sub, nil
}

// namesIn lists an open folder.
func namesIn(root *os.Root) ([]fs.DirEntry, error) {
	f, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.ReadDir(-1)
}
