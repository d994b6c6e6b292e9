package door_test

import (
	"fmt"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/track"
)

func TestExperimentsAreEdited(t *testing.T) {
	h := newHouse(t)
	ids := map[string]string{}
	for _, name := range []string{"wine", "wine/red", "wine/white", "lake"} {
		id, err := h.tracker.CreateExperiment(t.Context(), track.NewExperiment{Name: name})
		h.must(err)
		ids[name] = id
	}
	names := func() (s string) {
		t.Helper()
		var list api.Experiments
		h.get("/experiments", &list)
		for _, x := range list.Experiments {
			s += x.Name + " "
		}
		return s
	}
	var renamed api.Renamed
	h.call("POST", "/experiments/folder", `{"from":"wine","to":"archive/wine"}`, 200, &renamed)
	if got := names(); got != "Default archive/wine archive/wine/red archive/wine/white lake " || len(renamed.Experiments) != 3 {
		t.Errorf("after the folder was moved: %s, %+v", got, renamed)
	}
	for body, status := range map[string]int{
		`{"from":"archive","to":"archive/old"}`: 400, `{"from":"nothing","to":"x"}`: 404, `{"from":"","to":"x"}`: 400,
		`{"from":"archive/wine/red","to":"lake"}`: 409,
	} {
		h.call("POST", "/experiments/folder", body, status, nil)
	}
	h.call("POST", "/experiments/folder", `{"from":"archive","to":""}`, 200, nil)
	if got := names(); got != "Default lake wine wine/red wine/white " {
		t.Errorf("after the folder was dissolved: %s", got)
	}

	wine := "/experiments/" + ids["wine"]
	h.call("PUT", wine+"/name", `{"name":"lake"}`, 409, nil)
	h.call("PUT", wine+"/tag", `{"key":"mlflow.note.content","value":"# Wine"}`, 200, nil)
	h.call("PUT", wine+"/tag", `{"key":"team","value":"red"}`, 200, nil)
	var detail api.ExperimentDetail
	h.get(wine, &detail)
	if detail.Note != "# Wine" || len(detail.Tags) != 1 || detail.Name != "wine" {
		t.Errorf("detail %+v", detail)
	}
	h.call("DELETE", wine+"/tag?key=team", "", 200, nil)
	h.call("DELETE", wine+"/tag?key=team", "", 404, nil)
	h.call("POST", wine+"/trash", "", 200, nil)
	h.call("POST", wine+"/restore", "", 200, nil)
	var edits api.Edits
	h.get(wine+"/edits", &edits)
	if len(edits.Edits) != 7 || edits.Edits[2].What != "tag" || !edits.Edits[2].Gone || edits.Edits[6].Before != "wine" {
		t.Errorf("edits %+v", edits.Edits)
	}
	h.call("POST", wine+"/revert", fmt.Sprintf(`{"id":%q}`, edits.Edits[2].ID), 200, nil)
	h.get(wine, &detail)
	if len(detail.Tags) != 1 || detail.Tags[0].Value != "red" {
		t.Errorf("the tag is back: %+v", detail.Tags)
	}

	run := h.run(track.NewRun{Name: "a", Experiment: ids["wine"]})
	var merged api.Merged
	h.call("POST", "/experiments/merge", fmt.Sprintf(`{"from":%q,"into":%q}`, ids["wine"], ids["lake"]), 200, &merged)
	if merged.Moved != 1 || merged.Runs[0] != run {
		t.Errorf("merged %+v", merged)
	}
	h.call("POST", wine+"/restore", "", 200, nil)
	h.call("POST", "/runs/move", fmt.Sprintf(`{"runs":[%q],"experiment":%q,"exactly":true}`, run, ids["wine"]), 200, nil)
	h.get(wine, &detail)
	if detail.Runs != 1 || detail.Live != 1 {
		t.Errorf("the run is back: %+v", detail)
	}
}

func TestAStatusIsSetByHand(t *testing.T) {
	h := newHouse(t)
	run := h.run(track.NewRun{Name: "a"})
	h.tracker.SetLost(map[string]string{run: "Its program has ended without a word"})
	h.call("PUT", "/runs/"+run+"/status", `{"status":"running"}`, 400, nil)
	h.call("PUT", "/runs/"+run+"/status", `{"status":"finished"}`, 200, nil)
	var detail api.RunDetail
	h.get("/runs/"+run, &detail)
	if detail.Status != api.Finished || detail.Ended == 0 {
		t.Errorf("status %s, ended %d", detail.Status, detail.Ended)
	}
	var edits api.Edits
	h.get("/runs/"+run+"/edits", &edits)
	if len(edits.Edits) != 1 || edits.Edits[0].What != "status" || edits.Edits[0].Before != "lost" || edits.Edits[0].Value != "finished" {
		t.Fatalf("edits %+v", edits)
	}
	h.call("POST", "/runs/"+run+"/revert", fmt.Sprintf(`{"id":%q}`, edits.Edits[0].ID), 200, nil)
	h.get("/runs/"+run, &detail)
	if detail.Status != api.Lost {
		t.Errorf("taken back, it is %s", detail.Status)
	}
}
