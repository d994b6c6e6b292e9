package door_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"dev.varve/app/door"
	"dev.varve/app/door/api"
	"dev.varve/backend/exports"
	"dev.varve/backend/job"
)

// exporting remembers what it is asked.
type exporting struct{ asked []string }

func (e *exporting) note(what string, want api.Export, chosen exports.Selection) (job.Outcome, error) {
	data, err := json.Marshal(want)
	e.asked = append(e.asked, fmt.Sprintf("%s %s runs=%q experiments=%q filtered=%t trash=%t", what, data, chosen.Runs, chosen.Experiments, chosen.Filter != nil, chosen.Trash))
	return job.Outcome{Result: `{"kind":"fake"}`, Summary: "Done."}, err
}

func (e *exporting) Look(_ context.Context, want api.Export, chosen exports.Selection, _ *job.Progress) (job.Outcome, error) {
	return e.note("look", want, chosen)
}

func (e *exporting) Take(_ context.Context, want api.Export, chosen exports.Selection, _ *job.Progress) (job.Outcome, error) {
	return e.note("take", want, chosen)
}

// TestExports asks for exports of all kinds, and for what makes no sense.
func TestExports(t *testing.T) {
	target := &exporting{}
	h := newHouse(t, func(o *door.Options) { o.Exports = target })
	for _, c := range []struct {
		path, body string
		status     int
		want       string // what is asked for, or what the answer says
	}{
		{"/exports/look", `{"kind":"mlruns","to":" /out/mlruns/ "}`, 200,
			`look {"kind":"mlruns","to":"/out/mlruns"} runs=[] experiments=[] filtered=false trash=false`},
		{"/exports", `{"kind":"parquet","to":"/out","runs":["a","b"],"noArtifacts":true}`, 200,
			`take {"kind":"parquet","to":"/out","runs":["a","b"],"noArtifacts":true} runs=["a" "b"] experiments=[] filtered=false trash=false`},
		{"/exports", `{"kind":"mlflow","to":"http://127.0.0.1:5000","experiments":["7"],"filter":"params.lr = 1","trashed":true}`, 200,
			`take {"kind":"mlflow","to":"http://127.0.0.1:5000","filter":"params.lr = 1","experiments":["7"],"trashed":true} runs=[] experiments=["7"] filtered=true trash=true`},
		{"/exports", `{"kind":"mlruns","to":"out"}`, 400, "not a whole path"},
		{"/exports", `{"kind":"mlruns","to":"http://127.0.0.1:5000"}`, 400, "address of a server, and no folder"},
		{"/exports", `{"kind":"mlflow","to":"/out"}`, 400, "no address of a server"},
		{"/exports", `{"kind":"mlflow","to":"http://"}`, 400, "no address of a server"},
		{"/exports/look", `{"kind":"mlruns","to":"/out","filter":"params.lr ="}`, 400, `"field":"filter"`},
		{"/exports/look", `{"kind":"csv","to":"/out"}`, 400, "kind"},
		{"/exports/look", `{"kind":"mlruns"}`, 400, "to"},
	} {
		t.Run(c.path+" "+c.body, func(t *testing.T) {
			h.T = t
			target.asked = nil
			w := h.do(request("POST", prefix+c.path, c.body))
			if w.Code != c.status && !(c.status == 400 && w.Code == 422) {
				t.Fatalf("it answered %d: %s", w.Code, w.Body)
			}
			said := w.Body.String()
			if c.status == 200 {
				var j api.Job
				h.must(json.Unmarshal(w.Body.Bytes(), &j))
				h.ended(j.ID)
				if said = strings.Join(target.asked, "\n"); said != c.want {
					t.Errorf("it asked for %s, not %s", said, c.want)
				}
			} else if len(target.asked) > 0 || !strings.Contains(said, c.want) {
				t.Errorf("there is no %q in %s, or it asked for %q", c.want, said, target.asked)
			}
		})
	}
}
