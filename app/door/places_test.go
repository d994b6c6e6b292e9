package door_test

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dev.varve/app/door"
	"dev.varve/app/door/api"
	"dev.varve/backend/artifact"
	"dev.varve/backend/track"
	"dev.varve/storage/plainfiles"
)

// TestModelsOutside registers, shows, stores and fetches models whose files lie in
// a folder that an experiment names, as an address and as a plain path.
func TestModelsOutside(t *testing.T) {
	for _, form := range []string{"file://", ""} {
		h := newHouse(t, func(o *door.Options) {
			o.Artifacts = &artifact.Places{Records: o.Records.(artifact.Records), Bytes: o.Artifacts.(*artifact.Places).Bytes, Plain: func(base, below string) artifact.Tree {
				return plainfiles.Tree{Base: base, Below: below, Random: rand.Reader}
			}}
		})
		dir := filepath.Join(t.TempDir(), "a place")
		location := filepath.ToSlash(dir)
		if form != "" {
			location = (&url.URL{Scheme: "file", Path: location}).String()
		}
		id, err := h.tracker.CreateExperiment(t.Context(), track.NewExperiment{Name: "outside", Location: location})
		h.must(err)
		run := h.run(track.NewRun{Experiment: id, Name: "a"}, point("rmse", 0, 1))
		for name, text := range map[string]string{"MLmodel": modelText, "model.pkl": strings.Repeat("x", 100)} {
			h.store("runs:/"+run+"/model", name, text, 200)
		}
		if data, err := os.ReadFile(filepath.Join(dir, run, "artifacts", "model", "MLmodel")); string(data) != modelText {
			t.Fatalf("%s: what was stored lies elsewhere: %v", location, err)
		}
		h.store("runs:/"+run+"/model", "../../../x", "x", 400)
		var sources api.ModelSources
		h.get("/runs/"+run+"/models", &sources)
		if len(sources.Sources) != 1 || sources.Sources[0].Name != "model" {
			t.Errorf("%s: the run has %+v", location, sources)
		}
		h.call("POST", "/models/register", fmt.Sprintf(`{"name":"wine","source":"runs:/%s/model"}`, run), 200, nil)
		h.store("models:/wine/1", "more", "x", 400)
		var shown api.ModelFiles
		h.get("/models/wine/versions/1/files", &shown)
		if shown.Count != 2 || shown.Elsewhere != "" || shown.Signature == nil || shown.Size != int64(100+len(modelText)) {
			t.Errorf("%s: the version has %+v", location, shown)
		}
		var detail api.RegisteredDetail
		h.get("/models/wine?sizes=true", &detail)
		if detail.List[0].Size != shown.Size {
			t.Errorf("%s: it has %d bytes", location, detail.List[0].Size)
		}
		for _, address := range []string{"models:/wine/1", "runs:/" + run + "/model"} {
			var list api.AddressListing
			h.get("/artifacts?address="+url.QueryEscape(address), &list)
			if len(list.Files) != 2 || list.Elsewhere {
				t.Errorf("%s has %+v", address, list)
			}
			w := h.do(request("GET", prefix+"/artifacts/file?path=MLmodel&address="+url.QueryEscape(address), ""))
			if w.Body.String() != modelText || w.Header().Get("ETag") == "" {
				t.Errorf("%s: %d %s", address, w.Code, w.Body)
			}
		}
	}
}

// TestModelsFarAway shows what lies where Varve cannot read.
func TestModelsFarAway(t *testing.T) {
	h := newHouse(t)
	id, err := h.tracker.CreateExperiment(t.Context(), track.NewExperiment{Name: "far", Location: "s3://bucket/x"})
	h.must(err)
	run := h.run(track.NewRun{Experiment: id, Name: "a"})
	h.call("POST", "/models/register", fmt.Sprintf(`{"name":"wine","source":"runs:/%s/model"}`, run), 200, nil)
	var shown api.ModelFiles
	h.get("/models/wine/versions/1/files", &shown)
	if shown.Elsewhere != "s3://bucket/x/"+run+"/artifacts/model" || shown.Count != 0 {
		t.Errorf("the version has %+v", shown)
	}
	for _, part := range []string{`"metrics":[]`, `"lanes":[]`} {
		if text := h.call("GET", "/models/wine", "", 200, nil).Body.String(); !strings.Contains(text, part) {
			t.Errorf("a model without metrics and stages is %s, without %s", text, part)
		}
	}
	var list api.AddressListing
	h.get("/artifacts?address=runs:/"+run, &list)
	if !list.Elsewhere || list.URI != "s3://bucket/x/"+run+"/artifacts" {
		t.Errorf("the run has %+v", list)
	}
	h.store("runs:/"+run, "f", "x", 501)
	h.get("/runs/"+run+"/models", &api.ModelSources{})
}

// store sends a file to an address.
func (h *house) store(address, name, text string, status int) {
	h.Helper()
	r := request("PUT", prefix+"/artifacts/file?"+url.Values{"address": {address}, "path": {name}}.Encode(), text)
	r.Header.Set("Content-Type", "application/octet-stream")
	if w := h.do(r); w.Code != status {
		h.Fatalf("PUT %s of %s: %d %s", name, address, w.Code, w.Body)
	}
}
