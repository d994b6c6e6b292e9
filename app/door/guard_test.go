package door_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"dev.varve/app/door"
)

// The dimensions of the matrix. Whether a value is good is written beside it,
// by hand: the guard's own code has no say in it.
var (
	ownHosts = []string{"127.0.0.1:5000", "localhost:5000", "[::1]:5000", "localhost", "127.0.0.1:1", "localhost:65535"}
	badHosts = []string{
		"", "example.org", "example.org:5000", "localhost.example.org", "localhost.", "LOCALHOST", "127.0.0.1.nip.io", "127.0.0.2:5000",
		"0.0.0.0:5000", "[::]:5000", "::1", "[::1", "[::1]5000", "localhost:", "localhost:0", "localhost:65536", "localhost:5000:5000",
		"localhost:http", "localhost:+5000", "localhost:05000", "user@localhost", "localhost/", "2130706433", "0x7f.1", "127.1", "10.0.0.1:5000",
	}
	badOrigins = []string{
		"", "null", "http://example.org", "http://example.org:5000", "https://HOST", "http://HOST/", "HOST", "http://localhost:5001",
		"http://127.0.0.1:8888", "wails://wails", "http://HOST.example.org", "http://user@HOST", "HTTP://HOST",
	}
	jsonTypes = []string{"application/json", "application/json; charset=utf-8", "Application/JSON"}
	badTypes  = []string{
		"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "text/plain; application/json",
		"application/jsonp", "application/json, text/plain", "application/octet-stream", "json", ";",
	}
	methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
)

// open is the complete list of what may be asked without being known.
var openRoutes = map[string]bool{
	"GET /": true, "HEAD /": true, "GET /health": true, "HEAD /health": true, "GET /version": true, "HEAD /version": true,
	"POST " + prefix + "/session": true,
}

// uploads is the complete list of what takes bytes.
var uploads = map[string]bool{
	"PUT /api/2.0/mlflow-artifacts/artifacts/": true, "PUT /ajax-api/2.0/mlflow-artifacts/artifacts/": true,
	"POST /api/2.0/mlflow/upload-artifact": true, "POST /ajax-api/2.0/mlflow/upload-artifact": true, "PUT " + prefix + "/artifacts/file": true,
}

// route is one registered route with one method.
type route struct{ method, path, pattern string }

func (r route) String() string { return r.method + " " + r.pattern }

// allRoutes lists every route of a door with every method that it answers.
func allRoutes(d *door.Door) []route {
	var list []route
	for _, pattern := range d.Patterns() {
		method, path, found := strings.Cut(pattern, " ")
		if !found {
			method, path = "", pattern
		}
		concrete := path
		for strings.Contains(concrete, "{") {
			from, to := strings.Index(concrete, "{"), strings.Index(concrete, "}")
			concrete = concrete[:from] + "x" + concrete[to+1:]
		}
		if strings.HasSuffix(concrete, "/") {
			concrete += "x"
		}
		for _, m := range methods {
			if method == "" || method == m || method == "GET" && m == "HEAD" {
				list = append(list, route{m, concrete, path})
			}
		}
	}
	return list
}

// credential is a way to say who asks.
type credential struct {
	name   string
	known  bool
	cookie bool
	add    func(*http.Request)
}

func credentials(t *testing.T, h *house) []credential {
	good, expired := openSession(t, h), openSession(t, h)
	expired.Value = "AAAAAAAAAAA" + expired.Value[11:] // its end is in 1970, which the signature does not cover any more
	other := newHouse(t, func(o *door.Options) { o.Token = strings.Repeat("f", 64) })
	foreign := openSession(t, other)
	header := func(value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", value) }
	}
	basic := func(user, password string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(user, password) }
	}
	cookie := func(c *http.Cookie) func(*http.Request) { return func(r *http.Request) { r.AddCookie(c) } }
	return []credential{
		{"nothing", false, false, func(*http.Request) {}},
		{"the token", true, false, header("Bearer " + theToken)},
		{"the token, spelt otherwise", true, false, header("bearer " + theToken)},
		{"the token as password", true, false, basic("anybody", theToken)},
		{"the token without a name", true, false, basic("", theToken)},
		{"a session", true, true, cookie(good)},
		{"another token", false, false, header("Bearer " + strings.Repeat("0", 64))},
		{"a longer token", false, false, header("Bearer " + theToken + "0")},
		{"a shorter token", false, false, header("Bearer " + theToken[1:])},
		{"an empty token", false, false, header("Bearer ")},
		{"no scheme", false, false, header(theToken)},
		{"another scheme", false, false, header("Token " + theToken)},
		{"the token as name", false, false, basic(theToken, "")},
		{"broken base64", false, false, header("Basic %%%")},
		{"two headers", false, false, func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer " + theToken, "Bearer x"} }},
		{"a wrong token beside a session", false, false, func(r *http.Request) { r.AddCookie(good); header("Bearer x")(r) }},
		{"a session of another token", false, true, cookie(foreign)},
		{"a session whose end was changed", false, true, cookie(expired)},
		{"an empty session", false, true, cookie(&http.Cookie{Name: good.Name, Value: ""})},
		{"a session under another name", false, true, cookie(&http.Cookie{Name: "varve_session", Value: good.Value})},
	}
}

// openSession opens a browser session the way a page does.
func openSession(t *testing.T, h *house) *http.Cookie {
	t.Helper()
	req := httptest.NewRequest("POST", "http://localhost:5000"+prefix+"/session", strings.NewReader(fmt.Sprintf(`{"code":%q}`, h.NewCode())))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", "http://localhost:5000")
	w := h.do(req)
	cookies := w.Result().Cookies()
	if w.Code != 200 || len(cookies) != 1 {
		t.Fatalf("opening a session answered %d %s with %d cookies", w.Code, w.Body, len(cookies))
	}
	return cookies[0]
}

// form is a way to send a body.
type form struct {
	name string
	json bool // or no body at all
	add  func(*http.Request)
}

func forms() []form {
	list := []form{
		{"no body", true, func(*http.Request) {}},
		{"a body without a type", false, func(r *http.Request) { r.ContentLength = 2 }},
		{"a body of unknown length without a type", false, func(r *http.Request) { r.ContentLength = -1 }},
		{"two types", false, func(r *http.Request) {
			r.ContentLength = 2
			r.Header["Content-Type"] = []string{"application/json", "text/plain"}
		}},
		{"too much JSON", false, func(r *http.Request) { r.ContentLength = 33 << 20; r.Header.Set("Content-Type", "application/json") }},
	}
	for i, types := range [][]string{jsonTypes, badTypes} {
		for _, kind := range types {
			list = append(list, form{kind, i == 0, func(r *http.Request) { r.ContentLength = 2; r.Header.Set("Content-Type", kind) }})
		}
	}
	return list
}

// TestGuardMatrix asks every registered route with every combination of host,
// origin, method, credential and form, and compares with what is written above.
func TestGuardMatrix(t *testing.T) {
	h := newHouse(t)
	credentials, forms := credentials(t, h), forms()
	routes := allRoutes(h.Door)
	asked, let, wrong := 0, 0, 0
	check := func(r *http.Request, want bool, words ...any) {
		asked++
		if want {
			let++
		}
		if err := h.Admit(r); (err == nil) != want && wrong < 20 {
			wrong++
			t.Errorf("%v: let in %v, want %v (%v)", words, err == nil, want, err)
		}
	}
	for _, rt := range routes {
		reads := rt.method == "GET" || rt.method == "HEAD"
		for _, host := range append(slices.Clone(ownHosts), badHosts...) {
			hostOK := slices.Contains(ownHosts, host)
			for _, origin := range append([]string{"none", "http://HOST"}, badOrigins...) {
				originOK := origin == "none" || origin == "http://HOST"
				if !hostOK && !originOK && origin != "null" {
					continue // refused twice already; one such origin suffices
				}
				for _, c := range credentials {
					if (!hostOK || !originOK) && !c.known && c.name != "nothing" {
						continue // likewise; those who are known are what matters
					}
					known := openRoutes[rt.String()] || c.known && (!c.cookie || reads || origin != "none")
					for _, f := range forms {
						if (!hostOK || !originOK) && f.name != "no body" && f.name != "application/json" {
							continue // refused already; two forms suffice
						}
						r := &http.Request{Method: rt.method, Host: host, URL: &url.URL{Path: rt.path}, Header: http.Header{}}
						if origin != "none" {
							r.Header["Origin"] = []string{strings.ReplaceAll(origin, "HOST", host)}
						}
						c.add(r)
						f.add(r)
						form := reads || f.json || uploads[rt.String()]
						check(r, hostOK && originOK && known && form, rt, "host", host, "origin", origin, c.name, f.name)
					}
				}
			}
		}
	}
	t.Logf("%d routes, %d requests, %d let in", len(routes), asked, let)
	if len(routes) < 40 || let == 0 {
		t.Fatalf("the matrix has %d routes and let %d requests in", len(routes), let)
	}
}

// TestNoRouteIsUnguarded asks every registered route through the handler, and
// looks at what comes back.
func TestNoRouteIsUnguarded(t *testing.T) {
	h := newHouse(t)
	for _, rt := range allRoutes(h.Door) {
		r := httptest.NewRequest(rt.method, "http://127.0.0.1:5000"+rt.path, nil)
		w := h.do(r)
		if open := openRoutes[rt.String()]; open == (w.Code == 401) {
			t.Errorf("%s without a token answered %d", rt, w.Code)
		}
		for name := range map[string]bool{"Content-Security-Policy": true, "X-Content-Type-Options": true, "Referrer-Policy": true, "Cross-Origin-Resource-Policy": true} {
			if w.Header().Get(name) == "" {
				t.Errorf("%s: the answer lacks %s", rt, name)
			}
		}
		if w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s lets other origins read", rt)
		}
		if w.Code != 401 || rt.method == "HEAD" {
			continue
		}
		var p struct {
			Title, Hint, Code, Message string
			ErrorCode                  string `json:"error_code"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Title == "" || p.Hint == "" || p.ErrorCode != "UNAUTHENTICATED" || p.Message == "" {
			t.Errorf("%s: the refusal is %s", rt, w.Body)
		}
	}
}

func TestSites(t *testing.T) {
	h := newHouse(t)
	cookie := openSession(t, h)
	for _, c := range []struct {
		site   []string
		path   string
		status int
	}{
		{nil, prefix + "/alive", 200},
		{[]string{"same-origin"}, prefix + "/alive", 200},
		{[]string{"none"}, prefix + "/alive", 200},
		{[]string{"same-site"}, prefix + "/alive", 403}, // a page at another port of localhost, with the cookie
		{[]string{"cross-site"}, prefix + "/alive", 403},
		{[]string{""}, prefix + "/alive", 403},
		{[]string{"none", "cross-site"}, prefix + "/alive", 403},
		{[]string{"cross-site"}, "/", 200}, // a link to the pages, which contain nothing
		{[]string{"cross-site"}, "/health", 200},
		{[]string{"cross-site"}, "/api/2.0/mlflow/runs/get", 403},
	} {
		r := httptest.NewRequest("GET", "http://localhost:5000"+c.path, nil)
		r.AddCookie(cookie)
		if c.site != nil {
			r.Header["Sec-Fetch-Site"] = c.site
		}
		if w := h.do(r); w.Code != c.status {
			t.Errorf("%s from %v answered %d, want %d", c.path, c.site, w.Code, c.status)
		}
	}
}

func TestOddMethodsAndPaths(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"OPTIONS", prefix + "/runs", 405},
		{"TRACE", "/", 405},
		{"CONNECT", "/", 405},
		{"get", "/", 405},
		{"GET", "/api", 401}, // no page, and nobody is told more
		{"GET", "/api/", 401},
		{"GET", "/assets/../api/varve/v1/runs", 401},
		{"GET", "/x/%2e%2e/api/varve/v1/runs", 404}, // escaped, it is a name like any other
		{"GET", "//api/varve/v1/runs", 401},
		{"GET", "/API/varve/v1/runs", 404},
		{"POST", "/", 401},
		{"DELETE", "/assets/main-1f2.js", 401},
		{"GET", "/secret.xyz", 404},
		{"GET", "/assets/", 404},
		{"GET", "/../../etc/passwd", 307},
	} {
		r := httptest.NewRequest("GET", "http://127.0.0.1:5000/", nil)
		r.Method = c.method
		var err error
		if r.URL, err = url.Parse("http://127.0.0.1:5000" + c.path); err != nil {
			t.Fatal(err)
		}
		w := h.do(r)
		if w.Code != c.status && !(c.status == 307 && w.Code == 301) {
			t.Errorf("%s %s answered %d, want %d: %s", c.method, c.path, w.Code, c.status, w.Body)
		}
	}
	w := h.do(request("POST", prefix+"/nothing/here", "{}"))
	if w.Code != 404 || !strings.Contains(w.Body.String(), "POST /api/varve/v1/nothing/here") {
		t.Errorf("an unknown route answered %d %s", w.Code, w.Body)
	}
}

func TestNoToken(t *testing.T) {
	h := newHouse(t, func(o *door.Options) { o.Token = "" })
	for _, c := range []struct {
		host, origin string
		status       int
	}{
		{"localhost:5000", "", 200},
		{"localhost:5000", "http://localhost:5000", 200},
		{"localhost:5000", "http://localhost:8888", 403},
		{"rebound.example.org", "", 403},
	} {
		r := httptest.NewRequest("GET", "http://"+c.host+prefix+"/alive", nil)
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if w := h.do(r); w.Code != c.status {
			t.Errorf("host %s, origin %q: %d, want %d", c.host, c.origin, w.Code, c.status)
		}
	}
}

func TestTrustedAsksNothing(t *testing.T) {
	h := newHouse(t)
	r := httptest.NewRequest("GET", "wails://wails"+prefix+"/alive", nil)
	r.Header.Set("Origin", "wails://wails")
	w := httptest.NewRecorder()
	h.Trusted().ServeHTTP(w, r)
	if w.Code != 200 || w.Header().Get("Content-Security-Policy") == "" {
		t.Fatalf("the pages of this process are answered %d %s", w.Code, w.Body)
	}
}

func FuzzOwnHost(f *testing.F) {
	for _, host := range append(slices.Clone(ownHosts), badHosts...) {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		if !door.OwnHost(host) {
			return
		}
		// What is let in must be this machine for everybody else, too.
		u, err := url.Parse("http://" + host + "/")
		if err != nil || u.Host != host || u.User != nil || u.Path != "/" {
			t.Fatalf("%q is let in, but is no host: %v, %v", host, u, err)
		}
		if name := u.Hostname(); name != "localhost" && name != "127.0.0.1" && name != "::1" {
			t.Fatalf("%q is let in as %q", host, name)
		}
	})
}

func FuzzOrigin(f *testing.F) {
	for _, origin := range badOrigins {
		f.Add(origin, "localhost:5000")
	}
	f.Add("http://localhost:5000", "localhost:5000")
	d := door.New(door.Options{Token: theToken})
	f.Fuzz(func(t *testing.T, origin, host string) {
		r := &http.Request{Method: "GET", Host: host, URL: &url.URL{Path: "/"}, Header: http.Header{"Origin": {origin}}}
		if d.Admit(r) != nil {
			return
		}
		u, err := url.Parse(origin)
		if err != nil || u.Scheme != "http" || u.Host != host || u.String() != origin || !door.OwnHost(host) {
			t.Fatalf("a page from %q was let in to %q", origin, host)
		}
	})
}
