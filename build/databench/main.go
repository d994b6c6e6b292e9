// Command databench measures how long Varve takes to keep and restore data, side by
// side with the tools that people use for that, on the same bytes and in one run. It
// prints a table, and writes docs/performance-data.md. Tools that are not there are
// left out, and named.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	var o options
	flag.StringVar(&o.varve, "varve", "build/bin/varve", "the `program`")
	flag.StringVar(&o.dvc, "dvc", "", "the program of DVC; without it DVC is left out")
	flag.StringVar(&o.dir, "dir", "", "`folder` for what is measured; it is made and removed")
	flag.StringVar(&o.page, "page", "", "`file` for the page")
	flag.IntVar(&o.files, "files", 70_000, "how many small files")
	flag.Int64Var(&o.bytes, "bytes", 2<<30, "how large the large file is")
	flag.IntVar(&o.many, "many", 1_000_000, "how many files in one folder; 0: that is left out")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "databench:", err)
		os.Exit(1)
	}
}

type options struct {
	varve, dvc, dir, page string
	files, many           int
	bytes                 int64
}

func run(ctx context.Context, o options) (err error) {
	if o.dir == "" {
		return fmt.Errorf("-dir is missing")
	}
	for _, path := range []*string{&o.varve, &o.dvc, &o.dir} {
		if *path != "" {
			if *path, err = filepath.Abs(*path); err != nil {
				return err
			}
		}
	}
	if err := os.RemoveAll(o.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return err
	}
	b := &bench{ctx: ctx, options: o}
	defer func() {
		for _, t := range b.tools {
			t.end()
		}
		_ = os.RemoveAll(o.dir) // it lies in a cache
	}()
	if err := b.measure(); err != nil {
		return err
	}
	text := b.markdown()
	fmt.Print(text)
	if o.page == "" {
		return nil
	}
	return os.WriteFile(o.page, []byte(text), 0o644)
}
