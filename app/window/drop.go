package window

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Drop is a drop of files or folders from outside on the window.
type Drop struct {
	// X and Y are where it fell, in CSS pixels from the page's top left corner.
	X int `json:"x"`
	Y int `json:"y"`
	// Paths are absolute. Never null.
	Paths []string `json:"paths"`
	// Problem says in words why there are no paths. Empty if there are some.
	Problem string `json:"problem,omitempty"`
}

const noPaths = "What you dropped is not a file on this computer. Save it to a folder first, then drop it from there."

// maxPath is the longest path that a system takes, in bytes.
const maxPath = 4096

// newDrop makes a Drop of what Wails reports: on Linux, the paths have been
// joined by line feeds and cut at line feeds again, so that a name that
// contains one has come apart.
func newDrop(x, y int, pieces []string, exists func(string) bool) Drop {
	d := Drop{X: x, Y: y, Paths: joinPieces(pieces, exists)}
	if len(d.Paths) == 0 {
		d.Problem = noPaths
	}
	return d
}

// joinPieces puts names together again that were cut at their line feeds. A
// piece that is no absolute path continues the one before; so does one that is,
// if what stands before it exists only with it.
func joinPieces(pieces []string, exists func(string) bool) []string {
	paths := []string{}
	for i := 0; i < len(pieces); {
		n := 1
		for i+n < len(pieces) && !filepath.IsAbs(pieces[i+n]) {
			n++
		}
		path := strings.Join(pieces[i:i+n], "\n")
		if n < len(pieces)-i && !exists(path) {
			path, n = lengthen(path, pieces[i:], n, exists)
		}
		if filepath.IsAbs(path) {
			paths = append(paths, path)
		}
		i += n
	}
	return paths
}

// lengthen adds pieces to a path that does not exist until it does, and returns
// it with the number of its pieces; or what it was given, if it never does.
func lengthen(path string, pieces []string, n int, exists func(string) bool) (string, int) {
	for longer, m := path, n; m < len(pieces) && len(longer) < maxPath; {
		longer += "\n" + pieces[m]
		m++
		if exists(longer) {
			return longer, m
		}
	}
	return path, n
}

func onDisk(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// isFolder tells whether a dialog may start in path.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().Type() == fs.ModeDir
}
