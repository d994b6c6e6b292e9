package door_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func TestWorkspace(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	_, _, _, err := h.tracker.AddVersion(ctx, "wine", event.DatasetVersion{Digest: []byte{1}})
	h.must(err)
	h.call("POST", "/projects/open", `{"path":"/lab/wine"}`, 200, nil)
	live, ended, gone, lost := h.run(track.NewRun{}), h.run(track.NewRun{}), h.run(track.NewRun{}), h.run(track.NewRun{})
	h.must(h.tracker.UpdateRun(ctx, ended, track.RunUpdate{Status: "FINISHED"}))
	h.must(h.tracker.TrashRun(ctx, gone, true))
	h.tracker.SetLost(map[string]string{lost: "its agent is gone"})
	_ = live
	var w api.Workspace
	since := h.hub.Seq()
	h.get("/workspace", &w)
	if !h.asOf(since, w.Seq) {
		t.Errorf("the counts are as of %d", w.Seq)
	}
	want := api.Workspace{
		ID: theWorkspace, Name: "lab", Path: "/lab", Version: "1.2", Door: "http://127.0.0.1:5000", Seq: w.Seq,
		Counts: api.Counts{Runs: 3, Live: 1, Datasets: 1, Projects: 1}, Machine: machine{}.Glance(),
	}
	if !reflect.DeepEqual(w, want) {
		t.Errorf("the workspace is %+v\nwant %+v", w, want)
	}
	h.damage = []string{"journal/a/00000001.log, byte 12: a frame is damaged"}
	var alive api.Alive
	if h.get("/alive", &alive); alive.Workspace != theWorkspace || alive.PID == 0 || !slices.Equal(alive.Damage, h.damage) {
		t.Errorf("alive: %+v", alive)
	}
	if h.get("/workspace", &w); !slices.Equal(w.Damage, h.damage) {
		t.Errorf("the workspace tells of the damage %q", w.Damage)
	}
	trashed, err := h.tracker.CreateExperiment(ctx, track.NewExperiment{Name: "away"})
	h.must(err)
	h.must(h.tracker.TrashExperiment(ctx, trashed, true))
	_, err = h.tracker.CreateExperiment(ctx, track.NewExperiment{Name: "Alps"})
	h.must(err)
	var list api.Experiments
	h.get("/experiments", &list)
	if len(list.Experiments) != 2 || list.Experiments[0].Name != "Alps" || list.Experiments[0].Runs != 0 {
		t.Errorf("the experiments are %+v", list.Experiments)
	}
	if want := (api.Experiment{ID: "0", Name: "Default", Runs: 3, Live: 1, Created: 1_700_000_000_000}); list.Experiments[1] != want {
		t.Errorf("the default experiment is %+v, want %+v", list.Experiments[1], want)
	}
}

func TestDatasets(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	var empty api.Datasets
	if h.get("/datasets", &empty); len(empty.Datasets) != 0 {
		t.Errorf("at first there are %d data sets", len(empty.Datasets))
	}
	var ids []string
	for i := range 3 {
		id, _, _, err := h.tracker.AddVersion(ctx, "wine", event.DatasetVersion{Digest: []byte{0xa0, byte(i)}, Files: int64(i), Bytes: 10, Message: "m", Source: "/data/wine"})
		h.must(err)
		ids = append(ids, id)
	}
	_, _, _, err := h.tracker.AddVersion(ctx, "Alps", event.DatasetVersion{Digest: []byte{9}})
	h.must(err)
	wine := h.tracker.DatasetID("wine")
	for _, v := range []string{ids[0], ids[0], ids[2]} {
		h.run(track.NewRun{Datasets: []event.DatasetInput{{Name: "wine", Digest: "x", Dataset: wine, Version: v}, {Name: "wine", Digest: "y", Dataset: wine, Version: v}}})
	}
	gone := h.run(track.NewRun{Datasets: []event.DatasetInput{{Name: "wine", Digest: "x", Dataset: wine, Version: ids[1]}}})
	h.must(h.tracker.TrashRun(ctx, gone, true))

	var list api.Datasets
	h.get("/datasets", &list)
	if len(list.Datasets) != 2 || list.Datasets[0].Name != "Alps" {
		t.Fatalf("the data sets are %+v", list.Datasets)
	}
	var one api.Dataset
	h.get("/datasets/"+wine, &one)
	if fmt.Sprint(one) != fmt.Sprint(list.Datasets[1]) {
		t.Errorf("alone it is %+v, in the list %+v", one, list.Datasets[1])
	}
	if one.Runs != 3 || len(one.Versions) != 3 || one.Created == 0 {
		t.Fatalf("the data set is %+v", one)
	}
	for i, want := range []api.DataVersion{
		{ID: ids[2], Number: 3, Digest: "a002", Message: "m", Who: "ada", Source: "/data/wine", Files: 2, Bytes: 10, Runs: 1},
		{ID: ids[1], Number: 2, Digest: "a001", Message: "m", Who: "ada", Source: "/data/wine", Files: 1, Bytes: 10, Runs: 0},
		{ID: ids[0], Number: 1, Digest: "a000", Message: "m", Who: "ada", Source: "/data/wine", Files: 0, Bytes: 10, Runs: 2},
	} {
		got := one.Versions[i]
		if got.Created == 0 {
			t.Errorf("version %d was made never", got.Number)
		}
		if got.Created = 0; !reflect.DeepEqual(got, want) {
			t.Errorf("version: %+v\nwant %+v", got, want)
		}
	}
	var files api.DataFiles
	h.get("/datasets/"+wine+"/versions/"+ids[0]+"/files?path=sub", &files)
	if want := []api.DataFile{{Path: "sub/a.csv", Size: 7}}; !slices.Equal(files.Files, want) {
		t.Errorf("the files are %+v", files.Files)
	}
	h.get("/datasets/"+wine+"/versions/"+ids[0]+"/files?path=empty", &files)
	h.problem("GET", "/datasets/none", "", 404)
}

func TestAddData(t *testing.T) {
	h := newHouse(t)
	var look api.Look
	h.call("POST", "/datasets/look", `{"path":" /data/wine/ "}`, 200, &look)
	if look.Path != "/data/wine" || look.Name != "wine" {
		t.Errorf("the look is %+v", look)
	}
	for _, c := range []struct {
		body string
		err  error
		want api.Job
	}{
		{`{"name":"wine","path":"/data/wine","message":"first"}`, nil, api.Job{State: api.JobDone, Result: "id of wine", Summary: "wine has version 2."}},
		{`{"name":"wine","path":"/data/wine","message":"same"}`, nil, api.Job{State: api.JobDone, Result: "id of wine", Summary: "Nothing has changed since version 2."}},
		{`{"name":"wine","path":"/data/wine","gitIgnore":true}`, nil, api.Job{State: api.JobDone, Result: "id of wine", Summary: "wine has version 2. 412 files left out by .gitignore."}},
		{`{"name":"wine","path":"/data/wine"}`, fault.New(fault.NoSpace, "the disk is full").WithHint("Free some space."),
			api.Job{State: api.JobFailed, Problem: &api.Problem{Status: 507, Code: "no space", Title: "The disk is full.", Hint: "Free some space."}}},
	} {
		h.data.err = c.err
		var started api.Job
		h.call("POST", "/datasets", c.body, 200, &started)
		if started.Kind != "data.add" || started.Title != "Add wine" || started.Started == 0 {
			t.Errorf("it began as %+v", started)
		}
		got := h.waitJob(started.ID)
		if got.State != c.want.State || got.Result != c.want.Result || got.Summary != c.want.Summary || got.Bytes != 10 || got.Total != 10 || got.Ended == 0 {
			t.Errorf("it ended as %+v", got)
		}
		if (got.Problem == nil) != (c.want.Problem == nil) || got.Problem != nil && *got.Problem != *c.want.Problem {
			t.Errorf("it failed as %+v, want %+v", got.Problem, c.want.Problem)
		}
	}
	for body, field := range map[string]string{
		`{"name":"","path":"/data"}`: "name", `{"name":"a@1","path":"/data"}`: "name", `{"name":" a","path":"/data"}`: "name",
		`{"name":"a","path":"data"}`: "path", `{"name":"a","path":""}`: "path", `{"name":"a","path":"/a\u0000b"}`: "path", `{"name":"a"}`: "path",
	} {
		if p := h.problem("POST", "/datasets", body, 400); p.Field != field || p.Code != "invalid" {
			t.Errorf("%s: %+v", body, p)
		}
	}
	var list api.Jobs
	if h.get("/jobs", &list); len(list.Jobs) != 4 || list.Jobs[0].State != api.JobFailed {
		t.Errorf("the jobs are %+v", list.Jobs)
	}
}

func TestCancelAJob(t *testing.T) {
	h := newHouse(t)
	h.data.hold = make(chan struct{})
	var j api.Job
	h.call("POST", "/datasets", `{"name":"wine","path":"/data/wine"}`, 200, &j)
	h.call("POST", "/jobs/"+j.ID+"/cancel", "", 200, nil)
	if got := h.waitJob(j.ID); got.State != api.JobCancelled || got.Problem == nil || got.Problem.Code != "cancelled" || got.Result != "" {
		t.Errorf("a cancelled job is %+v", got)
	}
	h.problem("GET", "/jobs/none", "", 404)
	h.problem("POST", "/jobs/none/cancel", "", 404)
}

func TestRestoreData(t *testing.T) {
	h := newHouse(t)
	version, _, _, err := h.tracker.AddVersion(t.Context(), "wine", event.DatasetVersion{Digest: []byte{1}})
	h.must(err)
	path := "/datasets/" + h.tracker.DatasetID("wine") + "/versions/"
	var j api.Job
	h.call("POST", path+version+"/restore", `{"dest":"/data/new"}`, 200, &j)
	if got := h.waitJob(j.ID); got.Kind != "data.get" || got.Title != "Restore wine version 1" || got.Summary != "Version 1 is in /data/new." || got.Items != 3 {
		t.Errorf("restoring is %+v", got)
	}
	h.problem("POST", path+"none/restore", `{"dest":"/data/new"}`, 404)
	h.problem("POST", "/datasets/none/versions/none/restore", `{"dest":"/data/new"}`, 404)
	if p := h.problem("POST", path+version+"/restore", `{"dest":"new"}`, 400); p.Field != "dest" || p.Hint == "" {
		t.Errorf("a relative folder: %+v", p)
	}
}

func TestProjects(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/lab/old", "/lab/gone", "/lab/wine"} {
		h.must(projects{h.tracker}.Open(t.Context(), path))
	}
	var p api.Project
	h.call("POST", "/projects/open", `{"path":"/lab/wine"}`, 200, &p)
	if p.Name != "wine" || p.Opened == 0 || len(p.EntryPoints) != 2 || p.EntryPoints[0].Params[0].Last != "0.7" || p.EntryPoints[0].Params[1].Last != "" {
		t.Errorf("the project is %+v", p)
	}
	var again api.Project
	if h.get("/project?path=/lab/wine", &again); fmt.Sprint(again) != fmt.Sprint(p) {
		t.Errorf("asked again it is %+v", again)
	}
	if h.get("/project?path=/lab/other", &again); again.Opened != 0 {
		t.Errorf("a project that was never opened: %+v", again)
	}
	var list api.Projects
	h.get("/projects", &list)
	var names []string
	for _, p := range list.Projects {
		names = append(names, p.Name)
	}
	if !slices.Equal(names, []string{"wine", "gone", "old"}) || list.Projects[1].Problem != "There is no folder /lab/gone." {
		t.Errorf("the projects are %v, %+v", names, list.Projects)
	}
	h.problem("GET", "/project?path=/lab/gone", "", 404)
	h.problem("GET", "/project?path=lab", "", 400)
	h.problem("GET", "/project", "", 400)

	var sample api.Project
	if h.call("POST", "/projects/sample", "", 200, &sample); sample.Path != "/lab/wine" || sample.Opened == 0 {
		t.Errorf("the sample is %+v", sample)
	}
	var j api.Job
	h.call("POST", "/projects/run", `{"path":"/lab/wine","entryPoint":"main","params":{"alpha":"0.1"}}`, 200, &j)
	if got := h.waitJob(j.ID); got.Kind != "run.start" || got.Title != "Start main of wine" || got.Result != "run of /lab/wine" || got.State != api.JobDone {
		t.Errorf("starting is %+v", got)
	}
	if p := h.problem("POST", "/projects/run", `{"path":"/lab/wine","entryPoint":"main","params":{"alpha":"much"}}`, 400); p.Field != "alpha" || p.Title == "" {
		t.Errorf("a wrong param: %+v", p)
	}
	if p := h.problem("POST", "/projects/run", `{"path":"/lab/wine","entryPoint":"main","params":{},"manager":"magic"}`, 400); p.Field != "manager" {
		t.Errorf("a wrong manager: %+v", p)
	}
}

func TestAgents(t *testing.T) {
	h := newHouse(t)
	writer := event.Writer{0xab}
	h.call("POST", "/agents/"+writer.String(), `{"seq":7}`, 200, nil)
	r := request("GET", prefix+"/alive", "")
	r.Header.Set("Varve-Agent", writer.String())
	if w := h.do(r); w.Code != 200 {
		t.Fatalf("an agent's request answered %d %s", w.Code, w.Body)
	}
	if !slices.Equal(h.control.caught, []event.Writer{writer, writer}) {
		t.Errorf("the door caught up with %v", h.control.caught)
	}
	h.problem("POST", "/agents/xyz", `{"seq":7}`, 400)
	r.Header.Set("Varve-Agent", "xyz")
	if w := h.do(r); w.Code != 400 {
		t.Errorf("a made-up agent is answered %d", w.Code)
	}
	r.Header.Set("Authorization", "Bearer wrong")
	r.Header.Set("Varve-Agent", event.Writer{0xcd}.String())
	if w := h.do(r); w.Code != 401 || len(h.control.caught) != 2 {
		t.Errorf("before the token is looked at, the door reads logs: %d", w.Code)
	}
	h.control.err = fault.New(fault.Corrupt, "the log is damaged")
	r = request("GET", "/api/2.0/mlflow/runs/get", "")
	r.Header.Set("Varve-Agent", writer.String())
	if w := h.do(r); w.Code != 500 || !errors.Is(h.control.err, fault.Corrupt) {
		t.Errorf("when the log cannot be read the answer is %d %s", w.Code, w.Body)
	}
}

func TestVerifyData(t *testing.T) {
	h := newHouse(t)
	for body, want := range map[string]string{
		`{}`: "[] 0 ",
		`{"versions":[{"dataset":"a","version":"b"}],"sample":2.5,"from":" /data/wine/ "}`: "[{a b}] 2.5 /data/wine",
	} {
		var j api.Job
		h.call("POST", "/datasets/verify", body, 200, &j)
		if j.Kind != "data.verify" || j.Title != "Verify data" {
			t.Errorf("%s begins %+v", body, j)
		}
		if j = h.waitJob(j.ID); j.State != api.JobDone || j.Result != want {
			t.Errorf("%s ends as %+v", body, j)
		}
	}
	h.problem("POST", "/datasets/verify", `{"versions":[{"dataset":"none"}]}`, 404)
	if p := h.problem("POST", "/datasets/verify", `{"from":"wine"}`, 400); p.Field != "from" {
		t.Errorf("a path that is not whole: %+v", p)
	}
	if p := h.problem("POST", "/datasets/verify", `{"sample":101}`, 400); p.Field != "sample" {
		t.Errorf("more than all: %+v", p)
	}
}

func TestCleanData(t *testing.T) {
	h := newHouse(t)
	var j api.Job
	h.call("POST", "/datasets/clean", `{"dry":true,"grace":3600}`, 200, &j)
	if j = h.waitJob(j.ID); j.Kind != "data.clean" || j.State != api.JobDone || j.Result != "{true 3600}" {
		t.Errorf("it ends as %+v", j)
	}
	if p := h.problem("POST", "/datasets/clean", `{"grace":-1}`, 400); p.Field != "grace" {
		t.Errorf("a time to come: %+v", p)
	}
}

func TestDataAliases(t *testing.T) {
	h := newHouse(t)
	id, _, _, err := h.tracker.AddVersion(h.Context(), "wine", event.DatasetVersion{Digest: []byte{1}})
	h.must(err)
	wine := "/datasets/" + h.tracker.DatasetID("wine")
	h.call("PUT", wine+"/aliases/clean", `{"version":"`+id+`"}`, 200, nil)
	var one api.Dataset
	h.get(wine, &one)
	if got := one.Versions[0].Aliases; len(got) != 1 || got[0] != "clean" {
		t.Errorf("its aliases are %q", got)
	}
	h.call("DELETE", wine+"/aliases/clean", "", 200, nil)
	h.problem("DELETE", wine+"/aliases/clean", "", 404)
	h.problem("PUT", wine+"/aliases/clean", `{"version":"none"}`, 404)
	h.problem("PUT", "/datasets/none/aliases/clean", `{"version":"`+id+`"}`, 404)
	for _, bad := range []string{"7", "v7", "a%20b", "%40", "Latest"} {
		if p := h.problem("PUT", wine+"/aliases/"+bad, `{"version":"`+id+`"}`, 400); p.Field != "alias" {
			t.Errorf("%s: %+v", bad, p)
		}
	}
}
