package track

import (
	"slices"
	"strings"

	"dev.varve/backend/search"
	"dev.varve/backend/table"
)

// stride is how many blocks of rows are looked at before writers are let in.
const stride = 64

// Brief is what the columns say of a run: enough to count and to list without
// reading its record. It is used while the lock is held, as in fn of Briefs.
type Brief struct {
	tracker *Tracker
	table   *runTable
	row     int
}

// ID is the id of the run.
func (b Brief) ID() string { return b.tracker.state.tables.id(b.table.runs[b.row]) }

// Experiment is the id of the experiment of the run.
func (b Brief) Experiment() string { return b.table.experiment }

// Name is the shown name of the run; of a long one the beginning, and "…".
func (b Brief) Name() string { return b.begun("run_name") }

func (b Brief) begun(attribute string) string {
	text, long, _ := b.table.Texts(attributeColumn(attribute)).Get(b.row)
	if long {
		return strings.ToValidUTF8(text, "") + "…"
	}
	return text
}

// User is who started it, and Source the project or script.
func (b Brief) User() string { return b.table.text("user_id", b.row) }

// Source is the project or script.
func (b Brief) Source() string { return b.table.text("source", b.row) }

// Parent is the id of the run that it is nested in; empty if it is in none.
func (b Brief) Parent() string {
	parent, _, _ := b.table.Texts(tagColumn(TagParent)).Get(b.row)
	return parent
}

// State says in Varve's words what the run is doing, and why it ended or is
// lost.
func (b Brief) State() (state, reason string) {
	if b.Lost() {
		return "lost", b.tracker.lost[b.ID()]
	}
	return StateOf(b.Status()), b.begun("reason")
}

// Status is MLflow's word for what the run is doing, as recorded.
func (b Brief) Status() string { return b.table.text("status", b.row) }

// Start and End are in ms since 1970; End is 0 for a run that has not ended.
func (b Brief) Start() int64 { return int64(b.table.number("start_time", b.row)) }

// End is when the run ended.
func (b Brief) End() int64 { return int64(b.table.number("end_time", b.row)) }

// Touched is the latest author's clock of what is recorded about the run, in ms
// since 1970.
func (b Brief) Touched() int64 { return int64(b.table.number(attributeTouched, b.row)) }

// Host is the computer of the run's agent; ok is false if it had none.
func (b Brief) Host() (host string, ok bool) {
	host, _, ok = b.table.Texts(attributeColumn(attributeHost)).Get(b.row)
	return host, ok
}

// Trashed reports whether the run itself lies in the trash.
func (b Brief) Trashed() bool { return b.table.trashed(b.row) }

// Gone reports whether the run, or its experiment, lies in the trash.
func (b Brief) Gone() bool { return b.Trashed() || b.tracker.state.emptied(b.table.experiment) }

// Lost reports whether the run's agent is gone without a word.
func (b Brief) Lost() bool {
	if len(b.tracker.lost) == 0 || Terminal(b.Status()) {
		return false
	}
	_, lost := b.tracker.lost[b.ID()]
	return lost
}

// Inputs are the data sets that the run used.
func (b Brief) Inputs() []search.Dataset {
	packed, _, _ := b.table.Texts(search.TableKey(search.DatasetInput, "")).Get(b.row)
	return search.UnpackDatasets(packed)
}

// emptied reports whether an experiment lies in the trash, or was purged and runs
// in it became known later.
func (s *state) emptied(experiment string) bool {
	if s.gone(experimentPrefix + experiment) {
		return true
	}
	x, ok := s.experiments[experiment]
	return ok && x.Trashed()
}

// Briefs calls fn with every run of the experiments, of each the latest to
// become known first, until fn returns false. Without experiments it is all
// runs. The lock is held during each call but not from the first to the last.
func (t *Tracker) Briefs(experiments []string, fn func(Brief) bool) {
	for _, in := range t.tablesOf(experiments) {
		if !t.walk(in, fn) {
			return
		}
	}
}

// tablesOf returns the tables of experiments, or all.
func (t *Tracker) tablesOf(experiments []string) (list []*runTable) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if experiments == nil {
		return slices.Clone(t.state.tables.list)
	}
	for _, id := range experiments {
		if in := t.state.tables.existing(id); in != nil && !slices.Contains(list, in) {
			list = append(list, in)
		}
	}
	return list
}

func (t *Tracker) walk(in *runTable, fn func(Brief) bool) bool {
	t.mu.RLock()
	blocks := in.Blocks()
	t.mu.RUnlock()
	for to := blocks; to > 0; to -= stride {
		if !t.walkBlocks(in, max(0, to-stride), to, fn) {
			return false
		}
	}
	return true
}

func (t *Tracker) walkBlocks(in *runTable, from, to int, fn func(Brief) bool) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for row := min(to*table.BlockRows, in.Rows()) - 1; row >= from*table.BlockRows; row-- {
		if in.Has(row) && !fn(Brief{t, in, row}) {
			return false
		}
	}
	return true
}

// Live calls fn with every run that has not ended, the lock held.
func (t *Tracker) Live(fn func(Brief)) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, in := range t.state.tables.list {
		for row := range in.live() {
			fn(Brief{t, in, row})
		}
	}
}

// live yields the rows of runs that have not ended. It looks at no row of a
// table where all have.
func (t *runTable) live() func(yield func(int) bool) {
	return func(yield func(int) bool) {
		statuses := t.Texts(attributeColumn("status"))
		open, ended := map[uint32]bool{}, 0
		for code := 1; code < statuses.Codes(); code++ {
			if status, _ := statuses.Text(uint32(code)); Terminal(status) {
				ended += statuses.Rows(uint32(code))
			} else {
				open[uint32(code)] = true
			}
		}
		if ended == t.Len() {
			return
		}
		for b := range t.Blocks() {
			block := statuses.Block(b)
			for i, code := range block.Codes {
				if !open[code] {
					continue
				}
				if block.At != nil {
					i = int(block.At[i])
				}
				if !yield(b*table.BlockRows + i) {
					return
				}
			}
		}
	}
}

// Counts are the runs of an experiment.
type Counts struct {
	All     int // in the trash or not
	Trashed int // by themselves, not with the experiment
}

// Count counts the runs of an experiment without looking at them.
func (t *Tracker) Count(experiment string) Counts {
	t.mu.RLock()
	defer t.mu.RUnlock()
	in := t.state.tables.existing(experiment)
	if in == nil {
		return Counts{}
	}
	return Counts{in.Len(), in.Numbers(attributeColumn("trashed")).Len()}
}
