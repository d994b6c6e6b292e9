package machine

import (
	"time"

	"dev.varve/backend/host"
)

// Clock is the clock of this machine.
type Clock struct{}

var _ host.Clock = Clock{}

// Now is the present time.
func (Clock) Now() time.Time { return time.Now() }
