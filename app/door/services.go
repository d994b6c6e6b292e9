package door

import (
	"context"
	"io"

	"dev.varve/app/door/api"
	"dev.varve/backend/artifact"
	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/execute"
	"dev.varve/backend/exports"
	"dev.varve/backend/job"
	"dev.varve/backend/registry"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

// Records is the record of the workspace. *track.Tracker is one. Functions
// that take fn call it with the lock held: fn copies what it needs, and asks
// nothing of the record but what says that its caller holds the lock.
type Records interface {
	RunRecords
	ExperimentEdits
	RegistryEdits
	Views
	Catalogue
}

// RunRecords are the runs of the record.
type RunRecords interface {
	// Run calls fn with a run; NotFound if there is none.
	Run(id string, fn func(*track.Run)) error
	// Find searches runs, and Keys lists what a table of them can show.
	Find(context.Context, track.Query) (*search.Found, error)
	Keys(track.Query) (params, metrics []string)
	TagKeys(track.Query) []string
	// Select finds all runs that fulfil a query, List puts them in its order, and
	// Look calls fn with some by their ids.
	Select(context.Context, track.Query) (*track.Selected, error)
	List(context.Context, track.Query) (*track.Listing, error)
	Look(ctx context.Context, ids []string, fields []search.Field, fn func(track.Brief, []search.Entry)) error
	// LookWhole is Look with long texts as they are.
	LookWhole(ctx context.Context, ids []string, fields []search.Field, fn func(track.Brief, []search.Entry)) error
	// Vocabulary is what the runs of experiments have, or those of all.
	Vocabulary(experiments []string) track.Vocabulary
	// MoveRuns and CopyRun bring runs to another experiment.
	MoveRuns(ctx context.Context, ids []string, experiment string) (moved int, err error)
	CopyRun(ctx context.Context, id, experiment string) (string, error)
	// MoveExactly moves runs without those nested in them, in the trash or not.
	MoveExactly(ctx context.Context, ids []string, experiment string) (moved int, err error)
	// SetStatus ends a run by hand.
	SetStatus(ctx context.Context, id, status string) error
	// EditRuns changes many runs, and UndoEdit takes that back.
	EditRuns(ctx context.Context, ids []string, edit track.RunsEdit) (changed int, undo track.Undo, err error)
	UndoEdit(ctx context.Context, undo track.Undo) (changed int, err error)
	// Changes lists what happened to the labels of a run; Revert takes one back,
	// as another one whose id it answers.
	Changes(run string) ([]track.Change, error)
	Revert(ctx context.Context, run string, change event.ID) (event.ID, error)
	// Briefs calls fn with the runs of experiments, or with all, until fn
	// returns false.
	Briefs(experiments []string, fn func(track.Brief) bool)
	// Live calls fn with every run that has not ended.
	Live(fn func(track.Brief))
	// Count counts the runs of an experiment.
	Count(experiment string) track.Counts
	// Row shows a run to a search. The lock is held.
	Row(r *track.Run) track.RunRow
	// Lost says why a run's agent is gone. The lock is held.
	Lost(r *track.Run) (reason string, ok bool)
	// Gone reports whether a run, or its experiment, lies in the trash. The
	// lock is held.
	Gone(r *track.Run) bool
	// Points returns the history of a metric, sorted by time.
	Points(ctx context.Context, run, key string) ([]event.Point, error)
	// Curve returns a part of the history of a metric along an axis, thinned if
	// it is long.
	Curve(ctx context.Context, run, key string, w track.Window) (track.Curve, error)
	// TrashRun puts a run into the trash or takes it out.
	TrashRun(ctx context.Context, id string, trash bool) error
	// UpdateRun changes status, end and name of a run.
	UpdateRun(ctx context.Context, id string, u track.RunUpdate) error
	SetTag(ctx context.Context, id string, tag event.Param) error
	DeleteTag(ctx context.Context, id, key string) error
}

// ExperimentEdits change experiments.
type ExperimentEdits interface {
	RenameExperiment(ctx context.Context, id, name string) error
	MoveFolder(ctx context.Context, from, to string) ([]track.Renamed, error)
	MergeExperiments(ctx context.Context, from, into string) (moved []string, err error)
	TrashExperiment(ctx context.Context, id string, trash bool) error
	SetExperimentTag(ctx context.Context, id, key, value string) error
	DeleteExperimentTag(ctx context.Context, id, key string) error
	// ExperimentChanges lists what happened to its labels; RevertExperiment takes
	// one back.
	ExperimentChanges(id string) ([]track.Change, error)
	RevertExperiment(ctx context.Context, id string, change event.ID) (event.ID, error)
}

// Views are arrangements of the runs of an experiment, or with an empty one of
// several, that people saved.
type Views interface {
	Views(experiment, kind string) ([]track.View, error)
	SaveView(ctx context.Context, key track.ViewKey, value string) error
	RenameView(ctx context.Context, key track.ViewKey, to string) error
	DeleteView(ctx context.Context, key track.ViewKey) error
	// ViewChanges lists what happened to a view; RevertView takes a change back.
	ViewChanges(key track.ViewKey) ([]track.Change, error)
	RevertView(ctx context.Context, experiment string, change event.ID) (event.ID, error)
}

// RegistryEdits are registered models and their versions, and what changes them.
type RegistryEdits interface {
	registry.Recorder
	RegisteredModelChanges(id string) ([]track.Change, error)
	ModelVersionChanges(id string) ([]track.Change, error)
	// EditRegistered makes all changes at once, or none; UndoRegistry takes some back.
	EditRegistered(ctx context.Context, e track.RegistryEdit) ([]track.RegistryChange, error)
	UndoRegistry(ctx context.Context, even bool, changes ...track.RegistryChange) ([]track.RegistryChange, error)
	RenameRegisteredModel(ctx context.Context, name, to string) error
	// TrashRegisteredModel puts a registered model into the trash or takes it out, by
	// id; TrashModelVersion likewise a version.
	TrashRegisteredModel(ctx context.Context, id string, trash bool) error
	TrashModelVersion(ctx context.Context, id string, trash bool) error
}

// Catalogue is what else the record knows.
type Catalogue interface {
	Experiment(id string, fn func(*track.Experiment)) error
	Experiments(fn func(*track.Experiment))
	Dataset(id string, fn func(*track.Dataset)) error
	Datasets(fn func(*track.Dataset))
	// SetDataAlias lets an alias point to a version of a data set.
	SetDataAlias(ctx context.Context, dataset, version, alias string) error
	DeleteDataAlias(ctx context.Context, dataset, alias string) error
	// DescribeVersion sets the own description of a version, or takes it away with
	// nil; the answer is the one before.
	DescribeVersion(ctx context.Context, dataset, version string, description *event.Description) (before *event.Description, err error)
	Projects(fn func(*track.Project))
	// Model calls fn with a logged model; NotFound if there is none.
	Model(id string, fn func(*track.LoggedModel)) error
	Models(fn func(*track.LoggedModel))
}

// Artifacts finds the files of runs and logged models. *artifact.Places is one.
type Artifacts interface {
	// Of returns those of one; NotFound if there is no such run or model,
	// Unsupported if they lie where Varve cannot read.
	Of(o track.Owner) (artifact.Tree, error)
}

// Trash is what people have deleted, until it is deleted for good.
type Trash interface {
	List() (api.Trash, error)
	// Preview says what a purge would delete, and changes nothing. It refuses what
	// does not lie in the trash, and what still runs.
	Preview(ctx context.Context, what api.Purge) (api.PurgePreview, error)
	// Purge deletes for good, and gives the space back. The outcome's Result is an
	// api.PurgeResult as JSON.
	Purge(ctx context.Context, what api.Purge, p *job.Progress) (job.Outcome, error)
}

// Imports brings in what other programs have recorded. Paths are of this machine,
// absolute.
type Imports interface {
	// Look says what Take would do; the outcome's Result is an api.ImportPlan as
	// JSON.
	Look(ctx context.Context, want api.Import, p *job.Progress) (job.Outcome, error)
	// Take does it; the outcome's Result is an api.ImportResult as JSON.
	Take(ctx context.Context, want api.Import, p *job.Progress) (job.Outcome, error)
	// Undo puts what an import made into the trash. It fails with fault.NotFound if
	// the import is too long ago.
	Undo(ctx context.Context, name string) (api.UndoneImport, error)
}

// Exports bring the record to where other programs read it. Paths are of this
// machine, absolute.
type Exports interface {
	// Look says what Take would do; the outcome's Result is an api.ExportPlan as
	// JSON.
	Look(ctx context.Context, want api.Export, chosen exports.Selection, p *job.Progress) (job.Outcome, error)
	// Take does it; the outcome's Result is an api.ExportResult as JSON.
	Take(ctx context.Context, want api.Export, chosen exports.Selection, p *job.Progress) (job.Outcome, error)
}

// Files opens the code that runs were started with.
type Files interface {
	// Tree returns the files of the tree with a root, sorted by path.
	Tree(ctx context.Context, root []byte) ([]event.ArtifactPut, error)
	// Open returns the bytes that a content reference names.
	Open(ctx context.Context, content []byte) (io.ReadSeekCloser, error)
}

// Data adds and restores data sets. Paths are of this machine, absolute.
type Data interface {
	// Look says what would become of a path. It changes nothing; a path that
	// does not exist is no error.
	Look(ctx context.Context, path string) (api.Look, error)
	// Add lays down a version of a data set.
	Add(ctx context.Context, a api.Addition, p *job.Progress) (AddedData, error)
	// Point writes a pointer file that means a version. A pointer that lies there is
	// replaced; anything else is refused with fault.Exists.
	Point(ctx context.Context, dataset, version, path string) error
	// Pointed says which version a pointer file means.
	Pointed(ctx context.Context, path string) (api.Pointed, error)
	// Edit lays down the next version of a data set as one that is there with some
	// paths changed. It needs no bytes of that one's files.
	Edit(ctx context.Context, dataset, version string, e api.DataEdit, p *job.Progress) (AddedData, error)
	// Restore brings a version into a folder, or says what that would do.
	Restore(ctx context.Context, dataset, version string, r api.Restoration, p *job.Progress) (api.RestorePlan, error)
	// CheckDeposit says what stands in the way of Deposit.
	CheckDeposit(dataset, version string, want api.Deposit) error
	// Deposit writes a version as a package for a repository.
	Deposit(ctx context.Context, dataset, version string, want api.Deposit, p *job.Progress) (job.Outcome, error)
	// Files lists what lies directly in a folder of a version, sorted; the
	// empty folder is the root.
	Files(ctx context.Context, dataset, version, folder string) ([]api.DataFile, error)
	// Changes compares two versions, and lists so many changes at most.
	Changes(ctx context.Context, dataset, from, to string, limit int) (content.Difference, error)
	// Open opens a file of a version; Unsupported for what is none. ctx holds for all
	// reads.
	Open(ctx context.Context, dataset, version, path string) (artifact.Content, error)
	// Text reads a file of a version whose lines can be compared; Unsupported for
	// what is no text, or too much.
	Text(ctx context.Context, dataset, version, path string) (string, error)
	// Remove removes a version of a data set, or all of it, or brings it back.
	Remove(ctx context.Context, dataset string, r api.DataRemoval) (api.DataRemoved, error)
	// CheckVerify says what Verify is asked for that is not there.
	CheckVerify(api.Verification) error
	// Verify reads versions and compares them with what was laid down. Damage is no
	// error: the result is an api.Verified as JSON.
	Verify(context.Context, api.Verification, *job.Progress) (job.Outcome, error)
	// Clean deletes content that nothing names. The result is an api.Cleaned as JSON.
	Clean(context.Context, api.Cleaning, *job.Progress) (job.Outcome, error)
}

// AddedData is what came of an addition.
type AddedData struct {
	Dataset string // id
	Number  uint64 // of the version
	New     bool   // false: the newest version has this content already
	Left    string // what was left out, as a sentence; empty: nothing
}

// Projects starts what projects describe. Paths are of this machine, absolute.
type Projects interface {
	// Inspect reads the project in a folder. Opened, and Last of its params,
	// are filled in by the door.
	Inspect(ctx context.Context, path string) (api.Project, error)
	// Open remembers a project folder.
	Open(ctx context.Context, path string) error
	// Sample lays the sample project beside the workspace, unless it is there, and
	// returns its folder.
	Sample(ctx context.Context) (path string, err error)
	// Check says what is wrong with a start, before anything is made. A cause
	// with a method Field() string names the param.
	Check(ctx context.Context, s api.Start) error
	// Prepare checks a start and says what its agent needs to know. The
	// experiment is made if it does not exist; nothing else changes.
	Prepare(ctx context.Context, p api.Prepare) (*execute.Spec, error)
	// Start starts one run and returns its id as soon as its agent has made it.
	Start(ctx context.Context, s api.Start, p *job.Progress) (run string, err error)
}

// Control reaches the agents of runs.
type Control interface {
	// Stop asks a run to end.
	Stop(ctx context.Context, run string) error
	// Log returns up to limit bytes of a run's output from offset on, where to
	// go on, its present size, and whether nothing will be added any more.
	// NotFound if no agent keeps its output.
	Log(ctx context.Context, run string, offset, limit int64) (text []byte, next, size int64, ended bool, err error)
	// CatchUp applies what the log of a writer holds by now.
	CatchUp(ctx context.Context, writer event.Writer) error
}

// Workspaces are those of this computer. Paths are absolute.
type Workspaces interface {
	// List returns those that were opened here, the last one first; which one this
	// is, the door fills in.
	List(ctx context.Context) (api.Workspaces, error)
	// Keep puts one on the list, opened at a time in ms since 1970.
	Keep(ctx context.Context, path string, opened int64) error
	// Forget takes one off the list, and leaves the folder as it is.
	Forget(ctx context.Context, path string) error
	// Open opens another workspace, or makes one, and returns where its pages are.
	// Refused, nothing has changed.
	Open(ctx context.Context, path string, create bool) (api.OpenedWorkspace, error)
}

// Scripts are people's own, which find the workspace by a line that comes first.
type Scripts interface {
	Lines(ctx context.Context) (api.ScriptLines, error)
	// Check runs one of the lines in a process of its own.
	Check(ctx context.Context, terminal bool) (api.ScriptCheck, error)
}

// Diagnostics helps whoever looks for a fault.
type Diagnostics interface {
	// Diagnostics is text for a person to read before it is saved: nothing in it
	// names runs, data or params.
	Diagnostics(ctx context.Context) (api.Diagnostics, error)
}

// Machine is a glance at this computer.
type Machine interface {
	Glance() api.Machine
}
