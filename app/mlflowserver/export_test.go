package mlflowserver

import (
	"context"
	"time"
)

// Wait replaces how a source waits between tries.
func (s *Source) Wait(fn func(context.Context, time.Duration) error) { s.wait = fn }
