package door_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/chart"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// draw asks for a chart and reads the frame as a page does.
func (h *house) draw(body string) (head chart.Head, values []float64) {
	h.Helper()
	w := h.call("POST", "/charts/draw", body, 200, nil)
	data := w.Body.Bytes()
	if got := w.Header().Get("Content-Type"); got != "application/vnd.varve.chart" || string(data[:8]) != "VARVEC1\n" {
		h.Fatalf("a chart is %s, %q", got, data[:min(len(data), 40)])
	}
	n := binary.LittleEndian.Uint32(data[8:])
	if err := json.Unmarshal(data[16:16+n], &head); err != nil {
		h.Fatal(err)
	}
	var whole any
	if _ = json.Unmarshal(data[16:16+n], &whole); hasNull(whole) {
		h.Errorf("the head has a null: %s", data[16:16+n])
	}
	for block := data[16+n:]; len(block) > 0; block = block[8:] {
		values = append(values, math.Float64frombits(binary.LittleEndian.Uint64(block)))
	}
	return head, values
}

// TestImportanceOfManyParams tells how many params were left out, and leaves out
// those that few runs have.
func TestImportanceOfManyParams(t *testing.T) {
	h := newHouse(t)
	var ids []string
	for i := range 24 {
		var params []event.Param
		for k := range 70 {
			if k >= 10 || i == 0 {
				params = append(params, event.Param{Key: fmt.Sprintf("p%02d", k), Value: fmt.Sprint((i * (k + 3)) % 7)})
			}
		}
		ids = append(ids, h.run(track.NewRun{Params: params}, point("loss", 0, float64(i*12%7))))
	}
	list, err := json.Marshal(ids)
	h.must(err)
	for _, which := range []string{`"experiments": ["0"]`, `"runs": ` + string(list)} {
		draw := func(rest string) chart.Head {
			head, _ := h.draw("{" + which + `, "chart": {"kind": "importance", "y": ["metrics.loss"]` + rest + "}}")
			return head
		}
		head := draw("")
		if !strings.HasSuffix(head.Note, ", 60 of 70 params") || len(head.Axes[1].Categories) == 0 {
			t.Errorf("%s: %q, %v", which, head.Note, head.Axes[1].Categories)
		}
		for _, rare := range head.Axes[1].Categories {
			if rare < "p10" {
				t.Errorf("%s: %s, which one run has, is among the most frequent", which, rare)
			}
		}
		if head = draw(`, "axes": ["params.p11", "params.p12"]`); strings.Contains(head.Note, " of ") {
			t.Errorf("where params are named: %q", head.Note)
		}
	}
}

// TestCharts asks for charts of runs in all the ways in which runs are named.
func TestCharts(t *testing.T) {
	h := newHouse(t)
	other, err := h.tracker.CreateExperiment(t.Context(), track.NewExperiment{Name: "other"})
	h.must(err)
	ids := make([]string, 4)
	for i := range ids {
		var metrics []track.Metric
		for step := range 5 {
			metrics = append(metrics, point("val loss", int64(step), float64(i*10+step)))
		}
		ids[i] = h.run(track.NewRun{Name: string(rune('a' + i)), Start: int64(1000 + i), Params: []event.Param{
			{Key: "lr", Value: []string{"0.1", "0.01"}[i%2]}, {Key: "opt", Value: []string{"adam", "sgd"}[i/2]},
		}}, metrics...)
	}
	h.run(track.NewRun{Name: "elsewhere", Start: 1, Experiment: other}, point("val loss", 0, 1))
	h.must(h.tracker.TrashRun(t.Context(), h.run(track.NewRun{Name: "gone", Start: 5000}, point("val loss", 0, 1)), true))
	lines := "\"chart\": {\"kind\": \"line\", \"y\": [\"metrics.`val loss`\"]}"
	for _, c := range []struct{ which, want string }{
		{`"experiments": ["0"]`, "d c b a"},
		{`"filter": "params.opt = 'adam'"`, "b a"},
		{`"experiments": ["0", "` + other + `"]`, "d c b a elsewhere"},
		{`"experiments": []`, "d c b a elsewhere"},
		{`"runs": ["` + ids[2] + `", "nobody", "` + ids[0] + `"]`, "c a"},
		{`"runs": ["` + ids[2] + `", "` + ids[0] + `"], "filter": "opt = 'adam'"`, "a"},
		{`"filter": "params.opt = 'none'"`, ""},
		{`"experiments": ["0"], "only": ["` + ids[1] + `"]`, "b"},
	} {
		since := h.hub.Seq()
		head, _ := h.draw("{" + c.which + ", " + lines + "}")
		var names []string
		for _, s := range head.Series {
			names = append(names, s.Label)
		}
		if got := strings.Join(names, " "); got != c.want || !h.asOf(since, head.Seq) || head.Title != "val loss" {
			t.Errorf("%s: %q in %q, want %q", c.which, got, head.Title, c.want)
		}
	}
	head, values := h.draw(`{"runs": ["` + ids[1] + `"], "from": 2, "to": 3, ` + lines + `}`)
	if got := fmt.Sprint(values); got != "[1 11 2 12 3 13 4 14]" || head.Series[0].Total != 5 {
		t.Errorf("a part of a line: %s, %+v", got, head.Series[0])
	}
	head, values = h.draw(`{"experiments": ["0"], "slots": {}, "chart": {"kind": "scatter", "x": "lr", "y": ["max(metrics.` + "`val loss`" + `)"]}}`)
	if got := fmt.Sprint(values, " ", head.Axes[0].Kind, " ", head.Axes[1].Label, head.Matching); got != "[0.01 34 0 0.1 24 1 0.01 14 2 0.1 4 3] number greatest val loss4" {
		t.Errorf("points: %s", got)
	}
	for _, c := range []struct{ body, field string }{
		{`{"chart": {"kind": "pie", "y": ["metrics.a"]}}`, "chart.kind"},
		{`{"chart": {"kind": "line", "y": ["params.a"]}}`, "y"},
		{`{"chart": {"kind": "line", "y": []}}`, "y"},
		{`{"filter": "loss <", ` + lines + `}`, "filter"},
		{`{"chart": {"kind": "scatter", "y": ["metrics.a"], "x": "metrics."}}`, "chart"},
		{`{"chart": {"kind": "line", "y": ["metrics.a"], "smoth": 1}}`, "chart.smoth"},
	} {
		if p := h.problem("POST", "/charts/draw", c.body, 400); p.Field != c.field {
			t.Errorf("%s: %q at %q, want %q", c.body, p.Title, p.Field, c.field)
		}
	}
}

// TestProposedCharts wants a first look that shows something.
func TestProposedCharts(t *testing.T) {
	h := newHouse(t)
	h.get("/charts/proposed", nil)
	var ids []string
	for i := range 24 {
		lr, depth := []float64{0.001, 0.01, 0.1, 1}[i%4], 2+i%3
		final := lr + float64(depth)/100
		ids = append(ids, h.run(track.NewRun{Name: fmt.Sprint("r", i), Start: int64(1000 + i), Params: []event.Param{
			{Key: "lr", Value: fmt.Sprint(lr)}, {Key: "max depth", Value: fmt.Sprint(depth)}, {Key: "seed", Value: fmt.Sprint(i)}, {Key: "data", Value: "wine"}, {Key: "out", Value: fmt.Sprint("/tmp/", i)},
		}}, point("val_loss", 0, 9), point("val_loss", 1, final), point("train_loss", 1, final), point("system/cpu_utilization_percentage", 0, 1), point("system/cpu_utilization_percentage", 1, 2)))
	}
	show := func(query string) string {
		var p api.ProposedCharts
		h.get("/charts/proposed?"+query, &p)
		words := []string{fmt.Sprint(p.Main.Column, " ", p.Main.Better, " ", p.Params)}
		for _, c := range p.Charts {
			words = append(words, fmt.Sprint(c.Kind, " ", c.X, c.Y, c.Axes, c.Group, c.Band, " ", c.LogX))
			body, err := json.Marshal(api.Draw{Charted: api.Charted{Runs: ids}, Chart: c})
			h.must(err)
			if head, _ := h.draw(string(body)); head.Drawn != 24 {
				t.Errorf("%s draws %d runs: %+v", body, head.Drawn, head.Left)
			}
		}
		return strings.Join(words, "\n")
	}
	want := "metrics.val_loss lower [params.lr params.`max depth`]\n" +
		"line step[metrics.val_loss] [] [params.lr params.`max depth`]range false\n" +
		"scatter params.lr[metrics.val_loss] [] [] true\n" +
		"importance [metrics.val_loss] [] [] false\n" +
		"parallel [] [params.lr params.`max depth` metrics.train_loss metrics.val_loss] [] false"
	if got := show("experiment=0"); got != want {
		t.Errorf("proposed:\n%s\nwant\n%s", got, want)
	}
	want = "metrics.val_loss lower [params.lr params.`max depth`]\n" +
		"parallel [] [params.lr params.`max depth` metrics.train_loss metrics.val_loss] [] false\n" +
		"line step[metrics.val_loss] [] [] false"
	if got := show("run=" + ids[0] + "&run=" + ids[1]); got != want {
		t.Errorf("side by side:\n%s\nwant\n%s", got, want)
	}
	h.call("POST", "/charts/check", `{"charts": [{"spec": {"kind": "line", "y": ["metrics.a"]}, "width": 2}]}`, 200, nil)
	if p := h.problem("POST", "/charts/check", `{"charts": [{"spec": {"kind": "line", "y": []}, "width": 2}]}`, 400); !strings.Contains(p.Title, "hart 1") {
		t.Errorf("the problem is %+v", p)
	}
}
