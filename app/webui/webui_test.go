package webui

import (
	"errors"
	"io/fs"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"dev.varve/backend/fault"
)

func TestPagesAreFoundAtTheRoot(t *testing.T) {
	pages, err := pagesIn(fstest.MapFS{
		"files/README":        {Data: []byte("kept")},
		"files/index.html":    {Data: []byte("<!doctype html>")},
		"files/assets/app.js": {Data: []byte("1")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := fs.ReadFile(pages, "assets/app.js"); err != nil || string(got) != "1" {
		t.Fatalf("assets/app.js = %q, %v", got, err)
	}
}

func TestMissingPagesAreSaidInWords(t *testing.T) {
	_, err := pagesIn(fstest.MapFS{"files/README": {Data: []byte("kept")}})
	if !errors.Is(err, fault.Unsupported) || fault.HintOf(err) != "run make build" {
		t.Fatalf("err = %v, hint %q", err, fault.HintOf(err))
	}
}

// TestTheFolderIsEmbedded holds in a clean checkout and after make build: either
// there are pages, or the reason is said; never a bare error of the embedding.
func TestTheFolderIsEmbedded(t *testing.T) {
	if _, err := fs.Stat(embedded, "files/README"); err != nil {
		t.Fatal(err)
	}
	if _, err := Files(); err != nil && !errors.Is(err, fault.Unsupported) {
		t.Fatal(err)
	}
}

// TestThereAlwaysIsAPage holds in a clean checkout and after make build.
func TestThereAlwaysIsAPage(t *testing.T) {
	h, err := Handler()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 200 || !strings.Contains(w.Body.String(), "<title>Varve</title>") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	data, err := fs.ReadFile(missing, "missing/index.html")
	if err != nil || !strings.Contains(string(data), "make build") {
		t.Errorf("the page for a program without pages: %q, %v", data, err)
	}
}
