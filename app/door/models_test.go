package door_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

const modelText = `flavors:
  python_function: {loader_module: mlflow.sklearn, python_version: 3.11.2}
  sklearn: {sklearn_version: 1.5.2}
mlflow_version: 2.22.0
saved_input_example_info: {artifact_path: input_example.json}
signature:
  inputs: '[{"type": "double", "name": "alcohol"}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]'
`

// gallery is a house with the model "wine", whose versions 1 and 2 come from runs.
func gallery(t *testing.T) (h *house, runs []string) {
	h = newHouse(t)
	for i, loss := range []float64{0.5, 0.4} {
		run := h.run(track.NewRun{Name: fmt.Sprint("run-", i+1), Params: []event.Param{{Key: "depth", Value: fmt.Sprint(i)}}}, point("rmse", 0, loss), point("size_mb", 0, 7))
		h.keep(track.Owner{Run: run}, "model/MLmodel", modelText)
		h.keep(track.Owner{Run: run}, "model/model.pkl", strings.Repeat("x", 100*(i+1)))
		h.keep(track.Owner{Run: run}, "model/requirements.txt", fmt.Sprintf("mlflow==2.22.0\nnumpy==1.2%d\n", i))
		h.keep(track.Owner{Run: run}, "model/input_example.json", `{"columns":["alcohol"]}`)
		runs = append(runs, run)
		var made api.Registered
		h.call("POST", "/models/register", fmt.Sprintf(`{"name":"wine","source":"runs:/%s/model","description":"the %d."}`, run, i+1), 200, &made)
		if made.Version != i+1 || made.Made != (i == 0) {
			t.Fatalf("registered %+v", made)
		}
	}
	return h, runs
}

// keep makes an artifact whose content is its owner's alone.
func (h *house) keep(o track.Owner, path, text string) {
	h.Helper()
	ref := o.Run + path
	h.files[ref] = []byte(text)
	h.must(h.tracker.PutArtifact(h.Context(), o, event.ArtifactPut{Path: path, Size: int64(len(text)), Content: []byte(ref)}))
}

// model shows the versions of wine in short.
func (h *house) model() string {
	h.Helper()
	var m api.RegisteredDetail
	h.get("/models/wine", &m)
	var out []string
	for _, v := range m.List {
		out = append(out, fmt.Sprintf("%d %s%v %s %v", v.Number, v.Stage, v.Aliases, v.RunName, float64(v.Metrics["rmse"])))
	}
	return strings.Join(out, "; ")
}

func (h *house) edit(body string) (undo string) {
	h.Helper()
	var edited api.EditedModel
	h.call("POST", "/models/wine/edit", body, 200, &edited)
	data, err := json.Marshal(edited)
	h.must(err)
	return string(data)
}

// TestPromote promotes versions, reads what happened, and takes it back.
func TestPromote(t *testing.T) {
	h, _ := gallery(t)
	h.edit(`{"version":1,"stage":"Production","aliases":["champion"]}`)
	undo := h.edit(`{"version":2,"stage":"Production","archive":true,"aliases":["champion"],"why":"better on winter"}`)
	if got, want := h.model(), "2 Production[champion] run-2 0.4; 1 Archived[] run-1 0.5"; got != want {
		t.Errorf("promoted: %s, want %s", got, want)
	}
	var list api.RegisteredModels
	h.get("/models", &list)
	if m := list.Models[0]; len(list.Models) != 1 || m.Versions != 2 || m.Latest != 2 || fmt.Sprint(m.Stages, m.Aliases) != "[{Production 2}] [{champion 2}]" {
		t.Errorf("the list: %+v", list)
	}
	var m api.RegisteredDetail
	h.get("/models/wine?sizes=true&limit=1", &m)
	var lanes []string
	for _, l := range m.Lanes {
		line := l.Stage + "@" + l.Alias
		for _, s := range l.Spans {
			line += fmt.Sprintf(" v%d %v", s.Version, s.To == 0)
		}
		lanes = append(lanes, line)
	}
	if got, want := strings.Join(lanes, "; "), "Production@ v1 false v2 true; @champion v1 false v2 true"; got != want {
		t.Errorf("lanes %s, want %s", got, want)
	}
	if m.Left != 1 || len(m.List) != 1 || m.List[0].Size == 0 || m.List[0].Description != "the 2." || fmt.Sprint(m.Metrics) != "[rmse size_mb]" {
		t.Errorf("the model: %+v", m)
	}
	var undone api.EditedModel
	h.call("POST", "/models/undo", undo, 200, &undone)
	if got, want := h.model(), "2 None[] run-2 0.4; 1 Production[champion] run-1 0.5"; len(undone.Changes) != 3 || got != want {
		t.Errorf("taken back %d: %s, want %s", len(undone.Changes), got, want)
	}
	h.must(h.tracker.SetAlias(t.Context(), "wine", "champion", 1, "")) // where it points already
	var edits api.ModelEdits
	h.get("/models/wine/edits", &edits)
	var words []string
	for _, e := range edits.Edits[3:] {
		words = append(words, strings.TrimSpace(fmt.Sprintf("v%d %s %s %s>%s %s%s", e.Version, e.What, e.Key, e.Before, e.Value, e.Why, e.RunName)))
	}
	want := "v1 stage  Production>Archived better on winter\nv2 stage  None>Production better on winter\nv0 alias champion 1>2 better on winter\n" +
		"v1 stage  None>Production\nv0 alias champion >1\nv2 made  >2 run-2\nv1 made  >1 run-1"
	if got := strings.Join(words, "\n"); got != want {
		t.Errorf("what happened:\n%s\nwant\n%s", got, want)
	}
	// Taken back one by one.
	last := edits.Edits[0]
	h.call("POST", "/models/undo", fmt.Sprintf(`{"changes":[{"model":%q,"version":%q,"id":%q}],"even":true}`, last.Model, last.VersionID, last.ID), 200, nil)
}

func TestModelsAreDescribedAndDeleted(t *testing.T) {
	h, _ := gallery(t)
	undo := h.edit(`{"description":"of **wine**","set":[{"key":"team","value":"red"}]}`)
	h.edit(`{"version":2,"description":"","set":[{"key":"checked","value":"yes"}]}`)
	var m api.RegisteredDetail
	h.get("/models/wine", &m)
	if m.Description != "of **wine**" || fmt.Sprint(m.Tags, m.List[0].Tags, m.List[0].Description) != "[{team red}] [{checked yes}]" {
		t.Errorf("described: %+v", m)
	}
	h.call("POST", "/models/undo", undo, 200, nil)
	h.call("PUT", "/models/wine/name", `{"name":"red wine"}`, 200, nil)
	m = api.RegisteredDetail{}
	h.get("/models/red%20wine", &m)
	if m.Name != "red wine" || m.Description != "" {
		t.Errorf("renamed: %+v", m)
	}
	h.call("PUT", "/models/red%20wine/name", `{"name":"wine"}`, 200, nil)
	h.call("POST", "/models/wine/versions/2/trash", "", 200, nil)
	if got := h.model(); got != "1 None[] run-1 0.5" {
		t.Errorf("without version 2: %s", got)
	}
	h.call("POST", "/trash/restore", fmt.Sprintf(`{"versions":[%q]}`, m.List[0].ID), 200, nil)
	h.call("POST", "/models/wine/trash", "", 200, nil)
	h.problem("GET", "/models/wine", "", 404)
	h.call("POST", "/trash/restore", fmt.Sprintf(`{"registered":[%q]}`, m.ID), 200, nil)
	if got := h.model(); !strings.HasPrefix(got, "2 None") {
		t.Errorf("restored: %s", got)
	}
}

// TestCompareVersions lays two versions side by side.
func TestCompareVersions(t *testing.T) {
	h, _ := gallery(t)
	var c api.ModelComparison
	h.get("/models/wine/compare?a=1&b=2", &c)
	var rows []string
	for _, s := range c.Sections {
		for _, r := range s.Rows {
			if r.Same || r.Key == "took" {
				continue
			}
			line := fmt.Sprint(s.Kind, " ", r.Key, r.Best)
			for _, cell := range r.Cells {
				if cell.Number != nil {
					line += fmt.Sprint(" ", float64(*cell.Number))
				} else {
					line += " " + cell.Text
				}
			}
			rows = append(rows, line)
		}
	}
	want := "metrics rmse[1] 0.5 0.4\nparams depth[] 0 1\npackages numpy[] 1.20 1.21\nnotes note[] the 1. the 2."
	if got := strings.Join(rows, "\n"); got != want || c.Signature != "same" || c.B.Size-c.A.Size != 100 {
		t.Errorf("%s, sizes %d %d:\n%s\nwant\n%s", c.Signature, c.A.Size, c.B.Size, got, want)
	}
	h.problem("GET", "/models/wine/compare?a=1&b=1", "", 400)
	h.problem("GET", "/models/wine/compare?a=1&b=9", "", 404)
}

// TestModelFiles reads what a version's folder says.
func TestModelFiles(t *testing.T) {
	h, runs := gallery(t)
	var f api.ModelFiles
	h.get("/models/wine/versions/1/files?alias=best", &f)
	if f.Count != 4 || f.Files[0].Path != "MLmodel" || f.Problem != "" || f.Flavors[1].Name != "sklearn" || f.Python != "3.11.2" || len(f.Requirements) != 2 ||
		f.Signature.Inputs[0].Name != "alcohol" || f.Signature.Outputs[0].Type != "float64 (−1)" || !strings.Contains(f.Example, "alcohol") {
		t.Errorf("the files: %+v", f)
	}
	if len(f.Snippets) != 4 || !strings.Contains(f.Snippets[0].Text, `"models:/wine@best"`) {
		t.Errorf("snippets %+v", f.Snippets)
	}
	for text, says := range map[string]string{
		"a: [": "", "flavors: &a {x: *a}": "", "saved_input_example_info: {artifact_path: ../../../etc/passwd}": "none", strings.Repeat("a: b\n", 60_000): "more than",
	} {
		h.keep(track.Owner{Run: runs[0]}, "model/MLmodel", text)
		var f api.ModelFiles
		h.get("/models/wine/versions/1/files", &f)
		if says == "none" && (f.Problem != "" || f.Example != "") || says != "none" && (f.Problem == "" || !strings.Contains(f.Problem, says)) {
			t.Errorf("%.30q: problem %q, example %q", text, f.Problem, f.Example)
		}
	}
	delete(h.files, runs[0]+"model/MLmodel")
	h.get("/models/wine/versions/1/files", &f)
	if !strings.Contains(f.Problem, "damaged") {
		t.Errorf("a damaged file is told as %q", f.Problem)
	}
}

// TestRegister registers models of a run, and says which there are.
func TestRegister(t *testing.T) {
	h, runs := gallery(t)
	id, err := h.tracker.CreateModel(t.Context(), track.NewModel{Experiment: "0", Name: "forest", Run: runs[0]})
	h.must(err)
	h.put(track.Owner{Model: id}, "MLmodel", modelText)
	var made api.Registered
	h.call("POST", "/models/register", fmt.Sprintf(`{"name":"trees","source":"runs:/%s/forest","set":[{"key":"a","value":"b"}]}`, runs[0]), 200, &made)
	var sources api.ModelSources
	h.get("/runs/"+runs[0]+"/models", &sources)
	want := fmt.Sprintf("[{forest models:/%s [{trees 1}]} {model runs:/%s/model [{wine 1}]}]", id, runs[0])
	if got := fmt.Sprint(sources.Sources); got != want {
		t.Errorf("sources %s, want %s", got, want)
	}
	for _, c := range []struct {
		body   string
		status int
		field  string
	}{
		{`{"name":"a/b","source":"runs:/` + runs[0] + `/model"}`, 400, "name"},
		{`{"name":"new","source":"runs:/` + runs[0] + `/nothing"}`, 404, "source"},
		{`{"name":"new","source":"runs:/nobody/model"}`, 404, "source"},
		{`{"name":"new","source":"models:/m-nobody"}`, 404, "source"},
		{`{"name":"new","source":"runs:/` + runs[0] + `/../x"}`, 400, "source"},
		{`{"name":"new","source":"http://example.org/model"}`, 400, ""},
		{`{"name":"new","source":"/etc"}`, 400, "source"},
	} {
		if p := h.problem("POST", "/models/register", c.body, c.status); p.Field != c.field {
			t.Errorf("%s: field %q, want %q (%s)", c.body, p.Field, c.field, p.Title)
		}
	}
	h.problem("GET", "/models/new", "", 404)
	h.problem("GET", "/runs/nobody/models", "", 404)
}

func TestModelRequestsThatAreRefused(t *testing.T) {
	h, _ := gallery(t)
	before := h.model()
	for _, c := range []struct {
		path, body string
		status     int
	}{
		{"/models/wine/edit", `{"version":1,"stage":"Prod"}`, 400},
		{"/models/wine/edit", `{"version":9,"stage":"Staging"}`, 404},
		{"/models/wine/edit", `{"stage":"Staging"}`, 400},
		{"/models/wine/edit", `{"version":1,"aliases":["latest"]}`, 400},
		{"/models/wine/edit", `{"version":-1}`, 400},
		{"/models/nobody/edit", `{"description":"x"}`, 404},
		{"/models/undo", `{"changes":[]}`, 400},
		{"/models/undo", `{"changes":[{"id":"x"}]}`, 400},
		{"/models/undo", `{"changes":[{"model":"nobody","id":"00000000000000000000000000000001:7"}]}`, 404},
		{"/models/undo", `{"changes":[{"model":"a","version":"b","id":"00000000000000000000000000000001:7"}]}`, 400},
		{"/models/nobody/trash", "", 404},
		{"/models/wine/versions/7/trash", "", 404},
	} {
		h.problem("POST", c.path, c.body, c.status)
	}
	if got := h.model(); got != before {
		t.Errorf("what was refused has changed %s to %s", before, got)
	}
	h.problem("PUT", "/models/wine/name", `{"name":"a:b"}`, 400)
	h.problem("GET", "/models/wine/versions/0/files", "", 400)
}

// TestAddresses lists and reads what lies at addresses.
func TestAddresses(t *testing.T) {
	h, runs := gallery(t)
	h.edit(`{"version":2,"aliases":["best"]}`)
	id, err := h.tracker.CreateModel(t.Context(), track.NewModel{Experiment: "0", Name: "forest", Run: runs[0]})
	h.must(err)
	h.put(track.Owner{Model: id}, "trees/a.bin", "0123456789")
	h.put(track.Owner{Run: runs[0]}, "notes.txt", "hello")
	for address, want := range map[string]string{
		"models:/wine@best":               "MLmodel,input_example.json,model.pkl,requirements.txt",
		"models:/wine/1":                  "MLmodel,input_example.json,model.pkl,requirements.txt",
		"models:/" + id:                   "trees/a.bin",
		"runs:/" + runs[0] + "/forest":    "trees/a.bin",
		"runs:/" + runs[0]:                "forest/trees/a.bin,model/MLmodel,model/input_example.json,model/model.pkl,model/requirements.txt,notes.txt",
		"runs:/" + runs[0] + "/notes.txt": "",
	} {
		var list api.AddressListing
		h.get("/artifacts?address="+address, &list)
		var paths []string
		for _, f := range list.Files {
			paths = append(paths, f.Path)
		}
		if got := strings.Join(paths, ","); got != want || len(list.Files) == 0 {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
	for address, want := range map[string]api.AddressMeaning{
		"models:/wine@best":               {Model: "wine", Version: 2, Run: runs[1]},
		"models:/wine/1":                  {Model: "wine", Version: 1, Run: runs[0]},
		"models:/" + id:                   {Run: runs[0], Path: "forest"},
		"runs:/" + runs[0] + "/notes.txt": {Run: runs[0], Path: "notes.txt"},
		"runs:/" + runs[0]:                {Run: runs[0]},
	} {
		var got api.AddressMeaning
		h.get("/address?address="+address, &got)
		if want.Address = address; got != want {
			t.Errorf("%s leads to %+v, want %+v", address, got, want)
		}
	}
	for address, status := range map[string]int{"models:/wine@nobody": 400, "models:/nobody/1": 404, "runs:/nobody": 404, "s3://bucket/model": 404, "": 400} {
		h.problem("GET", "/address?address="+address, "", status)
	}
	read := func(query, ranges, etag string) *http.Response {
		req := request("GET", prefix+"/artifacts/file?"+query, "")
		if ranges != "" {
			req.Header.Set("Range", ranges)
			req.Header.Set("If-Range", etag)
		}
		return h.do(req).Result()
	}
	whole := read("address=models:/"+id+"&path=trees/a.bin", "", "")
	tag := whole.Header.Get("ETag")
	if whole.StatusCode != 200 || whole.ContentLength != 10 || len(tag) != 34 {
		t.Errorf("the file: %d, %d bytes, %s", whole.StatusCode, whole.ContentLength, tag)
	}
	if part := read("address=runs:/"+runs[0]+"&path=forest/trees/a.bin", "bytes=4-", tag); part.StatusCode != 206 || part.ContentLength != 6 {
		t.Errorf("a part of it: %d, %d bytes", part.StatusCode, part.ContentLength)
	}
	if part := read("address=models:/"+id+"&path=trees/a.bin", "bytes=4-", `"other"`); part.StatusCode != 200 {
		t.Errorf("a part of another content: %d", part.StatusCode)
	}
	var digest api.FileDigest
	h.get("/artifacts/digest?address=runs:/"+runs[0]+"/notes.txt", &digest)
	if digest.Size != 5 || digest.SHA256 != "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" {
		t.Errorf("digest %+v", digest)
	}
	for query, status := range map[string]int{
		"address=models:/wine@nobody": 400, "address=models:/nobody/1": 404, "address=runs:/nobody/x": 404, "address=nonsense": 400,
		"address=runs:/" + runs[0] + "/nothing": 404, "address=runs:/" + runs[0] + "/..%2f..": 400, "": 400,
	} {
		h.problem("GET", "/artifacts?"+query, "", status)
	}
	h.problem("GET", "/artifacts/file?address=models:/wine/1&path=../../x", "", 400)
	h.problem("GET", "/artifacts/file?address=models:/wine/1&path=nothing", "", 404)
}
