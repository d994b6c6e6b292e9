package enemy

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNames(t *testing.T) {
	list := Names("/home/ada/canary")
	if len(list) < 5000 {
		t.Errorf("%d names", len(list))
	}
	seen, broken := map[string]bool{}, 0
	for _, name := range list {
		if seen[name] {
			t.Errorf("%q is there twice", name)
		}
		if seen[name] = true; !utf8.ValidString(name) {
			broken++
		}
	}
	for _, name := range []string{"../canary/secret.txt", "../../../../canary/secret.txt", "%252e%252e%252fcanary%252fsecret.txt", `file://\home\ada\canary\secret.txt`, "link/secret.txt"} {
		if !seen[name] {
			t.Errorf("%q is missing", name)
		}
	}
	if broken < 20 || len(Spread(list, 80)) != 80 {
		t.Errorf("%d names are not UTF-8", broken)
	}
}

// TestFoolish attacks a server that believes what it is sent, and has to notice.
func TestFoolish(t *testing.T) {
	base := t.TempDir()
	canary, err := PlantCanary(base, "work")
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(base, "work", "a", "b")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _ := url.PathUnescape(r.URL.Query().Get("path"))
		name = filepath.Join(root, name)
		if !strings.HasPrefix(name, base+string(filepath.Separator)) {
			return // so foolish that it hurts this machine it is not
		}
		if r.Method == http.MethodPut {
			body, _ := io.ReadAll(r.Body)
			_ = os.WriteFile(name, body, 0o644)
			return
		}
		data, err := os.ReadFile(name)
		if err != nil {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write(data)
	}))
	defer server.Close()
	if err := canary.Remember(); err != nil {
		t.Fatal(err)
	}
	entries := []Entry{
		asking("read", func(s string) Request { return get("/f?path=" + segment(s)) }),
		asking("write", func(s string) Request { return bytesTo("PUT", "/f?path="+segment(s)) }),
	}
	a := &Attack{Address: server.URL, Canary: canary, Workers: 2}
	_, wrong, err := a.Run(t.Context(), entries[:1], Names(canary.Dir))
	if err != nil || len(wrong) == 0 || !strings.Contains(wrong[0], "tells a secret") {
		t.Errorf("what was read: %v, %v", wrong, err)
	}
	a = &Attack{Address: server.URL, Canary: canary, Workers: 2}
	_, wrong, err = a.Run(t.Context(), entries[1:], Names(canary.Dir))
	if err != nil || !strings.Contains(strings.Join(wrong, "\n"), "secret.txt is new, or another one") {
		t.Errorf("what was written: %v, %v", wrong, err)
	}
	if _, wrong, err = a.Strangers(t.Context(), entries); err != nil || len(wrong) == 0 {
		t.Errorf("strangers: %v, %v", wrong, err)
	}
	if why := MightRun(http.Header{"Content-Type": {"text/html"}}); len(why) < 4 {
		t.Errorf("a page might run because %v", why)
	}
}
