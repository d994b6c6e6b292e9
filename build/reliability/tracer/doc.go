// Package tracer runs a program and lets one chosen system call of all its
// threads fail, or kills the program before it. strace can do either, but
// counts the calls of each thread by itself, so that a program in Go meets
// other calls each time.
package tracer
