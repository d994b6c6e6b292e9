package mlflow_test

import (
	"path/filepath"
	"strings"
	"testing"

	"dev.varve/app/mlflow"
)

// TestVersionArtifact reads files of versions as MLflow's pages do.
func TestVersionArtifact(t *testing.T) {
	r := newRig(t)
	run := r.newRun(t)
	for _, name := range []string{"net/MLmodel", "net/data/model.pkl", "secret.txt"} {
		if w := r.send(t, "PUT", proxy+"0/"+run+"/artifacts/"+name, strings.NewReader("bytes of "+name)); w.Code != 200 {
			t.Fatalf("put %s: %d %s", name, w.Code, w.Body)
		}
	}
	r.want(t, 200, "POST", api+"registered-models/create", `{"name":"lake"}`)
	r.want(t, 200, "POST", api+"model-versions/create", `{"name":"lake","source":"runs:/`+run+`/net","run_id":"`+run+`"}`)
	r.want(t, 200, "POST", api+"model-versions/create", `{"name":"lake","source":"s3://bucket/net"}`)
	for _, c := range []struct {
		query  string
		status int
		body   string
	}{
		{"name=lake&version=1&path=MLmodel", 200, "bytes of net/MLmodel"},
		{"name=lake&version=1&path=data%2Fmodel.pkl", 200, "bytes of net/data/model.pkl"},
		{"name=lake&version=1&path=missing", 404, "missing"},
		{"name=lake&version=1&path=data", 400, "directory"},
		{"name=lake&version=1&path=..%2Fsecret.txt", 400, "Invalid path"},
		{"name=lake&version=1&path=%252e%252e%2Fsecret.txt", 400, "Invalid path"},
		{"name=lake&version=1&path=%2Fetc%2Fpasswd", 400, "Invalid path"},
		{"name=lake&version=2&path=MLmodel", 404, "s3://bucket/net"},
		{"name=lake&version=9&path=MLmodel", 404, "not found"},
		{"name=lake&version=x&path=MLmodel", 400, "version"},
		{"name=nobody&version=1&path=MLmodel", 404, "nobody"},
		{"name=lake&version=1", 400, "path"},
		{"version=1&path=MLmodel", 400, "name"},
	} {
		w := r.send(t, "GET", "/model-versions/get-artifact?"+c.query, nil)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.body) {
			t.Errorf("%s: %d %s", c.query, w.Code, w.Body)
		}
	}
	p := newPair(t)
	p.owner.want(t, 200, "POST", api+"registered-models/create", `{"name":"lake"}`)
	if w := p.agent.send(t, "GET", "/model-versions/get-artifact?name=lake&version=1&path=x", nil); w.Code != 404 || p.asked.Load() != 1 {
		t.Errorf("through the agent: %d %s, owner asked %d times", w.Code, w.Body, p.asked.Load())
	}
}

// TestVersionArtifactInAFolder reads those whose run keeps its files in a folder.
func TestVersionArtifactInAFolder(t *testing.T) {
	r := newRig(t, destination(t.TempDir()), func(o *mlflow.Options) { o.Folder = filepath.Clean(t.TempDir()) })
	run := r.newRun(t)
	if w := r.send(t, "PUT", proxy+"0/"+run+"/artifacts/net/MLmodel", strings.NewReader("bytes")); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	r.want(t, 200, "POST", api+"registered-models/create", `{"name":"lake"}`)
	r.want(t, 200, "POST", api+"model-versions/create", `{"name":"lake","source":"runs:/`+run+`/net","run_id":"`+run+`"}`)
	if w := r.send(t, "GET", "/model-versions/get-artifact?name=lake&version=1&path=MLmodel", nil); w.Code != 200 || w.Body.String() != "bytes" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
