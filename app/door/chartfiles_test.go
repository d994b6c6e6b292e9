package door_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"dev.varve/app/door"
	"dev.varve/backend/track"
)

// TestChartFiles saves a chart as a table and as a page.
func TestChartFiles(t *testing.T) {
	const script = `document.title = "</script><b>"`
	h := newHouse(t, func(o *door.Options) {
		o.Pages = door.Pages(fstest.MapFS{"offline/chart.js": {Data: []byte(script)}})
	})
	var metrics []track.Metric
	for step := range 900 {
		metrics = append(metrics, point("a: b", int64(step), 1/float64(step+1)))
	}
	for _, name := range []string{"one", "two"} {
		h.run(track.NewRun{Name: name, Start: 1000}, metrics...)
	}
	body := "{\"chart\": {\"kind\": \"line\", \"y\": [\"metrics.`a: b`\"]}}"
	w := h.call("POST", "/charts/csv", body, 200, nil)
	if got := w.Header().Get("Content-Disposition"); got != `attachment; filename="a- b.csv"` || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("the table is %s", got)
	}
	lines := strings.Split(strings.TrimSpace(w.Body.String()), "\n")
	if len(lines) != 1+2*900 || !strings.HasSuffix(lines[3], ",2,0.3333333333333333") {
		t.Errorf("%d lines, the fourth is %q", len(lines), lines[3])
	}
	w = h.call("POST", "/charts/html", body, 200, nil)
	page := w.Body.String()
	want := `<script>document.title = "<\/script><b>"</script>`
	sum := sha256.Sum256([]byte(`document.title = "<\/script><b>"`))
	if !strings.Contains(page, want) || !strings.Contains(page, "script-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") ||
		!strings.Contains(page, "<title>a: b</title>") || strings.Count(page, "<script") != 2 {
		t.Errorf("the page is %s", page[:min(len(page), 900)])
	}
	inside := regexp.MustCompile(`(?s)type="text/plain"[^>]*>(.*?)</script>`).FindStringSubmatch(page)
	data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(fmt.Sprint(inside[1])))
	if err != nil || string(data[:8]) != "VARVEC1\n" {
		t.Errorf("its data begins with %q: %v", data[:min(len(data), 8)], err)
	}
	h.problem("POST", "/charts/csv", `{"chart": {"kind": "scatter", "x": "a", "y": []}}`, 400)
	h.problem("POST", "/charts/csv", `{"chart": {"kind": "images"}}`, 400)
	bare := newHouse(t)
	bare.problem("POST", "/charts/html", body, 501)
}
