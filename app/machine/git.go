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
func (Git) Git(ctx context.Context, dir string, limit int64, args ...string) ([]byte, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "start", "git")
	}
	defer out.Close()
	said, saying, err := os.Pipe()
	if err != nil {
		in.Close()
		return nil, fault.Wrap(err, fault.Unavailable, "start", "git")
	}
	defer said.Close()
	var mark [12]byte
	rand.Read(mark[:])
	child, err := Start(Command{
		Args: append([]string{"git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"}, args...),
		Dir:  dir, Env: gitEnviron(os.Environ()), Stdout: in, Stderr: saying, Mark: hex.EncodeToString(mark[:]),
	})
	in.Close()
	saying.Close()
	if err != nil {
		return nil, err
	}
	words := make(chan string, 1)
	go func() { words <- firstLine(said) }()
	stop := context.AfterFunc(ctx, func() { child.Stop(0) })
	defer stop()
	var text bytes.Buffer
	n, err := io.Copy(&text, io.LimitReader(out, limit+1))
	if err != nil || n > limit {
		out.Close()
	}
	<-child.Done()
	why := <-words
	switch code := child.Status().Code; {
	case ctx.Err() != nil:
		return nil, fault.New(fault.Cancelled, "it was stopped: %v", ctx.Err()).On("run", "git")
	case err != nil:
		return nil, fault.Wrap(err, fault.Unavailable, "read what came from", "git")
	case n > limit:
		return nil, fault.New(fault.Unsupported, "git printed more than %d bytes", limit)
	case code != 0:
		return nil, fault.New(fault.Unavailable, "%s (exit code %d)", why, code)
	}
	return text.Bytes(), nil
}

// gitEnviron lets git look at nothing but the folder where it is started, and
// speak one language.
func gitEnviron(environ []string) []string {
	own := []string{"GIT_DIR=", "GIT_WORK_TREE=", "GIT_INDEX_FILE=", "GIT_PREFIX=", "LC_ALL=", "GIT_TERMINAL_PROMPT="}
	kept := slices.DeleteFunc(slices.Clone(environ), func(v string) bool {
		return slices.ContainsFunc(own, func(name string) bool { return strings.HasPrefix(v, name) })
	})
	return append(kept, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0")
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
