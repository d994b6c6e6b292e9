package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	startLimit = 5 * time.Minute  // for a program to become ready
	sayLimit   = 10 * time.Second // after its first answer, to say so
	stopLimit  = 30 * time.Second
)

// program is one of the two that are compared.
type program struct {
	name string
	path string
	dir  string // its folder: home, record, log
	args func(port int) []string
	says string // begins the line that it prints when it is ready; "": it prints none
}

func newVarve(path, dir string) *program {
	return &program{name: "Varve", path: path, dir: dir, says: "Varve is ready at ", args: func(port int) []string {
		return []string{"serve", "--no-token", "--port", strconv.Itoa(port), "--workspace", filepath.Join(dir, "record")}
	}}
}

// newMLflow serves a record in SQLite with what else `mlflow server` does if
// one asks for nothing: artifacts through the server, uvicorn, four workers.
func newMLflow(path, dir string) *program {
	return &program{name: "mlflow server", path: path, dir: dir, args: func(port int) []string {
		return []string{
			"server", "--backend-store-uri", "sqlite:///" + filepath.Join(dir, "mlflow.db"), "--serve-artifacts", "--port", strconv.Itoa(port),
		}
	}}
}

// environ is that of a person who has just got the machine.
func (p *program) environ() []string {
	return []string{
		"HOME=" + p.dir, "XDG_CACHE_HOME=" + filepath.Join(p.dir, "cache"), "XDG_STATE_HOME=" + filepath.Join(p.dir, "state"),
		"XDG_CONFIG_HOME=" + filepath.Join(p.dir, "config"), "XDG_DATA_HOME=" + filepath.Join(p.dir, "data"),
		"PATH=" + filepath.Dir(p.path) + string(os.PathListSeparator) + os.Getenv("PATH"), "TMPDIR=" + p.dir, "LANG=C.UTF-8",
		"DO_NOT_TRACK=true", // a measurement calls nobody
		// Else, on a busy machine, uvicorn ends workers that start slowly, for ever.
		"UVICORN_TIMEOUT_WORKER_HEALTHCHECK=60",
	}
}

func (p *program) version(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, p.path, "--version")
	cmd.Env, cmd.Dir = p.environ(), p.dir
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", p.name, err)
	}
	fields := strings.Fields(string(out))
	if len(fields) == 0 {
		return "", fmt.Errorf("%s --version prints nothing", p.name)
	}
	return fields[len(fields)-1], nil
}

// server is a program that runs.
type server struct {
	of    *program
	cmd   *exec.Cmd
	base  string // its address
	ended chan struct{}
	spoke chan time.Time // when it said that it is ready
	grace time.Duration  // that it has to end by itself
}

// startTimes are both counted from the moment before the process was made.
type startTimes struct {
	said     time.Duration // the line; 0 if the program prints none
	answered time.Duration // the first request that succeeded
}

// start starts the program and waits until it has answered.
func (p *program) start(ctx context.Context) (*server, startTimes, error) {
	var times startTimes
	port, err := freePort(ctx)
	if err != nil {
		return nil, times, err
	}
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		return nil, times, err
	}
	log, err := os.OpenFile(p.log(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, times, err
	}
	s := &server{
		of: p, cmd: exec.Command(p.path, p.args(port)...), base: "http://127.0.0.1:" + strconv.Itoa(port),
		ended: make(chan struct{}), spoke: make(chan time.Time, 1), grace: stopLimit,
	}
	s.cmd.Dir, s.cmd.Env, s.cmd.Stderr = p.dir, p.environ(), log
	ownSession(s.cmd)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, times, errors.Join(err, log.Close())
	}
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, times, errors.Join(err, log.Close())
	}
	go s.watch(out, log)
	answered, err := s.firstAnswer(ctx)
	if err != nil {
		s.stop()
		return nil, times, err
	}
	times.answered = answered.Sub(began)
	if times.said, err = s.hear(ctx, began); err != nil {
		s.stop()
		return nil, times, err
	}
	return s, times, nil
}

// hear waits for the line that the program says when it is ready.
func (s *server) hear(ctx context.Context, began time.Time) (time.Duration, error) {
	if s.of.says == "" {
		return 0, nil
	}
	select {
	case said, ok := <-s.spoke:
		if ok {
			return said.Sub(began), nil
		}
	case <-time.After(sayLimit):
	case <-ctx.Done():
	}
	return 0, fmt.Errorf("%s answers, but does not say %q:\n%s", s.of.name, s.of.says, s.of.logTail())
}

func (p *program) log() string { return filepath.Join(p.dir, "log") }

// watch copies what the program prints to its log, looks for the line, and
// tells when the program has ended.
func (s *server) watch(out io.Reader, log *os.File) {
	lines := bufio.NewReader(out)
	for err := error(nil); err == nil; {
		var line string
		line, err = lines.ReadString('\n')
		if s.of.says != "" && strings.HasPrefix(line, s.of.says) {
			s.spoke <- time.Now()
		}
		_, _ = log.WriteString(line) // the log only helps to explain a failure
	}
	_ = s.cmd.Wait() // how it ended is in the log
	log.Close()
	close(s.ended)
	close(s.spoke)
}

// firstAnswer asks for the default experiment until it comes.
func (s *server) firstAnswer(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	url := s.base + api + "experiments/get?experiment_id=0"
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return time.Time{}, err
		}
		if resp, err := client.Do(req); err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if err == nil && resp.StatusCode == http.StatusOK {
				return time.Now(), nil
			}
		}
		select {
		case <-s.ended:
			return time.Time{}, fmt.Errorf("%s ended before it was ready:\n%s", s.of.name, s.of.logTail())
		case <-ctx.Done():
			return time.Time{}, fmt.Errorf("%s did not become ready (is the machine very busy?): %w\n%s", s.of.name, context.Cause(ctx), s.of.logTail())
		case <-time.After(time.Millisecond): // the next try
		}
	}
}

func (p *program) logTail() string {
	data, err := os.ReadFile(p.log())
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-4000):])
}

// stop ends the program and what it has started: politely, and what is left
// after a while by force.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(s.grace):
	}
	killSession(s.cmd.Process.Pid)
	<-s.ended
}

// freePort finds a port that nobody uses at this moment.
func freePort(ctx context.Context) (int, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	addr, ok := l.Addr().(*net.TCPAddr)
	if err := l.Close(); err != nil || !ok {
		return 0, errors.Join(err, errors.New("no port can be had"))
	}
	return addr.Port, nil
}
