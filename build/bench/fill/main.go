// Command fill makes a workspace with many runs, as if years of work were in it,
// by writing the journal that those years would have left:
//
//	fill -dir FOLDER -runs 100000 -points 10000000
//
// Whoever opens the workspace next builds the index from it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"

	"dev.varve/app/machine"
	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/storage/disk"
	"dev.varve/storage/journal"
	"dev.varve/storage/workspace"
)

func main() {
	var f filler
	flag.StringVar(&f.dir, "dir", "", "the `folder` that becomes a workspace")
	flag.IntVar(&f.runs, "runs", 10_000, "how many runs")
	flag.IntVar(&f.points, "points", 50_000, "how many points of metrics, over all runs and their metrics")
	flag.IntVar(&f.params, "params", 5, "how many params each run has")
	flag.IntVar(&f.metrics, "metrics", 5, "how many metrics each run has")
	flag.Parse()
	if err := f.fill(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "fill:", err)
		os.Exit(1)
	}
}

type filler struct {
	dir                           string
	runs, points, params, metrics int
}

func (f *filler) fill(ctx context.Context) (err error) {
	if f.dir == "" || f.runs < 1 || f.metrics < 1 {
		return errors.New("-dir must be given, with runs and metrics")
	}
	real, clock, random := disk.OS{}, machine.Clock{}, machine.Random()
	if err := real.MkdirAll(f.dir); err != nil {
		return err
	}
	cuttings, err := json.Marshal(content.Cuttings())
	if err != nil {
		return err
	}
	ws, err := workspace.Open(real, clock, random, f.dir, cuttings)
	if err != nil {
		return err
	}
	var writer event.Writer
	if _, err := random.Read(writer[:]); err != nil {
		return err
	}
	log, _, err := journal.Open(journal.Config{
		Disk: real, Clock: clock, Random: random, Dir: journal.Dir(ws.Journal(), writer),
		Writer: writer, Device: writer, Workspace: ws.ID, Person: "ada", Program: "fill",
	}, func(journal.Damage) {})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	return f.write(ctx, log)
}

// together is how many events are made durable at once.
const together = 400

func (f *filler) write(ctx context.Context, log *journal.Log) error {
	drafts := []event.Draft{{Stream: "experiment/" + experiment, Body: event.ExperimentCreated{Name: "grid"}}}
	put := func(more ...event.Draft) error {
		drafts = append(drafts, more...)
		if len(drafts) < together {
			return nil
		}
		_, err := log.Append(ctx, drafts...)
		drafts = drafts[:0]
		return err
	}
	for i := range f.runs {
		if err := f.run(i, put); err != nil {
			return err
		}
	}
	_, err := log.Append(ctx, drafts...)
	return err
}
