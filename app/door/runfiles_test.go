package door_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"net/url"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/track"
)

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
}

func TestArtifactsThatAreNot(t *testing.T) {
	h := newHouse(t)
	id := h.run(track.NewRun{})
	h.put(track.Owner{Run: id}, "plots/loss.svg", "<svg/>")
	h.put(track.Owner{Run: id}, "page.html", "<p>")
	model, err := h.tracker.CreateModel(t.Context(), track.NewModel{Experiment: "0", Name: "net", Run: id})
	h.must(err)
	h.put(track.Owner{Model: model}, "MLmodel", "flavors:")
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
		"key=loss":                             "[0 NaN 1 -Inf 2 1]",
		"key=loss&x=time":                      "[1.8e+12 NaN 1.800000001e+12 -Inf 1.800000002e+12 1]",
		"key=loss&x=relative":                  "[500 NaN 1500 -Inf 2500 1]",
		"key=none":                             "[]",
		"key=loss&from=1":                      "[1 -Inf 2 1]",
		"key=loss&x=relative&from=501&to=1500": "[1500 -Inf]",
		"key=loss&x=time&from=1800000001000&to=1800000001999": "[1.800000001e+12 -Inf]",
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
	if got, head := pairs("key=many&points=0"); len(strings.Fields(got)) != 2000 || head != "1000 false" {
		t.Errorf("all of 1000 points: %d numbers, %s", len(strings.Fields(got)), head)
	}
	if got, head := pairs("key=many&points=50"); len(strings.Fields(got)) > 100 || head != "1000 true" {
		t.Errorf("50 of 1000 points: %d numbers, %s", len(strings.Fields(got)), head)
	}
	if got, head := pairs("key=many&points=50&from=100&to=120"); len(strings.Fields(got)) != 42 || head != "1000 false" {
		t.Errorf("21 of 1000 points: %d numbers, %s", len(strings.Fields(got)), head)
	}
	never := h.run(track.NewRun{}, point("loss", 2, 1), point("loss", 0, 5))
	if w := h.do(request("GET", prefix+"/runs/"+never+"/series?key=loss&x=relative&from=1", "")); w.Body.Len() != 16 {
		t.Errorf("of a run without a start %d bytes came from behind its first point", w.Body.Len())
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
