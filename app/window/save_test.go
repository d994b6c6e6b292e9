package window

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSave: a page's own bytes, or what an address gives, end up whole in the
// file that a person chose; anything else leaves nothing behind.
func TestSave(t *testing.T) {
	pages := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != "GET" || r.Header.Get("Content-Type") != "":
			t.Errorf("asked %s with type %q", r.Method, r.Header.Get("Content-Type"))
		case r.URL.Path == "/api/run/artifact" && r.URL.Query().Get("path") == "a b.txt":
			_, _ = io.WriteString(w, "from ")
			_, _ = io.WriteString(w, "the run")
		default:
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"title":"There is no artifact."}`)
		}
	})
	const jsonType, bytesType = "application/json", "application/octet-stream"
	for _, tt := range []struct {
		name, query, kind, body string
		code                    int
		file, says              string
	}{
		{"own bytes", "?name=loss.csv&title=Save", bytesType, "1,2\n", 200, "1,2\n", ""},
		{"an artifact", "", jsonType, `{"title":"Save","name":"loss.csv","from":"/api/run/artifact?path=a+b.txt"}`, 200, "from the run", ""},
		{"an artifact that is gone", "", jsonType, `{"name":"loss.csv","from":"/api/run/artifact?path=c"}`, 404, "", "There is no artifact"},
		{"an address elsewhere", "", jsonType, `{"name":"x","from":"https://example.org/api/x"}`, 400, "", "no address of Varve's"},
		{"not below /api/", "", jsonType, `{"name":"x","from":"/native/about"}`, 400, "", "no address of Varve's"},
		{"torn", "", jsonType, `{"name"`, 400, "", "not the JSON"},
		{"a form", "", "text/plain", "x", 400, "", "can be saved"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			d := &fakeDesktop{chosen: []string{filepath.Join(folder, "loss.csv")}}
			code, body := ask(t, native(d, &events{}, pages), "POST", "/native/save"+tt.query, tt.kind, tt.body)
			if code != tt.code || tt.says != "" && !strings.Contains(body, tt.says) {
				t.Errorf("%d %s", code, body)
			}
			if code == 200 && (d.asked.Kind != "place" || d.asked.Name != "loss.csv" || d.asked.Title != "Save") {
				t.Errorf("asked %+v", d.asked)
			}
			left, err := os.ReadDir(folder)
			if err != nil {
				t.Fatal(err)
			}
			if tt.file == "" {
				if len(left) > 0 {
					t.Errorf("left behind: %v", left)
				}
				return
			}
			if text, err := os.ReadFile(d.chosen[0]); string(text) != tt.file || len(left) != 1 {
				t.Errorf("saved %q (%v) among %v", text, err, left)
			}
		})
	}
	d := &fakeDesktop{}
	if code, body := ask(t, native(d, &events{}, pages), "POST", "/native/save", bytesType, "x"); code != 200 || body != `{"paths":[]}` {
		t.Errorf("a closed dialog: %d %s", code, body)
	}
}
