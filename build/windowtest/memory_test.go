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

// bound is how many megabytes more it may hold at the end: what lies between two
// collections of garbage, and the live run's own points. WebKit keeps what it
// has, up to some 350 MB, and gives nothing back for minutes, not even when the
// page is loaded anew; that the pages lose nothing, the heap of their scripts
// shows, and endures.spec.ts counts exactly.
func (p process) bound() float64 {
	if strings.HasPrefix(p.name, "web") {
		return 160
	}
	return 30
}

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
	files  []int
	nodes  int // elements of the settings, which are the same at any time
}

func (l look) String() string {
	text := fmt.Sprintf("%5d pages", l.pages)
	for i, name := range l.names {
		text += fmt.Sprintf(" | %s %.0f MB, %d files", name, l.memory[i], l.files[i])
		if !math.IsNaN(l.heap[i]) {
			text += fmt.Sprintf(", heap %.0f MB", l.heap[i])
		}
	}
	return text + fmt.Sprintf(" | %d elements", l.nodes)
}

// look goes to the settings and looks.
func (u *user) look(processes []process) (l look) {
	u.t.Helper()
	u.press("ctrl+comma")
	u.Until(u.t, `document.querySelector("h1")?.textContent.includes("Settings")`)
	u.painted(u.t)
	l.pages = u.pages
	// The list of what was done grows, up to fifty.
	u.Eval(u.t, `return document.querySelectorAll("*").length - document.querySelectorAll("section[aria-label=Progress] *").length`, &l.nodes)
	for _, p := range processes {
		folder := filepath.Join("/proc", strconv.Itoa(p.pid))
		rollup, err := os.ReadFile(filepath.Join(folder, "smaps_rollup"))
		if err != nil {
			u.t.Fatalf("%s: %v", p.name, err)
		}
		files, err := os.ReadDir(filepath.Join(folder, "fd"))
		if err != nil {
			u.t.Fatalf("%s: %v", p.name, err)
		}
		_, after, _ := strings.Cut(string(rollup), "\nPss:")
		kilobytes, err := strconv.ParseFloat(strings.Fields(after)[0], 64)
		if err != nil {
			u.t.Fatalf("%s: %v", p.name, err)
		}
		l.names, l.heap = append(l.names, p.name), append(l.heap, p.heap(u.t))
		l.memory, l.files = append(l.memory, kilobytes/1024), append(l.files, len(files))
	}
	return l
}

// heap is what a process holds after its last collection of garbage, in
// megabytes; NaN if it said nothing of one.
func (p process) heap(t *testing.T) float64 {
	t.Helper()
	if p.collected == nil {
		return math.NaN()
	}
	all := p.collected.FindAllStringSubmatch(p.said(), -1)
	if all == nil {
		return math.NaN()
	}
	n, err := strconv.ParseFloat(all[len(all)-1][1], 64)
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return n / p.unit
}

// growth compares the last third of all looks with the first: the least of each,
// which is what is left after garbage was collected.
func growth(looks []look, of func(look) float64) float64 {
	least := func(some []look) float64 {
		values := make([]float64, len(some))
		for i, l := range some {
			values[i] = of(l)
		}
		return slices.Min(values)
	}
	third := max(1, len(looks)/3)
	return least(looks[len(looks)-third:]) - least(looks[:third])
}
