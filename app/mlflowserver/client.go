// Package mlflowserver reads the record of a running MLflow server, of any version
// and with any database behind it, through its own HTTP interface.
package mlflowserver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
)

// Limits of what a server can cost.
const (
	maxAnswer = 64 << 20 // bytes of JSON
	tries     = 4
	patience  = 2 * time.Minute // for an answer to begin
	page      = 1000            // things asked for at once
	points    = 25_000          // points asked for at once
	maxPages  = 100_000
)

// Source is one server. It is an imports.Source.
type Source struct {
	address string // without a slash at the end, and without the password
	user    *url.Userinfo
	http    *http.Client
	wait    func(context.Context, time.Duration) error
}

// Open returns the source for an address such as http://host:5000. Name and
// password may stand in it, else in MLFLOW_TRACKING_USERNAME and _PASSWORD, or a
// token in MLFLOW_TRACKING_TOKEN, as MLflow's clients read them.
func Open(address string) (*Source, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fault.New(fault.Invalid, "%q is no address of a server", address).WithHint("Write it as http://127.0.0.1:5000.")
	}
	s := &Source{user: u.User, wait: wait}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	s.address = strings.TrimRight(u.String(), "/")
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = patience
	s.http = &http.Client{Transport: transport, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if r.URL.Host != via[0].URL.Host { // a name and a password are for one server
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return s, nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Close lets go of the connections.
func (s *Source) Close() error {
	s.http.CloseIdleConnections()
	return nil
}

// About says what it is.
func (s *Source) About() imports.About { return imports.About{Kind: "MLflow server", Place: s.address} }

// do sends a request until it is answered, a few times at most. The caller closes
// the body.
func (s *Source) do(ctx context.Context, method, at string, query url.Values, body any) (*http.Response, error) {
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return nil, fault.Wrap(err, fault.Internal, "encode", "request")
		}
	}
	target := s.address + at
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	for n := 1; ; n++ {
		resp, err := s.once(ctx, method, target, data)
		if err == nil {
			return resp, nil
		}
		if cause := context.Cause(ctx); cause != nil {
			return nil, cause
		}
		if n == tries || !errors.Is(err, fault.Unavailable) {
			return nil, err
		}
		if err := s.wait(ctx, time.Duration(1<<n)*250*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func (s *Source) once(ctx context.Context, method, target string, data []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(data))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "make a request for", target)
	}
	if data != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	s.sign(req)
	resp, err := s.http.Do(req)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "%s does not answer: %v", s.address, err)
	}
	if resp.StatusCode < 300 {
		return resp, nil
	}
	defer resp.Body.Close()
	return nil, refusal(s.address, resp)
}

func (s *Source) sign(req *http.Request) {
	name, password := os.Getenv("MLFLOW_TRACKING_USERNAME"), os.Getenv("MLFLOW_TRACKING_PASSWORD")
	if s.user != nil {
		name = s.user.Username()
		password, _ = s.user.Password()
	}
	switch token := os.Getenv("MLFLOW_TRACKING_TOKEN"); {
	case name != "" && password != "":
		req.SetBasicAuth(name, password)
	case token != "":
		req.Header.Set("Authorization", "Bearer "+token)
	}
}

// refusal makes a fault of an answer that is none.
func refusal(address string, resp *http.Response) error {
	data, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(data, &said) != nil || said.Message == "" {
		said.Message = resp.Status
	}
	kind := fault.Invalid
	switch resp.StatusCode {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		kind = fault.NotFound
	case http.StatusUnauthorized, http.StatusForbidden:
		kind = fault.Denied
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		kind = fault.Unavailable
	}
	return fault.New(kind, "%s answers: %s", address, said.Message)
}

// call asks MLflow's interface.
func (s *Source) call(ctx context.Context, method, at string, query url.Values, body, into any) error {
	resp, err := s.do(ctx, method, "/api/2.0/mlflow/"+at, query, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return fault.New(fault.Unavailable, "%s broke off: %v", s.address, err)
	case len(data) > maxAnswer:
		return fault.New(fault.Unsupported, "an answer of %s has more than %d bytes", s.address, maxAnswer)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fault.New(fault.Corrupt, "%s does not answer as MLflow does: %v", s.address, err)
	}
	return nil
}

// pages asks for one page after the other: ask returns the token of the next one.
func pages(ask func(token string) (next string, err error)) error {
	token, seen := "", map[string]bool{}
	for range maxPages {
		next, err := ask(token)
		if err != nil || next == "" {
			return err
		}
		if seen[next] {
			return fault.New(fault.Corrupt, "the server tells the same page again and again")
		}
		seen[next], token = true, next
	}
	return fault.New(fault.Unsupported, "the server has no end of pages")
}

// whole is a number that may come as text, as some clients and servers write them.
type whole int64

// UnmarshalJSON reads either.
func (w *whole) UnmarshalJSON(data []byte) error {
	var n int64
	if _, err := fmt.Sscan(strings.Trim(string(data), `"`), &n); err != nil {
		var f float64
		if _, err := fmt.Sscan(strings.Trim(string(data), `"`), &f); err != nil {
			return err
		}
		n = int64(f)
	}
	*w = whole(n)
	return nil
}

// clean says whether a path of artifacts leads nowhere else.
func clean(at string) bool {
	return at != "" && path.Clean(at) == at && !strings.HasPrefix(at, "/") && at != ".." && !strings.HasPrefix(at, "../") && !strings.Contains(at, `\`)
}
