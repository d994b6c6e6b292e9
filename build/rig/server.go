//go:build unix

package rig

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
)

// Server is `varve serve` in a process of its own.
type Server struct {
	Cmd     *exec.Cmd
	Address string
	client  *http.Client
	stderr  *bytes.Buffer // nil if somebody else has it
}

// Serve starts an owner that asks for no token, and waits until it is ready.
func (h *Home) Serve(options ...string) (*Server, error) {
	return h.ServeWith(append([]string{"--no-token"}, options...)...)
}

// ServeWith starts an owner with these options only, and waits until it is ready.
func (h *Home) ServeWith(options ...string) (*Server, error) {
	cmd := h.Command(append([]string{"serve"}, options...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	address, err := ReadyAt(out)
	if err != nil {
		_ = cmd.Process.Kill() // it may have ended already
		_ = cmd.Wait()         // what it said counts
		return nil, &Failure{Args: cmd.Args[1:], Code: cmd.ProcessState.ExitCode(), Said: strings.TrimSpace(stderr.String()), Err: err}
	}
	s := NewServer(cmd, address)
	s.stderr = &stderr
	return s, nil
}

// NewServer is an owner that has said where it is.
func NewServer(cmd *exec.Cmd, address string) *Server {
	return &Server{Cmd: cmd, Address: address, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
}

// ReadyAt returns the address that an owner prints when it is ready.
func ReadyAt(out io.Reader) (string, error) {
	line, err := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "Varve is ready at ")
	if !ok {
		return "", fmt.Errorf("varve serve said %q, %v", line, err)
	}
	return address, nil
}

// Kill ends the owner as a crash does.
func (s *Server) Kill() {
	_ = s.Cmd.Process.Kill() // it may have ended already
	_ = s.Cmd.Wait()
	s.client.CloseIdleConnections()
}

// End asks the owner to end, waits for it, and returns what it wrote to
// standard error.
func (s *Server) End() string {
	_ = s.Cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
	_ = s.Cmd.Wait()                          // what it said counts
	s.client.CloseIdleConnections()
	return s.stderr.String()
}

// Refusal is an answer other than 200.
type Refusal struct {
	Path   string
	Status int
	Body   string
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s: %d %s", r.Path, r.Status, r.Body) }

// Call sends one request of MLflow's interface. Without an error it was
// acknowledged; a *Refusal is an answer in words.
func (s *Server) Call(path string, body, out any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	answer, err := s.Do(http.MethodPost, "/api/2.0/mlflow/"+path, "application/json", data)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// Get reads through MLflow's interface.
func (s *Server) Get(path string, out any) error {
	answer, err := s.Do(http.MethodGet, "/api/2.0/mlflow/"+path, "", nil)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// Do sends any request and returns the whole answer.
func (s *Server) Do(method, path, kind string, body []byte) ([]byte, error) {
	req, err := http.NewRequest(method, s.Address+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, &Refusal{path, resp.StatusCode, string(answer)}
	}
	return answer, nil
}
