package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// unit says how a value is written, and whether more of it is better.
type unit int

const (
	seconds unit = iota
	megabytes
	perSecond
	runsPerSecond
	megabytesPerSecond
)

func (u unit) moreIsBetter() bool {
	return u == perSecond || u == runsPerSecond || u == megabytesPerSecond
}

func (u unit) text(v float64) string {
	switch {
	case u == megabytes:
		return digits(v/1e6) + " MB"
	case u == perSecond:
		return digits(v) + "/s"
	case u == megabytesPerSecond:
		return digits(v/1e6) + " MB/s"
	case u == runsPerSecond:
		return digits(v) + " runs/s"
	case v >= 1:
		return digits(v) + " s"
	}
	return digits(v*1e3) + " ms"
}

// digits writes three of them, and all before the point.
func digits(v float64) string {
	size := v
	if size < 0 {
		size = -size
	}
	switch {
	case size >= 99.95:
		text := strconv.FormatFloat(v, 'f', 0, 64)
		for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
			text = text[:i] + "," + text[i:]
		}
		return text
	case size >= 9.995:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// row is one thing that was measured, of both programs several times.
type row struct {
	What   string
	Unit   unit
	Aim    string // "": none yet
	met    func(*row) bool
	values [2][]float64
	notes  [2]string
}

func (r *row) add(which int, value float64) { r.values[which] = append(r.values[which], value) }

// ratio is how many times better Varve is, by the medians; 0 if only one of the
// two was measured, or the row is a difference of which no ratio makes sense.
func (r *row) ratio() float64 {
	ours, theirs := median(r.values[varve]), median(r.values[mlflow])
	if ours <= 0 || theirs <= 0 {
		return 0
	}
	if r.Unit.moreIsBetter() {
		return ours / theirs
	}
	return theirs / ours
}

func atMost(value float64) func(*row) bool {
	return func(r *row) bool { return median(r.values[varve]) <= value }
}

func atLeastTimes(ratio float64) func(*row) bool {
	return func(r *row) bool { return r.ratio() >= ratio }
}

// verdict is about the aim.
func (r *row) verdict() string {
	switch {
	case r.met == nil:
		return ""
	case r.met(r):
		return "met"
	}
	return "missed"
}

func (r *row) cells() []string {
	cells := []string{r.What, r.middle(varve), r.middle(mlflow), "", r.Aim, r.verdict()}
	if ratio := r.ratio(); ratio > 0 {
		cells[3] = digits(ratio) + "×"
	}
	return cells
}

func (r *row) middle(which int) string {
	if len(r.values[which]) == 0 {
		return ""
	}
	return r.Unit.text(median(r.values[which]))
}

// spread tells the lowest and the highest value, and what else there is to say.
func (r *row) spread(which int) string {
	values := r.values[which]
	var text string
	switch {
	case len(values) > 1:
		text = r.Unit.text(slices.Min(values)) + " to " + r.Unit.text(slices.Max(values))
	case r.notes[which] == "":
		text = r.middle(which)
	}
	return text + r.notes[which]
}

// report is all that a run has found.
type report struct {
	Machine  machine
	Versions [2]string
	Rows     []*row
	Ceiling  [2]float64 // requests a second of the client alone: one, and many
	Sync     float64    // seconds
	Copy     float64    // bytes a second of a large file that is copied and synced; 0: not measured
	Refused  [2]int
	Round    time.Duration
	Runs     int
	When     time.Time
	Took     time.Duration
}

var heads = []string{"", "Varve", "mlflow server", "ratio", "aim", ""}

// print writes the table for a terminal.
func (r *report) print(w io.Writer) error {
	table := [][]string{heads}
	for _, one := range r.Rows {
		table = append(table, one.cells())
	}
	widths := make([]int, len(heads))
	for _, cells := range table {
		for i, cell := range cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var out strings.Builder
	for _, cells := range table {
		var line strings.Builder
		for i, cell := range cells {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 || i > 3 { // words to the left, numbers to the right
				line.WriteString(cell + pad + "  ")
			} else {
				line.WriteString(pad + cell + "  ")
			}
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	if r.Copy > 0 {
		fmt.Fprintf(&out, "\nA file of 1 GB copied and synced: %s.", megabytesPerSecond.text(r.Copy))
	}
	fmt.Fprintf(&out, "\nfdatasync of 250 bytes: %s. The client alone: %s, with %d at once %s.\n",
		seconds.text(r.Sync), perSecond.text(r.Ceiling[0]), manyClients, perSecond.text(r.Ceiling[1]))
	fmt.Fprintf(&out, "%s\n", r.circumstances())
	_, err := io.WriteString(w, out.String())
	return err
}

// circumstances is what the machine was, and whether it had other work.
func (r *report) circumstances() string {
	m := r.Machine
	text := fmt.Sprintf("%s, %d cores, %.0f GB of memory, %s. Load average before: %.1f, after: %.1f.",
		m.System, m.Cores, float64(m.Memory)/1e9, m.FileSystem, m.LoadBefore, m.LoadAfter)
	if m.LoadBefore > float64(m.Cores)/2 {
		text += " The machine had other work, so that single values mean little; the ratios mean more."
	}
	return text
}

func tableRow(out *bytes.Buffer, cells ...string) {
	fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
}

// markdown is the page.
func (r *report) markdown() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, pageHead, r.Versions[varve], r.Versions[mlflow], r.When.Format("2 January 2006"), r.circumstances())
	tableRow(&out, heads...)
	tableRow(&out, "---", "---:", "---:", "---:", "---", "---")
	for _, one := range r.Rows {
		tableRow(&out, one.cells()...)
	}
	out.WriteString(afterTable)
	tableRow(&out, "", "Varve", "mlflow server")
	tableRow(&out, "---", "---", "---")
	for _, one := range r.Rows {
		tableRow(&out, one.What, one.spread(varve), one.spread(mlflow))
	}
	fmt.Fprintf(&out, pageMethod, r.Round, seconds.text(r.Sync), len(r.Rows[0].values[varve]), r.Runs,
		perSecond.text(r.Ceiling[0]), manyClients, perSecond.text(r.Ceiling[1]))
	if r.Copy > 0 {
		fmt.Fprintf(&out, "* A copy of the file of 1 GB on the same disk, synced and with no program between, has %s: whoever makes it durable cannot be faster.\n",
			megabytesPerSecond.text(r.Copy))
	}
	if r.Refused != [2]int{} {
		fmt.Fprintf(&out, "* Requests that were answered with an error, and do not count: Varve %d, mlflow server %d.\n", r.Refused[varve], r.Refused[mlflow])
	}
	fmt.Fprintf(&out, "* The whole run took %s.\n", r.Took.Round(time.Second))
	return out.Bytes()
}

// restBegins is the line from which on a page is written by hand.
const restBegins = "## The window"

// withRest is a page with what was written by hand at the end of the one before.
func withRest(page, before []byte) []byte {
	if at := bytes.Index(before, []byte("\n"+restBegins+"\n")); at >= 0 {
		return append(page, before[at:]...)
	}
	return page
}

const pageHead = `# Performance

Written by ` + "`make bench`" + `, down to “The window”; do not edit. The command measures Varve and the server that comes with MLflow side by side, in one run.
Varve %s, MLflow %s, %s.

%s

`

const afterTable = `
Each value is the median of its rounds, and the ratio says how many times better Varve's is. Rows without an aim are there to be watched.

## How far the rounds are apart

`

const pageMethod = `
## How it is measured

* Both programs run as they come: ` + "`varve serve --no-token`" + ` on a new workspace, and ` + "`mlflow server --serve-artifacts`" + ` on a new SQLite database, with
  its four workers. Each has a home of its own; both records are on one disk; both programs run during all rounds, the one that is not asked at rest.
* One client, a Go program with one open connection for each of its clients, plays the same requests to both, in turns, in rounds of %s at most. Bodies
  are made before the clock starts; answers are taken whole and not decoded while it runs. Each client logs to a run of its own.
* What was acknowledged is read back after each round, and searches must give the same runs in the same order; otherwise the measurement fails.
* Both make each change of the record durable before they answer. Of artifacts only Varve does so: ` + "`mlflow server`" + ` answers when the system has the bytes
  (seen with strace: no call that syncs). What the disk alone takes for that, is measured just before and after: ` + "`fdatasync`" + ` of a file with its
  full size that gets 250 bytes at a time, %s. "Beyond fdatasync" is the median of one client's requests less that.
* A start counts from the moment before the process is made until the first request of MLflow's interface (` + "`experiments/get`" + `) has been answered; %d
  starts in turns, the first one on no record. "At rest" is five seconds without work or new processes. Memory is what all processes of a program
  hold (PSS: a page that several share counts once).
* A batch is 100 steps of 10 metrics. The %d runs for the searches have five metrics, five params and two tags each; Varve gets them by requests,
  MLflow through its database, because it would take minutes otherwise. Of the first two searches the first 100 runs are asked for.
* Artifacts go through the proxy of both by plain HTTP. The one of 1 GB has no pattern, is another file each time, comes first, and
  its bytes are compared afterwards; what the processes of a
  program held at most meanwhile (VmHWM, added up) is read anew each time. The 10,000 that are listed lie in one folder; MLflow gets them on its disk, and the
  10,000 versions of one model through its database.
* The same client with a server that does nothing reaches %s, and %d clients %s: more than that cannot be seen.
`
