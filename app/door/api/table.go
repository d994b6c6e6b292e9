package api

import "slices"

// Question asks for runs, in an order.
type Question struct {
	Experiments []string `json:"experiments,omitempty" doc:"Ids of experiments; none: all"`
	Filter      string   `json:"filter,omitempty" doc:"In Varve's grammar, which holds MLflow's"`
	Order       []string `json:"order,omitempty" doc:"Clauses such as: metrics.rmse ASC. Without any: newest first"`
	Trashed     bool     `json:"trashed,omitempty" doc:"Runs in the trash instead of the others"`
}

// Texts are the texts of the question that somebody wrote.
func (q *Question) Texts() []string { return append(slices.Clone(q.Order), q.Filter) }

// CountQuery asks how many runs answer each of several questions.
type CountQuery struct {
	Questions []Question `json:"questions" maxItems:"100"`
}

// RunCounts are how many runs answer questions, in their order.
type RunCounts struct {
	Seq    uint64 `json:"seq"`
	Counts []int  `json:"counts" doc:"-1 for a question that is wrong"`
}

// OrderQuery asks for the order of all runs that a question finds.
type OrderQuery struct {
	Question Question  `json:"question"`
	Group    *Grouping `json:"group,omitempty" doc:"Put runs that have something in common together"`
	Nested   bool      `json:"nested,omitempty" doc:"Put runs before those that are nested in them"`
}

// Grouping says what runs are grouped by.
type Grouping struct {
	By      []string    `json:"by,omitempty" doc:"Columns"`
	Except  *[]string   `json:"except,omitempty" doc:"Instead of by: all params but these columns"`
	Columns []string    `json:"columns,omitempty" doc:"What is told of each group"`
	Order   *GroupOrder `json:"order,omitempty" doc:"None: as the first run of each group comes"`
}

// Names are the names of all columns of the grouping.
func (g *Grouping) Names() []string {
	if g == nil {
		return nil
	}
	names := slices.Concat(g.By, g.Columns)
	if g.Except != nil {
		names = append(names, *g.Except...)
	}
	return names
}

// GroupOrder puts groups in order.
type GroupOrder struct {
	Of         string `json:"of" enum:"mean,sd,min,max,n" doc:"n, the number of runs, needs no column"`
	Column     string `json:"column,omitempty"`
	Descending bool   `json:"descending,omitempty"`
}

// RunOrder is the head of the order of all runs that a question finds. What
// follows it is the id of each run in 16 bytes, and of nested runs the line of
// the parent of each as a little-endian uint32 (4294967295: none).
type RunOrder struct {
	Seq     uint64        `json:"seq" doc:"Sequence number of the live stream that this answer reflects"`
	Total   int           `json:"total" doc:"Runs that match"`
	All     int           `json:"all" doc:"Runs of the chosen experiments, filtered or not"`
	Lines   int           `json:"lines" doc:"Ids that follow: of nested runs, those around them as well"`
	Odd     []OddRun      `json:"odd,omitempty" doc:"Ids that are not the 32 hex digits of their 16 bytes"`
	Context []int         `json:"context,omitempty" doc:"Lines of runs that do not match and have some within that do"`
	Keys    []string      `json:"keys,omitempty" doc:"What the runs are grouped by: columns of which groups have different values"`
	Same    []CommonValue `json:"same,omitempty" doc:"Columns of the grouping that are equal in all groups"`
	Groups  []RunGroup    `json:"groups,omitempty"`
	Advice  []Advice      `json:"advice,omitempty" doc:"What may be wrong with a filter that finds nothing"`
}

// OddRun is a run whose id is none that Varve makes.
type OddRun struct {
	Line int    `json:"line"`
	ID   string `json:"id"`
}

// CommonValue is what all runs have in a column.
type CommonValue struct {
	Column string `json:"column"`
	Text   string `json:"text,omitempty"`
	Absent bool   `json:"absent,omitempty"`
}

// GroupKey is what the runs of a group have in a column.
type GroupKey struct {
	Text   string `json:"text"`
	Absent bool   `json:"absent,omitempty"`
}

// RunGroup is runs that have something in common: the lines from From on.
type RunGroup struct {
	ID       string         `json:"id" doc:"The same for the same values, whatever else is asked"`
	Name     string         `json:"name" doc:"What tells it from the other groups, in words"`
	Key      []GroupKey     `json:"key" doc:"As keys"`
	From     int            `json:"from"`
	Runs     int            `json:"runs"`
	Statuses map[string]int `json:"statuses" doc:"How many runs do what"`
	Started  int64          `json:"started,omitempty" doc:"The youngest"`
	Took     Number         `json:"took,omitempty" doc:"Mean, ms"`
	Cells    []GroupCell    `json:"cells" doc:"As the columns that were asked for"`
}

// GroupCell is what the runs of a group have in a column. NaN and infinite
// numbers are counted and have no part in the rest.
type GroupCell struct {
	Filled   int     `json:"filled" doc:"Runs that have something"`
	N        int     `json:"n" doc:"Finite numbers"`
	Mean     *Number `json:"mean,omitempty"`
	SD       *Number `json:"sd,omitempty" doc:"Standard deviation of a sample, from two numbers on"`
	Min      *Number `json:"min,omitempty"`
	Max      *Number `json:"max,omitempty"`
	NaN      int     `json:"nan,omitempty"`
	Infinite int     `json:"infinite,omitempty"`
	Same     bool    `json:"same,omitempty" doc:"All runs have the same"`
	Text     string  `json:"text,omitempty" doc:"What they all have"`
}

// CellQuery asks what runs have in columns: the runs of some ids, or the first
// ones that a question finds.
type CellQuery struct {
	Runs     []string  `json:"runs,omitempty" maxItems:"1000" doc:"Ids of runs"`
	Question *Question `json:"question,omitempty" doc:"Instead of ids"`
	Limit    int       `json:"limit,omitempty" minimum:"0" maximum:"1000" doc:"Of the question"`
	Columns  []string  `json:"columns,omitempty" maxItems:"10000" doc:"Names as in an order"`
}

// Cells is what runs have in columns.
type Cells struct {
	Seq     uint64        `json:"seq" doc:"Sequence number of the live stream that this answer reflects"`
	Total   int           `json:"total" doc:"Runs that match the question; of ids, those that are there"`
	All     int           `json:"all" doc:"Runs of the chosen experiments, filtered or not"`
	Runs    []RunFacts    `json:"runs"`
	Columns []ColumnCells `json:"columns" doc:"As they were asked for"`
}

// ColumnCells is a column for some runs. Either numbers or texts are there.
type ColumnCells struct {
	Name    string   `json:"name"`
	Type    string   `json:"type" enum:"number,text,time,duration,status,data"`
	At      []int    `json:"at,omitempty" doc:"Rows that have a value; absent: all have"`
	Empty   bool     `json:"empty,omitempty" doc:"No row has a value"`
	Numbers []Number `json:"numbers,omitempty"`
	Texts   []string `json:"texts,omitempty"`
	Cut     []int    `json:"cut,omitempty" doc:"Rows of which the text is only the beginning"`
}

// ColumnQuery asks what can be shown of the runs that a question finds.
type ColumnQuery struct {
	Question Question `json:"question"`
	Columns  []string `json:"columns,omitempty" maxItems:"10000" doc:"None: every column that the runs have, without counting values"`
	Buckets  int      `json:"buckets,omitempty" minimum:"0" maximum:"1000" doc:"Of histograms; 0: 20"`
}

// RunColumns are columns, over all runs that a question finds.
type RunColumns struct {
	Seq     uint64      `json:"seq"`
	Total   int         `json:"total" doc:"Runs that match"`
	Columns []RunColumn `json:"columns"`
}

// RunColumn is what all runs have in a column.
type RunColumn struct {
	Name     string  `json:"name" doc:"As in filters and orders"`
	Kind     string  `json:"kind" enum:"metric,param,tag,attribute,data"`
	Key      string  `json:"key" doc:"Without the kind"`
	Type     string  `json:"type" enum:"number,text,time,duration,status,data"`
	Filled   int     `json:"filled" doc:"Runs that have something"`
	Distinct int     `json:"distinct,omitempty" doc:"Different values, 1000 at most"`
	Many     bool    `json:"many,omitempty" doc:"There are more than 1000"`
	Same     bool    `json:"same,omitempty" doc:"All runs have one and the same value"`
	Text     string  `json:"text,omitempty" doc:"That value"`
	Numbers  int     `json:"numbers,omitempty" doc:"Finite numbers"`
	NaN      int     `json:"nan,omitempty"`
	Infinite int     `json:"infinite,omitempty"`
	Min      *Number `json:"min,omitempty"`
	Max      *Number `json:"max,omitempty"`
	Buckets  []int   `json:"buckets,omitempty" doc:"How many numbers lie in each of the equal parts from min to max"`
}

// SparklineQuery asks for the thinned history of a metric of many runs.
type SparklineQuery struct {
	Runs   []string `json:"runs" minItems:"1" maxItems:"500" doc:"Ids of runs"`
	Key    string   `json:"key" minLength:"1" doc:"Of the metric"`
	Points int      `json:"points,omitempty" minimum:"8" maximum:"200" doc:"Of each run at most; absent: 32"`
}
