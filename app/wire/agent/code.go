package agent

import (
	"context"
	"time"

	"dev.varve/app/machine"
	"dev.varve/backend/event"
	"dev.varve/backend/provenance"
	"dev.varve/storage/folder"
)

// captureTime is how long a run waits for its code to be captured: far longer
// than it takes, unless a network folder hangs.
const captureTime = 30 * time.Second

// captureCode records what the run is made of, just before it starts. A run
// does not fail because its code could not be captured in time.
func (a *Agent) captureCode(ctx context.Context) (*event.RunCode, error) {
	timed, end := context.WithTimeout(ctx, captureTime)
	defer end()
	dir := a.spec.Project
	code, err := provenance.Capture(timed, machine.Git{}, dir, folder.NewSource(dir), a.packs)
	if err != nil && timed.Err() != nil && ctx.Err() == nil {
		return &event.RunCode{Problem: "The code was not recorded: it could not be read within " + captureTime.String() + "."}, nil
	}
	if err != nil {
		return nil, err
	}
	return code, a.packs.Flush(ctx)
}
