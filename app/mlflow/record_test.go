//go:build clients

package mlflow_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var recordWith = flag.String("record-with", "", "a Python with lightning, transformers, accelerate and mlflow: TestRecord records them")

// TestRecord trains with callbacks that log to a real `mlflow server`, and writes
// what they sent and what it answered to testdata/recorded.
func TestRecord(t *testing.T) {
	if *recordWith == "" {
		t.Skip("-record-with names no Python")
	}
	for _, name := range []string{"lightning", "transformers"} {
		t.Run(name, func(t *testing.T) {
			server, err := url.Parse(realServer(t, python(t, "mlflow-3")))
			noError(t, err)
			tape := &tape{t: t, server: server, player: player{vars: map[string]string{}}}
			between := httptest.NewServer(tape)
			defer between.Close()
			script, err := os.ReadFile("../../build/clients/python/callbacks.py")
			noError(t, err)
			cmd := exec.CommandContext(t.Context(), *recordWith, "callbacks.py", name)
			cmd.Dir = t.TempDir() // no path of this machine, and no git, is recorded
			noError(t, os.WriteFile(filepath.Join(cmd.Dir, "callbacks.py"), script, 0o644))
			cmd.Env = append(append(os.Environ(), quiet...), "MLFLOW_TRACKING_URI="+between.URL)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			text := fmt.Sprintf("{\"with\":%s,\"calls\":[", compact(lines[len(lines)-1]))
			for i, call := range tape.calls {
				text += strings.Repeat(",", min(i, 1)) + "\n" + compact(call)
			}
			noError(t, os.WriteFile(filepath.Join("testdata", "recorded", name+".json"), []byte(text+"\n]}\n"), 0o644))
		})
	}
}

// tape stands between a client and a server, and writes down what it hears.
type tape struct {
	t      *testing.T
	server *url.URL
	mu     sync.Mutex
	player
	calls []request
}

// made says which answers bring ids that later requests name.
var made = []struct{ path, name, at string }{
	{"/experiments/create", "exp", "experiment_id"},
	{"/runs/create", "run", "run.info.run_id"},
	{"/mlflow/logged-models", "model", "model.info.model_id"},
}

// ServeHTTP passes requests on, one at a time.
func (p *tape) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	sent, err := io.ReadAll(r.Body)
	noError(p.t, err)
	r.Body = io.NopCloser(bytes.NewReader(sent))
	r.Header.Del("Accept-Encoding")
	heard := httptest.NewRecorder()
	httputil.NewSingleHostReverseProxy(p.server).ServeHTTP(heard, r)
	if heard.Code != http.StatusBadGateway { // the server was never asked, and the client will repeat it
		p.write(r, sent, heard)
	}
	for name, values := range heard.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(heard.Code)
	_, _ = w.Write(heard.Body.Bytes()) // the client says what it misses
}

func (p *tape) write(r *http.Request, sent []byte, heard *httptest.ResponseRecorder) {
	call := request{Do: r.Method + " " + p.named(r.URL.RequestURI()), Body: p.body(r, sent)}
	call.Answer = answer{Step: fmt.Sprintf("call %d", len(p.calls)+1), Status: heard.Code, Header: map[string]string{}, Body: heard.Body.String()}
	if strings.HasPrefix(heard.Header().Get("Content-Type"), "application/json") {
		var parsed any
		noError(p.t, json.Unmarshal(heard.Body.Bytes(), &parsed))
		for _, m := range made {
			if r.Method == http.MethodPost && heard.Code == http.StatusOK && strings.HasSuffix(r.URL.Path, m.path) {
				name := fmt.Sprintf("%s%c", m.name, 'A'+len(p.vars))
				call.Keep, p.vars[name] = name+"="+m.at, fmt.Sprint(at(p.t, parsed, m.at))
			}
		}
		call.Answer.Body = p.tidy(parsed)
	}
	p.calls = append(p.calls, call)
}

// named replaces ids in an address: they are whole segments, or values of a query.
func (p *tape) named(address string) string {
	for name, id := range p.vars {
		for _, around := range []string{"/%s/", "=%s&", "=%s", "/%s"} {
			whole := fmt.Sprintf(around, id)
			if strings.HasSuffix(around, "s") {
				if rest, ok := strings.CutSuffix(address, whole); ok {
					address = rest + fmt.Sprintf(around, "$"+name)
				}
				continue
			}
			address = strings.ReplaceAll(address, whole, fmt.Sprintf(around, "$"+name))
		}
	}
	return address
}

// body is what a request sent: of a file only how long it was.
func (p *tape) body(r *http.Request, sent []byte) string {
	if r.Method == http.MethodPut {
		return fmt.Sprintf("a file of %d bytes", len(sent))
	}
	var parsed any
	if json.Unmarshal(sent, &parsed) != nil {
		return string(sent)
	}
	return compact(p.rename("", parsed))
}

// rename replaces ids in JSON by their names, and nothing else. A short value of a
// param or tag is not an experiment's id, even if it looks like one.
func (p *tape) rename(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			v[key] = p.rename(key, value)
		}
	case []any:
		for i := range v {
			v[i] = p.rename(key, v[i])
		}
	case string:
		for name, id := range p.vars {
			switch {
			case len(id) > 4:
				v = strings.ReplaceAll(v, id, "$"+name)
			case v == id && key != "value":
				v = "$" + name
			}
		}
		return v
	}
	return v
}
