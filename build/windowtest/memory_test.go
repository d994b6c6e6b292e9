//go:build window

package windowtest

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dev.varve/build/windowtest/rig"
)

// process is one that is watched.
type process struct {
	name string
	pid  int
	said func() string // what it writes
	// collected finds what its heap holds after a collection of garbage, and unit is
	// how many of that are a megabyte.
	collected *regexp.Regexp
	unit      float64
}

// bound is how many megabytes more it may hold at the end than it held at
// first: what lies between two collections of garbage, and the live run's own
// points. WebKit keeps what it has and gives nothing back for minutes, not even
// when the page is loaded anew: at the same page it held 240 MB, and 530. Below
// that its memory says nothing; that the pages lose nothing, the heap of their
// scripts shows, and endures.spec.ts counts exactly.
func (p process) bound(first float64) float64 {
	if strings.HasPrefix(p.name, "web") {
		return max(160, 550-first)
	}
	return 30
}

// filesBound is how many more files may be open after some pages.
const filesBound = 6

// answersBound is how many more pipes and connections may be: an answer that the
// page did not read to its end stays open until WebKit collects garbage, which
// an hour sees often; one for each page would be more.
func answersBound(pages int) float64 { return max(filesBound, 40-float64(pages)/30) }

// heapBound is how many megabytes more may be left after a collection.
const heapBound = 15

// windowProcesses are those of the window: its own, and the web view's two.
func windowProcesses(t *testing.T, v *varve) []process {
	t.Helper()
	all := []process{goProcess("window", v.PID, v.Output)}
	for name, part := range map[string]string{"web process": "WebKitWebProces", "web network": "WebKitNetworkPr"} {
		children := rig.Children(t, v.PID, part)
		if len(children) != 1 {
			t.Fatalf("%d processes are called %s", len(children), part)
		}
		all = append(all, process{name, children[0], v.Output, scriptsCollected[name], 1024})
	}
	slices.SortFunc(all, func(a, b process) int { return strings.Compare(a.name, b.name) })
	return all
}

// goProcess is one of a Go program with GODEBUG=gctrace=1.
func goProcess(name string, pid int, said func() string) process {
	return process{name, pid, said, regexp.MustCompile(`gc \d+ @[^\n]*->(\d+) MB,`), 1}
}

// scriptsCollected finds what JavaScriptCore says with JSC_logGC=1 after it has
// looked at the whole heap.
var scriptsCollected = map[string]*regexp.Regexp{
	"web process": regexp.MustCompile(`(?s)=> FullCollection,.*?=> (\d+)kb, p=`),
}

// look is what was seen at one time.
type look struct {
	pages  int
	names  []string
	memory []float64 // megabytes that each process holds; what several share counts in part
	heap   []float64 // megabytes of its programs after the last collection; NaN if there was none
	files  []int     // that each process has open, but those of answers
	answer []int     // pipes and connections
	nodes  int       // elements of the settings, which are the same at any time
}

func (l look) String() string {
	text := fmt.Sprintf("%5d pages", l.pages)
	for i, name := range l.names {
		text += fmt.Sprintf(" | %s %.0f MB, %d files, %d of answers", name, l.memory[i], l.files[i], l.answer[i])
		if !math.IsNaN(l.heap[i]) {
			text += fmt.Sprintf(", heap %.0f MB", l.heap[i])
		}
	}
	return text + fmt.Sprintf(" | %d elements", l.nodes)
}

// look goes to the settings and looks.
func (u *user) look() (l look) {
	u.t.Helper()
	u.press("ctrl+comma")
	u.Until(u.t, `document.querySelector("h1")?.textContent.includes("Settings")`)
	u.painted(u.t)
	l.pages = u.pages
	// The list of what was done grows, up to fifty.
	u.Eval(u.t, `return document.querySelectorAll("*").length - document.querySelectorAll("section[aria-label=Progress] *").length`, &l.nodes)
	l.files, l.answer = u.openFiles()
	for _, p := range u.watched {
		rollup, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.pid), "smaps_rollup"))
		if err != nil {
			u.t.Fatalf("%s: %v", p.name, err)
		}
		_, after, _ := strings.Cut(string(rollup), "\nPss:")
		kilobytes, err := strconv.ParseFloat(strings.Fields(after)[0], 64)
		if err != nil {
			u.t.Fatalf("%s: %v", p.name, err)
		}
		l.names, l.heap = append(l.names, p.name), append(l.heap, p.heap(u.t))
		l.memory = append(l.memory, kilobytes/1024)
	}
	return l
}

// openFiles counts what each process has open, and apart from that its pipes and
// connections: the least of a second, because what is opened for a moment is
// closed again.
func (u *user) openFiles() (files, answers []int) {
	u.t.Helper()
	for try := range 20 {
		for i, p := range u.watched {
			f, a := u.openBy(p)
			if try == 0 {
				files, answers = append(files, f), append(answers, a)
			}
			files[i], answers[i] = min(files[i], f), min(answers[i], a)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return files, answers
}

func (u *user) openBy(p process) (files, answers int) {
	u.t.Helper()
	folder := filepath.Join("/proc", strconv.Itoa(p.pid), "fd")
	all, err := os.ReadDir(folder)
	if err != nil {
		u.t.Fatalf("%s: %v", p.name, err)
	}
	for _, one := range all {
		to, _ := os.Readlink(filepath.Join(folder, one.Name())) // it may be closed by now
		if strings.HasPrefix(to, "pipe:") || strings.HasPrefix(to, "socket:") {
			answers++
		} else {
			files++
		}
	}
	return files, answers
}

// collections is what a process held after each collection of garbage, in
// megabytes.
func (p process) collections(t *testing.T) (all []float64) {
	t.Helper()
	if p.collected == nil {
		return nil
	}
	for _, found := range p.collected.FindAllStringSubmatch(p.said(), -1) {
		n, err := strconv.ParseFloat(found[1], 64)
		if err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
		all = append(all, n/p.unit)
	}
	return all
}

// heap is what a process holds after its last collection of garbage; NaN if it
// said nothing of one.
func (p process) heap(t *testing.T) float64 {
	t.Helper()
	if all := p.collections(t); len(all) > 0 {
		return all[len(all)-1]
	}
	return math.NaN()
}

// growth compares the last third of what was seen with the first: the least of
// each, which is what is left after garbage was collected. Nothing seen is none.
func growth(seen []float64) float64 {
	if len(seen) == 0 {
		return 0
	}
	third := max(1, len(seen)/3)
	return slices.Min(seen[len(seen)-third:]) - slices.Min(seen[:third])
}

// each is one figure of all looks.
func each(looks []look, of func(look) float64) (seen []float64) {
	for _, l := range looks {
		seen = append(seen, of(l))
	}
	return seen
}
