//lint:file-ignore U1000 the tests with real clients (build tag clients) need it

package mlflow_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A session is a list of requests as clients of MLflow send them. They are sent
// to a door, and the answers are compared with those that a real `mlflow
// server` on SQLite gave to the same requests, which testdata/session.json
// keeps. TestSessionLive (build tag clients) asks a real server again.

// step is one request of a session.
type step struct {
	name   string
	do     string // method and path: below api, below proxy if it begins with @, whole if with /
	body   string
	header string // "Range: bytes=0-3"
	keep   string // "run=run.info.run_id": names a value of the answer, which later steps call $run
	// differs says what Varve answers instead of MLflow, and why. It is a
	// JSON object that must be part of the answer.
	differs string
	status  int // with differs: Varve's status
	why     string
}

// session is all steps, in order.
func session() []step {
	return slices.Concat(experimentSteps, runSteps, logSteps, searchSteps, modelSteps, registrySteps, webhookSteps, artifactSteps, restSteps)
}

// answer is what came back, with whatever differs from time to time taken out.
type answer struct {
	Step   string            `json:"step"`
	Status int               `json:"status"`
	Header map[string]string `json:"header,omitempty"`
	Body   any               `json:"body"`
}

var record = flag.Bool("record", false, "TestSessionLive writes the answers of the real server to testdata/session.json")

const recording = "testdata/session.json"

// player sends a session to a server.
type player struct {
	send func(*http.Request) (*http.Response, error)
	base string
	vars map[string]string
}

// play makes one request.
func (p *player) play(t *testing.T, s step) answer {
	t.Helper()
	method, target, _ := strings.Cut(p.fill(s.do), " ")
	switch target[0] {
	case '/':
	case '@':
		target = strings.Replace(proxy+target[1:], "/?", "?", 1)
	default:
		target = api + target
	}
	req, err := http.NewRequestWithContext(t.Context(), method, p.base+target, strings.NewReader(p.fill(s.body)))
	noError(t, err)
	if s.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if name, value, ok := strings.Cut(s.header, ": "); ok {
		req.Header.Set(name, value)
	}
	res, err := p.send(req)
	noError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	noError(t, err)
	a := answer{Step: s.name, Status: res.StatusCode, Body: string(body), Header: map[string]string{}}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") && len(body) > 0 {
		var parsed any
		noError(t, json.Unmarshal(body, &parsed))
		if name, path, ok := strings.Cut(s.keep, "="); ok && res.StatusCode == 200 {
			p.vars[name] = fmt.Sprint(at(t, parsed, path))
		}
		a.Body = p.tidy(parsed)
		return a
	}
	for _, name := range []string{"Content-Disposition", "X-Content-Type-Options", "Content-Range", "Content-Length"} {
		if v := res.Header.Get(name); v != "" && res.StatusCode < 400 && strings.HasPrefix(s.do, "GET @") {
			a.Header[name] = v
		}
	}
	return a
}

func (p *player) fill(s string) string {
	return os.Expand(s, func(name string) string {
		if v, ok := p.vars[name]; ok {
			return v
		}
		return "$" + name
	})
}

var (
	ids  = regexp.MustCompile(`m-[0-9a-f]{32}|[0-9a-f]{32}`)
	sets = regexp.MustCompile(`\{'[^{}]*'\}`) // of Python, whose order changes from start to start
)

// tidy replaces ids by their names and times by "time", leaves out what Varve
// does not have at all, and sorts lists that have no order.
func (p *player) tidy(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for _, absent := range []string{"sqlstate", "error_class", "workspace"} {
			delete(v, absent)
		}
		if text, ok := v["value"].(string); ok && v["key"] == "mlflow.log-model.history" {
			var list any // spaces inside of it mean nothing
			if json.Unmarshal([]byte(text), &list) == nil {
				v["value"] = list
			}
		}
		for key, value := range v {
			if short, ok := value.(string); key == "version" || key == "value" && ok && len(short) <= 4 { // it may look like an experiment's id
				continue
			}
			v[key] = p.tidy(value)
			switch key {
			case "next_page_token":
				v[key] = "token"
			case "latest_versions": // in the order of MLflow's database
				sortVersions(v[key])
			}
		}
		return v
	case []any:
		for i := range v {
			v[i] = p.tidy(v[i])
		}
		if len(v) > 0 && (hasKey(v[0], "key") || hasKey(v[0], "alias") || hasKey(v[0], "model_id")) {
			slices.SortStableFunc(v, func(a, b any) int { return cmp.Compare(compact(a), compact(b)) })
		}
		return v
	case string:
		return p.unfill(v)
	case float64:
		if v > 1.75e12 && v < 1e15 {
			return "time"
		}
	}
	return v
}

func sortVersions(v any) {
	list, _ := v.([]any)
	slices.SortFunc(list, func(a, b any) int { return cmp.Compare(compact(a), compact(b)) })
}

func hasKey(v any, key string) bool {
	m, ok := v.(map[string]any)
	return ok && m[key] != nil
}

func (p *player) unfill(s string) string {
	for _, name := range slices.Sorted(maps.Keys(p.vars)) {
		v := p.vars[name]
		switch {
		case len(v) > 4:
			s = strings.ReplaceAll(s, v, "$"+name)
		case s == v: // MLflow's experiments are 1, 2, 3
			s = "$" + name
		default:
			s = strings.ReplaceAll(s+"\n", ":/"+v+"\n", ":/$"+name+"\n")
			s = strings.ReplaceAll(strings.TrimSuffix(s, "\n"), ":/"+v+"/", ":/$"+name+"/")
			s = strings.ReplaceAll(s, " experiment "+v+" ", " experiment $"+name+" ")
		}
	}
	s = sets.ReplaceAllStringFunc(s, func(set string) string {
		names := strings.Split(strings.Trim(set, "{}"), ", ")
		slices.Sort(names)
		return "{" + strings.Join(names, ", ") + "}"
	})
	s, _, _ = strings.Cut(s, " Error: (sqlite3") // and the statement, with times in it
	return ids.ReplaceAllString(s, "id")
}

// TestSession plays the session to a door.
func TestSession(t *testing.T) {
	recorded, steps := readRecording(t), session()
	if len(recorded) != len(steps) {
		t.Fatalf("%s has %d answers to %d steps: record it again", recording, len(recorded), len(steps))
	}
	p := playerTo(newRig(t))
	for i, s := range steps {
		t.Run(s.name, func(t *testing.T) { compare(t, s, p.play(t, s), recorded[i]) })
	}
}

func readRecording(t *testing.T) (recorded []answer) {
	t.Helper()
	text, err := os.ReadFile(recording)
	noError(t, err)
	noError(t, json.Unmarshal(text, &recorded))
	return recorded
}

// compare checks an answer of Varve against MLflow's.
func compare(t *testing.T, s step, got, mlflow answer) {
	t.Helper()
	if mlflow.Step != s.name {
		t.Fatalf("the recorded answer belongs to step %q: record it again", mlflow.Step)
	}
	got.Body = roundTrip(t, got.Body)
	same := got.Status == mlflow.Status && reflect.DeepEqual(got.Body, mlflow.Body) && maps.Equal(got.Header, mlflow.Header)
	if s.differs == "" {
		if !same {
			t.Errorf("%s: status %d, MLflow's %d; headers %v, MLflow's %v%s", s.do, got.Status, mlflow.Status, got.Header, mlflow.Header,
				difference("body", got.Body, mlflow.Body))
		}
		return
	}
	if same {
		t.Errorf("%s answers as MLflow does, but is said to differ", s.do)
	}
	var want any
	noError(t, json.Unmarshal([]byte(s.differs), &want))
	if s.why == "" || got.Status != s.status || !partOf(want, got.Body) {
		t.Errorf("%s\n got  %d %s\n want %d %s (%s)", s.do, got.Status, compact(got.Body), s.status, s.differs, s.why)
	}
}

// difference says where two answers differ.
func difference(path string, got, mlflow any) string {
	if reflect.DeepEqual(got, mlflow) {
		return ""
	}
	g, ok1 := got.(map[string]any)
	m, ok2 := mlflow.(map[string]any)
	if ok1 && ok2 {
		both := maps.Clone(g)
		maps.Copy(both, m)
		text := ""
		for _, key := range slices.Sorted(maps.Keys(both)) {
			text += difference(path+"."+key, g[key], m[key])
		}
		return text
	}
	gl, ok1 := got.([]any)
	ml, ok2 := mlflow.([]any)
	if ok1 && ok2 && len(gl) == len(ml) {
		text := ""
		for i := range gl {
			text += difference(fmt.Sprintf("%s[%d]", path, i), gl[i], ml[i])
		}
		return text
	}
	return fmt.Sprintf("\n%s: %s, MLflow's %s", path, compact(got), compact(mlflow))
}

func roundTrip(t *testing.T, v any) (out any) {
	t.Helper()
	noError(t, json.Unmarshal([]byte(compact(v)), &out))
	return out
}

// partOf reports whether everything in want is in got.
func partOf(want, got any) bool {
	w, ok := want.(map[string]any)
	if !ok {
		return reflect.DeepEqual(want, got)
	}
	g, ok := got.(map[string]any)
	for key, value := range w {
		if !ok || !partOf(value, g[key]) {
			return false
		}
	}
	return ok
}
