package enemy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

// Attack sends names to entries of an owner.
type Attack struct {
	Address string // http://127.0.0.1:port
	Token   string
	Canary  *Canary
	Workers int

	client *http.Client
	sent   atomic.Int64
	mu     sync.Mutex
	wrong  []string // of all that was done so far
}

// most is how many answers that are wrong are told.
const most = 40

// Run sends each name to each entry. It returns how many requests were made, and what
// was wrong: an answer that is a failure of the owner, that tells what the canary's files
// hold, or none; and what has changed around the workspace.
func (a *Attack) Run(ctx context.Context, entries []Entry, names []string) (sent int, wrong []string, err error) {
	a.client = &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: a.Workers, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer a.client.CloseIdleConnections()
	type job struct {
		entry Entry
		name  string
	}
	jobs := make(chan job)
	var all sync.WaitGroup
	for range max(a.Workers, 1) {
		all.Go(func() {
			for j := range jobs {
				j.entry.Play(func(r Request) string { return a.send(ctx, j.entry.Name, r) }, j.name)
			}
		})
	}
	for _, name := range names {
		for _, e := range entries {
			if e.Named && plainAbsolute(name) || ctx.Err() != nil {
				continue
			}
			jobs <- job{e, name}
		}
	}
	close(jobs)
	all.Wait()
	if ctx.Err() != nil {
		return 0, nil, ctx.Err()
	}
	changes, err := a.Canary.Changes()
	return int(a.sent.Load()), append(a.wrong, changes...), err
}

// plainAbsolute tells names of folders that a person may mean.
func plainAbsolute(name string) bool {
	return filepath.IsAbs(name) || path.IsAbs(name) || strings.HasPrefix(name, "~") || strings.HasPrefix(strings.ToLower(name), "file:")
}

// send makes one request, and judges its answer.
func (a *Attack) send(ctx context.Context, where string, r Request) string {
	a.sent.Add(1)
	status, header, body, err := a.do(ctx, r)
	switch {
	case err != nil:
		a.note("%s: %s %.300q: %v", where, r.Method, r.Target, err)
	case status >= http.StatusInternalServerError && status != http.StatusNotImplemented:
		a.note("%s: %s %.300q %.300q: %d %.300s", where, r.Method, r.Target, r.Body, status, body)
	case a.Canary.Told(body) || a.Canary.Told(header):
		a.note("%s: %s %.300q %.300q tells a secret: %.300s", where, r.Method, r.Target, r.Body, body)
	case status == http.StatusOK:
		return body
	}
	return ""
}

func (a *Attack) do(ctx context.Context, r Request) (status int, header, body string, err error) {
	req, err := NewRequest(ctx, a.Address, r)
	if err != nil {
		return 0, "", "", err
	}
	if a.Token != "" {
		req.Header.Set("Authorization", "Bearer "+a.Token)
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return 0, "", "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		err = fmt.Errorf("no end of the answer: %w", err)
	}
	return resp.StatusCode, fmt.Sprint(resp.Header), string(text), err
}

func (a *Attack) note(format string, args ...any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.wrong) < most {
		a.wrong = append(a.wrong, fmt.Sprintf(format, args...))
	}
}

// NewRequest is a request whose target goes over the wire as it is written.
func NewRequest(ctx context.Context, address string, r Request) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, r.Method, address, strings.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	req.URL = &url.URL{Scheme: "http", Host: req.URL.Host, Opaque: r.Target}
	if strings.HasPrefix(r.Target, "//") { // else it would be a host
		req.URL.Opaque = "//" + req.URL.Host + r.Target
	}
	if r.Type != "" {
		req.Header.Set("Content-Type", r.Type)
	}
	for name, value := range r.Header {
		if name == "Host" {
			req.Host = value
			continue
		}
		req.Header.Set(name, value)
	}
	return req, nil
}
