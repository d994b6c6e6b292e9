//go:build linux

package main

import (
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// result is what came of one figure.
type result struct {
	id, title string
	about     string // what was done, in a sentence or two
	head      []string
	rows      [][]string
	tries     int // kills, flips, cuts: what the figure counts
	broken    []string
	notRun    string   // why, if this machine does not allow it
	partly    []string // parts that were not run, and why
	took      time.Duration
}

// row adds a line to the figure's table.
func (r *result) row(cells ...any) {
	line := make([]string, len(cells))
	for i, c := range cells {
		line[i] = fmt.Sprint(c)
	}
	r.rows = append(r.rows, line)
}

func (r *result) verdict() string {
	switch {
	case r.notRun != "":
		return "not run"
	case len(r.broken) > 0:
		return fmt.Sprintf("**%d broken**", len(r.broken))
	}
	return "kept"
}

// text is the result for a terminal.
func (r *result) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-4s %s: %s, %d tries, %s\n", r.id, r.title, r.verdict(), r.tries, r.took.Round(time.Second))
	if r.notRun != "" {
		fmt.Fprintf(&b, "     not run: %s\n", r.notRun)
	}
	for _, p := range r.partly {
		fmt.Fprintf(&b, "     not run: %s\n", p)
	}
	for _, row := range r.rows {
		fmt.Fprintf(&b, "     %s\n", strings.Join(row, " | "))
	}
	for _, s := range r.broken {
		fmt.Fprintf(&b, "     BROKEN %s\n", s)
	}
	return b.String()
}

// page is docs/reliability.md.
type page struct {
	machine string
	version string
	began   time.Time
	took    time.Duration
	seed    uint64
	long    bool
	results []result
}

func (p page) markdown() string {
	var b strings.Builder
	form := "short form (`make reliability`)"
	if p.long {
		form = "long form (`make reliability LONG=1`)"
	}
	fmt.Fprintf(&b, `# Reliability

Written by `+"`make reliability`"+`; do not edit. The built programs are killed, their disks are cut off, filled and made to fail, their files are damaged, and enemies
speak to them; a model knows what was acknowledged, and compares. The promise: nothing acknowledged is lost, nothing wrong is shown, what is damaged is named, building the index again gives the same record, and nothing outside is read or written.

%s, %s, seed %d, %s, %s. %s

| | figure | tries | promise | took |
| --- | --- | ---: | --- | ---: |
`, p.version, form, p.seed, p.began.Format("2 January 2006"), p.took.Round(time.Second), p.machine)
	for _, r := range p.results {
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %s |\n", r.id, r.title, r.tries, r.verdict(), r.took.Round(time.Second))
	}
	for _, r := range p.results {
		fmt.Fprintf(&b, "\n## %s %s\n\n%s\n", r.id, r.title, r.about)
		if r.notRun != "" {
			fmt.Fprintf(&b, "\nNot run: %s.\n", r.notRun)
		}
		for _, s := range r.partly {
			fmt.Fprintf(&b, "\nNot run: %s.\n", s)
		}
		writeTable(&b, r.head, r.rows)
		for i, s := range r.broken {
			if i == 0 {
				b.WriteString("\nNot kept:\n\n")
			}
			fmt.Fprintf(&b, "- %s\n", s)
		}
	}
	return b.String()
}

func writeTable(b *strings.Builder, head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	line := func(cells []string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }
	b.WriteByte('\n')
	line(head)
	rule := make([]string, len(head))
	for i := range rule {
		rule[i] = "---:"
		if i == 0 {
			rule[i] = "---"
		}
	}
	line(rule)
	for _, r := range rows {
		line(r)
	}
}

// describeMachine says what the figures depend on, in general terms.
func describeMachine(dir string) (string, error) {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return "", err
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return "", err
	}
	names := map[int64]string{unix.EXT4_SUPER_MAGIC: "ext4", unix.TMPFS_MAGIC: "tmpfs", unix.BTRFS_SUPER_MAGIC: "btrfs", unix.XFS_SUPER_MAGIC: "xfs", unix.OVERLAYFS_SUPER_MAGIC: "overlayfs"}
	name := names[int64(fs.Type)]
	if name == "" {
		name = "another file system"
	}
	memory := uint64(info.Totalram) * uint64(info.Unit) >> 30
	load := float64(info.Loads[0]) / (1 << 16) // as sysinfo(2) gives it
	return fmt.Sprintf("Linux on %s, %d cores, %d GB of memory, %s; load average before: %.1f.", runtime.GOARCH, runtime.NumCPU(), memory, name, load), nil
}

func version(varve string) (string, error) {
	out, err := exec.Command(varve, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", varve, err)
	}
	fields := strings.Fields(string(out))
	return "Varve " + fields[len(fields)-1], nil
}
