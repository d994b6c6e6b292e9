package api

// FilePreview is what is in a file. Of text, pictures and whatever is no table and
// no array there is only the size: the bytes themselves show it.
type FilePreview struct {
	Path   string         `json:"path"`
	Size   int64          `json:"size"`
	Table  *TablePreview  `json:"table,omitempty"`
	Arrays []ArraySummary `json:"arrays,omitempty"`
}

// TablePreview is what is in a table.
type TablePreview struct {
	TableFacts
	Columns []ColumnSummary `json:"columns"`
	Left    int             `json:"left" doc:"Columns that are not listed since there are too many"`
	First   [][]string      `json:"first" doc:"The first rows, a cell for each of the columns"`
	Broken  string          `json:"broken,omitempty" doc:"Why the rows after those that were read cannot be"`
}

// TableFacts say what was read of a table.
type TableFacts struct {
	Kind      string   `json:"kind" doc:"Text, Excel or Parquet"`
	Encoding  string   `json:"encoding,omitempty"`
	Separator string   `json:"separator,omitempty" doc:"In words"`
	Sheet     string   `json:"sheet,omitempty" doc:"The one that was read"`
	Sheets    []string `json:"sheets,omitempty" doc:"All"`
	Rows      int      `json:"rows" doc:"That were read, from the first one on"`
	More      bool     `json:"more" doc:"There are further rows, which count for nothing here"`
}

// ColumnSummary is what the values of a column are.
type ColumnSummary struct {
	Name     string          `json:"name"`
	Type     string          `json:"type" enum:"empty,true or false,whole number,number,time,text"`
	Declared string          `json:"declared,omitempty" doc:"The type that the file itself says"`
	Rows     int             `json:"rows"`
	Missing  int             `json:"missing"`
	Distinct int             `json:"distinct" doc:"Different values; at least so many, if many is set"`
	Many     bool            `json:"many"`
	Numbers  *NumberSummary  `json:"numbers,omitempty" doc:"Of numbers and times, which are ms since 1970"`
	Common   []CategoryCount `json:"common,omitempty" doc:"The most frequent values of what is no number, unless there are many"`
}

// NumberSummary is what numbers are. What is infinite counts for nothing else.
type NumberSummary struct {
	Count     int      `json:"count"`
	Infinite  int      `json:"infinite,omitempty"`
	Min       Number   `json:"min"`
	Max       Number   `json:"max"`
	Mean      Number   `json:"mean"`
	Std       Number   `json:"std"`
	Quantiles []Number `json:"quantiles" minItems:"5" maxItems:"5" doc:"At 5, 25, 50, 75 and 95 %"`
	Bins      []int    `json:"bins" doc:"How many there are in parts of equal width from min to max"`
	Sampled   bool     `json:"sampled" doc:"Quantiles and bins are those of a sample"`
}

// CategoryCount is a value, and how often it comes.
type CategoryCount struct {
	Text  string `json:"text"`
	Count int    `json:"count"`
}

// ArraySummary is what a NumPy array has.
type ArraySummary struct {
	Name     string  `json:"name,omitempty" doc:"In an archive of several"`
	Shape    []int64 `json:"shape"`
	Type     string  `json:"type" doc:"As NumPy calls it"`
	Values   int64   `json:"values" doc:"Elements"`
	Read     int64   `json:"read" doc:"Elements that were looked at; 0 if they are no plain numbers"`
	NaN      int64   `json:"nan"`
	Infinite int64   `json:"infinite"`
	Min      Number  `json:"min"`
	Max      Number  `json:"max"`
	Mean     Number  `json:"mean"`
	Std      Number  `json:"std"`
}

// DataValues is how the values of a file differ in two versions.
type DataValues struct {
	Path   string        `json:"path"`
	Table  *TableChanges `json:"table,omitempty"`
	Arrays []ArrayPair   `json:"arrays,omitempty"`
}

// TableChanges is how two tables differ. Rows are compared in the columns that both
// have.
type TableChanges struct {
	Before  TableFacts      `json:"before"`
	After   TableFacts      `json:"after"`
	Added   []ColumnSummary `json:"added" doc:"Columns that only the second one has"`
	Removed []ColumnSummary `json:"removed" doc:"Columns that only the first one has"`
	Common  []ColumnDrift   `json:"common" doc:"Columns of both, those first whose values changed most"`
	Left    int             `json:"left" doc:"Columns of both that are not listed since there are too many"`

	Key    string   `json:"key" doc:"The column by which rows were matched; empty: by all values, so that no row counts as changed"`
	Chosen bool     `json:"chosen" doc:"The key was asked for"`
	Keys   []string `json:"keys" doc:"Columns that can be a key"`

	Same        int `json:"same" doc:"Rows"`
	AddedRows   int `json:"added_rows"`
	RemovedRows int `json:"removed_rows"`
	ChangedRows int `json:"changed_rows"`

	ColumnsBefore []string     `json:"columns_before" doc:"Of the rows of first_removed"`
	ColumnsAfter  []string     `json:"columns_after" doc:"Of the rows of first_added"`
	FirstAdded    [][]string   `json:"first_added"`
	FirstRemoved  [][]string   `json:"first_removed"`
	FirstChanged  []ChangedRow `json:"first_changed"`
}

// ColumnDrift is how the values of a column changed.
type ColumnDrift struct {
	Name     string        `json:"name"`
	Before   ColumnSummary `json:"before"`
	After    ColumnSummary `json:"after"`
	Cells    int           `json:"cells" doc:"Values that differ in rows that were matched by a key"`
	Distance *Number       `json:"distance,omitempty" doc:"How far the values as a whole are apart, from 0 to 1: of numbers and times Kolmogorov and Smirnov's distance, else the share of values that would have to be others"`
	New      []string      `json:"new" doc:"Values that only the second one has, if there are few different ones"`
	Gone     []string      `json:"gone" doc:"Values that only the first one has"`
}

// ChangedRow is a row of which some values changed.
type ChangedRow struct {
	Key   string        `json:"key"`
	Cells []ChangedCell `json:"cells"`
}

// ChangedCell is a value that changed.
type ChangedCell struct {
	Column string `json:"column"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// ArrayPair is an array of two versions.
type ArrayPair struct {
	Before   *ArraySummary `json:"before,omitempty"`
	After    *ArraySummary `json:"after,omitempty"`
	Compared bool          `json:"compared" doc:"They have the same shape, and their elements were compared one by one"`
	Changed  int64         `json:"changed" doc:"Elements that differ"`
	Largest  Number        `json:"largest" doc:"By how much at most"`
}
