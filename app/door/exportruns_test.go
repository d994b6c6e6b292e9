package door_test

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// TestExport asks for tables in every form.
func TestExport(t *testing.T) {
	h, ids := orchard(t)
	h.must(h.tracker.SetTag(t.Context(), ids["e"], event.Param{Key: "formula", Value: "=1+1"}))
	for _, c := range []struct{ query, want string }{
		{"column=name&column=params.depth&column=metrics.rmse&column=metrics.odd&column=started&order=name&limit=2",
			"name,params.depth,metrics.rmse,metrics.odd,started\na,6,10,,1970-01-01T00:00:01.000Z\nb,6,9,NaN,1970-01-01T00:00:02.000Z\n"},
		{"column=name&column=tags.formula&filter=name+%3D+e", "name,tags.formula\ne,'=1+1\n"},
		{"format=tsv&column=name&column=status&column=duration&filter=name+%3D+c", "name\tstatus\tduration\nc\tfailed\t1.5\n"},
		{"format=json&column=name&column=params.depth&filter=params.depth+%3D+8&order=name", "[\n{\"name\":\"d\",\"params.depth\":\"8\"},\n{\"name\":\"e\",\"params.depth\":\"8\"}\n]\n"},
		{"groupBy=params.depth&column=metrics.rmse&column=params.always&order=name",
			"params.depth,runs,mean(metrics.rmse),sd(metrics.rmse),min(metrics.rmse),max(metrics.rmse),n(metrics.rmse),params.always,mean(params.always),sd(params.always),min(params.always),max(params.always),n(params.always)\n" +
				"6,3,9,1,8,10,3,x,,,,,0\n8,2,6.5,0.7071067811865476,6,7,2,x,,,,,0\n"},
		{"except=params.seed&order=name&filter=params.depth+%3D+6", "params.always,params.depth,params.learning rate,runs\nx,6,0.1,2\nx,6,0.05,1\n"},
		{"column=name&trashed=true", "name\n"},
	} {
		w := h.call("GET", "/runs/export?"+c.query, "", 200, nil)
		if got := w.Body.String(); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.query, got, c.want)
		}
		if d := w.Header().Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename=runs.") {
			t.Errorf("%s: %s", c.query, d)
		}
	}
	long := h.call("GET", "/runs/export?column=tags.long&filter=name+%3D+a", "", 200, nil).Body.String()
	if long != "tags.long\n"+strings.Repeat("ü", 8000)+"\n" {
		t.Errorf("a long text has %d bytes", len(long))
	}
	head, _, _ := strings.Cut(h.call("GET", "/runs/export", "", 200, nil).Body.String(), "\n")
	if head != "run,name,status,experiment,user,started,ended,data,params.always,params.depth,params.learning rate,params.seed,metrics.odd,metrics.rmse,tags.formula,tags.long,tags.team" {
		t.Errorf("all columns are %s", head)
	}
	data := h.call("GET", "/runs/export?format=parquet&column=name&column=metrics.rmse", "", 200, nil).Body.Bytes()
	if !bytes.HasPrefix(data, []byte("PAR1")) || !bytes.HasSuffix(data, []byte("PAR1")) {
		t.Errorf("Parquet is %.40q", data)
	}
	for query, field := range map[string]string{
		"filter=a+%3C": "filter", "order=a+b": "order", "column=a+b": "column", "format=pdf": "format", "groupBy=a+b": "group.by",
		"groupBy=a&except=b": "group.except", "column=name&column=name": "column", "limit=-1": "limit",
	} {
		if p := h.problem("GET", "/runs/export?"+query, "", 400); p.Field != field {
			t.Errorf("%s: %+v", query, p)
		}
	}
}

// TestExportOfManyRuns writes more rows than are in memory.
func TestExportOfManyRuns(t *testing.T) {
	h := newHouse(t)
	for i := range 350 {
		h.run(track.NewRun{Name: fmt.Sprint("r", i)})
	}
	for _, format := range []string{"csv", "json"} {
		text := h.call("GET", "/runs/export?format="+format+"&column=name&order="+url.QueryEscape("name"), "", 200, nil).Body.String()
		if n := strings.Count(text, "r"); n != 350 || !strings.Contains(text, "r349") {
			t.Errorf("%s has %d runs", format, n)
		}
	}
}
