//go:build linux

package tracer

import "syscall"

// Rule says what happens at which call.
type Rule struct {
	Calls []string      // sync, rename, truncate, write, open, remove, mkdir: see names
	Under string        // only calls about files in this folder
	At    int           // the n-th of these calls, from 1; 0 lets all of them be
	Errno syscall.Errno // what the call answers; 0 kills the program before the call
}

// Outcome is how a traced program ended.
type Outcome struct {
	Calls  int    // how many there were that the rule is about
	Hit    string // the call that was hit, with its file
	Code   int    // exit code; -1 if a signal ended it
	Signal syscall.Signal
	Err    error // of the tracer itself
}
