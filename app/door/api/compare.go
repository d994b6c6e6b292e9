package api

import (
	"dev.varve/backend/chart"
	"dev.varve/backend/compare"
)

// Comparison is runs side by side.
type Comparison struct {
	Seq      uint64            `json:"seq"`
	Runs     []ComparedRun     `json:"runs"`
	Baseline int               `json:"baseline" doc:"Number of the run that the others are measured by"`
	Sections []ComparedSection `json:"sections"`
}

// ComparedRun is the head of one column.
type ComparedRun struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Status     RunStatus `json:"status" enum:"waiting,running,finished,failed,stopped,lost"`
	Started    int64     `json:"started,omitempty"`
	Ended      int64     `json:"ended,omitempty"`
	Experiment string    `json:"experiment" doc:"Its name"`
}

// ComparedSection are the rows of one kind.
type ComparedSection struct {
	Kind  compare.Kind  `json:"kind" enum:"run,metrics,params,data,code,environment,packages,tags,notes"`
	Equal int           `json:"equal" doc:"Rows that are the same in all runs; those of packages are not among rows"`
	Left  int           `json:"left" doc:"Rows that were left out since there are too many"`
	Rows  []ComparedRow `json:"rows"`
}

// ComparedRow is one thing, and what each run has of it.
type ComparedRow struct {
	Key    string         `json:"key"`
	Same   bool           `json:"same"`
	Better chart.Sense    `json:"better" enum:"lower,higher," doc:"Which values of a metric are the better ones; empty: nobody knows"`
	Word   string         `json:"word" doc:"Of the key, that says so; empty if a person did"`
	Best   []int          `json:"best" doc:"Numbers of the runs with the best value"`
	Cells  []ComparedCell `json:"cells" doc:"By run"`
}

// CodeDifference is how the code that was kept with two runs differs.
type CodeDifference struct {
	Files []CodeFile `json:"files"`
	Note  string     `json:"note" doc:"What is to be known of it"`
}

// CodeFile is one file of either run.
type CodeFile struct {
	Path   string     `json:"path"`
	Status string     `json:"status" enum:"same,changed,added,removed"`
	Hunks  []CodeHunk `json:"hunks"`
}

// CodeHunk is a place where a file differs.
type CodeHunk struct {
	Line  int        `json:"line" doc:"Number of its first line in the first file, from 1"`
	Lines []CodeLine `json:"lines"`
}

// CodeLine is one line of a difference.
type CodeLine struct {
	Op   string `json:"op" enum:" ,-,+"`
	Text string `json:"text"`
}

// ComparedCell is what a run has.
type ComparedCell struct {
	Missing bool    `json:"missing"`
	Number  *Number `json:"number,omitempty" doc:"Of metrics; of how long a run took, ms"`
	Text    string  `json:"text,omitempty"`
	Change  *Number `json:"change,omitempty" doc:"From the baseline, in percent of it"`
	Link    string  `json:"link,omitempty" doc:"Digest of a version of data"`
}
