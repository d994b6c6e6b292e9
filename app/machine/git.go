package machine

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"os"
	"slices"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/provenance"
)

// Git is the git of whoever started this process.
type Git struct{}

var _ provenance.Git = Git{}

// Git runs git; see provenance.Git. It takes no locks, asks nobody, and starts no
// watcher of files.
func (g Git) Git(ctx context.Context, dir string, limit int64, args ...string) ([]byte, error) {
	var text bytes.Buffer
	err := g.Stream(ctx, dir, nil, func(r io.Reader) error {
		n, err := io.Copy(&text, io.LimitReader(r, limit+1))
		if n > limit {
			return fault.New(fault.Unsupported, "git printed more than %d bytes", limit)
		}
		return fault.Wrap(err, fault.Unavailable, "read what came from", "git")
	}, args...)
	if err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}

// Stream runs git likewise, gives it what in says, if it is not nil, and lets read
// have what it prints. An error of read is returned as it is; git is not waited for
// longer than read wants to read.
func (Git) Stream(ctx context.Context, dir string, in io.Reader, read func(io.Reader) error, args ...string) error {
	var pipes pipes
	defer pipes.close()
	out, printing, err := pipes.make()
	if err != nil {
		return err
	}
	said, saying, err := pipes.make()
	if err != nil {
		return err
	}
	c := Command{
		Args: append([]string{"git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"}, args...),
		Dir:  dir, Env: gitEnviron(os.Environ()), Stdout: printing, Stderr: saying,
	}
	var feed *os.File
	if in != nil {
		if c.Stdin, feed, err = pipes.make(); err != nil {
			return err
		}
	}
	var mark [12]byte
	rand.Read(mark[:])
	c.Mark = hex.EncodeToString(mark[:])
	child, err := Start(c)
	if err != nil {
		return err
	}
	for _, mine := range []*os.File{printing, saying, c.Stdin} {
		if mine != nil {
			mine.Close()
		}
	}
	words, fed := make(chan string, 1), make(chan struct{})
	go func() { words <- firstLine(said) }()
	go func() {
		defer close(fed)
		if feed != nil {
			io.Copy(feed, in) // git says itself if it ends early
			feed.Close()
		}
	}()
	stop := context.AfterFunc(ctx, func() { child.Stop(0) })
	defer stop()
	err = read(out)
	out.Close() // git is told so, if it still prints
	if err != nil && feed != nil {
		feed.Close()
	}
	<-child.Done()
	why := <-words
	<-fed
	switch code := child.Status().Code; {
	case ctx.Err() != nil:
		return fault.New(fault.Cancelled, "it was stopped: %v", ctx.Err()).On("run", "git")
	case err != nil:
		return err
	case code != 0:
		return fault.New(fault.Unavailable, "%s (exit code %d)", why, code)
	}
	return nil
}

// pipes are closed together; twice does no harm.
type pipes []*os.File

func (p *pipes) make() (r, w *os.File, err error) {
	r, w, err = os.Pipe()
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Unavailable, "start", "git")
	}
	*p = append(*p, r, w)
	return r, w, nil
}

func (p *pipes) close() {
	for _, f := range *p {
		f.Close()
	}
}

// gitEnviron lets git look at nothing but the folder where it is started, fetch
// nothing, and speak one language.
func gitEnviron(environ []string) []string {
	own := []string{"GIT_DIR=", "GIT_WORK_TREE=", "GIT_INDEX_FILE=", "GIT_PREFIX=", "LC_ALL=", "GIT_TERMINAL_PROMPT=", "GIT_NO_LAZY_FETCH="}
	kept := slices.DeleteFunc(slices.Clone(environ), func(v string) bool {
		return slices.ContainsFunc(own, func(name string) bool { return strings.HasPrefix(v, name) })
	})
	return append(kept, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1")
}

// firstLine reads all, so that nobody waits, and returns the first line.
func firstLine(r io.Reader) string {
	line := ""
	lines(r, func(text string) {
		if line == "" {
			line = strings.TrimPrefix(text, "fatal: ")
		}
	})
	return line
}
