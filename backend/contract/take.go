package contract

import (
	"context"
	"errors"

	"dev.varve/backend/artifact"
	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// Folder holds the files of one run. storage/agentdir has the real one.
type Folder interface {
	// OpenMetrics opens the file of metrics. NotFound if there is none.
	OpenMetrics() (File, error)
	// Artifacts is the folder of artifacts.
	Artifacts() content.Source
	// RemoveArtifacts removes it with all that is in it.
	RemoveArtifacts() error
}

// Take records all that a program has left in its files. It is called when the
// program has ended: a line or an artifact that is still being written is none
// yet. After an error, or if the process ends in the middle, Take is called again,
// by whoever then looks after the run; nothing is recorded twice.
func Take(ctx context.Context, run string, record Record, keep artifact.Bytes, from Folder) error {
	m, err := Follow(run, record, from.OpenMetrics)
	if err == nil {
		err = unlessTrashed(m.Finish(ctx), run, record)
	}
	taken := unlessTrashed(takeArtifacts(ctx, run, record, keep, from.Artifacts()), run, record)
	if taken == nil {
		taken = from.RemoveArtifacts()
	}
	return errors.Join(err, taken)
}

// unlessTrashed forgives that a run takes nothing any more because somebody has
// put it into the trash meanwhile.
func unlessTrashed(err error, run string, record Record) error {
	if !errors.Is(err, fault.Invalid) {
		return err
	}
	trashed := false
	if unknown := record.Run(run, func(r *track.Run) { trashed = record.Gone(r) }); unknown == nil && trashed {
		return nil
	}
	return err
}
