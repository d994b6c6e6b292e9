package door_test

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

func names(page api.RunPage) string {
	list := make([]string, len(page.Runs))
	for i, r := range page.Runs {
		list[i] = r.Name
	}
	return strings.Join(list, " ")
}

// TestRunsTable walks through what the table of runs asks.
func TestRunsTable(t *testing.T) {
	h := newHouse(t)
	other, err := h.tracker.CreateExperiment(t.Context(), track.NewExperiment{Name: "other"})
	h.must(err)
	for i, alpha := range []string{"0.1", "0.5", "0.9"} {
		h.run(track.NewRun{Name: string(rune('a' + i)), Start: int64(1000 + i), Params: []event.Param{{Key: "alpha", Value: alpha}}},
			point("rmse", 0, float64(3-i)), point("system/cpu_utilization_percentage", 0, 50))
	}
	h.run(track.NewRun{Name: "nan", Start: 1003}, point("rmse", 0, math.NaN()))
	h.run(track.NewRun{Name: "elsewhere", Start: 1, Experiment: other}, point("r2", 0, 1))
	gone := h.run(track.NewRun{Name: "gone", Start: 5000})
	h.must(h.tracker.TrashRun(t.Context(), gone, true))

	for _, c := range []struct {
		query      string
		want       string
		total, all int
	}{
		{"", "nan c b a elsewhere", 5, 5},
		{"experiment=0", "nan c b a", 4, 4},
		{"experiment=0&experiment=" + other, "nan c b a elsewhere", 5, 5},
		{"experiment=" + other, "elsewhere", 1, 1},
		{"experiment=12345", "", 0, 0},
		{"experiment=0&filter=" + url.QueryEscape("params.alpha = '0.5'"), "b", 1, 4},
		{"experiment=0&filter=" + url.QueryEscape("metrics.rmse < 2.5"), "c b", 2, 4},
		{"experiment=0&order=" + url.QueryEscape("metrics.rmse ASC"), "c b a nan", 4, 4},
		{"experiment=0&order=" + url.QueryEscape("metrics.rmse DESC"), "a b c nan", 4, 4},
		{"experiment=0&order=" + url.QueryEscape("params.alpha ASC") + "&order=" + url.QueryEscape("metrics.rmse ASC"), "a b c nan", 4, 4},
		{"trashed=true", "gone", 1, 1},
		{"experiment=0&limit=2", "nan c", 4, 4},
		{"experiment=0&limit=0", "", 4, 4},
	} {
		var page api.RunPage
		h.get("/runs?"+c.query, &page)
		if got := names(page); got != c.want || page.Total != c.total || page.All != c.all {
			t.Errorf("%s: %q, total %d of %d; want %q, %d of %d", c.query, got, page.Total, page.All, c.want, c.total, c.all)
		}
	}
	var page api.RunPage
	since := h.hub.Seq()
	h.get("/runs?experiment=0", &page)
	if fmt.Sprint(page.Params, page.Metrics) != "[alpha] [rmse]" || !h.asOf(since, page.Seq) {
		t.Errorf("keys %v %v, seq %d", page.Params, page.Metrics, page.Seq)
	}
	row := page.Runs[3]
	if row.Name != "a" || row.Status != api.Running || row.User != "ada" || row.Started != 1000 || row.Params["alpha"] != "0.1" ||
		len(row.Metrics) != 1 || row.Metrics["rmse"] != 3 || row.Experiment != "0" || row.Trashed {
		t.Errorf("a row is %+v", row)
	}
	if nan := page.Runs[0].Metrics["rmse"]; !math.IsNaN(float64(nan)) {
		t.Errorf("NaN arrived as %v", nan)
	}
}

// TestKeys wants the keys of exactly the runs that are there.
func TestKeys(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	want := func(words string) {
		t.Helper()
		for _, query := range []string{"", "?experiment=0", "?limit=0&filter=" + url.QueryEscape("metrics.none = 1")} {
			var page api.RunPage
			h.get("/runs"+query, &page)
			if got := fmt.Sprint(page.Params, page.Metrics); got != words {
				t.Errorf("%q has keys %s, want %s", query, got, words)
			}
		}
	}
	want("[] []")
	empty := h.run(track.NewRun{})
	a := h.run(track.NewRun{Params: []event.Param{{Key: "alpha", Value: "1"}}}, point("z", 0, 1))
	want("[alpha] [z]")
	h.must(h.tracker.LogBatch(ctx, a, track.Batch{Params: []event.Param{{Key: "beta", Value: "1"}}, Metrics: []track.Metric{point("a", 0, 1), point("z", 1, 1)}}))
	want("[alpha beta] [a z]")
	b := h.run(track.NewRun{Params: []event.Param{{Key: "alpha", Value: "1"}}})
	h.must(h.tracker.TrashRun(ctx, a, true))
	want("[alpha] []")
	h.must(h.tracker.TrashRun(ctx, b, true))
	h.must(h.tracker.TrashRun(ctx, a, false))
	want("[alpha beta] [a z]")
	h.must(h.tracker.TrashRun(ctx, empty, true))
	want("[alpha beta] [a z]")
	h.must(h.tracker.TrashRun(ctx, a, true))
	want("[] []")
	var page api.RunPage
	if h.get("/runs?trashed=true", &page); fmt.Sprint(page.Params, page.Metrics) != "[alpha beta] [a z]" {
		t.Errorf("the trash has keys %v %v", page.Params, page.Metrics)
	}
}

// TestPages follows the cursor through all pages, while runs come and go.
func TestPages(t *testing.T) {
	h := newHouse(t)
	var want []string
	for i := range 23 {
		h.run(track.NewRun{Name: fmt.Sprint(i), Start: int64(i/2 + 1)}, point("m", 0, float64(i%3)))
	}
	for _, order := range []string{"", "&order=metrics.m+DESC", "&order=metrics.none+ASC"} {
		var all api.RunPage
		h.get("/runs?limit=1000"+order, &all)
		want = strings.Fields(names(all))
		var got []string
		for cursor := ""; ; {
			var page api.RunPage
			h.get("/runs?limit=5&cursor="+cursor+order, &page)
			got = append(got, strings.Fields(names(page))...)
			if cursor = page.Cursor; cursor == "" {
				break
			}
		}
		if len(want) != 23 || !slices.Equal(got, want) {
			t.Errorf("order %q: pages give %v, want %v", order, got, want)
		}
	}
	var first, second api.RunPage
	h.get("/runs?limit=5", &first)
	h.must(h.tracker.TrashRun(t.Context(), first.Cursor, true))
	h.run(track.NewRun{Name: "newer", Start: 1000})
	h.get("/runs?limit=5&cursor="+first.Cursor, &second)
	var all api.RunPage
	h.get("/runs?limit=1000", &all)
	if rest := strings.Fields(names(all))[5:]; !slices.Equal(strings.Fields(names(second)), rest[:5]) {
		t.Errorf("after a run came and the last one of the page went, the second page is %s, want %v", names(second), rest[:5])
	}
}

func TestWrongQuestions(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		path   string
		field  string
		offset int
		title  string
	}{
		{"/runs?filter=" + url.QueryEscape("params.é = 'ü' AND metrics.rmse ~ 3"), "filter", -2, ""},
		{"/runs?filter=" + url.QueryEscape("metrics.rmse <"), "filter", -2, ""},
		{"/runs?order=" + url.QueryEscape("metrics.rmse UPWARDS"), "order", -2, ""},
		{"/runs?cursor=ffffffffffffffffffffffffffffffff", "cursor", -1, ""},
		{"/runs?limit=many", "limit", -1, "limit is wrong: invalid integer."},
		{"/runs?limit=-1", "limit", -1, "limit has to be: number >= 0."},
		{"/runs?trashed=perhaps", "trashed", -1, "trashed is wrong: invalid boolean."},
		{"/runs/ab/series", "key", -1, "The request lacks key."},
		{"/runs/ab/charts?x=colour", "x", -1, `x has to be: value to be one of "step, time, relative".`},
	} {
		status := 400
		if c.field == "cursor" {
			status = 404
		}
		p := h.problem("GET", c.path, "", status)
		if p.Field != c.field || (c.offset == -2) != (p.Offset != nil) || c.title != "" && p.Title != c.title {
			t.Errorf("%s: %+v", c.path, p)
		}
	}
	p := h.problem("GET", "/runs?filter="+url.QueryEscape("params.`ü` = 'é' AND metrics.rmse ~ 3"), "", 400)
	if p.Offset == nil || *p.Offset != 34 {
		t.Errorf("the filter is wrong at %+v, want character 34", p)
	}
}

// TestOneRun looks at a run from all sides, and changes it.
func TestOneRun(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	_, number, _, err := h.tracker.AddVersion(ctx, "wine", event.DatasetVersion{Digest: []byte{0xab, 0xcd}, Files: 1})
	h.must(err)
	version, _, err := h.tracker.FindVersion("wine", number)
	h.must(err)
	parent := h.run(track.NewRun{Name: "sweep"})
	id := h.run(track.NewRun{
		Name: "first", Start: 1000, Tags: map[string]string{track.TagParent: parent, "team": "lake"},
		Params: []event.Param{{Key: "alpha", Value: "0.5"}},
		Origin: &event.Origin{Project: "/lab/wine", EntryPoint: "main", Command: "python train.py", Manager: "venv", Python: "3.11.2", Packages: make([]string, 61), Host: "lake"},
		Datasets: []event.DatasetInput{
			{Name: "wine", Digest: "ab", Dataset: h.tracker.DatasetID("wine"), Version: version.ID, Content: version.Digest, Tags: []event.Param{{Key: "mlflow.data.context", Value: "training"}}},
			{Name: "elsewhere", Digest: "12"},
		},
	}, point("loss", 0, 3), point("loss", 1, math.Inf(1)), point("loss", 2, 2), point("loss", 2, 2), point("system/cpu_utilization_percentage", 0, 5))
	model, err := h.tracker.CreateModel(ctx, track.NewModel{Experiment: "0", Name: "net", Run: id})
	h.must(err)
	h.must(h.tracker.LogOutputs(ctx, id, []event.ModelOutput{{ID: model, Step: 2}}))

	var r api.RunDetail
	h.get("/runs/"+id, &r)
	if r.Name != "first" || r.Parent != parent || r.Status != api.Running || r.ExperimentName != "Default" || r.Source != "wine" || !r.HasLog || !r.CanStop ||
		r.Command != "python train.py" || r.EntryPoint != "main" || r.Project != "/lab/wine" || r.Host != "lake" || r.ExitCode != nil {
		t.Errorf("the run is %+v", r)
	}
	if r.Environment != "venv, Python 3.11.2, 61 packages" {
		t.Errorf("its environment is %q", r.Environment)
	}
	if want := (api.DataUse{Name: "wine", Dataset: h.tracker.DatasetID("wine"), Version: version.ID, Number: 1, Digest: "abcd", Context: "training"}); len(r.Data) != 2 || r.Data[0] != want {
		t.Errorf("its data is %+v", r.Data)
	}
	if len(r.MetricList) != 2 || fmt.Sprint(r.MetricList[0]) != fmt.Sprint(api.Metric{Key: "loss", Last: 2, Step: 2, Time: 1_800_000_002_000, Min: 2, Max: api.Number(math.Inf(1)), Points: 3}) || !r.MetricList[1].System {
		t.Errorf("its metrics are %+v", r.MetricList)
	}
	if want := []api.Model{{ID: model, Name: "net", Status: "pending", Step: 2}}; !slices.Equal(r.Models, want) {
		t.Errorf("its models are %+v", r.Models)
	}
	if !slices.IsSortedFunc(r.Tags, func(a, b api.Tag) int { return strings.Compare(a.Key, b.Key) }) || !slices.Contains(r.Tags, api.Tag{Key: "team", Value: "lake"}) {
		t.Errorf("its tags are %+v", r.Tags)
	}

	h.call("PUT", "/runs/"+id+"/name", `{"name":"better"}`, 200, nil)
	h.call("POST", "/runs/"+id+"/stop", "", 200, nil)
	h.call("POST", "/runs/"+id+"/trash", "", 200, nil)
	h.call("POST", "/runs/"+id+"/trash", "", 200, nil)
	h.get("/runs/"+id, &r)
	if r.Name != "better" || !r.Trashed || !slices.Equal(h.control.stopped, []string{id}) {
		t.Errorf("after name, stop and trash: %q, trashed %v, stopped %v", r.Name, r.Trashed, h.control.stopped)
	}
	h.call("POST", "/runs/"+id+"/restore", "{}", 200, nil)
	h.call("PUT", "/runs/"+id+"/tag", `{"key":"a/b","value":"1\n2"}`, 200, nil)
	h.call("PUT", "/runs/"+id+"/tag", `{"key":"team","value":"core"}`, 200, nil)
	if h.get("/runs/"+id, &r); !slices.Contains(r.Tags, api.Tag{Key: "team", Value: "core"}) || !slices.Contains(r.Tags, api.Tag{Key: "a/b", Value: "1\n2"}) {
		t.Errorf("its tags became %+v", r.Tags)
	}
	h.call("DELETE", "/runs/"+id+"/tag?key=a%2Fb", "", 200, nil)
	if h.get("/runs/"+id, &r); slices.ContainsFunc(r.Tags, func(t api.Tag) bool { return t.Key == "a/b" }) {
		t.Errorf("its tags are still %+v", r.Tags)
	}
	if h.get("/runs/"+id, &r); r.Trashed {
		t.Error("the run is still in the trash")
	}
}

func TestWrongChangesOfARun(t *testing.T) {
	h := newHouse(t)
	id := h.run(track.NewRun{})
	for _, c := range []struct {
		method, path, body string
		status             int
		title, field       string
	}{
		{"GET", "/runs/none", "", 404, "Run with id=none not found.", ""},
		{"POST", "/runs/none/trash", "", 404, "Run with id=none not found.", ""},
		{"PUT", "/runs/" + id + "/name", `{}`, 400, "The request lacks name.", "name"},
		{"PUT", "/runs/" + id + "/name", `{"name":""}`, 400, "name has to be: length >= 1.", "name"},
		{"PUT", "/runs/" + id + "/name", `{"name":"a","colour":1}`, 400, "The request has colour, which Varve does not know.", "colour"},
		{"PUT", "/runs/" + id + "/name", `{"name":7}`, 400, "name has to be: string.", "name"},
		{"PUT", "/runs/" + id + "/name", `{"name"`, 400, "", ""},
		{"PUT", "/runs/" + id + "/name", ``, 400, "", ""},
		{"PUT", "/runs/none/name", `{"name":"a"}`, 404, "", ""},
		{"PUT", "/runs/none/tag", `{"key":"a","value":"b"}`, 404, "", ""},
		{"PUT", "/runs/" + id + "/tag", `{"key":"","value":"b"}`, 400, "", ""},
		{"PUT", "/runs/" + id + "/tag", `{"key":"a"}`, 400, "The request lacks value.", "value"},
		{"DELETE", "/runs/" + id + "/tag?key=none", "", 404, "", ""},
		{"DELETE", "/runs/" + id + "/tag", "", 400, "", ""},
	} {
		p := h.problem(c.method, c.path, c.body, c.status)
		if c.title != "" && (p.Title != c.title || p.Field != c.field) {
			t.Errorf("%s %s %s: %q in %q", c.method, c.path, c.body, p.Title, p.Field)
		}
	}
}

func TestStatuses(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	code := int64(3)
	for _, c := range []struct {
		update track.RunUpdate
		lost   string
		status api.RunStatus
		reason string
		ended  bool
	}{
		{track.RunUpdate{}, "", api.Running, "", false},
		{track.RunUpdate{Status: "SCHEDULED"}, "", api.Waiting, "", false},
		{track.RunUpdate{Status: "FINISHED", End: 9}, "", api.Finished, "", true},
		{track.RunUpdate{Status: "FAILED", End: 9, Reason: "It ended with code 3.", ExitCode: &code}, "", api.Failed, "It ended with code 3.", true},
		{track.RunUpdate{Status: "KILLED", End: 9}, "", api.Stopped, "", true},
		{track.RunUpdate{}, "its agent is gone", api.Lost, "Its agent is gone.", false},
		{track.RunUpdate{Status: "FINISHED", End: 9}, "its agent is gone", api.Finished, "", true},
	} {
		id := h.run(track.NewRun{})
		if c.update.Status != "" {
			h.must(h.tracker.UpdateRun(ctx, id, c.update))
		}
		if c.lost != "" {
			h.tracker.SetLost(map[string]string{id: c.lost})
		}
		var r api.RunDetail
		h.get("/runs/"+id, &r)
		if r.Status != c.status || r.Reason != c.reason || (r.Ended != 0) != c.ended || r.CanStop {
			t.Errorf("%+v, lost %q: %s %q, ended %d", c.update, c.lost, r.Status, r.Reason, r.Ended)
		}
		if c.update.ExitCode != nil && (r.ExitCode == nil || *r.ExitCode != 3) {
			t.Errorf("the exit code is %v", r.ExitCode)
		}
	}
}

// TestLastPage has no cursor, even when it is full.
func TestLastPage(t *testing.T) {
	h := newHouse(t)
	for range 4 {
		h.run(track.NewRun{})
	}
	for limit, more := range map[int]bool{3: true, 4: false, 5: false, 0: false} {
		var page api.RunPage
		h.get(fmt.Sprint("/runs?limit=", limit), &page)
		if (page.Cursor != "") != more || page.Total != 4 || len(page.Runs) != min(limit, 4) {
			t.Errorf("of 4 runs a page of %d has %d, cursor %q, total %d", limit, len(page.Runs), page.Cursor, page.Total)
		}
	}
}
