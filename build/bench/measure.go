package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The places of the two in everything that has one value for each.
const (
	varve  = 0
	mlflow = 1
)

const (
	starts      = 5
	rounds      = 3
	manyClients = 16
	runClients  = 8
	historySize = 100_000
	mostPerS    = 30_000 // requests that are made ready for a second; more than any program here answers
)

//go:embed seed.py
var seedScript string

// subject is a program, and the server that it is at the moment.
type subject struct {
	*program
	*server
	c *client
}

// bench measures; rows grows by what it has found.
type bench struct {
	options
	dir      string
	progress io.Writer
	began    time.Time
	subjects [2]*subject
	rows     []*row
	syncs    []float64 // seconds, the median of each measurement
	copies   []float64 // bytes a second of a large file that is copied and synced
	ceiling  [2]float64
	refused  [2]int
}

func newBench(o options, dir string, progress io.Writer) *bench {
	b := &bench{options: o, dir: dir, progress: progress, began: time.Now()}
	b.subjects[varve] = &subject{program: newVarve(o.varve, filepath.Join(dir, "varve"))}
	b.subjects[mlflow] = &subject{program: newMLflow(o.mlflow, filepath.Join(dir, "mlflow"))}
	return b
}

func (b *bench) stop() {
	for _, s := range b.subjects {
		s.end()
	}
}

func (s *subject) end() {
	if s.server != nil {
		s.c.close()
		s.server.stop()
		s.server = nil
	}
}

// say tells how far the run is, with the seconds since its beginning.
func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, "%4.0f s  %s\n", time.Since(b.began).Seconds(), fmt.Sprintf(format, args...))
}

func (b *bench) row(r row) *row {
	b.rows = append(b.rows, &r)
	return &r
}

func (b *bench) measure(ctx context.Context) error {
	for _, part := range []struct {
		name    string
		measure func(context.Context) error
	}{
		{"client", b.clientAlone}, {"start", b.startUp}, {"memory", b.memory}, {"artifacts", b.artifacts}, {"single", b.single}, {"many", b.many}, {"batch", b.batch},
		{"history", b.history}, {"making", b.making}, {"searching", b.searching}, {"registering", b.registering}, {"after", b.memoryAfter}, {"importing", b.importing},
	} {
		if b.only != "" && part.name != "start" && !slices.Contains(strings.Split(b.only, ","), part.name) {
			continue
		}
		if err := part.measure(ctx); err != nil {
			return err
		}
	}
	return nil
}
