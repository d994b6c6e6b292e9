// Package api holds the types of Varve's own HTTP interface. OpenAPI, and
// from it the TypeScript types of the pages, are generated from them: one
// vocabulary from Go struct to screen. Times are milliseconds since 1970
// (UTC), durations milliseconds, sizes bytes.
package api

// Experiment is a named collection of runs.
type Experiment struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Runs    int    `json:"runs" doc:"Runs that are not in the trash"`
	Live    int    `json:"live"`
	Created int64  `json:"created"`
	Trashed bool   `json:"trashed"`
}

// RunStatus is what a run is doing.
type RunStatus string

// The statuses of a run.
const (
	Waiting  RunStatus = "waiting"
	Running  RunStatus = "running"
	Finished RunStatus = "finished"
	Failed   RunStatus = "failed"
	Stopped  RunStatus = "stopped"
	Lost     RunStatus = "lost"
)

// RunFacts is what every table of runs shows of a run.
type RunFacts struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Experiment string    `json:"experiment" doc:"Id of its experiment"`
	Parent     string    `json:"parent,omitempty" doc:"Id of the run that it is nested in"`
	Status     RunStatus `json:"status" enum:"waiting,running,finished,failed,stopped,lost"`
	Reason     string    `json:"reason,omitempty" doc:"Why it failed, stopped or is lost, as a sentence"`
	User       string    `json:"user,omitempty"`
	Started    int64     `json:"started,omitempty"`
	Ended      int64     `json:"ended,omitempty"`
	Data       []DataUse `json:"data" doc:"Data set versions that it read"`
	Source     string    `json:"source,omitempty" doc:"Project or script"`
	Trashed    bool      `json:"trashed"`
}

// RunRow is a run with everything that was logged.
type RunRow struct {
	RunFacts
	Params  map[string]string `json:"params"`
	Metrics map[string]Number `json:"metrics" doc:"Latest values; system metrics left out"`
}

// DataUse is a data set as a run used it.
type DataUse struct {
	Name    string `json:"name"`
	Dataset string `json:"dataset,omitempty" doc:"Id of the data set in this workspace, if it is one"`
	Version string `json:"version,omitempty" doc:"Id of the version"`
	Number  int    `json:"number,omitempty" doc:"Version number"`
	Digest  string `json:"digest" doc:"Content digest; marks are drawn from it"`
	Context string `json:"context,omitempty" doc:"training, evaluation…"`
}

// RunPage is one page of the runs table.
type RunPage struct {
	Runs    []RunRow `json:"runs"`
	Total   int      `json:"total" doc:"Runs that match, on all pages"`
	All     int      `json:"all" doc:"Runs of the chosen experiments, filtered or not"`
	Cursor  string   `json:"cursor,omitempty" doc:"Send it back for the next page"`
	Seq     uint64   `json:"seq" doc:"Sequence number of the live stream that this answer reflects"`
	Params  []string `json:"params" doc:"Every param key in the chosen experiments, sorted"`
	Metrics []string `json:"metrics" doc:"Every metric key in the chosen experiments, sorted; system metrics left out"`
	Advice  []Advice `json:"advice,omitempty" doc:"What may be wrong with a filter that finds nothing"`
}

// Metric is the summary of one metric of a run.
type Metric struct {
	Key    string `json:"key"`
	Last   Number `json:"last"`
	Step   int64  `json:"step" doc:"Step of the last value"`
	Time   int64  `json:"time" doc:"Time of the last value"`
	Min    Number `json:"min"`
	Max    Number `json:"max"`
	Points int64  `json:"points" doc:"Of a long metric, repetitions of a point count"`
	System bool   `json:"system" doc:"Measured by the agent, not logged by the script"`
}

// Tag is a label on a run.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// RunDetail is a run as its page shows it.
type RunDetail struct {
	RunRow
	ExperimentName string         `json:"experimentName"`
	MetricList     []Metric       `json:"metricList" doc:"Sorted by key"`
	Tags           []Tag          `json:"tags" doc:"Sorted by key; MLflow's own (mlflow.*) included"`
	Command        string         `json:"command,omitempty"`
	Environment    string         `json:"environment,omitempty" doc:"In words: venv, Python 3.11.2, 61 packages"`
	Project        string         `json:"project,omitempty" doc:"Folder of the project"`
	EntryPoint     string         `json:"entryPoint,omitempty"`
	Host           string         `json:"host,omitempty"`
	ExitCode       *int           `json:"exitCode,omitempty"`
	HasLog         bool           `json:"hasLog" doc:"An agent keeps its output"`
	CanStop        bool           `json:"canStop"`
	Code           *RunCode       `json:"code,omitempty" doc:"What was kept of its code when it was started; absent if nothing was"`
	Models         []Model        `json:"models"`
	Registered     []RegisteredAs `json:"registered" doc:"Versions of registered models that were made of this run"`
	Seq            uint64         `json:"seq"`
}

// RunCode is what was kept of the code of a run.
type RunCode struct {
	Digest  string `json:"digest,omitempty" doc:"Of its files: equal code has an equal one"`
	Files   int64  `json:"files"`
	Bytes   int64  `json:"bytes"`
	Left    int64  `json:"left" doc:"Files of code that were not kept, because they are large or many"`
	Commit  string `json:"commit,omitempty"`
	Branch  string `json:"branch,omitempty"`
	Dirty   bool   `json:"dirty" doc:"Something was changed since the commit"`
	Problem string `json:"problem,omitempty" doc:"Why less was kept than should be"`
}

// Model is a model that a run logged.
type Model struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status" enum:"pending,ready,failed"`
	Step   int64  `json:"step"`
}

// RegisteredAs is a version of a registered model, as the page of its run names it.
type RegisteredAs struct {
	Model   string   `json:"model"`
	Version int      `json:"version"`
	Stage   string   `json:"stage"`
	Aliases []string `json:"aliases"`
}

// Artifact is one entry of a listing of a run's artifacts.
type Artifact struct {
	Path   string `json:"path" doc:"From the root, with /"`
	Folder bool   `json:"folder"`
	Size   int64  `json:"size,omitempty"`
}

// Log is a piece of the output of a run.
type Log struct {
	Text  string `json:"text"`
	Next  int64  `json:"next" doc:"Offset to ask for next"`
	Size  int64  `json:"size"`
	Ended bool   `json:"ended" doc:"Nothing will be added any more"`
}

// Chart is a chart without its data: the option composed in Go, and what to
// fetch for each series. Colours in an option are names of design tokens
// (token:c-1), formatters are names that the pages know (metric, step, time,
// duration, percent100, megabytes).
type Chart struct {
	Title  string         `json:"title"`
	Option map[string]any `json:"option" doc:"An ECharts option; colours are names of design tokens"`
	Series []ChartSeries  `json:"series" doc:"In the order of option.series"`
}

// ChartSeries says where the points of one series come from: GET
// /runs/{run}/series?key=…&x=… as pairs of little-endian float64.
type ChartSeries struct {
	Run   string `json:"run"`
	Key   string `json:"key"`
	Label string `json:"label"`
	Slot  int    `json:"slot" doc:"Colour slot, from 1; after 12 the colours begin again, with dashes"`
}

// Dataset is a named series of versions.
type Dataset struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Created  int64         `json:"created"`
	Versions []DataVersion `json:"versions" doc:"Newest first"`
	Runs     int           `json:"runs" doc:"Runs that used any version"`
	Removed  []DataVersion `json:"removed,omitempty" nullable:"false" doc:"Versions that were removed, newest first; all of them, if the data set was"`
	Gone     int64         `json:"gone,omitempty" doc:"When the data set was removed, ms since 1970"`
}

// DataVersion is one immutable snapshot.
type DataVersion struct {
	ID      string   `json:"id"`
	Number  int      `json:"number"`
	Digest  string   `json:"digest" doc:"Content digest; marks are drawn from it"`
	Message string   `json:"message,omitempty"`
	Who     string   `json:"who,omitempty"`
	Source  string   `json:"source,omitempty" doc:"Where it was added from"`
	Created int64    `json:"created"`
	Files   int64    `json:"files"`
	Bytes   int64    `json:"bytes"`
	Runs    int      `json:"runs" doc:"Runs that used it"`
	Removed int64    `json:"removed,omitempty" doc:"When it was removed, ms since 1970"`
	Aliases []string `json:"aliases,omitempty" doc:"Words by which people call it, beside the number"`
}

// DataRemoval says what is to be removed, or brought back.
type DataRemoval struct {
	Version string `json:"version,omitempty" doc:"Id of one version; none: the data set with all it has"`
	Undo    bool   `json:"undo,omitempty" doc:"Bring it back"`
}

// DataRemoved says what was removed, or brought back.
type DataRemoved struct {
	Name     string `json:"name" doc:"Of the data set"`
	Number   int    `json:"number,omitempty" doc:"Of the version, if it is one"`
	Versions int    `json:"versions"`
	Bytes    int64  `json:"bytes" doc:"Of all their files; what they share with others counts, too"`
	Used     int    `json:"used" doc:"Versions that runs have used; their files stay"`
	Lost     []int  `json:"lost,omitempty" nullable:"false" doc:"Numbers of versions that do not come back, since their files were freed"`
}

// DataAlias says what an alias of a data set points to.
type DataAlias struct {
	Version string `json:"version" doc:"Id of the version"`
}

// DataFile is one entry of a version.
type DataFile struct {
	Path   string `json:"path" doc:"From the root, with /; a byte that is not UTF-8 is written \\xHH"`
	Folder bool   `json:"folder"`
	Link   string `json:"link,omitempty" doc:"Where a link points to"`
	Size   int64  `json:"size"`
}

// Look is what Varve would do with a path that a person dropped or pasted.
type Look struct {
	Path     string `json:"path"`
	Exists   bool   `json:"exists"`
	Kind     string `json:"kind" enum:"data,project,missing"`
	Name     string `json:"name" doc:"Proposed name"`
	Dataset  string `json:"dataset,omitempty" doc:"Id of the data set of that name, if there is one"`
	Next     int    `json:"next" doc:"Number that the new version would get"`
	Files    int64  `json:"files"`
	Bytes    int64  `json:"bytes"`
	Sentence string `json:"sentence" doc:"What will happen, in words"`
	Left     string `json:"left,omitempty" doc:"What its .varveignore leaves out, as a sentence"`
	Import   string `json:"import,omitempty" enum:"mlflow,table,dvc,lfs" doc:"What can be imported of it: runs of MLflow, the rows of a table as runs, or the versions of data that DVC or git-lfs keep"`
}

// Project is a folder whose entry points can be run.
type Project struct {
	Path        string       `json:"path"`
	Name        string       `json:"name"`
	EntryPoints []EntryPoint `json:"entryPoints"`
	Environment string       `json:"environment" doc:"In words: Python 3.11 with 5 packages, ready"`
	Ready       bool         `json:"ready" doc:"The environment is there; otherwise the first run makes it"`
	Readme      string       `json:"readme,omitempty" doc:"Markdown"`
	Opened      int64        `json:"opened" doc:"When it was last opened"`
	Problem     string       `json:"problem,omitempty" doc:"Why it cannot be run, as a sentence"`
}

// EntryPoint is something that can be started.
type EntryPoint struct {
	Name    string  `json:"name"`
	Command string  `json:"command"`
	Params  []Param `json:"params" doc:"In the order of the file"`
}

// Param is a parameter of an entry point.
type Param struct {
	Name     string `json:"name"`
	Type     string `json:"type" enum:"string,int,float,path,uri"`
	Default  string `json:"default,omitempty"`
	Required bool   `json:"required"`
	Last     string `json:"last,omitempty" doc:"The value of the last start"`
}

// Start asks for one run of an entry point.
type Start struct {
	Path       string            `json:"path"`
	EntryPoint string            `json:"entryPoint"`
	Params     map[string]string `json:"params"`
	Experiment string            `json:"experiment,omitempty" doc:"Name; Default if empty; made if it does not exist"`
	Manager    string            `json:"manager,omitempty" enum:"local,uv,venv,"`
	Name       string            `json:"name,omitempty" doc:"Name of the run; a random one if empty"`
}

// Sweep starts an entry point once for every combination of values.
type Sweep struct {
	Start Start  `json:"start" doc:"What all runs have in common"`
	Grid  []Axis `json:"grid" minItems:"1"`
}

// Axis is a param with the values that it takes in a sweep.
type Axis struct {
	Name   string   `json:"name" minLength:"1"`
	Values []string `json:"values" minItems:"1"`
}

// Prepare asks what an agent needs to know to run an entry point; whoever asks
// starts the agent with its own environment.
type Prepare struct {
	Path       string  `json:"path"`
	EntryPoint string  `json:"entryPoint"`
	Params     []Value `json:"params" doc:"In the order they were given"`
	Experiment string  `json:"experiment,omitempty" doc:"Name; Default if empty; made if it does not exist"`
	Manager    string  `json:"manager,omitempty" enum:"local,uv,venv,virtualenv,auto,"`
	Name       string  `json:"name,omitempty" doc:"Name of the run; a random one if empty"`
	Parent     string  `json:"parent,omitempty" doc:"Id of the run that it is nested in"`
}

// Value is the value of one parameter.
type Value struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// JobState is where a job is.
type JobState string

// The states of a job.
const (
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// Job is long work with progress, a cancel and a result. It survives the page.
type Job struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind" enum:"backup,data.add,data.clean,data.get,data.look,data.verify,export.look,export.take,import.look,import.take,purge,run.start,run.sweep"`
	Title    string   `json:"title" doc:"In words: Add wine-quality"`
	State    JobState `json:"state" enum:"running,done,failed,cancelled"`
	Note     string   `json:"note,omitempty" doc:"What it is doing now"`
	Bytes    int64    `json:"bytes" doc:"Done; of a sweep, runs"`
	Total    int64    `json:"total" doc:"To be done, 0 while unknown"`
	Items    int64    `json:"items"`
	Pausable bool     `json:"pausable,omitempty" doc:"It runs, and can be paused"`
	Paused   bool     `json:"paused,omitempty" doc:"It rests until it is resumed"`
	Started  int64    `json:"started"`
	Ended    int64    `json:"ended,omitempty"`
	Result   string   `json:"result,omitempty" doc:"Id of what it made: a run, a data set. Of an import or an export: what it did, as JSON; of an import also if it failed or was cancelled"`
	Summary  string   `json:"summary,omitempty" doc:"What came of it, as a sentence"`
	Problem  *Problem `json:"problem,omitempty"`
}

// Problem is an error as pages show it: what happened and what to do.
type Problem struct {
	Status int    `json:"status"`
	Code   string `json:"code" doc:"Kind of fault: invalid, not found, no space…"`
	Title  string `json:"title" doc:"What happened, one sentence"`
	Hint   string `json:"hint,omitempty" doc:"What to do"`
	Field  string `json:"field,omitempty" doc:"Field of the request that is wrong"`
	Offset *int   `json:"offset,omitempty" doc:"Character at which a filter is wrong"`
	// The rest is about the part of a filter that is wrong.
	End     int    `json:"end,omitempty" doc:"Character behind the wrong part"`
	Instead string `json:"instead,omitempty" doc:"What was probably meant in place of the characters offset to end; of other fields, a whole value that would do"`
}

// Change is one message of the live stream: which things changed, not how. A
// gap in Seq, or Reset, means: read again.
type Change struct {
	Seq         uint64   `json:"seq"`
	Reset       bool     `json:"reset,omitempty"`
	Runs        []string `json:"runs,omitempty" doc:"Ids of runs whose record changed"`
	Metrics     []string `json:"metrics,omitempty" doc:"Ids of runs that have new points"`
	Logs        []string `json:"logs,omitempty" doc:"Ids of runs that have new output"`
	Experiments bool     `json:"experiments,omitempty"`
	Datasets    bool     `json:"datasets,omitempty"`
	Projects    bool     `json:"projects,omitempty"`
	Registry    bool     `json:"registry,omitempty" doc:"Registered models or their versions changed"`
	Jobs        []Job    `json:"jobs,omitempty"`
	Dropped     []string `json:"dropped,omitempty" doc:"Paths that were dropped on the window"`
}

// Experiments is the list of experiments.
type Experiments struct {
	Experiments []Experiment `json:"experiments"`
}

// Listing is what lies directly in a folder of artifacts.
type Listing struct {
	Artifacts []Artifact `json:"artifacts"`
}

// Charts are the charts that are proposed for a run.
type Charts struct {
	Charts []Chart `json:"charts"`
}

// Datasets is the list of data sets.
type Datasets struct {
	Datasets []Dataset `json:"datasets"`
}

// DataFiles is what lies directly in a folder of a version.
type DataFiles struct {
	Files []DataFile `json:"files"`
}

// Projects is the list of projects, the last opened first.
type Projects struct {
	Projects []Project `json:"projects"`
}

// Jobs is the list of jobs, newest first.
type Jobs struct {
	Jobs []Job `json:"jobs"`
}

// Changes are messages of the live stream.
type Changes struct {
	Changes []Change `json:"changes"`
}

// NewName is another name for a run.
type NewName struct {
	Name string `json:"name" minLength:"1" maxLength:"8000"`
}

// Place is a path of this machine.
type Place struct {
	Path string `json:"path" doc:"Absolute"`
}

// Addition asks for a new version of a data set.
type Addition struct {
	Name    string `json:"name" doc:"Of the data set; made if it does not exist"`
	Path    string `json:"path" doc:"File or folder, absolute"`
	Message string `json:"message,omitempty" doc:"What is new in this version"`
	Pointer string `json:"pointer,omitempty" doc:"Absolute path of a pointer file to write, which ends in .varve"`

	GitIgnore bool `json:"gitIgnore,omitempty" doc:"Leave out what files named .gitignore say, too, and .git"`
	DVCIgnore bool `json:"dvcIgnore,omitempty" doc:"Leave out what files named .dvcignore say, too, and .git, .hg and .dvc"`
}

// DataEdit is how the next version of a data set differs from one that is there.
type DataEdit struct {
	Put     []DataPut  `json:"put,omitempty" nullable:"false" doc:"Files and folders of this machine that take the place of whatever is there"`
	Remove  []string   `json:"remove,omitempty" nullable:"false" doc:"Paths within the version that go"`
	Move    []DataMove `json:"move,omitempty" nullable:"false" doc:"What gets another path"`
	Message string     `json:"message,omitempty" doc:"What is new in this version"`

	GitIgnore bool `json:"gitIgnore,omitempty" doc:"Leave out of what is put what files named .gitignore say, too, and .git"`
	DVCIgnore bool `json:"dvcIgnore,omitempty" doc:"Leave out of it what files named .dvcignore say, too, and .git, .hg and .dvc"`
}

// DataPut is a file or folder that takes the place of whatever is at a path of a version.
type DataPut struct {
	At   string `json:"at" doc:"Within the version, with /"`
	Path string `json:"path" doc:"File or folder, absolute"`
}

// DataMove is something that gets another path within a version.
type DataMove struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// SessionCode opens one browser session, once.
type SessionCode struct {
	Code string `json:"code"`
}

// Position says how far the log of an agent has come.
type Position struct {
	Seq uint64 `json:"seq,omitempty" doc:"Last sequence number"`
}
