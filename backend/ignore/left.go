package ignore

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"dev.varve/backend/content"
	"dev.varve/backend/say"
)

// Left counts what was left out. The zero value has counted nothing. It is for
// one goroutine.
type Left struct {
	Files int64 // also what is neither file nor folder
	by    map[string]bool
	seen  map[string]bool // folders that were counted
}

// first reports whether a folder is listed for the first time.
func (l *Left) first(folder string) bool {
	if l.seen == nil {
		l.seen, l.by = map[string]bool{}, map[string]bool{}
	}
	if l.seen[folder] {
		return false
	}
	l.seen[folder] = true
	return true
}

// count counts one thing, or all that is in it.
func (l *Left) count(ctx context.Context, dir content.SourceFolder, name string, info content.Info, by string) {
	l.by[by] = true
	l.add(ctx, dir, name, info, 0)
}

// add passes over what cannot be looked at: it is left out in any case.
func (l *Left) add(ctx context.Context, dir content.SourceFolder, name string, info content.Info, depth int) {
	if info.Type != content.Folder {
		l.Files++
		return
	}
	if depth > content.MaxDepth || ctx.Err() != nil {
		return
	}
	sub, err := dir.Folder(name)
	if err != nil {
		return
	}
	defer sub.Close()
	names, _ := sub.Names()
	for _, name := range names {
		if info, err := sub.Lstat(name); err == nil {
			l.add(ctx, sub, name, info, depth+1)
		}
	}
}

// Words says how much was left out, without a full stop; empty if nothing was.
func (l *Left) Words() string {
	if l.Files == 0 {
		return ""
	}
	return fmt.Sprintf("%s left out by %s", say.Count(int(l.Files), "file"), say.List(slices.Sorted(maps.Keys(l.by))...))
}
