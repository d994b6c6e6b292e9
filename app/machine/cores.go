package machine

import "runtime"

// Cores is the number of processors that programs can use.
func Cores() int { return runtime.NumCPU() }
