package window

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

func TestRequestsFromOutsideThePagesAreRefused(t *testing.T) {
	tests := []struct {
		name, method string
		header       map[string]string
		status       int
	}{
		{"own page", "POST", map[string]string{"Content-Type": "application/json"}, 200},
		{"own page sends bytes", "POST", map[string]string{"Content-Type": "application/octet-stream"}, 200},
		{"own page deletes", "DELETE", nil, 200},
		{"form, or a frame's no-cors", "POST", map[string]string{"Content-Type": "text/plain;charset=UTF-8"}, 403},
		{"the same without a body", "POST", nil, 403},
		{"nonsense as a type", "POST", map[string]string{"Content-Type": ";"}, 403},
		{"upload form", "POST", map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, 403},
		{"own page with its origin", "POST", map[string]string{"Origin": "wails://wails"}, 200},
		{"own page on Windows", "POST", map[string]string{"Origin": "http://wails.localhost", "Sec-Fetch-Site": "same-origin"}, 200},
		{"sandboxed frame", "POST", map[string]string{"Origin": "null", "Content-Type": "application/json"}, 403},
		{"sandboxed frame reads", "GET", map[string]string{"Origin": "null"}, 403},
		{"page elsewhere", "POST", map[string]string{"Origin": "https://example.org"}, 403},
		{"look-alike", "POST", map[string]string{"Origin": "wails://wails.example.org"}, 403},
		{"empty origin", "POST", map[string]string{"Origin": ""}, 403},
		{"cross-site", "POST", map[string]string{"Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"}, 403},
		{"picture in a sandboxed frame", "GET", map[string]string{"Sec-Fetch-Site": "cross-site"}, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			called := false
			h := inProcess(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }), slog.New(slog.DiscardHandler))
			r := httptest.NewRequest(tt.method, "/api/runs", strings.NewReader("{}"))
			for k, v := range tt.header {
				r.Header.Set(k, v)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.status || called != (tt.status == 200) {
				t.Errorf("status %d, called %v, want %d", w.Code, called, tt.status)
			}
		})
	}
}

func TestPanicIsAnAnswerAndALine(t *testing.T) {
	var log bytes.Buffer
	h := inProcess(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }), slog.New(slog.NewTextHandler(&log, nil)))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
	if w.Code != 500 || !strings.Contains(w.Body.String(), `"code":"internal"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "boom") || !strings.Contains(log.String(), "middleware_test.go") {
		t.Errorf("log: %s", log.String())
	}

	log.Reset()
	h = inProcess(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "half")
		panic(http.ErrAbortHandler)
	}), slog.New(slog.NewTextHandler(&log, nil)))
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
	if w.Body.String() != "half" || log.Len() != 0 {
		t.Errorf("body %q, log %s", w.Body, log.String())
	}
}

// goneWriter is a page that has left.
type goneWriter struct{ *httptest.ResponseRecorder }

func (goneWriter) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestContextEndsWhenThePageHasGone(t *testing.T) {
	h := inProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.Context().Err(); err != nil {
			t.Error("before the write:", err)
		}
		if _, err := io.WriteString(w, ":\n\n"); err == nil {
			t.Error("the write failed in silence")
		}
		<-r.Context().Done()
	}), slog.New(slog.DiscardHandler))
	h.ServeHTTP(goneWriter{httptest.NewRecorder()}, httptest.NewRequest("GET", "/live", nil))
}

func TestHTMLKeepsAwayFromWails(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("on Windows, the page itself needs the scripts of Wails")
	}
	for given, want := range map[string]string{
		"text/html; charset=utf-8": "Text/HTML; charset=utf-8",
		"text/html":                "Text/HTML",
		"application/json":         "application/json",
		"":                         "Text/HTML; charset=utf-8", // sniffed from the body
	} {
		h := inProcess(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if given != "" {
				w.Header().Set("Content-Type", given)
			}
			fmt.Fprint(w, "<!doctype html><title>x</title>")
		}), slog.New(slog.DiscardHandler))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/artifacts/index.html", nil))
		if got := w.Result().Header.Get("Content-Type"); got != want {
			t.Errorf("%q became %q, want %q", given, got, want)
		}
	}
}

func TestStatusAndStreamingGoThrough(t *testing.T) {
	h := inProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			t.Errorf("a GET has %d bytes", r.ContentLength)
		}
		w.WriteHeader(http.StatusPartialContent)
		w.WriteHeader(http.StatusOK) // the first one holds
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		fmt.Fprint(w, "part")
	}), slog.New(slog.DiscardHandler))
	r := httptest.NewRequest("GET", "/x", nil)
	r.ContentLength = -1 // as Wails gives it
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 206 || w.Body.String() != "part" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
