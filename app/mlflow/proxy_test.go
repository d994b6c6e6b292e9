package mlflow_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/track"
)

// send makes a request whose path is exactly as given.
func (r *rig) send(t testing.TB, method, target string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	u, err := url.ParseRequestURI(target)
	noError(t, err)
	req := httptest.NewRequestWithContext(t.Context(), method, "/", body)
	req.URL, req.RequestURI = u, target
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	return w
}

// TestTraversal sends paths that lead elsewhere, in every encoding that has
// ever fooled MLflow, to every place that takes a path.
func TestTraversal(t *testing.T) {
	r := newRig(t)
	run := r.newRun(t)
	root := "0/" + run + "/artifacts/"
	model := at(t, r.want(t, 200, "POST", api+"logged-models", `{"experiment_id":"0","name":"m"}`), "model.info.model_id").(string)
	for _, p := range []string{
		"../x", "a/../../x", "..", "a/..", "%2e%2e/x", "%2E%2E%2Fx", "..%2fx", "%252e%252e%252fx", "%25252e%25252e/x", "a/%2e%2e/%2e%2e/x",
		"..%5cx", "%5c%5chost%5cshare", "C%3a/windows", "c:/x", "%2fetc/passwd", "file%3a///etc/passwd", "FILE:/etc/passwd",
		"a%00b", "a%2500b", "x%23y", "%2e", "a/%2e/b", "%c0%ae%c0%ae\\x",
	} {
		escaped := strings.ReplaceAll(p, "\\", "%5C")
		for _, req := range []struct{ method, target string }{
			{"GET", proxy + root + escaped}, {"PUT", proxy + root + escaped}, {"DELETE", proxy + root + escaped}, {"HEAD", proxy + root + escaped},
			{"GET", proxy + escaped}, {"PUT", "/ajax-api/2.0/mlflow-artifacts/artifacts/" + root + escaped},
			{"GET", strings.TrimSuffix(proxy, "/") + "?path=" + escaped}, {"GET", strings.TrimSuffix(proxy, "/") + "?path=" + root + escaped},
			{"GET", api + "artifacts/list?run_id=" + run + "&path=" + escaped},
			{"GET", "/get-artifact?run_id=" + run + "&path=" + escaped},
			{"GET", api + "logged-models/" + model + "/artifacts/directories?artifact_directory_path=" + escaped},
			{"GET", api + "logged-models/" + model + "/artifacts/files?artifact_file_path=" + escaped},
		} {
			w := r.send(t, req.method, req.target, strings.NewReader("evil"))
			// An absolute path behind the root of a run is one below it.
			below := strings.HasPrefix(p, "%2f") || strings.HasPrefix(p, "file") || strings.HasPrefix(p, "FILE") || strings.HasPrefix(strings.ToLower(p), "c")
			if below && strings.Contains(req.target, root) {
				continue
			}
			if w.Code != 400 || req.method != "HEAD" && !strings.Contains(w.Body.String(), "Invalid path") {
				t.Errorf("%s %s: %d %s", req.method, req.target, w.Code, w.Body)
			}
		}
	}
	entries, err := r.tracker.ListArtifacts(track.Owner{Run: run}, "")
	noError(t, err)
	for _, e := range entries {
		if e.Path != "c:" && e.Path != "C:" && e.Path != "etc" && !strings.HasPrefix(strings.ToLower(e.Path), "file:") {
			t.Errorf("%q was written", e.Path)
		}
	}
}

// TestNames checks that what one calls a file is what it is called.
func TestNames(t *testing.T) {
	r := newRig(t)
	run := r.newRun(t)
	for wire, name := range map[string]string{
		"a%20b": "a b", "100%25": "100%", "%2541": "%41", "plus+plus": "plus+plus", "d%2Ff": "d/f", "e//f": "e/f", "%C3%BC.txt": "ü.txt",
		"images/loss+step+1+timestamp+2+x.png": "images/loss+step+1+timestamp+2+x.png", "semi;colon=x": "semi;colon=x", "a%3Fb": "a?b", "..hidden": "..hidden", "nl%0Ax": "nl\nx",
	} {
		target := proxy + "0/" + run + "/artifacts/" + wire
		if w := r.send(t, "PUT", target, strings.NewReader(name)); w.Code != 200 {
			t.Fatalf("PUT %s: %d %s", target, w.Code, w.Body)
		}
		file, err := r.tracker.Artifact(track.Owner{Run: run}, name)
		if err != nil || file.Size != int64(len(name)) {
			t.Errorf("%s is not %q: %v", wire, name, err)
		}
		w := r.send(t, "GET", target, nil)
		if w.Body.String() != name {
			t.Errorf("GET %s: %d %q", target, w.Code, w.Body)
		}
		if d := w.Header().Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename") || strings.ContainsAny(d, "\r\n") {
			t.Errorf("%s is offered as %q", wire, d)
		}
	}
}

// TestDownload checks what a client may ask about a file.
func TestDownload(t *testing.T) {
	r := newRig(t)
	run := r.newRun(t)
	data := contenttest.Bytes(1, 1<<20)
	target := proxy + "0/" + run + "/artifacts/page.html"
	if w := r.send(t, "PUT", target, bytes.NewReader(data)); w.Code != 200 {
		t.Fatal(w.Body)
	}
	whole := r.send(t, "GET", target, nil)
	if !bytes.Equal(whole.Body.Bytes(), data) {
		t.Fatal("the file is not what was put")
	}
	tag := whole.Header().Get("ETag")
	for _, c := range []struct {
		method, header, value string
		status                int
		want                  []byte
		contentRange          string
	}{
		{"HEAD", "", "", 200, nil, ""},
		{"GET", "Range", "bytes=100000-100009", 206, data[100000:100010], "bytes 100000-100009/1048576"},
		{"GET", "Range", "bytes=-5", 206, data[len(data)-5:], "bytes 1048571-1048575/1048576"},
		{"GET", "Range", "bytes=1048570-", 206, data[1048570:], "bytes 1048570-1048575/1048576"},
		{"GET", "Range", "bytes=2000000-", 416, nil, "bytes */1048576"},
		{"GET", "If-None-Match", tag, 304, nil, ""},
		{"GET", "If-None-Match", `"other"`, 200, data, ""},
	} {
		w := r.send(t, c.method, target, nil, c.header, c.value)
		if w.Code != c.status || c.want != nil && !bytes.Equal(w.Body.Bytes(), c.want) || w.Header().Get("Content-Range") != c.contentRange {
			t.Errorf("%s %s %s: %d, %d bytes, %q", c.method, c.header, c.value, w.Code, w.Body.Len(), w.Header().Get("Content-Range"))
		}
		if c.method == "HEAD" && (w.Body.Len() != 0 || w.Header().Get("Content-Length") != "1048576") {
			t.Errorf("HEAD: %v", w.Header())
		}
		if c.status < 300 && (w.Header().Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment")) {
			t.Errorf("%s: a browser might run it: %v", c.method, w.Header())
		}
	}
}

// TestUploadBreaksOff checks that half a file is no file.
func TestUploadBreaksOff(t *testing.T) {
	r := newRig(t)
	run := r.newRun(t)
	target := proxy + "0/" + run + "/artifacts/model.pkl"
	for _, cause := range []error{io.ErrUnexpectedEOF, errors.New("connection reset by peer"), context.Canceled} {
		for _, n := range []int{0, 10, 300_000, 3 << 20} {
			body := io.MultiReader(bytes.NewReader(contenttest.Bytes(2, n)), broken{cause})
			w := r.send(t, "PUT", target, body)
			if w.Code != 400 || !strings.Contains(w.Body.String(), "cut off") {
				t.Errorf("%v after %d bytes: %d %s", cause, n, w.Code, w.Body)
			}
		}
	}
	if w := r.send(t, "GET", target, nil); w.Code != 404 {
		t.Errorf("half a file is there: %d", w.Code)
	}
}

type broken struct{ error }

func (b broken) Read([]byte) (int, error) { return 0, b.error }

// TestRefusedUpload sends a large file as Python does, all of it before looking
// at the answer, to where it is refused: the answer arrives, and the connection
// lives on.
func TestRefusedUpload(t *testing.T) {
	r := newRig(t)
	run := r.newRun(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.serve(t), "http://"))
	noError(t, err)
	defer conn.Close()
	answers := bufio.NewReader(conn)
	file := contenttest.Bytes(3, 20<<20)
	for target, status := range map[string]int{"0/0123456789abcdef0123456789abcdef/artifacts/f": 404, "0/" + run + "/artifacts/%2e%2e/f": 400, "0/" + run + "/artifacts/f": 200} {
		_, err = fmt.Fprintf(conn, "PUT %s%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n", proxy, target, len(file))
		noError(t, err)
		_, err = conn.Write(file)
		noError(t, err)
		res, err := http.ReadResponse(answers, nil)
		noError(t, err)
		_, err = io.Copy(io.Discard, res.Body)
		if err != nil || res.StatusCode != status || res.Close {
			t.Errorf("%s: %d, closed %v, %v", target, res.StatusCode, res.Close, err)
		}
	}
}

// TestPlaces checks whose artifacts a path of the proxy means.
func TestPlaces(t *testing.T) {
	r := newRig(t)
	run := r.newRun(t)
	custom := at(t, r.want(t, 200, "POST", api+"experiments/create", `{"name":"c","artifact_location":"mlflow-artifacts:/team/models/c/"}`), "experiment_id").(string)
	outside := at(t, r.want(t, 200, "POST", api+"experiments/create", `{"name":"o","artifact_location":"s3://bucket/x"}`), "experiment_id").(string)
	start := func(experiment string) string {
		return at(t, r.want(t, 200, "POST", api+"runs/create", `{"experiment_id":"`+experiment+`"}`), "run.info.run_id").(string)
	}
	inCustom, inOutside := start(custom), start(outside)
	for _, c := range []struct {
		path   string
		status int
	}{
		{"0/" + run + "/artifacts/artifacts/x", 200},
		{"team/models/c/" + inCustom + "/artifacts/x", 200},
		{custom + "/" + inCustom + "/artifacts/x", 404}, // not where the run says that its artifacts are
		{"1/" + run + "/artifacts/x", 404},
		{"0/" + run + "/x", 404},
		{run + "/artifacts/x", 404},
		{"x/" + inOutside + "/artifacts/x", 404},
		{"0/models/" + run + "/artifacts/x", 404},
		{"0/" + run + "/artifacts", 400}, // no name for the file
	} {
		if w := r.send(t, "PUT", proxy+c.path, strings.NewReader("x")); w.Code != c.status {
			t.Errorf("PUT %s: %d %s", c.path, w.Code, w.Body)
		}
	}
	w := r.send(t, "GET", api+"artifacts/list?run_id="+inOutside, nil)
	if w.Code != http.StatusNotImplemented {
		t.Errorf("artifacts in a bucket are listed: %d %s", w.Code, w.Body)
	}
	for _, p := range []string{"0/" + run + "/artifacts/artifacts", "0/" + run + "/artifacts/artifacts/x/y"} {
		if w := r.send(t, "PUT", proxy+p, strings.NewReader("x")); w.Code != 400 {
			t.Errorf("%s is a file and a folder: %d %s", p, w.Code, w.Body)
		}
	}
	if w := r.send(t, "DELETE", proxy+"0/"+run+"/artifacts", nil); w.Code != 200 {
		t.Errorf("delete all: %d %s", w.Code, w.Body)
	}
	if entries, err := r.tracker.ListArtifacts(track.Owner{Run: run}, ""); err != nil || len(entries) != 0 {
		t.Errorf("after delete all: %v %v", entries, err)
	}
}
