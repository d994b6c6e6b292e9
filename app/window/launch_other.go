//go:build !linux

package window

// keepToOneself does nothing: only the web view of Linux needs it.
func keepToOneself() {}
