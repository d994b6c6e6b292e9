package machine

import "time"

// After calls a function once, later.
func After(d time.Duration, f func()) { time.AfterFunc(d, f) }
