package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// machine is what the figures depend on, in general terms.
type machine struct {
	System, FileSystem    string
	Cores                 int
	Memory                int64 // bytes
	LoadBefore, LoadAfter float64
}

func describeMachine(dir string) (m machine, err error) {
	m.System, m.Cores = "Linux on "+runtime.GOARCH, runtime.NumCPU()
	if m.FileSystem, err = fileSystem(dir); err != nil {
		return m, err
	}
	if m.Memory, err = totalMemory(); err != nil {
		return m, err
	}
	m.LoadBefore, err = loadAverage()
	return m, err
}

// usage is what a program and all that it has started use together.
type usage struct {
	processes int
	pss, rss  int64 // bytes; pss counts a page that several share only once
	ticks     int64 // of processor time, a hundred a second
}

const quietTicks = 10 // in a hundred: a program that uses less is at rest

// rest waits until a program has done next to nothing, and started and ended
// nothing, for some time. It gives up after another.
func rest(ctx context.Context, s *server, quiet, limit time.Duration) (now usage, rested bool, err error) {
	const step = 250 * time.Millisecond
	pid := s.cmd.Process.Pid
	most := max(2, int64(quiet.Seconds()*quietTicks))
	began := time.Now()
	var first usage
	for since := began; ; {
		if now, err = measureFamily(pid); err != nil {
			return now, false, err
		}
		switch {
		case now.processes != first.processes || now.ticks-first.ticks > most:
			first, since = now, time.Now()
		case time.Since(since) >= quiet:
			return now, true, nil
		}
		if time.Since(began) > limit {
			return now, false, nil
		}
		select {
		case <-ctx.Done():
			return now, false, context.Cause(ctx)
		case <-time.After(step):
		}
	}
}

const (
	syncSize  = 250      // bytes of an append
	syncRoom  = 64 << 20 // bytes that the file has from the beginning
	syncCount = 400
)

// syncTimes appends to a file that has its size already, and returns how long
// each append took until it was durable, in seconds.
func syncTimes(dir string) (took []float64, err error) {
	name := filepath.Join(dir, "sync")
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	defer os.Remove(name)
	defer f.Close()
	if err := preallocate(f, syncRoom); err != nil {
		return nil, err
	}
	if err := f.Sync(); err != nil {
		return nil, err
	}
	data := make([]byte, syncSize)
	for i := range data {
		data[i] = byte(i)
	}
	for i := range syncCount {
		began := time.Now()
		if _, err := f.WriteAt(data, int64(i*syncSize)); err != nil {
			return nil, err
		}
		if err := syncData(f); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began).Seconds())
	}
	return took, nil
}
