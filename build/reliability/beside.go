//go:build linux

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"dev.varve/build/reliability/rawbadger"
)

// badger is a command line of the small program on plain Badger.
func badger(args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	return exec.Command(self, append([]string{rawbadger.Command}, args...)...)
}

// badgerWrites fills a database and closes it.
func badgerWrites(dir string, n int) error {
	return badger("write", dir, strconv.Itoa(n), "async").Run()
}

// badgerReads reads a database; crashed says how the process died, if it did.
func badgerReads(dir string, n int) (f rawbadger.Found, crashed string) {
	var stderr strings.Builder
	cmd := badger("read", dir, strconv.Itoa(n))
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || json.Unmarshal(out, &f) != nil {
		crashed, _, _ = strings.Cut(stderr.String(), "\n")
		if crashed == "" {
			crashed = "it died without a word"
		}
	}
	return f, crashed
}
