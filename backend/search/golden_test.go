package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/fault"
)

// world is a file that testdata/generate.py recorded: rows, and what MLflow
// answered to searches over them.
type world struct {
	Rows  []*testRow
	Cases []*recorded
}

// recorded is one search and MLflow's answer: Found, Refused or Crashed.
type recorded struct {
	Filter    string          `json:"f"`
	Order     json.RawMessage `json:"o"` // []string, or []modelOrder
	Datasets  []datasetJSON   `json:"d"`
	Found     *[]int          `json:"r"`
	Refused   *string         `json:"e"`
	Crashed   *string         `json:"x"`
	SameWords int             `json:"m"`
}

type datasetJSON struct {
	Name   string `json:"dataset_name"`
	Digest string `json:"dataset_digest"`
}

type modelOrder struct {
	Field     string `json:"field_name"`
	Ascending *bool  `json:"ascending"`
	datasetJSON
}

var entities = map[string]*Schema{
	"runs": Runs, "experiments": Experiments, "registered_models": RegisteredModels,
	"model_versions": ModelVersions, "logged_models": LoggedModels,
}

// answer is what Varve says to a recorded search, in the form of MLflow's.
type answer struct {
	found   []int
	refused error
}

func (a answer) String() string {
	if a.refused != nil {
		return "refused: " + a.refused.Error()
	}
	return fmt.Sprint(a.found)
}

func (c *recorded) answer() string {
	switch {
	case c.Found != nil:
		return fmt.Sprint(*c.Found)
	case c.Refused != nil:
		return "refused: " + *c.Refused
	}
	return "crashed: " + *c.Crashed
}

// ask puts a recorded search to Varve.
func (w *world) ask(s *Schema, c *recorded) answer {
	filter, err := parseRecorded(s, c)
	if err != nil {
		return answer{refused: err}
	}
	order, err := parseRecordedOrder(s, c)
	if err != nil {
		return answer{refused: err}
	}
	var rows []*testRow
	for _, row := range w.Rows {
		if filter.Match(row) {
			rows = append(rows, row)
		}
	}
	Sort(order, rows)
	found := []int{}
	for _, row := range rows {
		found = append(found, slices.Index(w.Rows, row))
	}
	return answer{found: found}
}

func parseRecorded(s *Schema, c *recorded) (*Filter, error) {
	if s != LoggedModels {
		return Parse(s, c.Filter)
	}
	var refs []DatasetRef
	for _, d := range c.Datasets {
		refs = append(refs, DatasetRef(d))
	}
	return ParseModels(c.Filter, refs)
}

func parseRecordedOrder(s *Schema, c *recorded) (*Order, error) {
	if s != LoggedModels {
		return ParseOrder(s, c.clauses())
	}
	var in []modelOrder
	var out []ModelOrder
	if c.Order != nil {
		if err := json.Unmarshal(c.Order, &in); err != nil {
			return nil, err
		}
	}
	for _, o := range in {
		out = append(out, ModelOrder{o.Field, o.Ascending != nil && !*o.Ascending, DatasetRef(o.datasetJSON)})
	}
	return ParseModelOrder(out)
}

// clauses returns the order of a search, other than for logged models.
func (c *recorded) clauses() []string {
	var out []string
	if c.Order != nil {
		if err := json.Unmarshal(c.Order, &out); err != nil {
			return []string{string(c.Order)}
		}
	}
	return out
}

func readWorld(t testing.TB, entity string) *world {
	t.Helper()
	data, err := os.ReadFile("testdata/" + entity + ".json")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{}
	if err := json.Unmarshal(data, w); err != nil {
		t.Fatal(err)
	}
	return w
}

// TestMLflow compares every recorded answer of the real MLflow with Varve's.
// What differs must be explained by an entry of exceptions, and every entry
// must explain something.
func TestMLflow(t *testing.T) {
	used := map[string]int{}
	total := 0
	for entity, schema := range entities {
		w := readWorld(t, entity)
		total += len(w.Cases)
		for _, c := range w.Cases {
			got := w.ask(schema, c)
			if got.refused != nil && !errors.Is(got.refused, fault.Invalid) {
				t.Errorf("%s: %q: the error is no fault.Invalid: %v", entity, c.Filter, got.refused)
			}
			if agrees(c, got) {
				continue
			}
			e := explain(schema, c, got)
			if e == nil {
				t.Errorf("%s: filter %q order %s\n MLflow %s\n Varve  %s", entity, c.Filter, c.Order, c.answer(), got)
				continue
			}
			used[e.name]++
		}
	}
	for _, e := range exceptions {
		if n := used[e.name]; n == 0 || n > e.most {
			t.Errorf("the exception %q explains %d recorded searches, not 1 to %d", e.name, n, e.most)
		}
		t.Logf("%4d × %s", used[e.name], e.name)
	}
	if total < 3000 {
		t.Errorf("only %d searches are recorded", total)
	}
}

// agrees reports whether Varve answers as MLflow does. A refusal agrees with a
// refusal, and in the same words where the recording asks for them. Where
// MLflow crashes, Varve must refuse.
func agrees(c *recorded, got answer) bool {
	switch {
	case c.Found != nil:
		return got.refused == nil && slices.Equal(*c.Found, got.found)
	case c.Refused != nil && c.SameWords != 0:
		return got.refused != nil && sameWords(*c.Refused, got.refused.Error())
	}
	return got.refused != nil
}

// sameWords compares messages up to the set of valid values that some end with:
// there Varve leaves out what it does not have.
func sameWords(mlflow, ours string) bool {
	mlflow, _, _ = strings.Cut(mlflow, "{")
	ours, _, _ = strings.Cut(ours, "{")
	return ours == mlflow || strings.HasSuffix(mlflow, "= 0.01').") && strings.HasPrefix(ours, mlflow)
}

// testRow is a row in memory.
type testRow struct {
	attributes   map[string]Value
	metrics      map[string]float64
	params, tags map[string]string
	datasets     []Dataset
	points       []Point
}

func (r *testRow) Metric(key string) (float64, bool)   { v, ok := r.metrics[key]; return v, ok }
func (r *testRow) Param(key string) (string, bool)     { v, ok := r.params[key]; return v, ok }
func (r *testRow) Tag(key string) (string, bool)       { v, ok := r.tags[key]; return v, ok }
func (r *testRow) Attribute(name string) (Value, bool) { v, ok := r.attributes[name]; return v, ok }
func (r *testRow) Datasets() []Dataset                 { return r.datasets }
func (r *testRow) Points() []Point                     { return r.points }

// UnmarshalJSON reads a row as testdata/worlds.py writes it.
func (r *testRow) UnmarshalJSON(data []byte) error {
	var in struct {
		Attributes   map[string]any
		Metrics      map[string]jsonNumber
		Params, Tags map[string]string
		Datasets     []struct {
			Name, Digest string
			Context      *string
		}
		Points []struct {
			Key                  string
			Value                jsonNumber
			Time, Step           int64
			Run, Dataset, Digest string
		}
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	r.params, r.tags = in.Params, in.Tags
	r.attributes, r.metrics = map[string]Value{}, map[string]float64{}
	for name, v := range in.Attributes {
		switch v := v.(type) {
		case string:
			r.attributes[name] = Text(v)
		case float64:
			r.attributes[name] = Number(v)
		}
	}
	for key, v := range in.Metrics {
		r.metrics[key] = float64(v)
	}
	for _, d := range in.Datasets {
		set := Dataset{Name: d.Name, Digest: d.Digest, HasContext: d.Context != nil}
		if d.Context != nil {
			set.Context = *d.Context
		}
		r.datasets = append(r.datasets, set)
	}
	for _, p := range in.Points {
		r.points = append(r.points, Point{p.Key, float64(p.Value), p.Time, p.Step, p.Run, p.Dataset, p.Digest})
	}
	return nil
}

// jsonNumber is a number that may be written as "NaN" or "Infinity".
type jsonNumber float64

func (n *jsonNumber) UnmarshalJSON(data []byte) error {
	if special, ok := map[string]float64{`"NaN"`: math.NaN(), `"Infinity"`: math.Inf(1), `"-Infinity"`: math.Inf(-1)}[string(data)]; ok {
		*n = jsonNumber(special)
		return nil
	}
	return json.Unmarshal(data, (*float64)(n))
}
