// Package client speaks to the door of a live owner.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

// Prefix is where Varve's own interface begins.
const Prefix = "/api/varve/v1"

// Client is a connection to a door.
type Client struct {
	Address string // http://127.0.0.1:port
	Token   string // empty where the door asks for none
	http    *http.Client
}

// New returns a client of the door at an address.
func New(address, token string) *Client {
	return &Client{Address: address, Token: token, http: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: 90 * time.Second}, // no proxy: it is this machine
	}}
}

// Get asks for a thing and decodes it into out.
func (c *Client) Get(ctx context.Context, path string, query url.Values, out any) error {
	return c.call(ctx, http.MethodGet, withQuery(path, query), nil, out)
}

// Post changes something; in and out may be nil.
func (c *Client) Post(ctx context.Context, path string, in, out any) error {
	return c.call(ctx, http.MethodPost, path, in, out)
}

// Put sets something; in and out may be nil.
func (c *Client) Put(ctx context.Context, path string, in, out any) error {
	return c.call(ctx, http.MethodPut, path, in, out)
}

// Delete takes something away.
func (c *Client) Delete(ctx context.Context, path string, query url.Values) error {
	return c.call(ctx, http.MethodDelete, withQuery(path, query), nil, nil)
}

// MLflow calls MLflow's interface of the door with a JSON body.
func (c *Client) MLflow(ctx context.Context, method, path string, in, out any) error {
	return c.do(ctx, method, c.Address+path, in, out)
}

func withQuery(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	return c.do(ctx, method, c.Address+Prefix+path, in, out)
}

func (c *Client) do(ctx context.Context, method, address string, in, out any) error {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return fault.Wrap(err, fault.Internal, "encode", "request")
		}
		body = bytes.NewReader(data)
	}
	resp, err := c.Do(ctx, method, address, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return ProblemOf(resp)
	}
	if out == nil {
		_, err = io.Copy(io.Discard, resp.Body)
	} else {
		err = json.NewDecoder(resp.Body).Decode(out)
	}
	return fault.Wrap(err, fault.Unavailable, "read the answer of", c.Address)
}

// Do sends one request as it is; the caller closes the body of the answer.
func (c *Client) Do(ctx context.Context, method, address string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "make request for", address)
	}
	if body != nil || method != http.MethodGet {
		req.Header.Set("Content-Type", "application/json")
	}
	return c.send(ctx, req)
}

// Fetch asks for bytes; the caller closes the body of the answer, whatever its status.
func (c *Client) Fetch(ctx context.Context, path string, query url.Values, header http.Header) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Address+Prefix+withQuery(path, query), nil)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "make request for", path)
	}
	req.Header = header
	return c.send(ctx, req)
}

// send sends a request with the token.
func (c *Client) send(ctx context.Context, req *http.Request) (*http.Response, error) {
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	resp, err := c.http.Do(req)
	switch {
	case err == nil:
		return resp, nil
	case errors.Is(ctx.Err(), context.Canceled):
		return nil, fault.New(fault.Cancelled, "interrupted: %v", err)
	case ctx.Err() != nil:
		// Nobody has interrupted anything: who follows a run must not stop it for this.
		return nil, fault.New(fault.Unavailable, "Varve does not answer at %s in time", c.Address)
	}
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err
	}
	return nil, fault.New(fault.Unavailable, "Varve does not answer at %s: %v", c.Address, err)
}

// ProblemOf turns an answer that is not a success into the fault that the
// owner meant.
func ProblemOf(resp *http.Response) error {
	data, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	var p api.Problem
	if json.Unmarshal(data, &p) == nil && p.Title != "" {
		return &fault.Error{Kind: fault.Kind(p.Code), Message: p.Title, Hint: p.Hint, Err: &p}
	}
	var m struct {
		Code    string `json:"error_code"`
		Message string `json:"message"`
	}
	if json.Unmarshal(data, &m) == nil && m.Message != "" {
		kind, ok := kindOfCode[m.Code]
		if !ok {
			kind = kindOfStatus(resp.StatusCode)
		}
		return &fault.Error{Kind: kind, Message: m.Message}
	}
	return fault.New(kindOfStatus(resp.StatusCode), "Varve answered %s", resp.Status)
}

// kindOfCode are the faults behind MLflow's error codes, where the status of an
// answer does not tell.
var kindOfCode = map[string]fault.Kind{
	"RESOURCE_ALREADY_EXISTS": fault.Exists, "RESOURCE_DOES_NOT_EXIST": fault.NotFound, "INVALID_STATE": fault.State,
	"PERMISSION_DENIED": fault.Denied, "DATA_LOSS": fault.Corrupt,
}

func kindOfStatus(status int) fault.Kind {
	switch {
	case status == http.StatusNotFound:
		return fault.NotFound
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return fault.Denied
	case status == http.StatusServiceUnavailable:
		return fault.Unavailable
	case status < 500:
		return fault.Invalid
	}
	return fault.Internal
}

// WaitJob follows a job until it ends and returns its result; report is told
// of each change.
func (c *Client) WaitJob(ctx context.Context, id string, report func(api.Job)) (api.Job, error) {
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		var j api.Job
		if err := c.Get(ctx, "/jobs/"+id, nil, &j); err != nil {
			if errors.Is(err, fault.Cancelled) {
				_ = c.Post(context.WithoutCancel(ctx), "/jobs/"+id+"/cancel", nil, nil) // best effort: the person has left
			}
			return j, err
		}
		report(j)
		switch j.State {
		case api.JobDone:
			return j, nil
		case api.JobCancelled:
			return j, fault.New(fault.Cancelled, "%s was cancelled", j.Title)
		case api.JobFailed:
			if j.Problem != nil {
				return j, &fault.Error{Kind: fault.Kind(j.Problem.Code), Message: j.Problem.Title, Hint: j.Problem.Hint}
			}
			return j, fault.New(fault.Internal, "%s failed", j.Title)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}
