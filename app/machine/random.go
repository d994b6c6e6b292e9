package machine

import (
	"crypto/rand"

	"dev.varve/backend/host"
)

// Random gives the unpredictable bytes of the operating system. It never fails
// and never falls short.
func Random() host.Random { return rand.Reader }
