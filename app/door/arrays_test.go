package door_test

import (
	"fmt"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/chart"
	"dev.varve/backend/track"
)

// TestArrays lists what runs logged as files of numbers, and draws it.
func TestArrays(t *testing.T) {
	h := newHouse(t)
	a, b := h.run(track.NewRun{Name: "a"}), h.run(track.NewRun{Name: "b"})
	for i, text := range []string{"[1, 2, 3]", "[2, 3, 4]", "no numbers"} {
		h.put(track.Owner{Run: a}, fmt.Sprintf("w/grad_step_%d.json", i*10), text)
	}
	h.put(track.Owner{Run: b}, "table.csv", "x,name\n1,a\n5,b\n")
	h.put(track.Owner{Run: b}, "one.json", `{"n": [1]}`)
	h.put(track.Owner{Run: b}, "bad.npy", "x")
	var list api.Arrays
	h.get("/arrays?run="+a+"&run=nobody&run="+b, &list)
	// The newest file of grad says what is in it: nothing.
	if got := fmt.Sprint(list.Arrays); got != "[{table.csv#x 1 1}]" {
		t.Errorf("listed: %s", got)
	}
	h.put(track.Owner{Run: a}, "w/grad_step_20.json", "[3, 5]")
	h.put(track.Owner{Run: a}, "w/grad_step_5.json", "broken")
	h.get("/arrays?run="+a+"&run="+b, &list)
	if got := fmt.Sprint(list.Arrays); got != "[{table.csv#x 1 1} {w/grad.json 4 1}]" {
		t.Errorf("listed: %s", got)
	}
	draw := func(spec string) (chart.Head, []float64) {
		return h.draw(`{"experiments": ["0"], "chart": ` + spec + `}`)
	}
	head, values := draw(`{"kind": "arrays"}`)
	if head.Title != "w/grad.json" || head.Note != "a, 3 steps, share of values" || fmt.Sprint(head.Left) != "[{1 files that could not be read as arrays} {1 no array w/grad.json}]" && len(head.Left) != 2 {
		t.Errorf("drawn: %q, %q, %v", head.Title, head.Note, head.Left)
	}
	if len(values) == 0 || strings.Join(head.Axes[0].Categories, " ") != "0 10 20" {
		t.Errorf("over the steps: %v of %v", values, head.Axes)
	}
	if head, _ := draw(`{"kind": "arrays", "y": ["table.csv#x"]}`); head.Note != "last step of 1 run, share of values" || len(head.Series) != 1 || head.Series[0].Label != "b" {
		t.Errorf("one step: %q, %v", head.Note, head.Series)
	}
	if p := h.problem("POST", "/charts/draw", `{"experiments": ["0"], "chart": {"kind": "arrays", "y": ["none.npy"]}}`, 400); p.Field != "y" {
		t.Errorf("%+v", p)
	}
	if csv := h.call("POST", "/charts/csv", `{"experiments": ["0"], "chart": {"kind": "arrays"}}`, 200, nil).Body.String(); !strings.HasPrefix(csv, "series,run,key,what,step,w/grad.json,share,n,from,to\n") || !strings.Contains(csv, "\nw/grad.json,,,cells,0,") {
		t.Errorf("as a table:\n%s", csv)
	}
}
