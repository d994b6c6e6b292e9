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

// Sizes says how large the files are that names mean: ids of contents, or
// COMMIT:./PATH. Of what is no file, or not there, nothing is said.
func (r *Repo) Sizes(ctx context.Context, names []string, fn func(name string, size int64)) error {
	return r.batch(ctx, names, "--batch-check", func(in *bufio.Reader, name string) error {
		_, size, ok, err := header(in)
		if ok {
			fn(name, size)
		}
		return err
	})
}

// Contents calls fn with the content of each file that names mean. What is no file,
// or not there, or larger than most bytes, is left out.
func (r *Repo) Contents(ctx context.Context, names []string, most int64, fn func(name string, data []byte) error) error {
	return r.batch(ctx, names, "--batch", func(in *bufio.Reader, name string) error {
		kind, size, ok, err := header(in)
		if err != nil || kind == "" {
			return err
		}
		if !ok || size > most {
			_, err := io.CopyN(io.Discard, in, size+1)
			return unexpected(err)
		}
		data := make([]byte, size+1) // with the end of its line
		if _, err := io.ReadFull(in, data); err != nil {
			return unexpected(err)
		}
		return fn(name, data[:size])
	})
}

func unexpected(err error) error {
	if err != nil {
		return odd()
	}
	return nil
}

func (r *Repo) batch(ctx context.Context, names []string, how string, one func(in *bufio.Reader, name string) error) error {
	var asked []string
	for _, name := range names {
		if !strings.ContainsAny(name, "\n") { // none that can be asked for
			asked = append(asked, name)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	return r.Git.Stream(ctx, r.Dir, strings.NewReader(strings.Join(asked, "\n")+"\n"), func(out io.Reader) error {
		in := bufio.NewReaderSize(out, 1<<16)
		for _, name := range asked {
			if err := one(in, name); err != nil {
				return err
			}
		}
		return nil
	}, "cat-file", how)
}

// header reads "ID blob SIZE", or "NAME missing". ok says that it is a file; the
// kind is empty where nothing follows.
func header(in *bufio.Reader) (kind string, size int64, ok bool, err error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return "", 0, false, odd()
	}
	if strings.HasSuffix(line, " missing\n") || strings.HasSuffix(line, " ambiguous\n") || strings.HasSuffix(line, " excluded\n") {
		return "", 0, false, nil
	}
	f := strings.Fields(line)
	if len(f) != 3 {
		return "", 0, false, nil // the name stands in it: of a submodule
	}
	size, err = strconv.ParseInt(f[2], 10, 64)
	if err != nil || size < 0 {
		return "", 0, false, odd()
	}
	return f[1], size, f[1] == "blob", nil
}

// TreeFile is a file of a commit.
type TreeFile struct {
	Path string // from the folder, with slashes
	Blob string // id of its content
	Exec bool
}

// Files lists the files of a commit, in the order of their paths' bytes. Links and
// submodules are left out.
func (r *Repo) Files(ctx context.Context, commit string, fn func(TreeFile) error) error {
	return r.Git.Stream(ctx, r.Dir, nil, func(out io.Reader) error {
		p := parser{in: bufio.NewReaderSize(out, 1<<16)}
		for {
			text, err := p.next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			head, path, ok := strings.Cut(text, "\t")
			f := strings.Fields(head)
			if !ok || len(f) != 3 {
				return odd()
			}
			if f[1] != "blob" || blob(f[0], f[2]) == "" {
				continue
			}
			if err := fn(TreeFile{Path: path, Blob: f[2], Exec: f[0] == "100755"}); err != nil {
				return err
			}
		}
	}, "ls-tree", "-r", "-z", commit)
}

// Folder is the folder in which the repository keeps its things, for all its work
// trees.
func (r *Repo) Folder(ctx context.Context) (string, error) {
	at, err := r.Ask(ctx, "rev-parse", "--path-format=absolute", "--git-common-dir")
	return at, fault.Wrap(err, fault.Unavailable, "look for the folder of", "git")
}
