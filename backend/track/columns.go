package track

import (
	"encoding/hex"
	"strings"

	"github.com/zeebo/blake3"

	"dev.varve/backend/event"
	"dev.varve/backend/search"
	"dev.varve/backend/table"
)

// tables are the runs of each experiment as a search sees them, in columns.
// Rows are runs whose creation has arrived.
type tables struct {
	list []*runTable
	of   map[string]int32 // by experiment
	at   map[runKey]place // by run
	// changed is how often rows have changed since the last snapshot.
	changed int
	coded   bool // a snapshot that is being read says that records have the code that is known
	odd     map[runKey]string
}

// runTable is the table of one experiment.
type runTable struct {
	*table.Table
	experiment string
	runs       []runKey // by row
}

// place is the row of a run.
type place struct{ table, row int32 }

// runKey is the id of a run in half the space: the bytes of 32 hex digits, or a
// hash of anything else.
type runKey [16]byte

func newTables() *tables {
	return &tables{of: map[string]int32{}, at: map[runKey]place{}, odd: map[runKey]string{}}
}

func keyOf(id string) (key runKey, plain bool) {
	if len(id) == 32 && strings.ToLower(id) == id {
		if n, err := hex.Decode(key[:], []byte(id)); err == nil && n == len(key) {
			return key, true
		}
	}
	sum := blake3.Sum256([]byte(id))
	return runKey(sum[:16]), false
}

// id is the id of a run.
func (t *tables) id(key runKey) string {
	if id, ok := t.odd[key]; ok {
		return id
	}
	return hex.EncodeToString(key[:])
}

func (t *tables) table(experiment string) *runTable {
	i, ok := t.of[experiment]
	if !ok {
		i = int32(len(t.list))
		t.list = append(t.list, &runTable{Table: table.New(), experiment: experiment})
		t.of[experiment] = i
	}
	return t.list[i]
}

// existing is the table of an experiment, nil if it never had runs.
func (t *tables) existing(experiment string) *runTable {
	if i, ok := t.of[experiment]; ok {
		return t.list[i]
	}
	return nil
}

// find is the row of a run.
func (t *tables) find(id string) (*runTable, int, bool) {
	key, _ := keyOf(id)
	p, ok := t.at[key]
	if !ok {
		return nil, 0, false
	}
	return t.list[p.table], int(p.row), true
}

// enter returns the row of a run, which it makes or moves if it has to.
func (t *tables) enter(r *Run) (in *runTable, row int, fresh bool) {
	key, plain := keyOf(r.ID)
	if p, ok := t.at[key]; ok {
		in = t.list[p.table]
		if in.experiment == r.Experiment {
			return in, int(p.row), false
		}
		in.Remove(int(p.row))
	}
	if !plain {
		t.odd[key] = r.ID
	}
	in = t.table(r.Experiment)
	row = in.Add()
	in.runs = append(in.runs, key)
	t.at[key] = place{t.of[r.Experiment], int32(row)}
	return in, row, true
}

// Attributes of runs that are columns, besides those that a filter may name.
const (
	attributeTouched = "touched" // ms, the latest author's clock
	attributeHost    = "host"    // of the agent; absent if there was none
	attributeMade    = "made"    // the experiment where a run was made that is in another one now
)

func metricColumn(key string) table.Key     { return search.TableKey(search.Metric, key) }
func paramColumn(key string) table.Key      { return search.TableKey(search.Param, key) }
func tagColumn(key string) table.Key        { return search.TableKey(search.Tag, key) }
func attributeColumn(name string) table.Key { return search.TableKey(search.Attribute, name) }
func (t *runTable) text(name string, row int) string {
	text, _, _ := t.Texts(attributeColumn(name)).Get(row)
	return text
}

func (t *runTable) number(name string, row int) float64 {
	n, _ := t.Numbers(attributeColumn(name)).Get(row)
	return n
}

func (t *runTable) trashed(row int) bool { return t.number("trashed", row) != 0 }

// enter brings the columns of a run up to date after an event.
func (s *state) enter(r *Run, body event.Body) {
	if !r.Known() {
		return
	}
	s.tables.changed++
	t, row, fresh := s.tables.enter(r)
	if fresh {
		t.setAll(r, row)
		return
	}
	t.SetNumber(attributeColumn(attributeTouched), row, float64(r.Touched/1e6))
	switch b := body.(type) {
	case *event.RunCreated:
		t.setAll(r, row)
	case *event.LabelSet:
		t.setLabel(r, row, b.Key)
	case *event.RunStatus:
		t.setStatus(r, row)
	case *event.RunParams:
		for _, p := range b.Params {
			t.SetText(paramColumn(p.Key), row, r.Params[p.Key].Value, false)
		}
	case *event.RunMetrics:
		for i := range b.Series {
			t.setMetric(r, row, b.Series[i].Key)
		}
	case *event.RunInputs:
		t.setInputs(r, row)
	}
}

// setAll fills the row of a run.
func (t *runTable) setAll(r *Run, row int) {
	t.SetNumber(attributeColumn(attributeTouched), row, float64(r.Touched/1e6))
	t.SetNumber(attributeColumn("start_time"), row, float64(r.Start))
	t.setText("user_id", row, r.User)
	if r.Origin != nil {
		t.SetText(attributeColumn(attributeHost), row, r.Origin.Host, false)
	}
	t.setText("source", row, r.Source())
	if r.Made != r.Experiment {
		t.setText(attributeMade, row, r.Made)
	}
	t.setStatus(r, row)
	for key := range r.Labels {
		t.setLabel(r, row, key)
	}
	for key, p := range r.Params {
		t.SetText(paramColumn(key), row, p.Value, false)
	}
	for key := range r.Metrics {
		t.setMetric(r, row, key)
	}
	t.setInputs(r, row)
}

func (t *runTable) setText(attribute string, row int, value string) {
	if value == "" {
		t.ClearText(attributeColumn(attribute), row)
		return
	}
	t.SetText(attributeColumn(attribute), row, value, false)
}

func (t *runTable) setLabel(r *Run, row int, key string) {
	switch key {
	case event.LabelName:
		t.setText("run_name", row, r.Name())
	case event.LabelTrash:
		if r.Trashed() {
			t.SetNumber(attributeColumn("trashed"), row, 1)
		} else {
			t.ClearNumber(attributeColumn("trashed"), row)
		}
	default:
		tag, isTag := strings.CutPrefix(key, event.TagPrefix)
		if !isTag {
			return
		}
		if value, ok := r.Labels.Tag(tag); ok {
			t.SetText(tagColumn(tag), row, value, false)
		} else {
			t.ClearText(tagColumn(tag), row)
		}
		if tag == TagSource {
			t.setText("source", row, r.Source())
		}
	}
}

func (t *runTable) setStatus(r *Run, row int) {
	end := r.End()
	t.setText("status", row, end.Status)
	t.setText("reason", row, end.Reason)
	if end.End == 0 {
		t.ClearNumber(attributeColumn("end_time"), row)
	} else {
		t.SetNumber(attributeColumn("end_time"), row, float64(end.End))
	}
	if end.ExitCode == nil {
		t.ClearNumber(attributeColumn("exit_code"), row)
	} else {
		t.SetNumber(attributeColumn("exit_code"), row, float64(*end.ExitCode))
	}
}

func (t *runTable) setMetric(r *Run, row int, key string) {
	m := r.Metrics[key]
	t.SetNumber(metricColumn(key), row, m.Last.Value)
	t.setExtreme(search.MetricMin, key, row, m.Min, m.Last.Value)
	t.setExtreme(search.MetricMax, key, row, m.Max, m.Last.Value)
}

// setExtreme keeps an extreme only where it is not the latest value.
func (t *runTable) setExtreme(kind search.Kind, key string, row int, value, last float64) {
	column := search.TableKey(kind, key)
	if value != value || value == last {
		t.ClearNumber(column, row)
		return
	}
	t.SetNumber(column, row, value)
}

func (t *runTable) setInputs(r *Run, row int) {
	column := search.TableKey(search.DatasetInput, "")
	if len(r.Datasets) == 0 {
		t.ClearText(column, row)
		return
	}
	t.SetText(column, row, search.PackDatasets(r.inputs()), true)
}

// inputs are the data sets of a run as a search sees them.
func (r *Run) inputs() []search.Dataset {
	inputs := make([]search.Dataset, len(r.Datasets))
	for i := range r.Datasets {
		d := &r.Datasets[i].Value
		inputs[i] = search.Dataset{Name: d.Name, Digest: d.Digest, ID: d.Dataset, Version: d.Version}
		inputs[i].Context, inputs[i].HasContext = ContextOf(d)
	}
	return inputs
}

// Source names the project or the script of a run by its last element.
func (r *Run) Source() string {
	source, _ := r.Labels.Tag(TagSource)
	if r.Origin != nil && r.Origin.Project != "" {
		source = r.Origin.Project
	}
	source = strings.TrimRight(source, `/\`)
	return source[strings.LastIndexAny(source, `/\`)+1:]
}
