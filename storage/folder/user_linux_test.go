package folder_test

import (
	"os"
	"runtime"
	"syscall"
	"testing"
)

// asOrdinaryUser does something with the rights of nobody. Tests often run as
// root, who may read everything.
func asOrdinaryUser(t *testing.T, do func() error) error {
	t.Helper()
	if os.Geteuid() != 0 {
		return do()
	}
	result := make(chan error)
	go func() {
		// The thread ends with this goroutine, and its changed identity with it.
		runtime.LockOSThread()
		const nobody = 65534
		if err := syscall.Setfsgid(nobody); err != nil {
			result <- err
			return
		}
		if err := syscall.Setfsuid(nobody); err != nil {
			result <- err
			return
		}
		result <- do()
	}()
	return <-result
}
