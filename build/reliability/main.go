//go:build linux

package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"dev.varve/build/reliability/rawbadger"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == rawbadger.Command {
		os.Exit(rawbadger.Main(os.Args[2:]))
	}
	var o options
	flag.StringVar(&o.varve, "varve", "build/bin/varve", "the program `varve`")
	flag.StringVar(&o.model, "model", "", "the test `program` of build/reliability/model; without it R10 is not run")
	flag.StringVar(&o.dir, "dir", "", "a `folder` to work in; what is made in it is removed afterwards")
	flag.StringVar(&o.page, "page", "", "a `file` to write the results to, as Markdown")
	flag.BoolVar(&o.long, "long", false, "the long form: an hour or two instead of minutes")
	flag.Uint64Var(&o.seed, "seed", 1, "where the random choices begin")
	only := flag.String("only", "", "only these `figures`, as R1,R5; no page is written")
	flag.Parse()
	o.only = strings.FieldsFunc(*only, func(r rune) bool { return r == ',' })
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	broken, err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "reliability:", err)
		os.Exit(2)
	}
	if broken {
		os.Exit(1)
	}
}

type options struct {
	varve, model, dir, page string
	long                    bool
	seed                    uint64
	only                    []string
}

// figures are all of them, in the order in which they run.
var figures = []figure{
	{"R1", "Killed at random", kills},
	{"R2", "Killed at each step", steps},
	{"R3", "Power cuts", powerCuts},
	{"R4", "Errors of the disk", diskErrors},
	{"R5", "Bits that flip", flips},
	{"R6", "Damaged and missing files", damages},
	{"R7", "Full disks", fullDisks},
	{"R8", "A folder that can only be read", readOnly},
	{"R10", "The tracker against a model", models},
	{"R16", "One owner", owners},
	{"R18", "Names that lead elsewhere", traversals},
	{"R20", "Pages that are not Varve's", strangers},
}

func run(ctx context.Context, o options) (broken bool, err error) {
	if o.dir == "" {
		return false, fmt.Errorf("-dir must be given")
	}
	for _, path := range []*string{&o.varve, &o.dir} {
		if *path, err = filepath.Abs(*path); err != nil {
			return false, err
		}
	}
	for _, id := range o.only {
		if !slices.ContainsFunc(figures, func(f figure) bool { return f.id == id }) {
			return false, fmt.Errorf("there is no figure %s", id)
		}
	}
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return false, err
	}
	dir, err := os.MkdirTemp(o.dir, "run-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	machine, err := describeMachine(dir)
	if err != nil {
		return false, err
	}
	p := page{machine: machine, began: time.Now(), seed: o.seed, long: o.long}
	if p.version, err = version(o.varve); err != nil {
		return false, err
	}
	for _, f := range figures {
		if len(o.only) > 0 && !slices.Contains(o.only, f.id) {
			continue
		}
		l, err := newLab(ctx, o, dir, f.id)
		if err != nil {
			return false, err
		}
		r := f.measure(l)
		if err := ctx.Err(); err != nil {
			return false, err
		}
		p.results = append(p.results, r)
		fmt.Print(r.text())
		broken = broken || len(r.broken) > 0
	}
	if o.page == "" || len(o.only) > 0 {
		return broken, nil
	}
	p.took = time.Since(p.began)
	return broken, os.WriteFile(o.page, []byte(p.markdown()), 0o644)
}
