package mlflow_test

import (
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dev.varve/app/mlflow"
	"dev.varve/backend/artifact"
	"dev.varve/backend/artifact/artifacttest"
	"dev.varve/backend/track"
	"dev.varve/storage/plainfiles"
)

func plain(base, below string) artifact.Tree {
	return plainfiles.Tree{Base: base, Below: below, Random: rand.Reader}
}

// destination keeps what comes through the proxy in a folder.
func destination(dir string) func(*mlflow.Options) {
	return func(o *mlflow.Options) { o.Artifacts.Plain, o.Artifacts.Destination = plain, dir }
}

func TestTrees(t *testing.T) {
	for name, change := range map[string]func(t *testing.T) func(*mlflow.Options){
		"managed":     func(*testing.T) func(*mlflow.Options) { return func(*mlflow.Options) {} },
		"destination": func(t *testing.T) func(*mlflow.Options) { return destination(t.TempDir()) },
	} {
		t.Run(name, func(t *testing.T) {
			artifacttest.Test(t, func(t *testing.T) artifact.Tree {
				var places *artifact.Places
				r := newRig(t, change(t), func(o *mlflow.Options) { places = o.Artifacts })
				tree, err := places.Of(track.Owner{Run: r.newRun(t)})
				noError(t, err)
				return tree
			})
		})
	}
}

// TestExternal checks what can be done with the artifacts of runs that lie where
// a person said.
func TestExternal(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, func(o *mlflow.Options) { o.Artifacts.Plain, o.Folder = plain, dir })
	for location, where := range map[string]string{
		"file://" + filepath.ToSlash(dir) + "/a%20b": "a b", filepath.Join(dir, "plain"): "plain", "relative/place": "relative/place", "file:other": "other",
	} {
		t.Run(location, func(t *testing.T) {
			id := at(t, r.want(t, 200, "POST", api+"experiments/create", `{"name":"`+where+`","artifact_location":"`+location+`"}`), "experiment_id").(string)
			run := at(t, r.want(t, 200, "POST", api+"runs/create", `{"experiment_id":"`+id+`","start_time":1}`), "run.info.run_id").(string)
			folder := filepath.Join(dir, filepath.FromSlash(where), run, "artifacts")
			if got := r.want(t, 200, "GET", api+"artifacts/list?run_id="+run, ""); got["files"] != nil {
				t.Errorf("nothing lists %v", got)
			}
			noError(t, os.MkdirAll(filepath.Join(folder, "sub"), 0o755))
			noError(t, os.WriteFile(filepath.Join(folder, "sub", "f.txt"), []byte("as the client wrote it"), 0o644))
			noError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(where), run, "secret"), []byte("not an artifact"), 0o644))
			got := r.want(t, 200, "GET", api+"artifacts/list?path=sub&run_id="+run, "")
			if !strings.Contains(compact(got), `{"file_size":22,"is_dir":false,"path":"sub/f.txt"}`) {
				t.Errorf("the folder lists %s", compact(got))
			}
			w := r.send(t, "GET", "/get-artifact?run_id="+run+"&path=sub/f.txt", nil)
			if w.Code != 200 || w.Body.String() != "as the client wrote it" {
				t.Errorf("get-artifact: %d %s", w.Code, w.Body)
			}
			for _, p := range []string{"../secret", "sub/../../secret", "%2e%2e/secret"} {
				if w := r.send(t, "GET", "/get-artifact?run_id="+run+"&path="+p, nil); w.Code != 400 {
					t.Errorf("%s: %d %s", p, w.Code, w.Body)
				}
			}
			w = r.send(t, "POST", "/ajax-api/2.0/mlflow/upload-artifact?run_uuid="+run+"&path=up/loaded.txt", strings.NewReader("by query"))
			if w.Code != 200 {
				t.Errorf("upload-artifact: %d %s", w.Code, w.Body)
			}
			if data, err := os.ReadFile(filepath.Join(folder, "up", "loaded.txt")); string(data) != "by query" || err != nil {
				t.Errorf("the upload is %q, %v", data, err)
			}
		})
	}
	for _, location := range []string{"s3://bucket/x", "file://elsewhere/x", "dbfs:/x"} {
		id := at(t, r.want(t, 200, "POST", api+"experiments/create", `{"name":"`+location+`","artifact_location":"`+location+`"}`), "experiment_id").(string)
		run := at(t, r.want(t, 200, "POST", api+"runs/create", `{"experiment_id":"`+id+`","start_time":1}`), "run.info.run_id").(string)
		got := r.want(t, 501, "GET", api+"artifacts/list?run_id="+run, "")
		if !strings.Contains(compact(got), "clients read them there by themselves") {
			t.Errorf("%s: %s", location, compact(got))
		}
	}
}

// TestDestination checks that what comes through the proxy lies where other
// programs find it, and what came before is still there.
func TestDestination(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, destination(dir))
	run := r.newRun(t)
	target := proxy + "0/" + run + "/artifacts/d/f.bin"
	if w := r.send(t, "PUT", target, strings.NewReader("hello")); w.Code != 200 {
		t.Fatal(w.Body)
	}
	name := filepath.Join(dir, "0", run, "artifacts", "d", "f.bin")
	if data, err := os.ReadFile(name); string(data) != "hello" || err != nil {
		t.Fatalf("%s: %q, %v", name, data, err)
	}
	if w := r.send(t, "GET", target, nil, "Range", "bytes=1-2"); w.Code != 206 || w.Body.String() != "el" {
		t.Errorf("a range: %d %s", w.Code, w.Body)
	}
	if w := r.send(t, "PUT", target, io.MultiReader(strings.NewReader("half"), broken{io.ErrUnexpectedEOF})); w.Code != 400 {
		t.Errorf("half an upload: %d %s", w.Code, w.Body)
	}
	if data, err := os.ReadFile(name); string(data) != "hello" || err != nil {
		t.Errorf("half an upload left %q, %v", data, err)
	}
	// A path that is no run's is one of the folder, as with MLflow's server.
	if w := r.send(t, "PUT", proxy+"loose.txt", strings.NewReader("x")); w.Code != 200 {
		t.Errorf("a loose file: %d %s", w.Code, w.Body)
	}
	got := r.want(t, 200, "GET", strings.TrimSuffix(proxy, "/")+"?path=0/"+run+"/artifacts/d", "")
	if compact(got) != `{"files":[{"file_size":5,"is_dir":false,"path":"f.bin"}]}` {
		t.Errorf("the proxy lists %s", compact(got))
	}
	if w := r.send(t, "DELETE", target, nil); w.Code != 200 {
		t.Errorf("delete: %d %s", w.Code, w.Body)
	}
	if _, err := os.Stat(name); !os.IsNotExist(err) {
		t.Errorf("the deleted file: %v", err)
	}
	// What was managed before is found as well.
	managed := artifact.Managed{Names: r.tracker, Bytes: r.files, Owner: track.Owner{Run: run}}
	noError(t, managed.Put(t.Context(), "older.txt", strings.NewReader("kept")))
	if w := r.send(t, "GET", proxy+"0/"+run+"/artifacts/older.txt", nil); w.Body.String() != "kept" {
		t.Errorf("an older artifact: %d %s", w.Code, w.Body)
	}
}

// TestRoot checks where new experiments keep their artifacts if the owner was
// told a place.
func TestRoot(t *testing.T) {
	r := newRig(t)
	r.tracker.ArtifactRoot = "/data/root/"
	noError(t, r.tracker.LocateDefault(t.Context()))
	where := func(id string) any {
		return at(t, r.want(t, 200, "GET", api+"experiments/get?experiment_id="+id, ""), "experiment.artifact_location")
	}
	if got := where("0"); got != "/data/root/0" {
		t.Errorf("Default keeps its artifacts at %v", got)
	}
	id := at(t, r.want(t, 200, "POST", api+"experiments/create", `{"name":"x"}`), "experiment_id").(string)
	if got := where(id); got != "/data/root/"+id {
		t.Errorf("a new experiment keeps them at %v", got)
	}
	r.tracker.ArtifactRoot = "/elsewhere"
	noError(t, r.tracker.LocateDefault(t.Context()))
	if got := where("0"); got != "/data/root/0" {
		t.Errorf("then Default has moved to %v", got)
	}
	used := newRig(t)
	used.newRun(t)
	used.tracker.ArtifactRoot = "/data/root"
	noError(t, used.tracker.LocateDefault(t.Context()))
	if got := at(t, used.want(t, 200, "GET", api+"experiments/get?experiment_id=0", ""), "experiment.artifact_location"); got != "mlflow-artifacts:/0" {
		t.Errorf("the runs of Default have moved to %v", got)
	}
}
