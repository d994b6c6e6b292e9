package door_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// TestCompare lays two runs side by side.
func TestCompare(t *testing.T) {
	h := newHouse(t)
	a := h.run(track.NewRun{Name: "a", Start: 1000, Params: []event.Param{{Key: "lr", Value: "0.1"}, {Key: "same", Value: "1"}}}, point("loss", 0, 2), point("odd", 0, math.NaN()))
	b := h.run(track.NewRun{Name: "b", Start: 2000, Params: []event.Param{{Key: "lr", Value: "0.2"}, {Key: "same", Value: "1"}}, Tags: map[string]string{"mlflow.note.content": "better", "mlflow.source.git.commit": "c0ffee"}},
		point("loss", 0, 1), point("odd", 0, math.NaN()), point("system/cpu_utilization_percentage", 0, 1))
	show := func(query string) string {
		var c api.Comparison
		h.get("/compare?run="+a+"&run="+b+query, &c)
		var lines []string
		for _, s := range c.Sections {
			for _, r := range s.Rows {
				line := fmt.Sprint(s.Kind, " ", r.Key, r.Best)
				for _, cell := range r.Cells {
					line += " "
					switch {
					case cell.Missing:
						line += "–"
					case cell.Number != nil:
						line += fmt.Sprint(float64(*cell.Number))
					default:
						line += cell.Text
					}
					if cell.Change != nil {
						line += fmt.Sprintf("%+.0f%%", float64(*cell.Change))
					}
				}
				if !r.Same && r.Key != "took" {
					lines = append(lines, line)
				}
			}
		}
		return strings.Join(lines, "\n")
	}
	want := "metrics loss[1] 2 1-50%\nparams lr[] 0.1 0.2\ncode commit[] – c0ffee\nnotes note[] – better"
	if got := show(""); got != want {
		t.Errorf("side by side:\n%s\nwant\n%s", got, want)
	}
	if got := show("&baseline=" + b + "&better=higher:loss"); !strings.Contains(got, "loss[0] 2+100% 1") {
		t.Errorf("from b:\n%s", got)
	}
	h.problem("GET", "/compare?run="+a, "", 400)
	h.problem("GET", "/compare?run="+a+"&run=nobody", "", 404)
	if p := h.problem("GET", "/compare?run="+a+"&run="+b+"&baseline=nobody", "", 400); p.Field != "baseline" {
		t.Errorf("%+v", p)
	}
	h.problem("GET", "/compare?run="+a+"&run="+b+"&better=loss", "", 400)
}

// TestCompareCode compares what scripts kept of themselves.
func TestCompareCode(t *testing.T) {
	h := newHouse(t)
	a := h.run(track.NewRun{Name: "a", Tags: map[string]string{"mlflow.source.git.commit": "aaaaaaaaaaaa"}})
	b := h.run(track.NewRun{Name: "b", Tags: map[string]string{"mlflow.source.git.commit": "bbbbbbbbbbbb"}})
	var got api.CodeDifference
	h.get("/compare/code?a="+a+"&b="+b, &got)
	if len(got.Files) != 0 || got.Note != `aaaaaaa → bbbbbbb. No code was kept with these runs. What varve run starts is kept; a script keeps its own with mlflow.log_artifact(__file__, "code").` {
		t.Errorf("without code: %+v", got)
	}
	put := func(run, name, text string) {
		h.files[name+run] = []byte(text)
		h.must(h.tracker.PutArtifact(t.Context(), track.Owner{Run: run}, event.ArtifactPut{Path: name, Size: int64(len(text)), Content: []byte(name + run)}))
	}
	put(a, "code/train.py", "x = 1\ny = 2\n")
	put(b, "code/train.py", "x = 1\ny = 3\n")
	put(a, "code/old.py", "gone\n")
	put(b, "code/ends.py", "a\r\n")
	put(a, "code/ends.py", "a\n")
	put(a, "model.pkl", "no code")
	h.get("/compare/code?a="+a+"&b="+b, &got)
	var words []string
	for _, f := range got.Files {
		words = append(words, fmt.Sprint(f.Path, " ", f.Status, " ", f.Hunks))
	}
	want := "code/ends.py same []\ncode/old.py removed [{1 [{- gone}]}]\ncode/train.py changed [{1 [{  x = 1} {- y = 2} {+ y = 3}]}]"
	if got := strings.Join(words, "\n"); got != want {
		t.Errorf("the code:\n%s\nwant\n%s", got, want)
	}
	h.problem("GET", "/compare/code?a="+a+"&b=nobody", "", 404)
}

// TestCompareKeptCode compares what was kept of runs that an agent started.
func TestCompareKeptCode(t *testing.T) {
	h := newHouse(t)
	for ref, text := range map[string]string{
		"one": "same.py train.py", "one/same.py": "a\n", "one/train.py": "x = 1\n",
		"two": "new.py same.py train.py", "two/same.py": "a\n", "two/train.py": "x = 2\n", "two/new.py": "",
	} {
		h.files[ref] = []byte(text)
	}
	start := func(root string, code event.RunCode) string {
		code.Root, code.Digest = []byte(root), []byte(root+"digest")
		return h.run(track.NewRun{Name: root, Code: &code})
	}
	a := start("one", event.RunCode{Commit: "aaaaaaaaaa"})
	b := start("two", event.RunCode{Commit: "aaaaaaaaaa", Dirty: true, LeftFiles: 2, Problem: "It was late."})
	look := func(a, b string) (string, string) {
		var got api.CodeDifference
		h.get("/compare/code?a="+a+"&b="+b, &got)
		var words []string
		for _, f := range got.Files {
			words = append(words, fmt.Sprint(f.Path, " ", f.Status, " ", f.Hunks))
		}
		return strings.Join(words, "\n"), got.Note
	}
	files, note := look(a, b)
	if want := "new.py added []\nsame.py same []\ntrain.py changed [{1 [{- x = 1} {+ x = 2}]}]"; files != want {
		t.Errorf("the code:\n%s\nwant\n%s", files, want)
	}
	if want := "aaaaaaa → aaaaaaa with changes. 2 files of the second run were too large or too many to be kept. It was late"; note != want {
		t.Errorf("the note: %s", note)
	}
	script := h.run(track.NewRun{Name: "script"})
	if files, note := look(a, script); files != "" || note != "aaaaaaa → not known. The code of only one of them was kept" {
		t.Errorf("beside a script:\n%s\n%s", files, note)
	}
	if files, note := look(a, a); !strings.HasPrefix(files, "same.py same []\ntrain.py same []") || note != "Both of aaaaaaa" {
		t.Errorf("beside itself:\n%s\n%s", files, note)
	}
	var detail api.RunDetail
	h.get("/runs/"+b, &detail)
	if c := detail.Code; c == nil || !c.Dirty || c.Commit != "aaaaaaaaaa" || c.Left != 2 || c.Problem == "" {
		t.Errorf("the run says of its code: %+v", c)
	}
}
