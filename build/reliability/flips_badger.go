//go:build linux

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// raw are the files of plain Badger.
var raw = []kind{
	{name: "raw Badger: tables", pattern: regexp.MustCompile(`\.sst$`)},
	{name: "raw Badger: the rest", pattern: regexp.MustCompile(`(MANIFEST|KEYREGISTRY|DISCARD|\.vlog|\.mem)$`)},
}

// besideFlips does the same to plain Badger.
func (l *lab) besideFlips() {
	const entries = 5000
	full := filepath.Join(l.dir, "badger")
	l.must(badgerWrites(full, entries))
	for _, k := range raw {
		counts := map[string]int{}
		for range l.times(15, 200) {
			dir := full + ".hurt"
			l.must(os.RemoveAll(dir))
			l.must(copyTree(full, dir))
			names, err := k.files(dir)
			l.must(err)
			_, err = k.flip(filepath.Join(dir, names[l.random.IntN(len(names))]), l.random.Uint64())
			l.must(err)
			f, crashed := badgerReads(dir, entries)
			switch {
			case crashed != "" && !strings.HasPrefix(crashed, "badger:"):
				counts[died]++
			case f.Open != "" || crashed != "" || f.Failed > 0:
				counts[detected]++
			case f.Wrong+f.Missing > 0:
				counts[silent]++
			default:
				counts[harmless]++
			}
		}
		l.countRow(k.name, counts)
	}
}
