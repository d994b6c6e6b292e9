// Package examples carries the sample that a newcomer can try without network
// and without installing anything.
package examples

import (
	"embed"
	"io/fs"
	"path"
	"slices"
)

//go:embed sample wine/data/wine-quality.csv
var files embed.FS

// A File of the sample, with a path relative to its folder.
type File struct {
	Path    string
	Content []byte
}

// SampleData is the file of the sample that is its data.
const SampleData = "wine-quality.csv"

// Sample returns the files of the sample, by path.
func Sample() ([]File, error) {
	var all []File
	names, err := fs.Glob(files, "sample/*")
	if err != nil {
		return nil, err
	}
	for _, name := range append(names, "wine/data/"+SampleData) {
		content, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, File{path.Base(name), content})
	}
	slices.SortFunc(all, func(a, b File) int {
		if a.Path < b.Path {
			return -1
		}
		return 1
	})
	return all, nil
}
