package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

const head = `# Performance with data

Written by ` + "`make bench-data`" + `; do not edit. Each tool does the same on the same bytes, one after the other in one run, on %s with %d cores. %s.

`

const method = `
* A time is that of the command a person would give: ` + "`varve data add`, `restic backup`, `git add` with `git commit`, `dvc add`; `varve data get`, `restic restore`, `git clone`, `dvc checkout`" + `.
  Varve's owner runs, as it does when somebody works with a workspace; before each clock starts the system has written out everything.
* git-lfs and DVC keep what lies in a repository of their own: their copy of the files is made before the clock starts.
* restic has its defaults, which encrypt. Varve, like restic, makes durable what it says it has; git-lfs and DVC do not.
* Small files have 275 bytes without a pattern. What Varve restored is compared with the source, byte by byte.
`

// markdown is the page.
func (b *bench) markdown() string {
	var out strings.Builder
	fmt.Fprintf(&out, head, runtime.GOOS, runtime.NumCPU(), time.Now().Format("2 January 2006"))
	out.WriteString("| |")
	for _, t := range b.tools {
		fmt.Fprintf(&out, " %s |", t.name())
	}
	out.WriteString(" times faster than | aim | |\n| --- |" + strings.Repeat(" ---: |", len(b.tools)) + " --- | --- | --- |\n")
	for _, r := range b.rows {
		b.line(&out, r)
	}
	out.WriteString("\n")
	if b.peak > 0 {
		fmt.Fprintf(&out, "With %s files the owner held %d MB at most (aim: 500 MB).\n", group(b.many), b.peak/1e6)
	}
	if len(b.absent) > 0 {
		fmt.Fprintf(&out, "Not on this machine: %s.\n", strings.Join(b.absent, ", "))
	}
	return out.String() + method
}

func (b *bench) line(out *strings.Builder, r *row) {
	fmt.Fprintf(out, "| %s |", r.what)
	for _, t := range b.tools {
		took, ok := r.took[t.name()]
		if !ok {
			out.WriteString(" |")
			continue
		}
		fmt.Fprintf(out, " %.2f s%s |", took.Seconds(), grown(r, t.name()))
	}
	ours := r.took["Varve"].Seconds()
	var ratios, aims []string
	met := true
	for _, t := range b.tools[1:] {
		took, ok := r.took[t.name()]
		if !ok {
			continue
		}
		ratio := took.Seconds() / ours
		ratios = append(ratios, fmt.Sprintf("%s %.1f×", t.name(), ratio))
		if aim := r.aims[t.name()]; aim != "" {
			aims = append(aims, fmt.Sprintf("%s %s×", t.name(), aim))
			var least float64
			_, _ = fmt.Sscan(aim, &least)
			met = met && ratio >= least
		}
	}
	if r.base > 0 {
		ratios = append(ratios, fmt.Sprintf("cp and sync (%.2f s) %.2f×", r.base.Seconds(), r.base.Seconds()/ours))
		aims = append(aims, "at most 1.2 times cp and sync")
		met = met && ours <= 1.2*r.base.Seconds()
	}
	if aim := r.aims["Varve"]; aim != "" {
		aims = append(aims, aim)
		met = met && ours <= 3 && r.grew["Varve"] <= 30_000
	}
	said := ""
	if len(aims) > 0 {
		said = map[bool]string{true: "met", false: "missed"}[met]
	}
	fmt.Fprintf(out, " %s | %s | %s |\n", strings.Join(ratios, ", "), strings.Join(aims, ", "), said)
}

// grown says by how much a store grew.
func grown(r *row, name string) string {
	n, ok := r.grew[name]
	switch {
	case !ok:
		return ""
	case n < 1_000_000:
		return fmt.Sprintf(", +%.0f kB", float64(n)/1e3)
	}
	return fmt.Sprintf(", +%s MB", group(int(n/1e6)))
}
