package door

import (
	"context"
	"fmt"
	"maps"
	"math"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/chart"
	"dev.varve/backend/compare"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
	"dev.varve/backend/track"
)

// describeCompare registers runs side by side.
func (d *Door) describeCompare(h huma.API) {
	add(d, h, get("/compare", "compareRuns", "runs", "Runs side by side: what each has, what is the same, what is best"), d.compare)
	add(d, h, get("/compare/code", "compareCode", "runs", "How the code that was kept with two runs differs"), d.compareCode)
}

type compareQuery struct {
	Run      []string `query:"run,explode" required:"true" minItems:"2" maxItems:"50" doc:"Ids"`
	Baseline string   `query:"baseline" doc:"Id of the run that the others are measured by; none: the first"`
	Better   []string `query:"better,explode" doc:"Clauses such as lower:my_metric, where the name of a metric says something else, or nothing"`
}

func (d *Door) compare(_ context.Context, in *compareQuery) (*answer[api.Comparison], error) {
	o, err := compareOptions(in)
	if err != nil {
		return nil, err
	}
	details := make([]api.RunDetail, len(in.Run))
	packages := make([][]string, len(in.Run))
	c := api.Comparison{Seq: d.Hub.Seq(), Baseline: o.Baseline, Runs: []api.ComparedRun{}, Sections: []api.ComparedSection{}}
	for i, id := range in.Run {
		err := d.Records.Run(id, func(r *track.Run) {
			d.fillDetail(&details[i], r)
			if r.Origin != nil {
				packages[i] = r.Origin.Packages
			}
		})
		if err != nil {
			return nil, err
		}
		_ = d.Records.Experiment(details[i].Experiment, func(x *track.Experiment) { details[i].ExperimentName = x.Name() }) // else it has no name yet
	}
	for i := range details {
		d.number(&details[i].RunFacts)
	}
	runs := make([]compare.Run, len(in.Run))
	now := d.Clock.Now().UnixMilli()
	for i := range details {
		r := &details[i]
		runs[i] = compared(r, packages[i], now)
		c.Runs = append(c.Runs, api.ComparedRun{
			ID: r.ID, Name: r.Name, Status: r.Status, Started: r.Started, Ended: r.Ended, Experiment: r.ExperimentName,
		})
	}
	for _, s := range compare.Runs(runs, o) {
		c.Sections = append(c.Sections, comparedSection(s))
	}
	return the(c, nil)
}

func compareOptions(in *compareQuery) (compare.Options, error) {
	o := compare.Options{Better: map[string]chart.Sense{}}
	if in.Baseline != "" {
		o.Baseline = -1
		for i, id := range in.Run {
			if id == in.Baseline {
				o.Baseline = i
				break
			}
		}
		if o.Baseline < 0 {
			return o, fault.New(fault.Invalid, "The baseline is none of these runs.").WithField("baseline")
		}
	}
	for _, clause := range in.Better {
		sense, key, ok := strings.Cut(clause, ":")
		if !ok || chart.Sense(sense) != chart.Lower && chart.Sense(sense) != chart.Higher && sense != "" {
			return o, fault.New(fault.Invalid, "%q does not say what is better.", clause).WithField("better").WithHint("Write lower:KEY or higher:KEY.")
		}
		o.Better[key] = chart.Sense(sense)
	}
	return o, nil
}

// codeTags are where MLflow's clients write where code came from.
var codeTags = map[string]string{
	"mlflow.source.git.commit": "commit", "mlflow.source.git.branch": "branch", "mlflow.source.git.repoURL": "repository",
	"mlflow.source.git.dirty": "changed since the commit", "mlflow.source.name": "source", "mlflow.source.git.diff": "changes since the commit",
}

// noteTag is the tag in which MLflow keeps the note of a run.
const noteTag = "mlflow.note.content"

// compared is what is compared of a run.
func compared(r *api.RunDetail, packages []string, now int64) compare.Run {
	c := compare.Run{
		Status: string(r.Status), Took: math.NaN(), Metrics: map[string]float64{}, Params: r.Params, Tags: map[string]string{},
		Code:     map[string]string{"project": r.Project, "entry point": r.EntryPoint, "command": r.Command},
		Machine:  map[string]string{"environment": r.Environment, "machine": r.Host, "person": r.User},
		Packages: packages,
	}
	for key, v := range r.Metrics {
		c.Metrics[key] = float64(v)
	}
	if r.Started > 0 && (r.Ended > 0 || r.Status == api.Running) {
		end := r.Ended
		if end == 0 {
			end = now
		}
		c.Took = float64(max(end-r.Started, 0))
	}
	for _, tag := range r.Tags {
		switch name, code := codeTags[tag.Key]; {
		case code:
			c.Code[name] = tag.Value
		case tag.Key == noteTag:
			c.Note = tag.Value
		case !strings.HasPrefix(tag.Key, "mlflow."):
			c.Tags[tag.Key] = tag.Value
		}
	}
	if r.Code != nil && r.Code.Digest != "" {
		c.Code["files kept"] = fmt.Sprintf("%s, content %.12s", say.Count(int(r.Code.Files), "file"), r.Code.Digest)
	}
	for _, use := range r.Data {
		version := use.Digest
		if use.Number > 0 {
			version = fmt.Sprintf("v%d", use.Number)
		}
		c.Data = append(c.Data, compare.Data{Name: use.Name, Version: version, Digest: use.Digest})
	}
	maps.DeleteFunc(c.Code, func(_, text string) bool { return text == "" })
	maps.DeleteFunc(c.Machine, func(_, text string) bool { return text == "" })
	return c
}

func comparedSection(s compare.Section) api.ComparedSection {
	out := api.ComparedSection{Kind: s.Kind, Equal: s.Equal, Left: s.Left, Rows: make([]api.ComparedRow, len(s.Rows))}
	for i, r := range s.Rows {
		row := api.ComparedRow{Key: r.Key, Same: r.Same, Better: r.Better, Word: r.Word, Best: append([]int{}, r.Best...), Cells: make([]api.ComparedCell, len(r.Cells))}
		for k, c := range r.Cells {
			row.Cells[k] = api.ComparedCell{Missing: c.Missing, Text: c.Text, Link: c.Link, Number: numberOf(c.Number), Change: numberOf(c.Change)}
		}
		out.Rows[i] = row
	}
	return out
}

func numberOf(v *float64) *api.Number {
	if v == nil {
		return nil
	}
	n := api.Number(*v)
	return &n
}
