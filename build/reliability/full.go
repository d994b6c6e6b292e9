//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dev.varve/build/reliability/record"
	"dev.varve/build/rig"
)

// fullDisks is R7: a disk of its own for each owner, and something else fills
// it while clients write.
func fullDisks(l *lab) {
	n := l.times(8, 50)
	l.about = "Workspace, index and state lie on a disk of 96 to 256 MB. While clients write, something else fills the disk up to a level between nothing and 80 MB, and the clients go on: what is refused is refused in words, " +
		"the owner lives, and everything acknowledged can be read. Then there is space again, and everything works. *Said* counts the disks that were full enough for the owner to say so."
	l.head = []string{"", "disks", "survived", "said", "requests refused", "acknowledged while full"}
	var sum fullSum
	for i := range n {
		l.tried()
		l.fill(fmt.Sprintf("disk %d", i+1), &sum)
	}
	l.row("Varve", n, n-sum.died, sum.said, sum.refused, sum.acked)
	l.besideFull()
}

type fullSum struct{ died, said, refused, acked int }

func (l *lab) fill(where string, sum *fullSum) {
	dir := filepath.Join(l.dir, strings.ReplaceAll(where, " ", ""))
	size := (96 + l.random.IntN(161)) << 20
	l.mountTmpfs(dir, size)
	defer unmount(dir)
	h, m := l.homeOn(dir), record.NewModel()
	s, err := h.Serve()
	l.must(err)
	defer s.Kill()
	clients := l.clients(m, 3)
	for _, c := range clients {
		c.Server = s
		l.must(c.Write(20))
	}
	left := 0 // every third disk is full to the last byte
	if l.random.IntN(3) > 0 {
		left = l.random.IntN(80 << 20)
	}
	l.must(fillUp(filepath.Join(dir, "filler"), left))
	where = fmt.Sprintf("%s of %d MB with %d KB left", where, size>>20, left>>10)
	before, said := m.Acked(), false
	for _, c := range clients {
		c.Refuse = func(err error) bool {
			r, ok := err.(*rig.Refusal)
			if !ok {
				return false
			}
			sum.refused++
			said = said || strings.Contains(r.Body, "space")
			if !record.Words(r) {
				l.broke("%s: refused without words: %v", where, r)
			}
			return true
		}
		if err := c.Write(150); err != nil {
			sum.died++
			l.broke("%s: the owner is gone: %v", where, err)
			return
		}
	}
	time.Sleep(600 * time.Millisecond) // flushes of the index meet the full disk
	if said {
		sum.said++
	}
	sum.acked += m.Acked() - before
	l.compare(s, m, m.Runs(), where)
	l.must(os.Remove(filepath.Join(dir, "filler")))
	for _, c := range clients {
		c.Refuse = nil
		if err := c.Write(20); err != nil {
			l.broke("%s: when there is space again: %v", where, err)
		}
	}
	s.Kill()
	l.goesOn(h, m, where)
}

// fillUp makes a file that leaves so many bytes of a disk, and nearly none if
// left is 0.
func fillUp(name string, left int) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 4096} {
		part := make([]byte, size)
		for err == nil {
			_, err = f.Write(part)
		}
		err = nil
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return f.Truncate(max(0, info.Size()-int64(left)))
}

// besideFull lets plain Badger fill its disk.
func (l *lab) besideFull() {
	n, lived := l.times(3, 12), 0
	for i := range n {
		dir := filepath.Join(l.dir, fmt.Sprint("raw", i))
		// Badger's files are long, and hold little at first.
		l.mountTmpfs(dir, (32+l.random.IntN(64))<<20)
		err := badger("write", filepath.Join(dir, "db"), "2000000", "async").Run()
		unmount(dir)
		var exit interface{ ExitCode() int }
		if err == nil || errors.As(err, &exit) && exit.ExitCode() == 1 {
			lived++
		}
	}
	l.row("raw Badger", n, lived, "", "", "")
}
