package window

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/fault"
)

// fakeDesktop records what it is asked.
type fakeDesktop struct {
	asked  ChooseRequest
	chosen []string
	shown  string
	opened string
	err    error
	wanted WorkspaceRequest
	raised bool
	asks   Asking
	said   ClosingAnswer
	bar    MenuBar
	edited string
	closed int
	zoomed int
	noted  NotifyRequest
}

func (f *fakeDesktop) choose(q ChooseRequest) ([]string, error) { f.asked = q; return f.chosen, f.err }
func (f *fakeDesktop) show(path string) error                   { f.shown = path; return f.err }
func (f *fakeDesktop) open(address string) error                { f.opened = address; return f.err }

func (f *fakeDesktop) workspace(q WorkspaceRequest) (WorkspaceShown, error) {
	f.wanted = q
	return WorkspaceShown{Raised: f.raised}, f.err
}
func (f *fakeDesktop) menu(m MenuBar) error           { f.bar = m; return f.err }
func (f *fakeDesktop) edit(what string) error         { f.edited = what; return f.err }
func (f *fakeDesktop) close()                         { f.closed++ }
func (f *fakeDesktop) notify(q NotifyRequest) error   { f.noted = q; return f.err }
func (f *fakeDesktop) zoom(percent int) error         { f.zoomed = percent; return f.err }
func (f *fakeDesktop) asking() Asking                 { return f.asks }
func (f *fakeDesktop) answered(a ClosingAnswer) error { f.said = a; return f.err }

func ask(t *testing.T, h http.Handler, method, path, kind, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, strings.TrimSpace(w.Body.String())
}

func TestChoose(t *testing.T) {
	here := t.TempDir()
	quoted, err := json.Marshal(here)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, body string
		chosen     []string
		asked      ChooseRequest
		want       string
	}{
		{"a folder", `{"kind":"folder","title":"Add a folder","start":` + string(quoted) + `}`, []string{"/data"},
			ChooseRequest{Kind: "folder", Title: "Add a folder", Start: here}, `{"paths":["/data"]}`},
		{"closed without a choice", `{"kind":"file","title":"T"}`, nil,
			ChooseRequest{Kind: "file", Title: "T"}, `{"paths":[]}`},
		{"Wails says an empty name for no choice", `{"kind":"file","title":"T"}`, []string{""},
			ChooseRequest{Kind: "file", Title: "T"}, `{"paths":[]}`},
		{"start is gone", `{"kind":"files","title":"T","start":"/not/there"}`, []string{"/a", "/b"},
			ChooseRequest{Kind: "files", Title: "T"}, `{"paths":["/a","/b"]}`},
		{"a name never is a path", `{"kind":"place","title":"T","name":"../../etc/x.csv"}`, []string{"/x.csv"},
			ChooseRequest{Kind: "place", Title: "T", Name: "x.csv"}, `{"paths":["/x.csv"]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := &fakeDesktop{chosen: tt.chosen}
			code, body := ask(t, native(d, &events{}, http.NotFoundHandler()), "POST", "/native/choose", "application/json", tt.body)
			if code != 200 || body != tt.want {
				t.Errorf("%d %s, want %s", code, body, tt.want)
			}
			if d.asked != tt.asked {
				t.Errorf("asked %+v, want %+v", d.asked, tt.asked)
			}
		})
	}
}

func TestTooManyFilesAreNotCutSilently(t *testing.T) {
	d := &fakeDesktop{chosen: slices.Repeat([]string{"/a"}, maxChosen)}
	code, body := ask(t, native(d, &events{}, http.NotFoundHandler()), "POST", "/native/choose", "application/json", `{"kind":"files","title":"T"}`)
	if code != 400 || !strings.Contains(body, "choose the folder") {
		t.Fatalf("%d %s", code, body)
	}
}

func TestRefusals(t *testing.T) {
	const choosePath, openPath, showPath = "/native/choose", "/native/open", "/native/show"
	big := `{"url":"` + strings.Repeat("x", maxBody) + `"}`
	tests := []struct {
		name, method, path, kind, body string
		status                         int
		code                           fault.Kind
	}{
		{"unknown dialog", "POST", choosePath, "application/json", `{"kind":"printer","title":""}`, 400, fault.Invalid},
		{"not JSON by its type", "POST", choosePath, "text/plain", `{"kind":"file","title":""}`, 400, fault.Invalid},
		{"not JSON", "POST", choosePath, "application/json", `kind=file`, 400, fault.Invalid},
		{"unknown field", "POST", choosePath, "application/json", `{"kind":"file","colour":"red"}`, 400, fault.Invalid},
		{"two bodies", "POST", choosePath, "application/json", `{"kind":"file"}{"kind":"file"}`, 400, fault.Invalid},
		{"too large", "POST", openPath, "application/json", big, 400, fault.Invalid},
		{"http elsewhere", "POST", openPath, "application/json", `{"url":"http://example.org/"}`, 400, fault.Invalid},
		{"a file", "POST", openPath, "application/json", `{"url":"file:///etc/passwd"}`, 400, fault.Invalid},
		{"a script", "POST", openPath, "application/json", `{"url":"javascript:alert(1)"}`, 400, fault.Invalid},
		{"a flag", "POST", openPath, "application/json", `{"url":"--help"}`, 400, fault.Invalid},
		{"a password", "POST", openPath, "application/json", `{"url":"https://a:b@example.org/"}`, 400, fault.Invalid},
		{"relative path", "POST", showPath, "application/json", `{"path":"a/b"}`, 400, fault.Invalid},
		{"gone", "POST", showPath, "application/json", `{"path":` + jsonPath("/not/there/at/all") + `}`, 404, fault.NotFound},
		{"unknown address", "GET", "/native/printer", "", "", 404, fault.NotFound},
		{"GET changes nothing", "GET", choosePath, "", "", 404, fault.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := &fakeDesktop{}
			code, body := ask(t, native(d, &events{}, http.NotFoundHandler()), tt.method, tt.path, tt.kind, tt.body)
			var p Problem
			if err := json.Unmarshal([]byte(body), &p); err != nil {
				t.Fatalf("%d %s: %v", code, body, err)
			}
			if code != tt.status || p.Status != tt.status || p.Code != string(tt.code) || p.Detail == "" {
				t.Errorf("%d %+v, want %d %s", code, p, tt.status, tt.code)
			}
			if d.asked != (ChooseRequest{}) || d.opened+d.shown != "" {
				t.Errorf("it was done all the same: %+v", d)
			}
		})
	}
}

func jsonPath(path string) string {
	data, _ := json.Marshal(root(path)) // a string always has a JSON form
	return string(data)
}

func TestShowAndOpen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a b.csv")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(ShowRequest{Path: file})
	if err != nil {
		t.Fatal(err)
	}
	d := &fakeDesktop{}
	if code, answer := ask(t, native(d, &events{}, http.NotFoundHandler()), "POST", "/native/show", "application/json", string(body)); code != 200 || d.shown != file {
		t.Errorf("show: %d %s, shown %q", code, answer, d.shown)
	}
	for _, address := range []string{"https://example.org/a?b=c#d", "http://127.0.0.1:5000/", "http://localhost:1/", "http://[::1]:9/x"} {
		code, answer := ask(t, native(d, &events{}, http.NotFoundHandler()), "POST", "/native/open", "application/json; charset=utf-8", `{"url":"`+address+`"}`)
		if code != 200 || d.opened != address {
			t.Errorf("open %s: %d %s, opened %q", address, code, answer, d.opened)
		}
	}
}

func TestFaultsOfTheDesktopReachThePage(t *testing.T) {
	d := &fakeDesktop{err: fault.New(fault.State, "a dialog is open already").WithHint("answer it first")}
	code, body := ask(t, native(d, &events{}, http.NotFoundHandler()), "POST", "/native/choose", "application/json", `{"kind":"file","title":"T"}`)
	if want := `{"status":409,"code":"wrong state","detail":"a dialog is open already","hint":"answer it first"}`; code != 409 || body != want {
		t.Errorf("%d %s", code, body)
	}
	d.err = errors.New("boom")
	if code, body := ask(t, native(d, &events{}, http.NotFoundHandler()), "POST", "/native/choose", "application/json", `{"kind":"file","title":"T"}`); code != 500 || !strings.Contains(body, "internal") {
		t.Errorf("%d %s", code, body)
	}
}

func TestAbout(t *testing.T) {
	code, body := ask(t, native(&fakeDesktop{}, &events{}, http.NotFoundHandler()), "GET", "/native/about", "", "")
	if want := `{"platform":"` + runtime.GOOS + `"}`; code != 200 || body != want {
		t.Fatalf("%d %s, want %s", code, body, want)
	}
}

// TestEvents runs over a real connection, since the answer never ends.
func TestEvents(t *testing.T) {
	var happened events
	server := httptest.NewServer(native(&fakeDesktop{}, &happened, http.NotFoundHandler()))
	defer server.Close()
	ctx, leave := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/native/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if kind := response.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("Content-Type = %s", kind)
	}
	lines := bufio.NewScanner(response.Body)
	expectLines(t, lines, ": ready", "")
	for _, paths := range [][]string{{"/a"}, {"/é\n\"b\""}} {
		if err := happened.send("drop", Drop{X: 1, Y: 2, Paths: paths}); err != nil {
			t.Fatal(err)
		}
	}
	expectLines(t, lines,
		"event: drop", `data: {"x":1,"y":2,"paths":["/a"]}`, "",
		"event: drop", `data: {"x":1,"y":2,"paths":["/é\n\"b\""]}`, "")
	leave()
	server.Close() // returns when no request is being answered any more
	if n := len(happened.listeners); n != 0 {
		t.Errorf("%d listeners stayed", n)
	}
}

func expectLines(t *testing.T, lines *bufio.Scanner, want ...string) {
	t.Helper()
	for _, w := range want {
		if !lines.Scan() || lines.Text() != w {
			t.Fatalf("line %q (%v), want %q", lines.Text(), lines.Err(), w)
		}
	}
}

func TestPageThatDoesNotReadHoldsNobodyUp(t *testing.T) {
	var happened events
	_, stop := happened.listen()
	defer stop()
	for range 1000 {
		if err := happened.send("drop", Drop{}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestZoom(t *testing.T) {
	d := &fakeDesktop{}
	h := native(d, &events{}, http.NotFoundHandler())
	for body, want := range map[string]int{`{"percent":150}`: 200, `{"percent":20}`: 400, `{"percent":1000}`: 400, `{}`: 400} {
		if status, answer := ask(t, h, "POST", "/native/zoom", "application/json", body); status != want {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	if d.zoomed != 150 {
		t.Errorf("zoomed to %d", d.zoomed)
	}
}

func TestNotify(t *testing.T) {
	d := &fakeDesktop{}
	h := native(d, &events{}, http.NotFoundHandler())
	for _, body := range []string{`{}`, `{"id":"1"}`, `{"title":"x"}`} {
		if status, answer := ask(t, h, "POST", "/native/notify", "application/json", body); status != 400 {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	long := strings.Repeat("é", 1000)
	if status, answer := ask(t, h, "POST", "/native/notify", "application/json", `{"id":"1","title":"`+long+`","text":"`+long+`"}`); status != 200 {
		t.Fatalf("%d %s", status, answer)
	}
	if n, m := len([]rune(d.noted.Title)), len([]rune(d.noted.Text)); n != maxTitle || m != maxText {
		t.Errorf("shown are %d and %d letters", n, m)
	}
}
