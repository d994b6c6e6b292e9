// Command bench measures Varve and `mlflow server` side by side, in one run, on
// one disk, with one client:
//
//	bench -varve FILE -mlflow FILE -dir FOLDER -page FILE
//
// It prints a table and writes it, with how it came about, as a page. Whether
// an aim is met does not change the exit code: 0 says that everything could be
// measured.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	var o options
	flag.StringVar(&o.varve, "varve", "build/bin/varve", "the program `varve`")
	flag.StringVar(&o.mlflow, "mlflow", "", "the program `mlflow`, in the bin folder of its Python environment")
	flag.StringVar(&o.dir, "dir", "", "a `folder` for the records of both; what the run makes in it is removed afterwards")
	flag.StringVar(&o.page, "page", "", "a `file` to write the results to, as Markdown")
	flag.DurationVar(&o.round, "round", 3*time.Second, "how long one round of requests lasts")
	flag.IntVar(&o.runs, "runs", 10_000, "how many runs are searched")
	flag.StringVar(&o.only, "only", "", "only these `parts`, as artifacts,registering; no page is written")
	flag.StringVar(&o.fill, "fill", "", "the program made of build/bench/fill; with -sizes")
	flag.Var(&o.sizes, "sizes", "instead of all that, measure Varve alone with records of so many `runs`, as 1000,10000")
	flag.Var(&o.lengths, "lengths", "and with records of one metric with so many `points`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	varve, mlflow, dir, page string
	round                    time.Duration
	runs                     int
	fill, only               string
	sizes, lengths           counts
}

// counts is a flag with several numbers.
type counts []int

func (c *counts) String() string { return strings.Trim(fmt.Sprint([]int(*c)), "[]") }

// Set reads numbers with commas between them.
func (c *counts) Set(text string) error {
	for number := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is not a number of runs or points", number)
		}
		*c = append(*c, n)
	}
	return nil
}

func run(ctx context.Context, o options) error {
	if o.dir == "" || o.mlflow == "" && len(o.sizes)+len(o.lengths) == 0 {
		return fmt.Errorf("-mlflow and -dir must be given")
	}
	for _, path := range []*string{&o.varve, &o.mlflow, &o.dir, &o.fill} {
		var err error
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(o.dir, "run-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	machine, err := describeMachine(dir)
	if err != nil {
		return err
	}
	if len(o.sizes)+len(o.lengths) > 0 {
		return o.measureGrowth(ctx, dir, machine)
	}
	b := newBench(o, dir, os.Stderr)
	defer b.stop()
	if err := b.measure(ctx); err != nil {
		return err
	}
	if machine.LoadAfter, err = loadAverage(); err != nil {
		return err
	}
	r := report{
		Machine: machine, Round: o.round, Runs: o.runs, Rows: b.rows, Ceiling: b.ceiling, Sync: median(b.syncs), Copy: median(b.copies), Refused: b.refused,
		When: b.began, Took: time.Since(b.began),
	}
	for i, s := range b.subjects {
		if r.Versions[i], err = s.version(ctx); err != nil {
			return err
		}
	}
	if err := r.print(os.Stdout); err != nil || o.page == "" || o.only != "" {
		return err
	}
	before, err := os.ReadFile(o.page)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(o.page, withRest(r.markdown(), before), 0o644)
}
