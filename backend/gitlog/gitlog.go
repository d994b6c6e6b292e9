// Package gitlog reads the history of a Git repository through the program git, and
// changes nothing in it: the commits with what each changed, the files of a commit,
// and their content.
package gitlog

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"dev.varve/backend/fault"
)

// Git is the program git. The folder is where it is started.
type Git interface {
	// Git runs git to its end and returns what it printed; see provenance.Git.
	Git(ctx context.Context, dir string, limit int64, args ...string) ([]byte, error)
	// Stream runs git likewise, gives it what in says, if that is not nil, and lets
	// read have what it prints.
	Stream(ctx context.Context, dir string, in io.Reader, read func(io.Reader) error, args ...string) error
}

// Repo is a folder that lies in a Git repository, or is one.
type Repo struct {
	Git Git
	Dir string
}

// Commit is one commit.
type Commit struct {
	ID      string
	Author  string
	Time    int64  // when its author made it, s since 1970
	Subject string // first line of its message
}

// Change is a file that a commit made, changed or deleted.
type Change struct {
	Path     string // from the folder, with slashes
	Old, New string // ids of the contents; empty: there was none, there is none
}

// limit is the most that short answers may have, in bytes.
const limit = 1 << 16

// Open looks for the repository of a folder. It fails with fault.Unsupported if it
// lies in none, and with fault.Unavailable if git is not installed or refuses.
func Open(ctx context.Context, git Git, dir string) (*Repo, error) {
	_, err := git.Git(ctx, dir, limit, "rev-parse", "--git-dir")
	switch {
	case errors.Is(err, fault.NotFound):
		return nil, fault.New(fault.Unavailable, "the history cannot be read: git is not installed, or not found").
			WithHint("Install git (git-scm.com), and try again.")
	case err != nil && strings.Contains(err.Error(), "not a git repository"):
		return nil, fault.New(fault.Unsupported, "%s lies in no Git repository", dir)
	case err != nil:
		return nil, fault.Wrap(err, fault.Unavailable, "open", dir)
	}
	return &Repo{git, dir}, nil
}

// Ask runs git for a short answer without the end of its line.
func (r *Repo) Ask(ctx context.Context, args ...string) (string, error) {
	out, err := r.Git.Git(ctx, r.Dir, limit, args...)
	return strings.TrimRight(string(out), "\r\n"), err
}

// Shallow reports whether older commits were left out when it was cloned.
func (r *Repo) Shallow(ctx context.Context) bool {
	said, err := r.Ask(ctx, "rev-parse", "--is-shallow-repository")
	return err == nil && said == "true"
}

// Log calls fn with the commits of all branches and tags, those of other copies too,
// and what each changed among the paths that are meant: pathspecs of git, or none
// for all. Parents come before their children. A merge is told once for each parent.
func (r *Repo) Log(ctx context.Context, paths []string, fn func(Commit, []Change) error) error {
	from := []string{"--branches", "--tags", "--remotes"}
	if _, err := r.Ask(ctx, "rev-parse", "--verify", "--quiet", "HEAD"); err == nil {
		from = append(from, "HEAD")
	} else if refs, err := r.Ask(ctx, "for-each-ref", "--count=1", "refs/heads", "refs/tags", "refs/remotes"); err != nil || refs == "" {
		return err // nothing was committed yet
	}
	args := append([]string{"log"}, from...)
	args = append(args, "--reverse", "--date-order", "--full-history", "-m", "--raw", "-z", "--no-abbrev", "--no-renames", "--relative", "--root",
		"--no-show-signature", "--no-ext-diff", "--no-textconv", "--encoding=UTF-8", "--format=%x01%H%x00%at%x00%aN%x00%s", "--")
	return r.Git.Stream(ctx, r.Dir, nil, func(out io.Reader) error { return parseLog(out, fn) }, append(args, paths...)...)
}

// parseLog reads what the format above gives, each thing with a zero byte at its end.
func parseLog(out io.Reader, fn func(Commit, []Change) error) error {
	p := parser{in: bufio.NewReaderSize(out, 1<<16)}
	var commit Commit
	var changes []Change
	tell := func() error {
		if commit.ID == "" {
			return nil
		}
		return fn(commit, changes)
	}
	for {
		text, err := p.next()
		if errors.Is(err, io.EOF) {
			return tell()
		}
		if err != nil {
			return err
		}
		text = strings.TrimPrefix(text, "\n")
		switch {
		case strings.HasPrefix(text, "\x01"):
			if err := tell(); err != nil {
				return err
			}
			commit, changes = Commit{ID: text[1:]}, nil
			if err := p.rest(&commit); err != nil {
				return err
			}
		case strings.HasPrefix(text, ":"):
			path, err := p.next()
			if err != nil {
				return odd()
			}
			c, err := change(text, path)
			if err != nil {
				return err
			}
			changes = append(changes, c)
		case text != "":
			return odd()
		}
	}
}

func odd() error { return fault.New(fault.Unavailable, "git printed something that was not expected") }

// maxText is the longest path or subject, in bytes.
const maxText = 1 << 20

type parser struct{ in *bufio.Reader }

// next reads up to the next zero byte; io.EOF if nothing is left.
func (p *parser) next() (string, error) {
	var text []byte
	for {
		piece, err := p.in.ReadSlice(0)
		text = append(text, piece...)
		switch {
		case len(text) > maxText:
			return "", odd()
		case err == nil:
			return string(text[:len(text)-1]), nil
		case errors.Is(err, io.EOF) && len(text) > 0:
			return string(text), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return "", err
		}
	}
}

// rest reads what follows the id of a commit.
func (p *parser) rest(c *Commit) error {
	when, err1 := p.next()
	author, err2 := p.next()
	subject, err3 := p.next()
	seconds, err4 := strconv.ParseInt(when, 10, 64)
	if errors.Join(err1, err2, err3, err4) != nil {
		return odd()
	}
	c.Time, c.Author, c.Subject = seconds, clean(author), clean(subject)
	return nil
}

// clean makes text of what people's programs wrote.
func clean(s string) string { return strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD")) }

// change reads ":100644 100644 OLD NEW M". Links and submodules are no contents.
func change(text, path string) (Change, error) {
	f := strings.Fields(text)
	if len(f) != 5 {
		return Change{}, odd()
	}
	return Change{Path: path, Old: blob(f[0][1:], f[2]), New: blob(f[1], f[3])}, nil
}

func blob(mode, id string) string {
	if !strings.HasPrefix(mode, "100") {
		return ""
	}
	return id
}
