//go:build unix

package main

import "golang.org/x/sys/unix"

// flush writes out what the system has not yet written: one tool would pay for another.
func flush() { unix.Sync() }
