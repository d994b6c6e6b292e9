package door_test

import (
	"context"
	"encoding/binary"
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
	h.get("/runs?experiment=0", &page)
	if fmt.Sprint(page.Params, page.Metrics) != "[alpha] [rmse]" || page.Seq != h.hub.Seq() {
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
	}, point("loss", 0, 3), point("loss", 1, math.Inf(1)), point("loss", 2, 2), point("system/cpu_utilization_percentage", 0, 5))
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
	if h.get("/runs/"+id, &r); r.Trashed {
		t.Error("the run is still in the trash")
	}
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

func TestArtifacts(t *testing.T) {
	h, ctx := newHouse(t), t.Context()
	id := h.run(track.NewRun{})
	h.put(track.Owner{Run: id}, "plots/loss.svg", "<svg/>")
	h.put(track.Owner{Run: id}, "notes für Ada.txt", "hello, lake")
	h.put(track.Owner{Run: id}, "page.html", "<script>alert(1)</script>")
	model, err := h.tracker.CreateModel(ctx, track.NewModel{Experiment: "0", Name: "net", Run: id})
	h.must(err)
	h.put(track.Owner{Model: model}, "MLmodel", "flavors:")
	h.put(track.Owner{Model: model}, "data/weights.bin", "0101")

	for _, c := range []struct{ path, want string }{
		{"", "[{net true 0} {notes für Ada.txt false 11} {page.html false 25} {plots true 0}]"},
		{"plots", "[{plots/loss.svg false 6}]"},
		{"net", "[{net/MLmodel false 8} {net/data true 0}]"},
		{"net/data", "[{net/data/weights.bin false 4}]"},
		{"none", "[]"},
	} {
		var list api.Listing
		h.get("/runs/"+id+"/artifacts?path="+url.QueryEscape(c.path), &list)
		if got := fmt.Sprint(list.Artifacts); got != c.want {
			t.Errorf("%q lists %s, want %s", c.path, got, c.want)
		}
	}
	address := prefix + "/runs/" + id + "/artifact?path="
	for _, c := range []struct {
		path, span, body, kind, name string
		status                       int
	}{
		{"notes für Ada.txt", "", "hello, lake", "text/plain; charset=utf-8", "attachment; filename*=utf-8''notes%20f%C3%BCr%20Ada.txt", 200},
		{"notes für Ada.txt", "bytes=7-", "lake", "text/plain; charset=utf-8", "", 206},
		{"notes für Ada.txt", "bytes=99-", "", "", "", 416},
		{"plots/loss.svg", "", "<svg/>", "image/svg+xml", "attachment; filename=loss.svg", 200},
		{"page.html", "", "<script>alert(1)</script>", "application/octet-stream", "attachment; filename=page.html", 200},
		{"net/data/weights.bin", "", "0101", "application/octet-stream", "", 200},
	} {
		r := request("GET", address+url.QueryEscape(c.path), "")
		if c.span != "" {
			r.Header.Set("Range", c.span)
		}
		w := h.do(r)
		hd := w.Header()
		if w.Code != c.status || c.body != "" && w.Body.String() != c.body || c.kind != "" && hd.Get("Content-Type") != c.kind ||
			c.name != "" && hd.Get("Content-Disposition") != c.name {
			t.Errorf("%s %s: %d %q, %v", c.path, c.span, w.Code, w.Body, hd)
		}
		if hd.Get("Content-Security-Policy") != "sandbox" || hd.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(hd.Get("Content-Disposition")+hd.Get("Content-Range"), "attachment") && c.status != 416 {
			t.Errorf("%s is served with rights: %v", c.path, hd)
		}
	}
	if w := h.do(request("HEAD", address+"plots/loss.svg", "")); w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") != "6" {
		t.Errorf("HEAD: %d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
	}
	for path, status := range map[string]int{"none": 404, "net": 404, "net/none": 404, "plots": 404, "../x": 400, "": 400, "a/../b": 400, "/etc/passwd": 400} {
		h.problem("GET", "/runs/"+id+"/artifact?path="+url.QueryEscape(path), "", status)
	}
	delete(h.files, "page.html")
	if p := h.problem("GET", "/runs/"+id+"/artifact?path=page.html", "", 500); p.Code != "corrupt" {
		t.Errorf("damage is answered as %+v", p)
	}
}

func TestSeries(t *testing.T) {
	h := newHouse(t)
	id := h.run(track.NewRun{Start: 1_800_000_000_000 - 500}, point("loss", 2, 1), point("loss", 0, math.NaN()), point("loss", 1, math.Inf(-1)))
	pairs := func(query string) (string, string) {
		w := h.do(request("GET", prefix+"/runs/"+id+"/series?"+query, ""))
		if w.Code != 200 || w.Header().Get("Content-Type") != "application/octet-stream" || w.Body.Len()%16 != 0 {
			t.Fatalf("%s: %d, %d bytes, %v", query, w.Code, w.Body.Len(), w.Header())
		}
		var list []float64
		for b := w.Body.Bytes(); len(b) > 0; b = b[8:] {
			list = append(list, math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
		return fmt.Sprint(list), w.Header().Get("Varve-Points") + " " + w.Header().Get("Varve-Sampled")
	}
	for query, want := range map[string]string{
		"key=loss":            "[0 NaN 1 -Inf 2 1]",
		"key=loss&x=time":     "[1.8e+12 NaN 1.800000001e+12 -Inf 1.800000002e+12 1]",
		"key=loss&x=relative": "[500 NaN 1500 -Inf 2500 1]",
		"key=none":            "[]",
	} {
		if got, _ := pairs(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	var many []track.Metric
	for i := range 1000 {
		many = append(many, point("many", int64(i), float64(i%7)))
	}
	h.must(h.tracker.LogBatch(context.Background(), id, track.Batch{Metrics: many}))
	if got, head := pairs("key=many&points=50"); len(strings.Fields(got)) > 100 || head != "1000 true" {
		t.Errorf("50 of 1000 points: %d numbers, %s", len(strings.Fields(got)), head)
	}
	var charts api.Charts
	h.get("/runs/"+id+"/charts?x=time", &charts)
	if len(charts.Charts) != 2 || charts.Charts[0].Title != "loss" || charts.Charts[0].Series[0] != (api.ChartSeries{Run: id, Key: "loss", Label: "loss", Slot: 1}) {
		t.Errorf("the charts are %+v", charts)
	}
	h.problem("GET", "/runs/none/series?key=loss", "", 404)
	h.problem("GET", "/runs/none/charts", "", 404)
}

func TestLog(t *testing.T) {
	h := newHouse(t)
	h.control.log = "grüße\nsee\n\xff!" // 7+4+2 bytes; the last line is not UTF-8
	for _, c := range []struct {
		query string
		ended bool
		want  api.Log
	}{
		{"", true, api.Log{Text: "grüße\nsee\n\uFFFD!", Next: 14, Size: 14, Ended: true}},
		{"offset=3&limit=4", false, api.Log{Text: "\uFFFDße", Next: 7, Size: 14}}, // whoever asks from within a character gets its rest
		{"limit=3", false, api.Log{Text: "gr", Next: 2, Size: 14}},
		{"limit=4", false, api.Log{Text: "grü", Next: 4, Size: 14}},
		{"offset=2&limit=1", false, api.Log{Text: "\uFFFD", Next: 3, Size: 14}},
		{"tail=true&limit=5", false, api.Log{Text: "ee\n\uFFFD!", Next: 14, Size: 14}},
		{"offset=-1&limit=11", true, api.Log{Text: "ße\nsee\n\uFFFD!", Next: 14, Size: 14, Ended: true}},
		{"tail=true", false, api.Log{Text: "grüße\nsee\n\uFFFD!", Next: 14, Size: 14}},
		{"offset=14", true, api.Log{Next: 14, Size: 14, Ended: true}},
		{"offset=99", false, api.Log{Next: 14, Size: 14}},
	} {
		h.control.ended = c.ended
		var got api.Log
		h.get("/runs/ab/log?"+c.query, &got)
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.query, got, c.want)
		}
	}
}

// FuzzLog reads an output in pieces and wants all of it, whatever its bytes are.
func FuzzLog(f *testing.F) {
	f.Add("grüße\xff\xe2\x82", uint8(4))
	f.Add("\xf0\x9f\x8c\x8a\xf0\x9f", uint8(5))
	var h *house
	f.Fuzz(func(t *testing.T, text string, limit uint8) {
		if h == nil {
			h = newHouse(t)
			h.control.ended = true
		}
		h.T = t
		h.control.log = text
		var got strings.Builder
		for next := int64(0); next < int64(len(text)); {
			var piece api.Log
			h.get(fmt.Sprintf("/runs/ab/log?offset=%d&limit=%d", next, max(int(limit), 4)), &piece)
			if piece.Next <= next {
				t.Fatalf("at %d of %d it does not go on", next, len(text))
			}
			got.WriteString(piece.Text)
			next = piece.Next
		}
		// How many marks stand for broken bytes depends on where pieces end.
		whole := func(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\uFFFD", "") }
		if want := whole(text); whole(got.String()) != want {
			t.Fatalf("in pieces %q, whole %q", got.String(), want)
		}
	})
}
