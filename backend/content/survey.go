package content

import (
	"errors"
	"fmt"
	"strings"

	"dev.varve/backend/fault"
)

// refusals are the things that a survey found and that cannot be kept.
type refusals struct {
	kind  fault.Kind
	first []string // in words
	more  int
}

// refusalsShown is how many things a message names.
const refusalsShown = 5

func (r *refusals) add(kind fault.Kind, format string, args ...any) {
	if r.kind == "" {
		r.kind = kind
	}
	if len(r.first) == refusalsShown {
		r.more++
		return
	}
	r.first = append(r.first, fmt.Sprintf(format, args...))
}

func (r *refusals) fault() error {
	if r.kind == "" {
		return nil
	}
	text := strings.Join(r.first, "; ")
	if r.more > 0 {
		text += fmt.Sprintf("; and %d more", r.more)
	}
	hint := "Remove them, or choose a folder without them. Nothing was recorded."
	if r.kind == fault.Denied {
		hint = "Ask for permission to read them, or choose a folder without them. Nothing was recorded."
	}
	return fault.New(r.kind, "%s", text).WithHint("%s", hint)
}

// survey counts what there is and refuses what cannot be kept, without
// reading any file.
func (b *builder) survey(dir SourceFolder, file string) error {
	b.progress.Counting = true
	var bad refusals
	var err error
	if file == "" {
		err = b.surveyFolder(dir, "", 0, &bad)
	} else {
		err = b.surveyEntry(dir, file, file, 0, &bad)
	}
	if err == nil {
		err = bad.fault()
	}
	b.progress.Counting = false
	if err == nil {
		b.report("")
	}
	return err
}

func (b *builder) surveyFolder(dir SourceFolder, path string, depth int, bad *refusals) error {
	if depth > MaxDepth {
		return fault.New(fault.Unsupported, "folders lie more than %d deep in one another at %s", MaxDepth, Show(path))
	}
	names, err := dir.Names()
	if errors.Is(err, fault.Denied) {
		bad.add(fault.Denied, "the folder %s may not be read", Show(path))
		return nil
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := b.surveyEntry(dir, name, join(path, name), depth, bad); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) surveyEntry(dir SourceFolder, name, path string, depth int, bad *refusals) error {
	if err := Cancelled(b.ctx); err != nil {
		return err
	}
	info, err := dir.Lstat(name)
	if errors.Is(err, fault.NotFound) {
		return nil // has gone since it was listed
	}
	if errors.Is(err, fault.Denied) {
		bad.add(fault.Denied, "%s may not be looked at", Show(path))
		return nil
	}
	if err != nil || b.leaves(path, info.Type) {
		return err
	}
	if CheckName(name) != nil {
		bad.add(fault.Unsupported, "%s has a name that cannot be kept", Show(path))
		return nil
	}
	b.progress.All.add(&Entry{Type: info.Type, Ref: Ref{Size: info.Size}})
	b.report(path)
	switch info.Type {
	case File:
		return b.surveyFile(dir, name, path, info, bad)
	case Folder:
		return b.surveySub(dir, name, path, depth, bad)
	case Link:
		target, err := dir.Readlink(name)
		if err == nil && (target == "" || len(target) > MaxTarget) {
			bad.add(fault.Unsupported, "%s is a link whose target is too long", Show(path))
		}
		return nil
	}
	bad.add(fault.Unsupported, "%s is %s, which cannot be kept", Show(path), info.What)
	return nil
}

// surveyFile opens a file only if not everybody may read it: opening each of
// a million would take longer than all the rest.
func (b *builder) surveyFile(dir SourceFolder, name, path string, info Info, bad *refusals) error {
	const readableByAll = 0o444
	if info.Mode&readableByAll == readableByAll {
		return nil
	}
	f, err := dir.File(name)
	switch {
	case err == nil:
		return f.Close()
	case errors.Is(err, fault.Denied):
		bad.add(fault.Denied, "%s may not be read", Show(path))
		return nil
	case errors.Is(err, fault.NotFound):
		return nil
	}
	return err
}

func (b *builder) surveySub(dir SourceFolder, name, path string, depth int, bad *refusals) error {
	sub, err := dir.Folder(name)
	switch {
	case errors.Is(err, fault.Denied):
		bad.add(fault.Denied, "the folder %s may not be read", Show(path))
		return nil
	case errors.Is(err, fault.NotFound):
		return nil
	case err != nil:
		return err
	}
	defer sub.Close()
	return b.surveyFolder(sub, path, depth+1, bad)
}
