// Package provenance captures the code that a run is made of: what git knows of
// it, and the files themselves as a tree of content, so that two runs can be
// compared long after their folder has changed, with git or without.
//
// It never stands in the way of a run: what cannot be captured is said in the
// record.
package provenance

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Git is the program git.
type Git interface {
	// Git runs git in a folder to its end and returns what it printed. It fails
	// with NotFound if git is not installed, with Unsupported if it would print more than
	// limit bytes, and with Unavailable, in git's own words, if it ends with another
	// exit code than 0.
	Git(ctx context.Context, dir string, limit int64, args ...string) ([]byte, error)
}

// Limits of what is captured.
const (
	MaxFile    = 1 << 20  // bytes of one file of code
	MaxTree    = 16 << 20 // bytes of all of them
	MaxFiles   = 2000
	MaxPatch   = 4 << 20 // bytes of what git diff says
	maxLook    = 50_000  // entries of folders that are looked at
	maxNamed   = 20      // files that are named when they are left out
	maxListing = 16 << 20
)

// Capture captures the code of the project in a folder: dir is its path for
// git, src the same folder to read from. What it stores is not flushed. It
// fails only if the store does, or the context ends.
func Capture(ctx context.Context, git Git, dir string, src content.Source, store content.Store) (*event.RunCode, error) {
	c := &capture{ctx: ctx, git: git, dir: dir, store: store, code: &event.RunCode{}}
	if err := c.askGit(); err != nil {
		return nil, err
	}
	if err := c.keep(src); err != nil {
		return nil, err
	}
	return c.code, nil
}

type capture struct {
	ctx   context.Context
	git   Git
	dir   string
	store content.Store
	code  *event.RunCode

	listed  map[string]bool // by git, with the folders above; nil: whatever is code counts
	looked  int
	entries []content.PathEntry
}

// note keeps the first thing that went wrong.
func (c *capture) note(problem string) {
	if c.code.Problem == "" {
		c.code.Problem = problem
	}
}

// ask runs git and returns the one line that it prints, empty if it refuses.
func (c *capture) ask(args ...string) string {
	out, err := c.git.Git(c.ctx, c.dir, 1<<16, args...)
	if err != nil {
		return ""
	}
	return strings.TrimRight(string(out), "\r\n")
}

// askGit finds out what git knows.
func (c *capture) askGit() error {
	prefix, err := c.git.Git(c.ctx, c.dir, 1<<16, "rev-parse", "--show-prefix")
	if err != nil {
		if ended := c.ctx.Err(); ended != nil {
			return fault.Wrap(ended, fault.Cancelled, "capture", "code")
		}
		if !errors.Is(err, fault.NotFound) && !strings.Contains(err.Error(), "not a git repository") {
			c.note("git did not answer: " + err.Error() + ".")
		}
		return nil
	}
	tracked, err := c.list("--cached")
	if err != nil {
		c.note("git could not list the files: " + err.Error() + ".")
		return nil
	}
	others, err := c.list("--others", "--exclude-standard")
	if err != nil {
		c.note("git could not list the files: " + err.Error() + ".")
		return nil
	}
	if len(tracked)+len(others) == 0 {
		return nil // a repository around it ignores it
	}
	c.code.Folder = strings.TrimSuffix(strings.TrimRight(string(prefix), "\r\n"), "/")
	c.code.Commit = c.ask("rev-parse", "--verify", "--quiet", "HEAD")
	c.code.Branch = c.ask("symbolic-ref", "--short", "--quiet", "HEAD")
	c.code.Remote = Public(c.ask("config", "--get", "remote.origin.url"))
	c.listed = map[string]bool{}
	for _, name := range append(tracked, others...) {
		for ; name != "." && name != "" && !c.listed[name]; name = parent(name) {
			c.listed[name] = true
		}
	}
	for _, name := range others {
		c.code.Dirty = c.code.Dirty || IsCode(name)
	}
	return c.diff()
}

func (c *capture) list(which ...string) ([]string, error) {
	out, err := c.git.Git(c.ctx, c.dir, maxListing, append([]string{"ls-files", "-z"}, which...)...)
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }), nil
}

func parent(name string) string {
	i := strings.LastIndexByte(name, '/')
	return name[:max(i, 0)]
}

// diff keeps what was changed since the commit, in the whole repository.
func (c *capture) diff() error {
	if c.code.Commit == "" {
		return nil
	}
	patch, err := c.git.Git(c.ctx, c.dir, MaxPatch, "diff", "--binary", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv", "HEAD")
	switch {
	case errors.Is(err, fault.Unsupported):
		c.code.Dirty = true
		c.note("The changes since the commit are too large to be kept as a patch.")
		return nil
	case err != nil:
		c.note("git could not say what was changed since the commit: " + err.Error() + ".")
		return nil
	case len(patch) == 0:
		return nil
	}
	c.code.Dirty = true
	ref, err := content.WriteFile(c.ctx, c.store, bytes.NewReader(patch), content.WriteOptions{})
	if err != nil {
		return err
	}
	c.code.Patch, err = event.Marshal(ref)
	return err
}

// keep stores the files of code as a tree.
func (c *capture) keep(src content.Source) error {
	top, name, err := src.Open(c.ctx)
	if err != nil {
		c.note("The project's folder could not be read: " + err.Error() + ".")
		return nil
	}
	defer top.Close()
	if name != "" {
		return nil // a file is no project
	}
	if err := c.folder(top, "", 0); err != nil || len(c.entries) == 0 {
		return err
	}
	tree, err := content.Assemble(c.ctx, c.store, c.entries)
	if err != nil {
		return err
	}
	c.code.Root, c.code.Digest = tree.Root[:], tree.Digest[:]
	return nil
}

// file stores one file, unless a limit is in the way.
func (c *capture) file(dir content.SourceFolder, name, path string, info content.Info) error {
	if info.Size > MaxFile || c.code.Files >= MaxFiles || c.code.Bytes+info.Size > MaxTree {
		c.leave(path)
		return nil
	}
	f, err := dir.File(name)
	if err != nil {
		c.leave(path)
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err != nil || len(data) > MaxFile {
		c.leave(path)
		return nil
	}
	ref, err := content.WriteFile(c.ctx, c.store, bytes.NewReader(data), content.WriteOptions{})
	if err != nil {
		return err
	}
	c.code.Files, c.code.Bytes = c.code.Files+1, c.code.Bytes+ref.Size
	c.entries = append(c.entries, content.PathEntry{Path: path, Mode: info.Mode, Ref: ref})
	return nil
}

// leave counts a file that is not kept.
func (c *capture) leave(path string) {
	if c.code.LeftFiles++; len(c.code.Left) < maxNamed {
		c.code.Left = append(c.code.Left, content.Text(path))
	}
}
