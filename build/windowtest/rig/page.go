//go:build window

package rig

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Page is the page in the window of a driven program.
type Page struct {
	PID     int // of the program
	session string
	client  http.Client
	said    *output
}

// Drive starts a program with a web view under WebKitWebDriver and returns when
// its page answers. The program is the real one: only a library is preloaded.
func (s *Screen) Drive(t *testing.T, env []string, program string, args ...string) *Page {
	t.Helper()
	library, err := shim()
	if err != nil {
		t.Fatalf("the shim was not built: %v", err)
	}
	folder := t.TempDir()
	pidFile, wrapper := filepath.Join(folder, "pid"), filepath.Join(folder, "program")
	script := fmt.Sprintf("#!/bin/sh\necho $$ > %s\nLD_PRELOAD=%s exec %s \"$@\"\n", quote(pidFile), quote(library), quote(program))
	if err := os.WriteFile(wrapper, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}

	port := freePort(t)
	p := &Page{said: &output{}, client: http.Client{Timeout: Patience}}
	driver := exec.Command("WebKitWebDriver", "--host=127.0.0.1", "--port="+port)
	driver.Env = s.Env(env...)
	driver.Stdout, driver.Stderr = p.said, p.said
	begin(t, driver)
	t.Cleanup(func() {
		s.pictureOfFailure(t)
		if t.Failed() {
			t.Logf("%s said last:\n%s", filepath.Base(program), p.said.last())
		}
	})
	base := "http://127.0.0.1:" + port
	Until(t, "WebKitWebDriver answers", func() bool {
		response, err := p.client.Get(base + "/status")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})

	options := map[string]any{"binary": wrapper, "args": append([]string{}, args...)}
	var session struct{ SessionID string }
	p.session = base + "/session"
	p.do(t, "POST", "", map[string]any{"capabilities": map[string]any{
		"alwaysMatch": map[string]any{"webkitgtk:browserOptions": options},
	}}, &session)
	p.session += "/" + session.SessionID
	pid, err := os.ReadFile(pidFile)
	if err == nil {
		p.PID, err = strconv.Atoi(strings.TrimSpace(string(pid)))
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Output is what the program has written so far.
func (p *Page) Output() string { return p.said.String() }

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// problem is an answer of WebDriver that is an error.
type problem struct {
	Code    string `json:"error"`
	Message string
}

// try sends a command of WebDriver.
func (p *Page) try(method, path string, body, result any) error {
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(data)
	}
	request, err := http.NewRequest(method, p.session+path, reader)
	if err != nil {
		return err
	}
	response, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		var wrong problem
		if err := json.Unmarshal(answer.Value, &wrong); err != nil {
			return fmt.Errorf("WebDriver answers %s", response.Status)
		}
		return fmt.Errorf("%s: %s", wrong.Code, wrong.Message)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, result)
}

func (p *Page) do(t *testing.T, method, path string, body, result any) {
	t.Helper()
	if err := p.try(method, path, body, result); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
}

// Title is the page's title.
func (p *Page) Title(t *testing.T) (title string) {
	t.Helper()
	p.do(t, "GET", "/title", nil, &title)
	return title
}

// URL is the page's address.
func (p *Page) URL(t *testing.T) (address string) {
	t.Helper()
	p.do(t, "GET", "/url", nil, &address)
	return address
}

// Eval runs the body of a function in the page and decodes what it returns; a
// promise is awaited. result may be nil.
func (p *Page) Eval(t *testing.T, body string, result any, args ...any) {
	t.Helper()
	if err := p.TryEval(body, result, args...); err != nil {
		t.Fatalf("%v\nin: %s", err, body)
	}
}

// TryEval is Eval for a page that may be gone.
func (p *Page) TryEval(body string, result any, args ...any) error {
	script := "const done = arguments[arguments.length - 1];" +
		"(async function () {" + body + "}).apply(null, [...arguments].slice(0, -1))" +
		".then(v => done({value: v === undefined ? null : v}), e => done({error: String(e && e.stack || e)}));"
	var answer struct {
		Value json.RawMessage
		Error string
	}
	if args == nil {
		args = []any{}
	}
	if err := p.try("POST", "/execute/async", map[string]any{"script": script, "args": args}, &answer); err != nil {
		return err
	}
	if answer.Error != "" {
		return fmt.Errorf("the page threw %s", answer.Error)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, result)
}

// Until waits until an expression is true in the page.
func (p *Page) Until(t *testing.T, expression string) {
	t.Helper()
	var last error
	deadline := time.Now().Add(Patience)
	for {
		var holds bool
		last = p.TryEval("return !!("+expression+")", &holds)
		if last == nil && holds {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s (%v)", expression, last)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Element is something in the page.
type Element struct {
	page *Page
	id   string
}

// Find waits for the first element that a CSS selector names.
func (p *Page) Find(t *testing.T, selector string) Element {
	t.Helper()
	var found map[string]string
	Until(t, "the page has "+selector, func() bool {
		return p.try("POST", "/element", map[string]string{"using": "css selector", "value": selector}, &found) == nil
	})
	for _, id := range found {
		return Element{p, id}
	}
	t.Fatalf("WebDriver found %s without an id", selector)
	return Element{}
}

// Text is what a person reads in the element.
func (e Element) Text(t *testing.T) (text string) {
	t.Helper()
	e.page.do(t, "GET", "/element/"+e.id+"/text", nil, &text)
	return text
}

// Click clicks in its middle.
func (e Element) Click(t *testing.T) {
	t.Helper()
	e.page.do(t, "POST", "/element/"+e.id+"/click", map[string]any{}, nil)
}

// Type types into it with real keys.
func (e Element) Type(t *testing.T, text string) {
	t.Helper()
	e.page.do(t, "POST", "/element/"+e.id+"/value", map[string]any{"text": text}, nil)
}

// Picture saves a picture of the page as a PNG.
func (p *Page) Picture(t *testing.T, name string) {
	t.Helper()
	var encoded string
	p.do(t, "GET", "/screenshot", nil, &encoded)
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(name), 0o755)
	}
	if err == nil {
		err = os.WriteFile(name, data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
