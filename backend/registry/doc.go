// Package registry knows the addresses of models, and what a version of a
// registered model may be made of.
//
// Records are kept by backend/track. Here is what the MLflow interface, the
// command line and the pages have in common above it: ParseModelURI and Resolve
// for models:/name/3, models:/name@champion, models:/m-… and runs:/…, and
// Register, which checks a source as MLflow does before a version is made of it.
package registry

import (
	"context"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// Record is what there is to be asked. *track.Tracker is one.
type Record interface {
	Registry(fn func(track.Registry) error) error
	Run(id string, fn func(*track.Run)) error
	Model(id string, fn func(*track.LoggedModel)) error
	RunURI(*track.Run) string
	ModelURI(*track.LoggedModel) string
}

// Recorder is a Record that versions can be added to.
type Recorder interface {
	Record
	CreateRegisteredModel(context.Context, track.NewRegisteredModel) (id string, err error)
	CreateModelVersion(context.Context, track.NewModelVersion) (number uint64, id string, err error)
	SetModelTags(ctx context.Context, id string, tags []event.Param) error
}
