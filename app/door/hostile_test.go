package door_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dev.varve/app/door"
	"dev.varve/app/door/api"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

func quoted(list ...string) string {
	text, err := json.Marshal(list)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// TestHostileQuestions puts what is deep, long, or costly elsewhere to the table
// of runs: each has a defined answer.
func TestHostileQuestions(t *testing.T) {
	h := newHouse(t)
	id := h.run(track.NewRun{Name: "a", Params: []event.Param{{Key: "n", Value: "77777"}, {Key: "as", Value: strings.Repeat("a", 5000) + "b"}}})
	h.run(track.NewRun{Name: "b", Params: []event.Param{{Key: "n", Value: "x"}}})
	list := make([]string, 100_000)
	for i := range list {
		list[i] = strconv.Itoa(i)
	}
	for _, c := range []struct {
		what, filter string
		found        int    // -1: refused
		title        string // of the refusal
	}{
		{"99 parentheses", strings.Repeat("(", 99) + "name = a" + strings.Repeat(")", 99), 1, ""},
		{"1000 parentheses", strings.Repeat("(", 1000) + "name = a" + strings.Repeat(")", 1000), -1, "More than 100 parentheses and NOTs stand within each other"},
		{"100,000 parentheses that stay open", strings.Repeat("(", 100_000), -1, "More than 100 parentheses and NOTs stand within each other"},
		{"1000 NOTs", strings.Repeat("NOT ", 1000) + "name = a", -1, "More than 100 parentheses and NOTs stand within each other"},
		{"1001 conditions", strings.TrimSuffix(strings.Repeat("name = a OR ", 1001), " OR "), -1, "The filter has more than 1000 conditions"},
		{"a list of 100,000 numbers", "params.n IN (" + strings.Join(list, ",") + ")", 1, ""},
		{"a list of 100,000 texts", "params.n NOT IN ('" + strings.Join(list, "','") + "')", 1, ""},
		{"more than a MiB", "name = '" + strings.Repeat("a", 1<<20) + "'", -1, "Invalid filter or order: longer than 1 MiB"},
		{"an expression that runs for ever elsewhere", "params.as =~ '^(a+)+$'", 0, ""},
		{"an expression of a few letters that grows", "params.as =~ '((a{100}){100}){100}'", -1, ""},
		{"many wildcards", "params.as LIKE '" + strings.Repeat("%a", 500) + "c'", 0, ""},
		{"bytes that are no text", "name = 'a\xff'", 0, ""},
	} {
		body, err := json.Marshal(api.OrderQuery{Question: api.Question{Filter: c.filter}})
		h.must(err)
		if c.found >= 0 {
			if o := h.order(string(body)); o.Total != c.found {
				t.Errorf("%s: %d runs are found, not %d", c.what, o.Total, c.found)
			}
			continue
		}
		p := h.problem("POST", "/runs/order", string(body), 400)
		if p.Field != "filter" || p.Offset == nil || c.title != "" && p.Title != c.title+"." {
			t.Errorf("%s: %+v", c.what, p)
		}
	}
	many := make([]string, 1001)
	for i := range many {
		many[i] = "metrics.m" + strconv.Itoa(i)
	}
	for body, field := range map[string]string{
		`{"question":{"order":` + quoted(many...) + `}}`:                         "order",
		`{"question":{},"group":{"by":["` + strings.Repeat("a", 1<<20) + `b"]}}`: "group.by",
	} {
		if p := h.problem("POST", "/runs/order", body, 400); p.Field != field {
			t.Errorf("%.60s: %+v", body, p)
		}
	}
	for body, field := range map[string]string{
		`{"runs":` + quoted(slices.Repeat([]string{id}, 1001)...) + `}`:                    "runs",
		`{"question":{},"limit":1001}`:                                                     "limit",
		`{"runs":[],"columns":` + quoted(slices.Repeat([]string{"name"}, 10_001)...) + `}`: "columns",
	} {
		if p := h.problem("POST", "/runs/cells", body, 400); p.Field != field {
			t.Errorf("%.60s: %+v", body, p)
		}
	}
	h.problem("POST", "/runs/columns", `{"question":{},"columns":["name"],"buckets":1001}`, 400)
}

// TestManyColumns asks for 10,000 params.
func TestManyColumns(t *testing.T) {
	h := newHouse(t)
	params := make([]event.Param, 10_000)
	for i := range params {
		params[i] = event.Param{Key: fmt.Sprint("p", i), Value: strconv.Itoa(i)}
	}
	id := h.run(track.NewRun{Name: "wide", Params: params})
	var columns api.RunColumns
	h.call("POST", "/runs/columns", `{"question":{}}`, 200, &columns)
	if len(columns.Columns) != 15+10_000 {
		t.Fatalf("%d columns", len(columns.Columns))
	}
	names := make([]string, 10_000)
	for i := range names {
		names[i] = columns.Columns[15+i].Name
	}
	var cells api.Cells
	h.call("POST", "/runs/cells", `{"runs":`+quoted(id)+`,"columns":`+quoted(names...)+`}`, 200, &cells)
	for i, c := range cells.Columns {
		if len(c.Texts) != 1 || "params.p"+c.Texts[0] != names[i] {
			t.Fatalf("column %d is %+v", i, c)
		}
	}
	if o := h.order(`{"question":{},"group":{"except":[]}}`); len(o.Groups) != 1 || len(o.Same) != 10_000 {
		t.Errorf("%d groups with %d params", len(o.Groups), len(o.Same))
	}
	head, _, _ := strings.Cut(h.call("GET", "/runs/export", "", 200, nil).Body.String(), "\n")
	if n := strings.Count(head, ","); n != 8+10_000-1 {
		t.Errorf("%d commas in the head of the table", n)
	}
}

// TestOddKeysAndLongTags uses keys with every allowed character, and tags that
// are as long as they may be and differ only at their end.
func TestOddKeysAndLongTags(t *testing.T) {
	h := newHouse(t)
	keys := []string{"a b", "a/b", "a.b", "a:b", "a-b", "a_b", "ü", "数", "1", "1e5", "AND", "min", "name", "metrics.x", "x ", "-", "a..b"}
	long := strings.Repeat("ü", 7999)
	for i, end := range []string{"a", "b", "b"} {
		id := h.run(track.NewRun{Name: fmt.Sprint("r", i), Start: int64(1 + i)})
		for _, key := range keys {
			err := h.tracker.LogBatch(t.Context(), id, track.Batch{
				Params: []event.Param{{Key: key, Value: end}}, Tags: []event.Param{{Key: key, Value: end}}, Metrics: []track.Metric{point(key, 0, float64(i))},
			})
			if err != nil {
				t.Fatalf("%q: %v", key, err)
			}
		}
		h.must(h.tracker.SetTag(t.Context(), id, event.Param{Key: "long", Value: long + end}))
	}
	var columns api.RunColumns
	h.call("POST", "/runs/columns", `{"question":{}}`, 200, &columns)
	if len(columns.Columns) != 15+3*len(keys)+1 {
		t.Errorf("%d columns", len(columns.Columns))
	}
	for _, c := range columns.Columns[15:] {
		if c.Key == "long" {
			continue
		}
		var cells api.Cells
		h.call("POST", "/runs/cells", `{"question":{"order":`+quoted(c.Name+" DESC")+`},"limit":3,"columns":`+quoted(c.Name)+`}`, 200, &cells)
		if got := fmt.Sprint(cells.Columns[0].Texts, cells.Columns[0].Numbers, cells.Columns[0].At); got != "[b b a] [] []" && got != "[] [2 1 0] []" {
			t.Errorf("%s has %s", c.Name, got)
		}
		filter := c.Name + " = 2"
		if c.Kind != "metric" {
			filter = c.Name + " = 'a'"
		}
		if o := h.order(`{"question":{"filter":` + strings.Trim(quoted(filter), "[]") + `},"group":{"by":` + quoted(c.Name) + `}}`); o.Total != 1 || len(o.Groups) != 1 {
			t.Errorf("%s finds %d", filter, o.Total)
		}
	}
	o := h.order(`{"question":{"order":["tags.long"]},"group":{"by":["tags.long"]}}`)
	if len(o.Groups) != 2 || o.Groups[0].Runs != 1 || o.Groups[1].Runs != 2 || len(o.Groups[0].Key[0].Text) > 300 {
		t.Errorf("long tags make the groups %+v", o.Groups)
	}
	if o := h.order(`{"question":{"order":["tags.long DESC"]}}`); h.names(o.ids) != "r2 r1 r0" {
		t.Errorf("by long tags the order is %s", h.names(o.ids))
	}
}

// TestTooManyGroups refuses what nobody can look through.
func TestTooManyGroups(t *testing.T) {
	if err := door.TooManyGroups(20_000, "group.by"); err != nil {
		t.Error(err)
	}
	if err := door.TooManyGroups(20_001, "group.by"); err == nil || err.Error() != "these columns make 20001 groups, and a table shows 20000 at most" {
		t.Error(err)
	}
}

// TestInstead wants corrections that are correct when they are put in place.
func TestInstead(t *testing.T) {
	h := newHouse(t)
	for filter, want := range map[string]string{
		"metric.loss < 1":           "", // MLflow's other word for it
		"metrix.loss < 1":           "metrics.loss < 1",
		"attributes.nane = x":       "attributes.name = x",
		"started in lats 7 days":    "started in last 7 days",
		"status = finnished":        "status = finished",
		"name = oak tree":           "name = 'oak tree'",
		"ü = 1 AND status = runing": "ü = 1 AND status = running",
	} {
		body := `{"question":{"filter":` + strings.Trim(quoted(filter), "[]") + `}}`
		if want == "" {
			h.order(body)
			continue
		}
		p := h.problem("POST", "/runs/order", body, 400)
		runes := []rune(filter)
		if p.Instead == "" || p.Offset == nil || string(runes[:*p.Offset])+p.Instead+string(runes[p.End:]) != want {
			t.Errorf("%s: %+v, want %s", filter, p, want)
			continue
		}
		h.order(`{"question":{"filter":` + strings.Trim(quoted(want), "[]") + `}}`)
	}
}
