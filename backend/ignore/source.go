package ignore

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// Name is that of the files which always count.
const Name = ".varveignore"

// MaxFile is the most bytes that such a file may have.
const MaxFile = 1 << 20

// Options says which other files count, too.
type Options struct {
	Git bool // .gitignore; and .git is left out, as git does
	DVC bool // .dvcignore; and .git, .hg and .dvc are left out, as DVC does
}

// kinds are the files that count, the weakest first, and what holds without
// any file of that name.
func (o Options) kinds() (kinds []kind) {
	if o.Git {
		kinds = append(kinds, kind{".gitignore", ".git"})
	}
	if o.DVC {
		kinds = append(kinds, kind{".dvcignore", ".git\n.hg/\n.dvc/"})
	}
	return append(kinds, kind{Name, ""})
}

type kind struct{ name, always string }

// Source is src without what is to be left out, which left counts. A file that
// was named itself is meant in any case.
func Source(src content.Source, o Options, left *Left) content.Source {
	return &source{src, o.kinds(), left}
}

type source struct {
	content.Source
	kinds []kind
	left  *Left
}

// Open opens the folder and reads the files in it that count.
func (s *source) Open(ctx context.Context) (content.SourceFolder, string, error) {
	dir, file, err := s.Source.Open(ctx)
	if err != nil || file != "" {
		return dir, file, err
	}
	var rules *level
	for _, k := range s.kinds {
		if k.always != "" {
			rules = &level{up: rules, rules: Parse(k.always), by: k.name}
		}
	}
	f, err := s.wrap(ctx, dir, nil, rules)
	return f, "", err
}

// level is the rules of one file, and those that are weaker.
type level struct {
	up    *level
	rules Rules
	by    string // name of the file
	depth int    // how many names lead to its folder
}

// leaves reports whether something is left out, and by which kind of file.
func (l *level) leaves(names []string, folder bool) (by string, left bool) {
	for ; l != nil; l = l.up {
		if v := l.rules.judge(names[l.depth:], folder); v != silent {
			return l.by, v == leave
		}
	}
	return "", false
}

// wrap reads the files in a folder that count. It closes the folder if it fails.
func (s *source) wrap(ctx context.Context, dir content.SourceFolder, names []string, rules *level) (content.SourceFolder, error) {
	for _, k := range s.kinds {
		text, err := read(dir, k.name)
		if err != nil {
			return nil, errors.Join(err, dir.Close())
		}
		if r := Parse(text); len(r) > 0 {
			rules = &level{up: rules, rules: r, by: k.name, depth: len(names)}
		}
	}
	return &folder{dir, ctx, s, names, rules}, nil
}

// read reads a file of a folder. One that is not there, or may not be read, is
// empty: it is kept, and whoever keeps it says by name that it cannot.
func read(dir content.SourceFolder, name string) (string, error) {
	info, err := dir.Lstat(name)
	if err != nil || info.Type != content.File {
		return "", nil //nolint:nilerr // as said above
	}
	f, err := dir.File(name)
	if err != nil {
		return "", nil //nolint:nilerr // as said above
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err == nil && len(data) > MaxFile {
		err = fault.New(fault.Unsupported, "%s is larger than 1 MiB, too large for rules", content.Show(name)).WithHint("Is it really a file of patterns?")
	}
	return string(data), err
}

// folder is a folder without what is left out of it.
type folder struct {
	content.SourceFolder
	ctx   context.Context
	s     *source
	names []string // that lead to it
	rules *level
}

// Folder opens a folder in it.
func (f *folder) Folder(name string) (content.SourceFolder, error) {
	sub, err := f.SourceFolder.Folder(name)
	if err != nil {
		return nil, err
	}
	return f.s.wrap(f.ctx, sub, f.path(name), f.rules)
}

func (f *folder) path(name string) []string { return append(slices.Clip(f.names), name) }

// Names lists what is kept, and counts the rest when it is asked first.
func (f *folder) Names() ([]string, error) {
	all, err := f.SourceFolder.Names()
	if err != nil || f.rules == nil {
		return all, err
	}
	count := f.s.left.first(path.Join(f.names...))
	kept := make([]string, 0, len(all))
	for _, name := range all {
		if err := content.Cancelled(f.ctx); err != nil {
			return nil, err
		}
		by, info, left := f.leaves(name)
		if !left {
			kept = append(kept, name)
			continue
		}
		if count {
			f.s.left.count(f.ctx, f.SourceFolder, name, info, by)
		}
	}
	return kept, nil
}

// leaves looks at something only if its type matters.
func (f *folder) leaves(name string) (by string, info content.Info, left bool) {
	names := f.path(name)
	byFile, asFile := f.rules.leaves(names, false)
	byFolder, asFolder := f.rules.leaves(names, true)
	if !asFile && !asFolder {
		return "", info, false
	}
	info, err := f.Lstat(name)
	switch {
	case err != nil:
		return "", info, false // gone, or not for us: whoever keeps it says so
	case info.Type == content.Folder:
		return byFolder, info, asFolder
	case info.Type == content.File && f.s.counts(name):
		return "", info, false
	}
	return byFile, info, asFile
}

// counts reports whether files of that name hold rules.
func (s *source) counts(name string) bool {
	return slices.ContainsFunc(s.kinds, func(k kind) bool { return k.name == name })
}
