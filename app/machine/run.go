package machine

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"time"

	"dev.varve/backend/env"
	"dev.varve/backend/fault"
)

// cancelGrace is how long an installer gets to clean up behind itself.
const cancelGrace = 3 * time.Second

// maxLine is how much of an endless line is shown; the rest of it is dropped.
const maxLine = 16 << 10

// Tools runs programs and finds interpreters for environments.
type Tools struct{}

var _ env.Machine = Tools{}

// Run runs a program to its end; see env.Machine. What the program leaves
// behind is ended with it.
func (Tools) Run(ctx context.Context, c env.Command, line func(string)) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, cancelled(err, c)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return 0, fault.Wrap(err, fault.Unavailable, "start", c.Args[0])
	}
	defer r.Close()
	var mark [12]byte
	rand.Read(mark[:])
	child, err := Start(Command{Args: c.Args, Dir: c.Dir, Env: c.Env, Stdout: w, Stderr: w, Mark: hex.EncodeToString(mark[:])})
	w.Close()
	if err != nil {
		return 0, err
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		lines(r, line)
	}()
	var stopped error
	select {
	case <-child.Done():
		stopped = child.Stop(0) // a descendant would keep the pipe open
	case <-ctx.Done():
		stopped = child.Stop(cancelGrace)
	}
	if stopped != nil {
		return 0, stopped
	}
	<-read
	if err := ctx.Err(); err != nil {
		return 0, cancelled(err, c)
	}
	return child.Status().Code, nil
}

func cancelled(err error, c env.Command) error {
	return fault.New(fault.Cancelled, "it was stopped: %v", err).On("run", c.Args[0])
}

// lines hands over each line without its end, also a last one without newline.
func lines(r io.Reader, line func(string)) {
	in := bufio.NewReaderSize(r, maxLine)
	for {
		text, err := in.ReadSlice('\n')
		if len(text) > 0 {
			line(trimNewline(string(text)))
		}
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = in.ReadSlice('\n')
		}
		if err != nil {
			return
		}
	}
}

func trimNewline(s string) string {
	if n := len(s); n > 0 && s[n-1] == '\n' {
		s = s[:n-1]
	}
	if n := len(s); n > 0 && s[n-1] == '\r' {
		s = s[:n-1]
	}
	return s
}

// Program finds a program on the PATH of an environment; see env.Machine.
func (Tools) Program(name string, environ []string) (string, error) {
	return FindProgram(name, "", environ)
}
