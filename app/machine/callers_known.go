//go:build linux || windows

package machine

const callersKnown = true
