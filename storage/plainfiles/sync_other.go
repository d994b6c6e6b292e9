//go:build !unix

package plainfiles

import "os"

// syncFolder does nothing: the system keeps names in order by itself.
func syncFolder(*os.Root, string) error { return nil }
