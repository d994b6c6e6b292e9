package door_test

import (
	"fmt"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/track"
)

// TestImages lists what MLflow's log_image wrote for two runs, and other
// pictures.
func TestImages(t *testing.T) {
	h := newHouse(t)
	a, b := h.run(track.NewRun{Name: "a"}), h.run(track.NewRun{Name: "b"})
	for _, file := range []struct{ run, path string }{
		{a, "images/dogs+step+10+timestamp+5+g1.png"}, {a, "images/dogs+step+10+timestamp+5+g1+compressed.webp"}, {a, "images/dogs+step+2+timestamp+4+g2.png"},
		{b, "images/dogs%step%2%timestamp%9%g3.png"}, {b, "images/cats+step+0+timestamp+1+g4.png"}, {b, "plots/deep/roc.svg"}, {b, "notes.txt"},
	} {
		h.put(track.Owner{Run: file.run}, file.path, "x")
	}
	var got api.Images
	h.get("/images?run="+a+"&run=nobody&run="+b, &got)
	var lines []string
	for _, k := range got.Keys {
		line := fmt.Sprint(k.Key, " ", k.Steps)
		for _, i := range k.Images {
			line += fmt.Sprint(" ", map[string]string{a: "a", b: "b"}[i.Run], i.Step, i.Small != "")
		}
		lines = append(lines, line)
	}
	want := "cats [0] b0 false\ndogs [2 10] a2 false b2 false a10 true\nplots/deep/roc.svg [] b0 false"
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("images:\n%s\nwant\n%s", got, want)
	}
	h.problem("GET", "/images", "", 400)
}
