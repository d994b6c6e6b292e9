//go:build unix && !linux

package folder_test

import (
	"os"
	"testing"
)

// asOrdinaryUser does something that root would be allowed to.
func asOrdinaryUser(t *testing.T, do func() error) error {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	return do()
}
