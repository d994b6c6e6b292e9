package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// drawn is how many points a chart of a window's width asks for.
const drawn = 4000

// long is what was measured of a record with one metric of so many points.
// Times are in seconds.
type long struct {
	points               int
	rebuild, rebuildPeak float64
	curve, part          float64
	journal, index       float64 // bytes
}

// lengthen measures records of one run with one metric, each longer than the one
// before.
func (o *options) lengthen(ctx context.Context, dir string) ([]long, error) {
	var all []long
	for _, points := range o.lengths {
		fmt.Fprintf(os.Stderr, "a metric of %d points\n", points)
		l, err := o.longAs(ctx, filepath.Join(dir, fmt.Sprint("long-", points)), points)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

func (o *options) longAs(ctx context.Context, dir string, points int) (l long, err error) {
	l.points = points
	if err := o.fillWith(ctx, dir, "-runs", "1", "-metrics", "1", "-points", fmt.Sprint(points)); err != nil {
		return l, err
	}
	p := newVarve(o.varve, dir)
	s, times, err := p.start(ctx)
	if err != nil {
		return l, err
	}
	l.rebuild, l.rebuildPeak = times.said.Seconds(), peakMemory(s.cmd.Process.Pid)
	s.stop()
	if s, _, err = p.start(ctx); err != nil {
		return l, err
	}
	defer s.stop()
	answer, err := newClient(s.base).do(ctx, http.MethodPost, "runs/search", encode(search{Experiments: []string{"100000000000000001"}, Max: 1}))
	if err != nil {
		return l, err
	}
	id, err := findID(answer)
	if err != nil {
		return l, err
	}
	middle := points / 2
	if l.curve, err = looked(ctx, s.base, string(id), 0, points-1, points); err != nil {
		return l, err
	}
	if l.part, err = looked(ctx, s.base, string(id), middle, middle+min(drawn, points-middle)/2-1, points); err != nil {
		return l, err
	}
	l.journal = sizeOf(filepath.Join(dir, "record", "journal"))
	l.index = sizeOf(filepath.Join(dir, "cache"))
	return l, nil
}

// looked is the median of what it takes to read a part of the curve for a chart.
// It checks that the part is there from end to end.
func looked(ctx context.Context, base, run string, from, to, points int) (float64, error) {
	query := url.Values{"key": {"accuracy"}, "points": {fmt.Sprint(drawn)}, "from": {fmt.Sprint(from)}, "to": {fmt.Sprint(to)}}
	address := base + "/api/varve/v1/runs/" + run + "/series?" + query.Encode()
	var took []float64
	for range 9 {
		began := time.Now()
		pairs, err := fetch(ctx, address)
		if err != nil {
			return 0, err
		}
		took = append(took, time.Since(began).Seconds())
		n := len(pairs) / 16
		if n == 0 || n > drawn || to-from < drawn && n != to-from+1 {
			return 0, fmt.Errorf("%d points came of those from %d to %d of %d", n, from, to, points)
		}
		if first, last := number(pairs), number(pairs[16*(n-1):]); first != float64(from) || last != float64(to) {
			return 0, fmt.Errorf("the curve runs from %g to %g, not from %d to %d", first, last, from, to)
		}
	}
	return median(took), nil
}

func number(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }

func fetch(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", address, resp.StatusCode, body)
	}
	return body, err
}

// lengths writes what was measured as a part of the page.
func lengths(all []long) string {
	if len(all) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n## One metric, longer and longer\n\n")
	b.WriteString("| points | built from the journal | of it, each million | peak | whole curve | 2000 points from its middle | journal, per point | index, per point |\n")
	b.WriteString("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, l := range all {
		n, each := float64(l.points), "–"
		if n >= 1e6 { // of less it is the start of the program that takes the time
			each = fmt.Sprintf("%.2f s", l.rebuild/n*1e6)
		}
		fmt.Fprintf(&b, "| %d | %.1f s | %s | %.0f MB | %.1f ms | %.1f ms | %.1f B | %.1f B |\n",
			l.points, l.rebuild, each, l.rebuildPeak/1e6, l.curve*1e3, l.part*1e3, l.journal/n, l.index/n)
	}
	fmt.Fprintf(&b, "\nOne run with one metric, its values noisy numbers of double precision. Curves are read through the door of the pages, thinned to %d points, medians of nine.\n", drawn)
	return b.String()
}
