package enemy

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// stranger is what a request of somebody else has about it.
type stranger struct {
	who    string
	header map[string]string
	// changing says that only what changes something is refused.
	changing bool
	kind     string // the type of the body, instead of JSON
}

// strangers are pages of rebound names, pages of other origins, and forms.
func strangers(address string) (list []stranger) {
	own := strings.TrimPrefix(address, "http://")
	_, port, _ := strings.Cut(own, ":")
	for _, host := range []string{
		"evil.example", "evil.example:" + port, "localhost.evil.example:" + port, "127.0.0.1.evil.example", "127.0.0.1.nip.io:" + port, "localhost.:" + port, "0.0.0.0:" + port, "[::]:" + port, "127.0.0.2:" + port, "10.0.0.1:" + port,
		"192.168.1.1", "2130706433:" + port, "0x7f000001:" + port, "0177.0.0.1:" + port, "127.1:" + port, "LOCALHOST:" + port, "[::ffff:127.0.0.1]:" + port, "[0:0:0:0:0:0:0:1]:" + port, "localhost:" + port + "x", "localhost:0", "localhost:99999", "xn--lcalhost-54a",
	} {
		list = append(list, stranger{who: "host " + host, header: map[string]string{"Host": host}}, stranger{who: "host and origin " + host, header: map[string]string{"Host": host, "Origin": "http://" + host}})
	}
	for _, origin := range []string{
		"null", "http://evil.example", "https://evil.example", "http://localhost:1", "http://127.0.0.1:8888", "http://[::1]:8888", "https://" + own, "http://" + own + ".evil.example", "http://evil@" + own, "http://" + own + "/", "file://", "chrome-extension://x", "moz-extension://x", "wails://wails", "about:blank", "HTTP://" + own, own, "http://localhost",
	} {
		list = append(list, stranger{who: "origin " + origin, header: map[string]string{"Origin": origin}})
	}
	for _, site := range []string{"cross-site", "same-site"} {
		list = append(list, stranger{who: site, header: map[string]string{"Sec-Fetch-Site": site}})
	}
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain; application/json", "application/json, text/plain", "text/html", "application/csp-report", "application/jsonp", "image/png"} {
		list = append(list, stranger{who: "type " + kind, kind: kind, changing: true})
	}
	return list
}

// Strangers asks every entry once for each stranger, over the wire, and says who was let
// in.
func (a *Attack) Strangers(ctx context.Context, entries []Entry) (asked int, wrong []string, err error) {
	a.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: a.Workers}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer a.client.CloseIdleConnections()
	jobs := make(chan Request)
	var all sync.WaitGroup
	for range max(a.Workers, 1) {
		all.Go(func() {
			for r := range jobs {
				a.refused(ctx, r)
			}
		})
	}
	seen := map[string]bool{}
	for _, e := range entries {
		var first *Request
		e.Play(func(r Request) string {
			if first == nil {
				first = &r
			}
			return ""
		}, "x")
		route := first.Method + " " + first.Target
		if seen[route] || strings.HasPrefix(first.Target, "/x") { // a page, which holds nothing
			continue
		}
		seen[route] = true
		for _, s := range strangers(a.Address) {
			r := *first
			if r.Header = s.header; s.kind != "" {
				r.Type = s.kind
			}
			if s.changing && (r.Method == "GET" || r.Method == "HEAD" || r.Method == "DELETE" || takesBytes(r)) {
				continue
			}
			asked++
			jobs <- r
		}
		asked++
		jobs <- Request{Method: "OPTIONS", Target: first.Target, Header: map[string]string{"Origin": "http://evil.example", "Access-Control-Request-Method": first.Method, "Access-Control-Request-Headers": "content-type"}}
	}
	close(jobs)
	all.Wait()
	return asked, a.wrong, ctx.Err()
}

// takesBytes tells the routes whose body may be of any type: a page of another origin
// says where it is from there, too, and browsers ask first for PUT.
func takesBytes(r Request) bool {
	path, _, _ := strings.Cut(r.Target, "?")
	return r.Method == "PUT" && (strings.Contains(path, "/mlflow-artifacts/artifacts") || strings.HasSuffix(path, "/artifacts/file")) || strings.HasSuffix(path, "/upload-artifact")
}

// refused makes a request that must be refused, and without a word that lets a browser
// show the answer to the page.
func (a *Attack) refused(ctx context.Context, r Request) {
	req, err := NewRequest(ctx, a.Address, r)
	if err != nil {
		a.note("%v", err)
		return
	}
	resp, err := a.client.Do(req)
	if err != nil {
		a.note("%s %s %v: %v", r.Method, r.Target, r.Header, err)
		return
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		a.note("%s %s %v: %v", r.Method, r.Target, r.Header, err)
		return
	}
	if resp.StatusCode < 400 || resp.StatusCode >= 500 {
		a.note("%s %.200s %v %s was let in: %d %.200s", r.Method, r.Target, r.Header, r.Type, resp.StatusCode, text)
	}
	for name := range resp.Header {
		if strings.HasPrefix(name, "Access-Control-") {
			a.note("%s %.200s %v: the answer has %s", r.Method, r.Target, r.Header, fmt.Sprint(name))
		}
	}
}
