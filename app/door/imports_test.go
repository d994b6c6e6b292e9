package door_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"dev.varve/app/door"
	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/job"
)

// importing remembers what it is asked.
type importing struct{ asked []string }

func (i *importing) note(what string, want any) error {
	data, err := json.Marshal(want)
	i.asked = append(i.asked, what+" "+string(data))
	return err
}

func (i *importing) Look(_ context.Context, want api.Import, p *job.Progress) (job.Outcome, error) {
	return job.Outcome{Result: `{"kind":"fake"}`, Summary: "Looked."}, i.note("look", want)
}

func (i *importing) Take(_ context.Context, want api.Import, p *job.Progress) (job.Outcome, error) {
	return job.Outcome{Result: `{"undo":"1"}`, Summary: "Imported."}, i.note("take", want)
}

func (i *importing) Undo(_ context.Context, name string) (api.UndoneImport, error) {
	if name != "1" {
		return api.UndoneImport{}, fault.New(fault.NotFound, "that import can no longer be undone")
	}
	return api.UndoneImport{Runs: 3, Experiments: 1}, nil
}

// TestImports asks for imports of all kinds, and for what makes no sense.
func TestImports(t *testing.T) {
	source := &importing{}
	h := newHouse(t, func(o *door.Options) { o.Imports = source })
	for _, c := range []struct {
		path, body string
		status     int
		want       string // what is asked for, or what the answer says
	}{
		{"/imports/look", `{"from":"/old/mlruns"}`, 200, `look {"from":"/old/mlruns"}`},
		{"/imports", `{"from":" /old/mlruns ","into":"/a/b/","reference":true,"artifacts":["/x"]}`, 200, `take {"from":"/old/mlruns","into":"a/b","reference":true,"artifacts":["/x"]}`},
		{"/imports", `{"from":"http://127.0.0.1:5000","noArtifacts":true}`, 200, `take {"from":"http://127.0.0.1:5000","noArtifacts":true}`},
		{"/imports/look", `{"from":"/r.xlsx","table":{"sheet":"2","experiment":"x","columns":{"lr":"param"}}}`, 200, `look {"from":"/r.xlsx","table":{"sheet":"2","experiment":"x","columns":{"lr":"param"}}}`},
		{"/imports/look", `{"from":"/r.csv","table":{"decimal":"comma","dates":"month-first"}}`, 200, `look {"from":"/r.csv","table":{"decimal":"comma","dates":"month-first"}}`},
		{"/imports/look", `{"from":"/r.csv","table":{"decimal":"dot"}}`, 400, "point or a comma"},
		{"/imports/look", `{"from":"/r.csv","table":{"dates":"us"}}`, 400, "month-first"},
		{"/imports", `{"from":"/r.csv","table":{"columns":{"lr":"thing"}}}`, 400, "column becomes a param"},
		{"/imports", `{"from":"http://127.0.0.1:5000","table":{}}`, 400, "not an address"},
		{"/imports", `{"from":"r.csv"}`, 400, "from"},
		{"/imports", `{"from":"http://"}`, 400, "no address of a server"},
		{"/imports", `{"from":"/x","artifacts":["y"]}`, 400, "artifacts"},
		{"/imports", `{"from":"/x","reference":true,"noArtifacts":true}`, 400, "either referred to or left out"},
		{"/imports", `{}`, 400, "from"},
		{"/imports", `{"from":"/x","table":{"columns":["lr"]}}`, 400, "columns"},
		{"/imports/undo", `{"undo":"1"}`, 200, `"runs":3`},
		{"/imports/undo", `{"undo":"9"}`, 404, "can no longer be undone"},
		{"/imports/undo", `{}`, 400, "undo"},
	} {
		t.Run(fmt.Sprintf("%s %s", c.path, c.body), func(t *testing.T) {
			h.T = t
			source.asked = nil
			w := h.do(request("POST", prefix+c.path, c.body))
			if w.Code != c.status && !(c.status == 400 && w.Code == 422) {
				t.Fatalf("it answered %d: %s", w.Code, w.Body)
			}
			said := w.Body.String()
			if c.status == 200 && !strings.HasSuffix(c.path, "undo") {
				var j api.Job
				h.must(json.Unmarshal(w.Body.Bytes(), &j))
				h.ended(j.ID)
				said = strings.Join(source.asked, "\n")
				if len(source.asked) != 1 || said != c.want {
					t.Errorf("it asked for %s, not %s", said, c.want)
				}
			} else if len(source.asked) > 0 {
				t.Errorf("it asked for %s", source.asked)
			}
			if !strings.Contains(said, c.want) {
				t.Errorf("there is no %q in %s", c.want, said)
			}
		})
	}
}

// ended waits for the end of a job.
func (h *house) ended(id string) {
	h.Helper()
	for range 12_000 {
		if j, err := h.jobs.Get(id); err != nil || j.State != job.Running {
			h.must(err)
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	h.Fatal("the job does not end")
}
