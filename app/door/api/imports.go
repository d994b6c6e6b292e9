package api

// Import names what is to be brought in, and how.
type Import struct {
	From        string       `json:"from" minLength:"1" doc:"Absolute path of a folder or file of MLflow, of a table (.csv, .tsv, .xlsx), of a repository of DVC or git-lfs, or the address of a server: http://..."`
	Kind        string       `json:"kind,omitempty" enum:"data,dvc,lfs" doc:"Versions of data are imported that DVC or git-lfs keep, or whichever of them does; nothing: what it is, is found out, runs first"`
	Into        string       `json:"into,omitempty" doc:"A folder of experiments that everything is put in; of data, what comes before the names of data sets, with a slash"`
	Name        string       `json:"name,omitempty" doc:"Of the data set, if there is but one"`
	Each        bool         `json:"each,omitempty" doc:"Each file that git-lfs keeps is a data set of its own; else all are one"`
	Reference   bool         `json:"reference,omitempty" doc:"Leave artifacts where they are, and refer to them"`
	NoArtifacts bool         `json:"noArtifacts,omitempty" doc:"Take no artifacts"`
	Experiments []string     `json:"experiments,omitempty" doc:"Names or ids there; none: all"`
	Artifacts   []string     `json:"artifacts,omitempty" doc:"Absolute paths of more folders that artifacts may lie in"`
	Table       *ImportTable `json:"table,omitempty" doc:"It is a table, and how its rows become runs; files whose names end like those of tables are tables also without it"`
}

// ImportTable is what a person decides about a table of results.
type ImportTable struct {
	Sheet      string            `json:"sheet,omitempty" doc:"Of a workbook, by its name or number from 1; none: the first one with something in it"`
	Experiment string            `json:"experiment,omitempty" doc:"Where the rows go; none: named like the file"`
	Columns    map[string]string `json:"columns,omitempty" doc:"What columns become, by their names: param, metric, tag, name, start, end, note or skip; the others become what is proposed"`
	Decimal    string            `json:"decimal,omitempty" doc:"What stands before decimals: point or comma; none: what is found out"`
	Dates      string            `json:"dates,omitempty" doc:"How dates are written: day-first, month-first or year-first; none: what is found out"`
}

// ImportPlan is what an import would do.
type ImportPlan struct {
	Kind        string             `json:"kind" doc:"What it is, in words"`
	From        string             `json:"from"`
	Local       bool               `json:"local" doc:"Artifacts can be left where they are"`
	Runs        int                `json:"runs"`
	Known       int                `json:"known" doc:"Of the runs: how many are here already; they get what they lack"`
	Differ      int                `json:"differ" doc:"Of those that are known: rows of a table that say something else; what is here stays"`
	Deleted     int                `json:"deleted" doc:"Of the runs: how many come into the trash"`
	Models      int                `json:"models" doc:"Logged models"`
	Files       int64              `json:"files" doc:"Artifacts"`
	Bytes       int64              `json:"bytes" doc:"Of the artifacts"`
	Experiments []ImportExperiment `json:"experiments"`
	Registered  []ImportRegistered `json:"registered" doc:"Registered models; none of single experiments"`
	Datasets    []ImportDataset    `json:"datasets" doc:"Data sets, if versions of data are imported; then there are no runs"`
	Skipped     []ImportSkipped    `json:"skipped" doc:"The first things that cannot be read"`
	Left        int                `json:"left" doc:"How many such things there are"`
	Table       *ImportPlanTable   `json:"table,omitempty"`
}

// ImportPlanTable is what a table has, and what becomes of it.
type ImportPlanTable struct {
	Sheet      string         `json:"sheet,omitempty"`
	Sheets     []string       `json:"sheets,omitempty"`
	Encoding   string         `json:"encoding,omitempty"`
	Separator  string         `json:"separator,omitempty" doc:"In words"`
	Decimal    string         `json:"decimal" enum:"point,comma" doc:"What stands before decimals"`
	Dates      string         `json:"dates,omitempty" enum:"day-first,month-first,year-first" doc:"How dates are read; nothing if there are none that could be read otherwise"`
	Header     bool           `json:"header" doc:"The first row has the names of the columns"`
	Experiment string         `json:"experiment" doc:"Name of the experiment, before it is put into a folder"`
	KnownBy    string         `json:"knownBy" doc:"What a row is known by when the table is imported again, in words"`
	Columns    []ImportColumn `json:"columns"`
	Preview    [][]string     `json:"preview" doc:"The first rows as they are read, a cell for each of the columns"`
}

// ImportColumn is a column of a table.
type ImportColumn struct {
	Name     string `json:"name"`
	Key      string `json:"key" doc:"Name of the param, metric or tag"`
	Kind     string `json:"kind" enum:"param,metric,tag,name,start,end,note,skip"`
	Why      string `json:"why" doc:"Why it is that, in words"`
	Filled   int    `json:"filled" doc:"Rows that have something there"`
	Numbers  int    `json:"numbers" doc:"Of them: rows that have a number there"`
	Distinct int    `json:"distinct" doc:"Different values, counted up to 1000"`
}

// ImportExperiment is what an import would do with one experiment.
type ImportExperiment struct {
	ID      string `json:"id" doc:"There"`
	Name    string `json:"name" doc:"There"`
	As      string `json:"as" doc:"Name here"`
	New     bool   `json:"new" doc:"It is made"`
	Reason  string `json:"reason,omitempty" doc:"Why it is not simply made under its own name"`
	Deleted bool   `json:"deleted,omitempty"`
	Runs    int    `json:"runs"`
	Known   int    `json:"known"`
	Models  int    `json:"models"`
	Files   int64  `json:"files"`
	Bytes   int64  `json:"bytes"`
}

// ImportRegistered is what an import would do with one registered model.
type ImportRegistered struct {
	Name     string `json:"name"`
	Versions int    `json:"versions"`
	New      int    `json:"new" doc:"Of the versions: how many are not here yet"`
	Reason   string `json:"reason,omitempty" doc:"Why nothing of it is taken"`
}

// ImportDataset is what an import would do with one data set.
type ImportDataset struct {
	Name     string `json:"name" doc:"There"`
	As       string `json:"as" doc:"Name here"`
	New      bool   `json:"new" doc:"It is made"`
	Reason   string `json:"reason,omitempty" doc:"What else is to be known of it"`
	Versions int    `json:"versions"`
	Known    int    `json:"known" doc:"Of the versions: how many are here already"`
	Missing  int    `json:"missing" doc:"Of the versions: how many stay out, since something of them is missing"`
	Files    int64  `json:"files" doc:"Of the versions that come, each content once"`
	Bytes    int64  `json:"bytes"`
}

// ImportSkipped is one thing that cannot be read.
type ImportSkipped struct {
	Where string `json:"where"`
	Why   string `json:"why"`
	Run   string `json:"run,omitempty" doc:"Id of the run here that it belongs to, of exports"`
}

// ImportResult is what an import did.
type ImportResult struct {
	Experiments int             `json:"experiments" doc:"Made"`
	Runs        int             `json:"runs" doc:"New ones"`
	More        int             `json:"more" doc:"Runs that were here, and got something that they lacked"`
	Same        int             `json:"same" doc:"Runs that are here as they are there"`
	Points      int64           `json:"points"`
	Models      int             `json:"models" doc:"New logged models"`
	Registered  int             `json:"registered" doc:"New registered models"`
	Versions    int             `json:"versions" doc:"New versions of registered models"`
	Files       int64           `json:"files"`
	Bytes       int64           `json:"bytes"`
	Skipped     []ImportSkipped `json:"skipped" doc:"The first things that were left out"`
	Left        int             `json:"left" doc:"How many such things there are"`
	Into        []string        `json:"into" doc:"Ids of the experiments that runs were put in"`
	Datasets    int             `json:"datasets" doc:"Made"`
	Data        int             `json:"data" doc:"New versions of data"`
	DataSame    int             `json:"dataSame" doc:"Versions of data that are here already"`
	IntoData    []string        `json:"intoData" doc:"Ids of the data sets that versions were put in"`
	Undo        string          `json:"undo,omitempty" doc:"Undoes the import: POST /imports/undo; nothing if no run is new"`
}

// UndoImport names an import that is undone.
type UndoImport struct {
	Undo string `json:"undo" minLength:"1" doc:"Of an ImportResult"`
}

// UndoneImport is what was put into the trash.
type UndoneImport struct {
	Runs        int `json:"runs" doc:"Those that the import had made and that were not in the trash yet"`
	Experiments int `json:"experiments" doc:"Those that it had made and that nobody has put other runs into"`
}
