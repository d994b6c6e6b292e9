package pointer

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/provenance"
)

// Limits of what is looked at in a folder.
const (
	maxLook = 20_000 // entries
	maxDeep = 8      // folders in one another
)

// Found is a pointer file in a folder.
type Found struct {
	Path string // from there, with slashes
	Pointer
}

// Find finds the pointer files in the folder of a project, those in its folders
// with them, by path. Of a large folder not all is looked at. What is called like a
// pointer file and is none is left alone; one that cannot be read as it should is an
// error that names it.
func Find(ctx context.Context, src content.Source) ([]Found, error) {
	dir, file, err := src.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	if file != "" {
		return nil, nil // a file is no project
	}
	f := finder{ctx: ctx}
	err = f.folder(dir, "", 0)
	return f.found, err
}

type finder struct {
	ctx    context.Context
	looked int
	found  []Found
}

func (f *finder) folder(dir content.SourceFolder, at string, depth int) error {
	names, err := dir.Names()
	if err != nil {
		return nil //nolint:nilerr // not for us: nor for the run
	}
	if slices.Contains(names, "pyvenv.cfg") {
		return nil // an environment of Python
	}
	slices.Sort(names)
	var folders []string
	for _, name := range names {
		if err := content.Cancelled(f.ctx); err != nil {
			return err
		}
		if f.looked++; f.looked > maxLook {
			return nil
		}
		info, err := dir.Lstat(name)
		switch {
		case err != nil: // gone meanwhile
		case info.Type == content.Folder && depth < maxDeep && !provenance.Aside(name):
			folders = append(folders, name)
		case info.Type == content.File && Is(name) && info.Size <= MaxFile:
			if err := f.file(dir, name, path.Join(at, name)); err != nil {
				return err
			}
		}
	}
	for _, name := range folders { // what lies on top comes first, should there be too much
		if err := f.below(dir, name, path.Join(at, name), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (f *finder) below(dir content.SourceFolder, name, at string, depth int) error {
	sub, err := dir.Folder(name)
	if err != nil {
		return nil //nolint:nilerr // gone, or not for us
	}
	defer sub.Close()
	return f.folder(sub, at, depth)
}

func (f *finder) file(dir content.SourceFolder, name, at string) error {
	file, err := dir.File(name)
	if err != nil {
		return nil //nolint:nilerr // gone, or not for us
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, MaxFile+1))
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "read", content.Show(at))
	}
	p, err := Parse(text)
	switch {
	case errors.Is(err, fault.Unsupported):
		return nil // somebody else's
	case err != nil:
		return fault.Wrap(err, fault.Corrupt, "read", content.Show(at))
	}
	f.found = append(f.found, Found{content.Text(at), p})
	return nil
}
