package window

import (
	"math"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// keepToOneself marks all open descriptors but the first three as not to be
// inherited. Wails opens the pipe of each answer without that mark.
func keepToOneself() {
	if unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC) == nil {
		return
	}
	// Linux before 5.11.
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, e := range entries {
		if fd, err := strconv.Atoi(e.Name()); err == nil && fd > 2 {
			unix.CloseOnExec(fd)
		}
	}
}
