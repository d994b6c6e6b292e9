// Package rawbadger is a small program on plain Badger, with the options that
// Badger has by itself: what a tracker would be that trusted it. It runs as a
// process of its own, because Badger ends processes.
package rawbadger
