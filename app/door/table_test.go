package door_test

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// order is an order of runs as a page reads it.
type order struct {
	api.RunOrder
	ids     []string
	parents []uint32
}

func (h *house) order(body string) (o order) {
	h.Helper()
	w := h.call("POST", "/runs/order", body, 200, nil)
	data := w.Body.Bytes()
	if string(data[:8]) != "VARVET1\n" || w.Header().Get("Content-Type") != "application/vnd.varve.order" {
		h.Fatalf("the answer is %q of %s", data[:8], w.Header().Get("Content-Type"))
	}
	n := int(binary.LittleEndian.Uint32(data[8:]))
	h.must(json.Unmarshal(data[16:16+n], &o.RunOrder))
	rest := data[16+n:]
	if (16+n)%8 != 0 {
		h.Errorf("the ids begin at %d", 16+n)
	}
	for i := range o.Lines {
		o.ids = append(o.ids, hex.EncodeToString(rest[16*i:16*i+16]))
	}
	for _, odd := range o.Odd {
		o.ids[odd.Line] = odd.ID
	}
	for rest = rest[16*o.Lines:]; len(rest) > 0; rest = rest[4:] {
		o.parents = append(o.parents, binary.LittleEndian.Uint32(rest))
	}
	return o
}

// names are the names of runs in the order of their ids.
func (h *house) names(ids []string) string {
	h.Helper()
	var cells api.Cells
	body, err := json.Marshal(api.CellQuery{Runs: ids})
	h.must(err)
	h.call("POST", "/runs/cells", string(body), 200, &cells)
	list := make([]string, len(cells.Runs))
	for i, r := range cells.Runs {
		list[i] = r.Name
	}
	return strings.Join(list, " ")
}

// orchard makes runs with params, metrics and tags.
func orchard(t *testing.T) (h *house, ids map[string]string) {
	h = newHouse(t)
	ids = map[string]string{}
	for i, r := range []struct{ name, lr, depth, seed string }{
		{"a", "0.1", "6", "1"}, {"b", "0.1", "6", "2"}, {"c", "0.05", "6", "1"}, {"d", "0.05", "8", "1"}, {"e", "", "8", "2"},
	} {
		params := []event.Param{{Key: "depth", Value: r.depth}, {Key: "seed", Value: r.seed}, {Key: "always", Value: "x"}}
		if r.lr != "" {
			params = append(params, event.Param{Key: "learning rate", Value: r.lr})
		}
		ids[r.name] = h.run(track.NewRun{Name: r.name, Start: int64(1000 * (i + 1)), Params: params}, point("rmse", 0, float64(5-i)), point("rmse", 1, float64(10-i)))
	}
	h.must(h.tracker.SetTag(t.Context(), ids["a"], event.Param{Key: "team", Value: "red"}))
	h.must(h.tracker.SetTag(t.Context(), ids["a"], event.Param{Key: "long", Value: strings.Repeat("ü", 8000)}))
	h.must(h.tracker.LogMetric(t.Context(), ids["b"], point("odd", 0, math.NaN())))
	h.must(h.tracker.UpdateRun(t.Context(), ids["c"], track.RunUpdate{Status: "FAILED", End: 4500, Reason: "it broke"}))
	h.tracker.SetLost(map[string]string{ids["d"]: "the agent went silent"})
	return h, ids
}

func TestRunOrder(t *testing.T) {
	h, ids := orchard(t)
	gone := h.run(track.NewRun{Name: "gone"})
	h.must(h.tracker.TrashRun(t.Context(), gone, true))
	for body, want := range map[string]string{
		`{"question":{}}`:                         "e d c b a",
		`{"question":{"order":["metrics.rmse"]}}`: "e d c b a",
		`{"question":{"order":["params.` + "`learning rate`" + ` DESC","name"]}}`: "a b c d e",
		`{"question":{"filter":"params.depth = 8","order":["name"]}}`:             "d e",
		`{"question":{"filter":"status = lost"}}`:                                 "d",
		`{"question":{"trashed":true}}`:                                           "gone",
		`{"question":{"experiments":["0"],"order":["name DESC"]}}`:                "e d c b a",
		`{"question":{"experiments":["77"]}}`:                                     "",
	} {
		since := h.hub.Seq()
		o := h.order(body)
		if got := h.names(o.ids); got != want || o.Total != len(o.ids) || !h.asOf(since, o.Seq) {
			t.Errorf("%s: %s (%d, as of %d), want %s", body, got, o.Total, o.Seq, want)
		}
	}
	if o := h.order(`{"question":{"filter":"metrics.rmze < 1"}}`); o.Total != 0 || o.All != 5 || len(o.Advice) != 1 || o.Advice[0].Instead == "" {
		t.Errorf("a filter that finds nothing has the answer %+v", o.RunOrder)
	}
	for body, field := range map[string]string{
		`{"question":{"filter":"a <"}}`:                                           "filter",
		`{"question":{"order":["a b"]}}`:                                          "order",
		`{"question":{},"group":{"by":["a b"]}}`:                                  "group.by",
		`{"question":{},"group":{"by":["a"],"columns":["("]}}`:                    "group.columns",
		`{"question":{},"group":{"by":["a"],"order":{"of":"mean","column":"b"}}}`: "group.order",
		`{"question":{},"group":{"by":["a"],"except":["b"]}}`:                     "group.except",
		`{"question":{},"group":{"by":["a"]},"nested":true}`:                      "nested",
	} {
		if p := h.problem("POST", "/runs/order", body, 400); p.Field != field {
			t.Errorf("%s: %+v", body, p)
		}
	}
	_ = ids
}

func TestGroups(t *testing.T) {
	h, _ := orchard(t)
	told := func(body string) string {
		t.Helper()
		o := h.order(body)
		var list []string
		for _, g := range o.Groups {
			line := fmt.Sprintf("%s: %s", g.Name, h.names(o.ids[g.From:g.From+g.Runs]))
			for _, c := range g.Cells {
				if c.Mean != nil {
					line += fmt.Sprintf(" mean %v", *c.Mean)
				}
				if c.SD != nil {
					line += fmt.Sprintf(" sd %.3f", *c.SD)
				}
				if c.Same {
					line += " all " + c.Text
				}
			}
			list = append(list, line)
		}
		return strings.Join(list, "; ")
	}
	for body, want := range map[string]string{
		`{"question":{"order":["name"]},"group":{"by":["params.depth"],"columns":["metrics.rmse","params.always"]}}`:                           "depth 6: a b c mean 9 sd 1.000 all x; depth 8: d e mean 6.5 sd 0.707 all x",
		`{"question":{"order":["name"]},"group":{"except":["params.seed"],"columns":["min(rmse)"],"order":{"of":"min","column":"min(rmse)"}}}`: "depth 8, no learning rate: e mean 1 all 1; depth 8, learning rate 0.05: d mean 2 all 2; depth 6, learning rate 0.05: c mean 3 all 3; depth 6, learning rate 0.1: a b mean 4.5 sd 0.707",
		`{"question":{"order":["name"]},"group":{"by":["status"],"order":{"of":"n","descending":true}}}`:                                       "running: a b e; failed: c; lost: d",
		`{"question":{"order":["name"]},"group":{"by":[]}}`:                                                                                    "all: a b c d e",
		`{"question":{"filter":"metrics.none = 1"},"group":{"by":["params.depth"]}}`:                                                           "",
	} {
		if got := told(body); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", body, got, want)
		}
	}
	o := h.order(`{"question":{},"group":{"except":["params.seed"]}}`)
	if fmt.Sprint(o.Keys) != "[params.depth params.`learning rate`]" || fmt.Sprint(o.Same) != "[{params.always x false}]" {
		t.Errorf("keys %v, equal %v", o.Keys, o.Same)
	}
	again := h.order(`{"question":{"filter":"params.depth = 8"},"group":{"except":["params.seed"]}}`)
	if i := slices.IndexFunc(o.Groups, func(g api.RunGroup) bool { return g.ID == again.Groups[0].ID }); i < 0 || o.Groups[i].Runs != again.Groups[0].Runs {
		t.Errorf("a group has other ids: %+v and %+v", again.Groups, o.Groups)
	}
	if g := o.Groups[0]; g.Started != 5000 || g.Statuses["running"] != 1 {
		t.Errorf("a group is %+v", g)
	}
}

func TestNestedOrder(t *testing.T) {
	h, ids := orchard(t)
	within := func(name, parent string) {
		ids[name] = h.run(track.NewRun{Name: name, Start: int64(100 * len(ids)), Tags: map[string]string{"mlflow.parentRunId": parent}})
	}
	within("a1", ids["a"])
	within("a2", ids["a"])
	within("a2x", ids["a2"])
	within("stray", "0123456789abcdef0123456789abcdef")
	within("ring1", "")
	within("ring2", ids["ring1"])
	h.must(h.tracker.SetTag(t.Context(), ids["ring1"], event.Param{Key: "mlflow.parentRunId", Value: ids["ring2"]}))
	for body, want := range map[string]string{
		`{"question":{"order":["name"]},"nested":true}`:                                   "a -1, a1 0, a2 0, a2x 2, b -1, c -1, d -1, e -1, stray -1, ring1 -1, ring2 9; context []",
		`{"question":{"order":["name DESC"]},"nested":true}`:                              "stray -1, e -1, d -1, c -1, b -1, a -1, a2 5, a2x 6, a1 5, ring2 -1, ring1 9; context []",
		`{"question":{"order":["name"],"filter":"name = a2x OR name = c"},"nested":true}`: "a -1, a2 0, a2x 1, c -1; context [0 1]",
		`{"question":{"order":["name"],"filter":"name = ring2"},"nested":true}`:           "ring2 -1, ring1 0; context [1]",
	} {
		o := h.order(body)
		names := strings.Fields(h.names(o.ids))
		list := make([]string, len(names))
		for i, name := range names {
			list[i] = fmt.Sprint(name, " ", int32(o.parents[i]))
		}
		if got := fmt.Sprintf("%s; context %v", strings.Join(list, ", "), o.Context); got != want || len(o.Context) != len(o.ids)-o.Total {
			t.Errorf("%s:\n%s\nwant\n%s", body, got, want)
		}
	}
}

func TestRunCells(t *testing.T) {
	h, ids := orchard(t)
	var cells api.Cells
	since := h.hub.Seq()
	h.call("POST", "/runs/cells", `{"question":{"order":["name"]},"limit":4,"columns":["metrics.rmse","min(rmse)","metrics.odd","tags.team","tags.long","ended","exit_code","started","status","params.none"]}`, 200, &cells)
	if cells.Total != 5 || cells.All != 5 || len(cells.Runs) != 4 || !h.asOf(since, cells.Seq) {
		t.Errorf("%d of %d, %d runs, as of %d", cells.Total, cells.All, len(cells.Runs), cells.Seq)
	}
	c, d := cells.Runs[2], cells.Runs[3]
	if c.Status != api.Failed || c.Reason != "it broke" || c.Ended != 4500 || c.Started != 3000 || c.User != "ada" || c.Experiment != "0" {
		t.Errorf("c is %+v", c)
	}
	if d.Status != api.Lost || d.Reason != "The agent went silent." || d.Ended != 0 {
		t.Errorf("d is %+v", d)
	}
	var list []string
	for _, c := range cells.Columns {
		if c.Name == "tags.long" {
			if len(c.Texts) != 1 || c.Texts[0] != strings.Repeat("ü", 128) || fmt.Sprint(c.At, c.Cut) != "[0] [0]" {
				t.Errorf("a long text is %+v", c)
			}
			continue
		}
		list = append(list, fmt.Sprintf("%s %s %v %v %v", c.Name, c.Type, c.At, c.Numbers, c.Texts))
	}
	want := "metrics.rmse number [] [10 9 8 7] []; min(rmse) number [] [5 4 3 2] []; metrics.odd number [1] [NaN] []; tags.team text [0] [] [red]; " +
		"ended time [2] [4500] []; exit_code number [] [] []; started time [] [1000 2000 3000 4000] []; status status [] [] [running running failed lost]; params.none text [] [] []"
	if got := strings.Join(list, "; "); got != want {
		t.Errorf("columns are\n%s\nwant\n%s", got, want)
	}
	if !cells.Columns[9].Empty || cells.Columns[0].Empty {
		t.Error("which columns are empty is not told")
	}
	h.call("POST", "/runs/cells", fmt.Sprintf(`{"runs":[%q,"nobody",%q],"columns":["name"]}`, ids["b"], ids["a"]), 200, &cells)
	if fmt.Sprint(cells.Columns[0].Texts, cells.Total) != "[b a] 2" {
		t.Errorf("by ids: %+v", cells)
	}
	if p := h.problem("POST", "/runs/cells", `{"runs":[],"columns":["a b"]}`, 400); p.Field != "columns" || p.Offset == nil || *p.Offset != 2 {
		t.Errorf("%+v", p)
	}
}

func TestRunColumns(t *testing.T) {
	h, _ := orchard(t)
	var got api.RunColumns
	h.call("POST", "/runs/columns", `{"question":{}}`, 200, &got)
	byName := map[string]api.RunColumn{}
	for _, c := range got.Columns {
		byName[c.Name] = c
	}
	if got.Total != 5 || len(byName) != 15+4+2+2 {
		t.Errorf("%d columns of %d runs", len(byName), got.Total)
	}
	if c := byName["params.always"]; !c.Same || c.Text != "x" || c.Filled != 5 || c.Kind != "param" || c.Key != "always" || c.Type != "text" {
		t.Errorf("what is equal in all runs is %+v", c)
	}
	if c := byName["params.`learning rate`"]; c.Same || c.Filled != 4 {
		t.Errorf("what one run lacks is %+v", c)
	}
	h.call("POST", "/runs/columns", `{"question":{},"columns":["params.`+"`learning rate`"+`","metrics.rmse","metrics.odd","name"],"buckets":4}`, 200, &got)
	list := make([]string, len(got.Columns))
	for i, c := range got.Columns {
		low, high := api.Number(math.NaN()), api.Number(math.NaN())
		if c.Min != nil {
			low, high = *c.Min, *c.Max
		}
		list[i] = fmt.Sprintf("%d/%d numbers %d nan %d from %v to %v %v", c.Distinct, c.Filled, c.Numbers, c.NaN, low, high, c.Buckets)
	}
	want := "2/4 numbers 4 nan 0 from 0.05 to 0.1 [2 0 0 2]; 5/5 numbers 5 nan 0 from 6 to 10 [1 1 1 2]; 1/1 numbers 0 nan 1 from NaN to NaN []; 5/5 numbers 0 nan 0 from NaN to NaN []"
	if told := strings.Join(list, "; "); told != want {
		t.Errorf("columns are\n%s\nwant\n%s", told, want)
	}
}

func TestSparklines(t *testing.T) {
	h, ids := orchard(t)
	lines := func(body string) (lines [][][2]float64) {
		t.Helper()
		data := h.call("POST", "/runs/sparklines", body, 200, nil).Body.Bytes()
		n := int(binary.LittleEndian.Uint32(data))
		at := (4 + 4*n + 7) / 8 * 8
		float := func() float64 {
			at += 8
			return math.Float64frombits(binary.LittleEndian.Uint64(data[at-8:]))
		}
		for i := range n {
			line := [][2]float64{}
			for range binary.LittleEndian.Uint32(data[4+4*i:]) {
				line = append(line, [2]float64{float(), float()})
			}
			lines = append(lines, line)
		}
		if at != len(data) {
			t.Errorf("%d bytes, of which %d are read", len(data), at)
		}
		return lines
	}
	body := fmt.Sprintf(`{"runs":[%q,"nobody",%q],"key":"rmse"}`, ids["a"], ids["b"])
	for range 2 { // the second time from memory
		if got := fmt.Sprint(lines(body)); got != "[[[0 5] [1 10]] [] [[0 4] [1 9]]]" {
			t.Errorf("lines are %s", got)
		}
	}
	h.must(h.tracker.LogMetric(t.Context(), ids["a"], point("rmse", 2, math.Inf(1))))
	if got := fmt.Sprint(lines(body)); got != "[[[0 5] [1 10] [2 +Inf]] [] [[0 4] [1 9]]]" {
		t.Errorf("with a new point lines are %s", got)
	}
	for step := range int64(500) {
		value := float64(step % 7)
		if step == 333 {
			value = 1000
		}
		h.must(h.tracker.LogMetric(t.Context(), ids["c"], point("long", step, value)))
	}
	long := lines(fmt.Sprintf(`{"runs":[%q],"key":"long","points":16}`, ids["c"]))[0]
	if len(long) > 16 || !slices.Contains(long, [2]float64{333, 1000}) {
		t.Errorf("a long line has %d points: %v", len(long), long)
	}
	h.problem("POST", "/runs/sparklines", `{"runs":[],"key":"rmse"}`, 400)
	h.problem("POST", "/runs/sparklines", `{"runs":["a"],"key":"rmse","points":4}`, 400)
}
