//go:build !unix

package owner

// writable is not asked elsewhere: the profile of a Windows user can be written
// to, or nothing works.
func writable(string) bool { return true }

func spareHome() string { return "" }
