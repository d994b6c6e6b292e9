package agent

import (
	"context"
	"errors"
	"time"

	"dev.varve/backend/contract"
)

// offerFiles lays down what the child reads and writes to (docs/contract.md).
func (a *Agent) offerFiles() error {
	params, err1 := contract.Params(a.spec.Params, a.spec.Numbers)
	data, err2 := contract.Data(a.spec.Datasets)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	return a.dir.Offer(params, data)
}

// followMetrics records what the child appends to its file of metrics, as it is
// written, until end is called.
func (a *Agent) followMetrics(ctx context.Context) (end func(), err error) {
	metrics, err := contract.Follow(a.spec.Run, a.tracker, a.dir.OpenMetrics)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			more, err := metrics.Look(ctx)
			if more && err == nil {
				continue
			}
			wait := lookEvery
			if err != nil { // the disk is full, or the run is in the trash: that may change
				wait = beatEvery
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}, nil
}
