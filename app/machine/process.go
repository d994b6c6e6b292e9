package machine

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"dev.varve/backend/fault"
)

// MarkVariable is the environment variable that carries Command.Mark.
const MarkVariable = "VARVE_TREE"

// Command says what to start.
type Command struct {
	// Args is the program and its arguments. A program without a slash is
	// looked up in the PATH of Env, a relative one starts at Dir.
	Args []string
	// Dir is the working folder; empty means that of this process.
	Dir string
	// Env is the whole environment, as NAME=VALUE; nil means that of this
	// process. Of two equal names the last one counts.
	Env []string
	// Stdin, Stdout and Stderr are the child's streams; nil is the null device.
	// They stay open here and belong to the caller.
	Stdin, Stdout, Stderr *os.File
	// Mark, if not empty, goes into the environment as MarkVariable. All
	// descendants inherit it and are recognised by it (on Linux), wherever
	// they moved. It should be unique (a run's id), and holds no secret.
	Mark string
}

// Status is how a process ended.
type Status struct {
	Code   int    // exit code; 128 + the signal's number after a signal, as shells say it
	Signal string // "SIGKILL", or empty if the process ended by itself
}

// Child is a process that this process started, with all its descendants.
type Child struct {
	id     Identity
	mark   string
	done   chan struct{}
	status Status
}

// Start starts a command in its own process group, bound to the life of this
// process (see the package comment). It fails with NotFound if there is no
// such program or folder, Denied if it may not be started, and Invalid if the
// command cannot be expressed (no program, a NUL byte).
func Start(c Command) (*Child, error) { return start(c, false) }

// StartDetached starts a command in a session of its own that outlives this
// process, whatever ends it. The mark of an enclosing tree is not handed on.
func StartDetached(c Command) (*Child, error) { return start(c, true) }

// mostBusy is how long a program may be open for writing before that is an error.
const mostBusy = 2 * time.Second

// start waits for a program that was just written: whatever else this process starts
// at the same moment holds its file open for writing until it has become another program.
func start(c Command, detached bool) (*Child, error) {
	began := time.Now()
	for pause := time.Millisecond; ; pause *= 2 {
		child, err := startNow(c, detached)
		if !errors.Is(err, syscall.ETXTBSY) || time.Since(began) > mostBusy {
			return child, err
		}
		time.Sleep(pause)
	}
}

func startNow(c Command, detached bool) (*Child, error) {
	cmd, err := build(c)
	if err != nil {
		return nil, err
	}
	if err := closeInherited(); err != nil {
		return nil, fault.New(fault.Internal, "the open files of this process could not be closed for its children: %v", err).On("start", c.Args[0])
	}
	child := &Child{mark: c.Mark, done: make(chan struct{})}
	started := make(chan error)
	go child.live(newLaunch(cmd, detached), started)
	if err := <-started; err != nil {
		return nil, classifyStart(err, c.Args[0])
	}
	return child, nil
}

// live holds one thread from a bound child's start to its end: the kernel ties
// "parent" in PR_SET_PDEATHSIG to the thread that forked, and Go's threads
// come and go.
func (c *Child) live(l *launch, started chan<- error) {
	if !l.detached {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
	}
	id, err := l.begin()
	c.id = id
	started <- err
	if err != nil {
		return
	}
	c.status = l.wait()
	close(c.done)
}

// Identity names the child for as long as this machine is not started anew.
func (c *Child) Identity() Identity { return c.id }

// Done is closed when the child itself has ended. Descendants may still live:
// Stop ends them.
func (c *Child) Done() <-chan struct{} { return c.done }

// Status tells how the child ended. It waits for Done.
func (c *Child) Status() Status {
	<-c.done
	return c.status
}

// Stop asks the whole tree to end (TERM), and ends by force (KILL) what is
// still there after the grace time. It returns when nothing of the tree lives;
// Unavailable names what could not be ended. After Done it ends what the child
// left behind. It may be called at any time, several times, and side by side,
// so that a second, shorter Stop overtakes the first.
func (c *Child) Stop(grace time.Duration) error {
	return EndTree(Tree{Leader: c.id, Mark: c.mark}, grace)
}

func build(c Command) (*exec.Cmd, error) {
	if len(c.Args) == 0 || c.Args[0] == "" {
		return nil, fault.New(fault.Invalid, "there is no program to start")
	}
	if c.Env == nil {
		c.Env = os.Environ()
	}
	env := make([]string, 0, len(c.Env)+1)
	for _, e := range c.Env {
		if !strings.HasPrefix(e, MarkVariable+"=") {
			env = append(env, e)
		}
	}
	if c.Mark != "" {
		env = append(env, MarkVariable+"="+c.Mark)
	}
	for _, s := range append(append([]string{c.Dir}, c.Args...), env...) {
		if strings.ContainsRune(s, 0) {
			return nil, fault.New(fault.Invalid, "a NUL byte cannot be handed to a program").On("start", c.Args[0])
		}
	}
	if c.Dir != "" {
		if info, err := os.Stat(c.Dir); err != nil || !info.IsDir() {
			return nil, fault.New(fault.NotFound, "the working folder %s is not there", c.Dir).On("start", c.Args[0])
		}
	}
	program, err := FindProgram(c.Args[0], c.Dir, env)
	if err != nil {
		return nil, err
	}
	return &exec.Cmd{
		Path: program, Args: c.Args, Dir: c.Dir, Env: env,
		Stdin: stream(c.Stdin), Stdout: stream(c.Stdout), Stderr: stream(c.Stderr),
	}, nil
}

// stream avoids an interface that holds a nil *os.File, which os/exec would
// take for a stream.
func stream(f *os.File) interface {
	Read([]byte) (int, error)
	Write([]byte) (int, error)
} {
	if f == nil {
		return nil
	}
	return f
}

func classifyStart(err error, program string) error {
	kind, hint := fault.Internal, ""
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// The program was there a moment ago: its interpreter is missing.
		kind, hint = fault.NotFound, "If it is a script, its first line names an interpreter that is not installed."
	case errors.Is(err, fs.ErrPermission):
		kind, hint = fault.Denied, "Make the file executable."
	case isTooBig(err):
		kind, hint = fault.Invalid, "Its arguments or its environment are larger than the operating system allows."
	case isNoProgram(err):
		kind, hint = fault.Invalid, "It is not a program for this machine."
	case isExhausted(err):
		kind, hint = fault.Unavailable, "The machine has no room for another process. End some, or try again later."
	}
	return &fault.Error{Kind: kind, Op: "start", Object: program, Err: rootCause(err), Hint: hint}
}

func rootCause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
