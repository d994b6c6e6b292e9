//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
)

var made = regexp.MustCompile(`(\d+) operations in (\d+) sequences`)

// models is R10: the tests of build/reliability/model, with as many sequences
// as are asked for.
func models(l *lab) {
	l.about = "Random operations on the tracker, over a real journal and a real index, against a model in memory: with flushes, reopenings, crashes, snapshots, and indexes that are built again. After each of these everything is compared, and in the end the state's hash with that of an index that is built from nothing."
	l.head = []string{"", "count"}
	if l.model == "" {
		l.cannot("its program was not given; `make test` runs it")
	}
	n := l.times(40, 12_000)
	cmd := exec.Command(l.model, "-test.v", "-test.timeout=3h", "-rapid.checks="+fmt.Sprint(n), "-rapid.seed="+fmt.Sprint(1+l.random.Uint64N(1<<62)), "-rapid.nofailfile")
	cmd.Dir, cmd.Env = l.dir, append(os.Environ(), "TMPDIR="+l.dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		l.broke("%v: %s", err, clip(string(out)))
		return
	}
	count := made.FindSubmatch(out)
	if count == nil {
		l.broke("the program did not say what it did: %s", clip(string(out)))
		return
	}
	l.row("operations", string(count[1]))
	l.row("sequences", string(count[2]))
	l.tries = n
}
