package mlflow

import (
	"context"

	"dev.varve/backend/event"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

// Tracker is the record behind the door. *track.Tracker is one. Where a method
// takes a function, it calls it with a lock held: the function copies what it
// needs and calls nothing of the Tracker but Lost, Gone, Row, RunURI, RunsLocation, ModelURI and
// the Registry.
type Tracker interface {
	Experiments
	Runs
	Log
	Models
	RegisteredModels
	ModelVersions
}

// Experiments is the part about experiments.
type Experiments interface {
	CreateExperiment(context.Context, track.NewExperiment) (id string, err error)
	Experiment(id string, fn func(*track.Experiment)) error
	ExperimentByName(name string, fn func(*track.Experiment)) error
	Experiments(fn func(*track.Experiment))
	RenameExperiment(ctx context.Context, id, name string) error
	SetExperimentTag(ctx context.Context, id, key, value string) error
	DeleteExperimentTag(ctx context.Context, id, key string) error
	TrashExperiment(ctx context.Context, id string, trash bool) error
	// Learn makes an experiment known that another writer made.
	Learn(id string, n track.NewExperiment)
}

// Runs is the part about runs as a whole.
type Runs interface {
	CreateRun(context.Context, track.NewRun) (id string, err error)
	Knows(id string) bool
	Run(id string, fn func(*track.Run)) error
	Find(context.Context, track.Query) (*search.Found, error)
	// Briefs calls fn with the runs of experiments until fn returns false.
	Briefs(experiments []string, fn func(track.Brief) bool)
	UpdateRun(ctx context.Context, id string, u track.RunUpdate) error
	TrashRun(ctx context.Context, id string, trash bool) error
	Lost(*track.Run) (reason string, ok bool)
	Gone(*track.Run) bool
	Row(*track.Run) track.RunRow
	RunURI(*track.Run) string
	RunsLocation(experiment string) string
}

// Log is the part about what is recorded in a run.
type Log interface {
	LogMetric(ctx context.Context, run string, m track.Metric) error
	LogParam(ctx context.Context, run string, p event.Param) error
	LogBatch(ctx context.Context, run string, b track.Batch) error
	LogInputs(ctx context.Context, run string, datasets []event.DatasetInput, models []string) error
	LogOutputs(ctx context.Context, run string, models []event.ModelOutput) error
	SetTag(ctx context.Context, run string, tag event.Param) error
	DeleteTag(ctx context.Context, run, key string) error
	ChangeTag(ctx context.Context, run, key string, change func(string) (string, error)) error
	// Points returns the history of a metric by time, step and value.
	Points(ctx context.Context, run, key string) ([]event.Point, error)
	// Curve returns a part of it by step, thinned if it is long.
	Curve(ctx context.Context, run, key string, w track.Window) (track.Curve, error)
}

// Models is the part about logged models.
type Models interface {
	CreateModel(context.Context, track.NewModel) (id string, err error)
	Model(id string, fn func(*track.LoggedModel)) error
	Models(fn func(*track.LoggedModel))
	SetModelStatus(ctx context.Context, id, status, message string) error
	SetModelTags(ctx context.Context, id string, tags []event.Param) error
	DeleteModelTag(ctx context.Context, id, key string) error
	LogModelParams(ctx context.Context, id string, params []event.Param) error
	TrashModel(ctx context.Context, id string, trash bool) error
	ModelURI(*track.LoggedModel) string
}

// RegisteredModels is the part about registered models.
type RegisteredModels interface {
	Registry(fn func(track.Registry) error) error
	CreateRegisteredModel(context.Context, track.NewRegisteredModel) (id string, err error)
	RenameRegisteredModel(ctx context.Context, name, to string) error
	DescribeRegisteredModel(ctx context.Context, name string, text *string) error
	SetRegisteredModelTag(ctx context.Context, name, key, value string) error
	DeleteRegisteredModelTag(ctx context.Context, name, key string) error
	DeleteRegisteredModel(ctx context.Context, name string) error
	SetAlias(ctx context.Context, name, alias string, number uint64, why string) error
	DeleteAlias(ctx context.Context, name, alias string) error
}

// ModelVersions is the part about their versions.
type ModelVersions interface {
	CreateModelVersion(context.Context, track.NewModelVersion) (number uint64, id string, err error)
	DescribeModelVersion(ctx context.Context, name string, number uint64, text *string) error
	SetModelVersionTag(ctx context.Context, name string, number uint64, key, value string) error
	DeleteModelVersionTag(ctx context.Context, name string, number uint64, key string) error
	TransitionStage(context.Context, track.Transition) ([]track.RegistryChange, error)
	DeleteModelVersion(ctx context.Context, name string, number uint64) error
}
