//go:build linux

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"dev.varve/build/reliability/record"
)

// mounts are the ways to mount ext4 that are tried in turn. The last one puts
// off writing as long as it can.
var mounts = []string{"data=ordered", "data=writeback", "data=ordered,commit=300", "data=writeback,nobarrier,commit=300"}

// powerCuts is R3: a disk in a file. What the file holds at some moment is what
// a disk holds after a power cut: bytes that were not synced are in the
// system's memory, and not there.
func powerCuts(l *lab) {
	n := l.times(6, 200)
	l.about = "The person's home lies on an ext4 file system in a file. While clients write, the owner is stopped, the file is copied as soon as nothing is written to it any more, and the copy is mounted in place of the file: unsynced bytes are gone, as after a power cut. " +
		"The start of the machine is another one then, as far as Varve can tell. A database that does not open counts as lost. Mounted in turn with " + strings.Join(mounts, "; ") + "."
	l.head = []string{"", "cuts", "acknowledged", "lost"}
	acked, before := 0, 0
	for i := range n {
		l.tried()
		acked += l.cut(i)
	}
	l.row("Varve", n, acked, len(l.broken)-before)
	for _, sync := range []string{"async", "sync"} {
		l.besideCuts(sync)
	}
}

// newImage makes a disk in a file and mounts it.
func (l *lab) newImage(name, options string) (image, dir string) {
	image, dir = filepath.Join(l.dir, name+".img"), filepath.Join(l.dir, name)
	f, err := os.Create(image)
	l.must(err)
	l.must(f.Truncate(256 << 20))
	l.must(f.Close())
	if out, err := exec.Command("mkfs.ext4", "-q", "-F", image).CombinedOutput(); err != nil {
		l.cannot("ext4 cannot be made in a file here: %v: %s", err, out)
	}
	l.must(os.MkdirAll(dir, 0o755))
	if err := mountImage(image, dir, options); err != nil {
		l.cannot("%v", err)
	}
	return image, dir
}

// cut cuts the power of one owner.
func (l *lab) cut(i int) int {
	options := mounts[i%len(mounts)]
	where := fmt.Sprintf("cut %d, %s", i+1, options)
	image, dir := l.newImage(fmt.Sprint("cut", i), options)
	defer os.Remove(image)
	defer unmount(dir)
	h, m := l.homeOn(dir), record.NewModel()
	s, err := h.Serve()
	l.must(err)
	var all sync.WaitGroup
	for _, c := range l.clients(m, 3) {
		c.Server = s
		all.Go(func() { _ = c.Write(0) })
	}
	time.Sleep(time.Duration(100+l.random.IntN(900)) * time.Millisecond) // the moment of the cut
	l.must(s.Cmd.Process.Signal(syscall.SIGSTOP))
	err = snapshot(image, image+".cut")
	defer os.Remove(image + ".cut")
	s.Kill()
	all.Wait()
	l.must(err)
	unmount(dir)
	if err := mountImage(image+".cut", dir, options); err != nil {
		l.broke("%s: %v", where, err)
		return 0
	}
	l.must(otherBoot(dir))
	l.goesOn(h, m, where)
	return m.Acked()
}

// snapshot copies the image of a disk until nothing is written to it meanwhile:
// what the file system had begun when its program was stopped it still ends. A
// copy of which one part is older than another is no state that the disk had.
func snapshot(image, to string) error {
	for range 20 {
		if err := copyTree(image, to); err != nil {
			return err
		}
		err := exec.Command("cmp", "-s", image, to).Run()
		if err == nil {
			return nil
		}
		var differs *exec.ExitError
		if !errors.As(err, &differs) || differs.ExitCode() != 1 {
			return fmt.Errorf("compare %s: %w", image, err)
		}
	}
	return fmt.Errorf("%s does not come to rest", image)
}

var boot = regexp.MustCompile(`"boot":"[^"]*"`)

// otherBoot makes what is remembered of the index belong to another start of
// the machine.
func otherBoot(dir string) error {
	names, err := filepath.Glob(filepath.Join(dir, "cache", "varve", "*", "index", "ending.json"))
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(name, boot.ReplaceAll(data, []byte(`"boot":"before the cut"`)), 0o644); err != nil {
			return err
		}
	}
	return err
}

// besideCuts cuts the power of plain Badger.
func (l *lab) besideCuts(sync string) {
	n, acked, lost := l.times(2, 8), 0, 0
	for i := range n {
		name := fmt.Sprint("raw", sync, i)
		image, dir := l.newImage(name, mounts[0])
		a, missing := l.cutBadger(image, dir, sync)
		acked, lost = acked+a, lost+missing
		unmount(dir)
		l.must(os.Remove(image))
	}
	l.row("raw Badger, SyncWrites="+fmt.Sprint(sync == "sync"), n, acked, lost)
}

func (l *lab) cutBadger(image, dir, sync string) (acked, lost int) {
	cmd := badger("write", filepath.Join(dir, "db"), "10000000", sync)
	out, err := cmd.StdoutPipe()
	l.must(err)
	l.must(cmd.Start())
	var said bytes.Buffer
	done := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(out).WriteTo(&said)
		done <- err
	}()
	time.Sleep(time.Duration(500+l.random.IntN(1500)) * time.Millisecond)
	l.must(cmd.Process.Signal(syscall.SIGSTOP))
	err = snapshot(image, image+".cut")
	_ = cmd.Process.Kill()
	l.must(<-done)
	_ = cmd.Wait() // it was killed
	l.must(err)
	unmount(dir)
	defer os.Remove(image + ".cut")
	l.must(mountImage(image+".cut", dir, mounts[0]))
	acked = bytes.Count(said.Bytes(), []byte("\n"))
	f, crashed := badgerReads(filepath.Join(dir, "db"), acked)
	if crashed != "" || f.Open != "" {
		return acked, acked
	}
	return acked, acked - f.Right
}
