package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// pointsPerRun is how many points each run of a growing record has.
const pointsPerRun = 100

// grown is what was measured of a record of one size. Times are in seconds.
type grown struct {
	runs                        int
	rebuild, rebuildPeak        float64
	ready, memory               float64
	filter, order, first, words float64
	journal, index              float64 // bytes
}

// measureGrowth writes its page.
func (o *options) measureGrowth(ctx context.Context, dir string, m machine) error {
	all, err := o.grow(ctx, dir)
	if err != nil {
		return err
	}
	long, err := o.lengthen(ctx, dir)
	if err != nil {
		return err
	}
	if m.LoadAfter, err = loadAverage(); err != nil {
		return err
	}
	page := growth(m, all) + lengths(long)
	if o.page == "" {
		fmt.Print(page)
		return nil
	}
	return os.WriteFile(o.page, []byte(page), 0o644)
}

// grow measures the same work on records of several sizes, so that a cost that
// grows faster than they do is seen.
func (o *options) grow(ctx context.Context, dir string) ([]grown, error) {
	var all []grown
	for _, runs := range o.sizes {
		fmt.Fprintf(os.Stderr, "a record of %d runs\n", runs)
		g, err := o.grownTo(ctx, filepath.Join(dir, fmt.Sprint("grown-", runs)), runs)
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, nil
}

func (o *options) grownTo(ctx context.Context, dir string, runs int) (g grown, err error) {
	g.runs = runs
	p := newVarve(o.varve, dir)
	if err := o.fillWith(ctx, dir, "-runs", fmt.Sprint(runs), "-points", fmt.Sprint(runs*pointsPerRun)); err != nil {
		return g, err
	}
	s, times, err := p.start(ctx)
	if err != nil {
		return g, err
	}
	g.rebuild, g.rebuildPeak = times.said.Seconds(), peakMemory(s.cmd.Process.Pid)
	s.stop()
	var ready []float64
	for range starts {
		if s, times, err = p.start(ctx); err != nil {
			return g, err
		}
		ready = append(ready, times.said.Seconds())
		if len(ready) < starts {
			s.stop()
		}
	}
	defer s.stop()
	g.ready = median(ready)
	c := newClient(s.base)
	for _, q := range []struct {
		search
		took *float64
	}{
		{search{Filter: "metrics.accuracy > 0.9 and params.optimizer = 'adam'", Order: []string{"metrics.loss ASC"}, Max: 100}, &g.filter},
		{search{Order: []string{"metrics.loss ASC"}, Max: 100}, &g.order},
		{search{Max: 100}, &g.first},
		{search{Filter: "tags.team LIKE '%lake-3%'", Max: 100}, &g.words},
	} {
		q.Experiments = []string{"100000000000000001"}
		if *q.took, err = asked(ctx, c, encode(q.search)); err != nil {
			return g, err
		}
	}
	u, _, err := rest(ctx, s, 5*time.Second, 2*time.Minute)
	if err != nil {
		return g, err
	}
	g.memory = float64(u.pss)
	g.journal = sizeOf(filepath.Join(dir, "record", "journal"))
	g.index = sizeOf(filepath.Join(dir, "cache"))
	return g, nil
}

func (o *options) fillWith(ctx context.Context, dir string, args ...string) error {
	fill := exec.CommandContext(ctx, o.fill, append([]string{"-dir", filepath.Join(dir, "record")}, args...)...)
	if out, err := fill.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// asked is the median of what a search takes.
func asked(ctx context.Context, c *client, body []byte) (float64, error) {
	var took []float64
	for range 9 {
		began := time.Now()
		if _, err := c.do(ctx, "POST", "runs/search", body); err != nil {
			return 0, err
		}
		took = append(took, time.Since(began).Seconds())
	}
	return median(took), nil
}

// sizeOf is how much the files below a folder take on the disk.
func sizeOf(dir string) float64 {
	var total int64
	_ = filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			total += onDisk(name)
		}
		return nil // what vanishes meanwhile takes no space
	})
	return float64(total)
}

// growth writes what was measured as a page.
func growth(m machine, all []grown) string {
	var b strings.Builder
	b.WriteString("# Growth\n\nWritten by `make growth`; do not edit. The same work on records of several sizes: each run has five params, five metrics with 20 points each, and two tags.\n\n")
	b.WriteString((&report{Machine: m}).circumstances() + "\n\n")
	b.WriteString("| runs | built from the journal | peak | start until ready | at rest | filter and order | order by a metric | newest 100 | text in a tag | journal, per run | index, per run |\n")
	b.WriteString("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, g := range all {
		n := float64(g.runs)
		fmt.Fprintf(&b, "| %d | %.1f s | %.0f MB | %.0f ms | %.0f MB | %.1f ms | %.1f ms | %.1f ms | %.1f ms | %.0f B | %.0f B |\n",
			g.runs, g.rebuild, g.rebuildPeak/1e6, g.ready*1e3, g.memory/1e6, g.filter*1e3, g.order*1e3, g.first*1e3, g.words*1e3, g.journal/n, g.index/n)
	}
	b.WriteString("\nSearches are asked through MLflow's interface, first 100 runs, medians of nine. A start is the median of five, with an index. The index is a cache, and has a snapshot of the columns\nfrom 1000 runs on.\n")
	return b.String()
}
