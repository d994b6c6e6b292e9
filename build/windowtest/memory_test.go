//go:build window

package windowtest

import (
	"fmt"
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
	said func() string // what it writes; nil if nothing
}

// bound is how many megabytes more it may hold at the end: what lies between two
// collections of garbage, and the live run's own points. WebKit keeps what it
// has, up to some 350 MB, and gives nothing back for minutes; that the pages lose
// nothing, endures.spec.ts counts exactly.
func (p process) bound() float64 {
	if strings.HasPrefix(p.name, "web") {
		return 160
	}
	return 30
}

// windowProcesses are those of the window: its own, and the web view's two.
func windowProcesses(t *testing.T, v *varve) []process {
	t.Helper()
	all := []process{{"window", v.PID, v.Output}}
	for name, part := range map[string]string{"web process": "WebKitWebProces", "web network": "WebKitNetworkPr"} {
		children := rig.Children(t, v.PID, part)
		if len(children) != 1 {
			t.Fatalf("%d processes are called %s", len(children), part)
		}
		all = append(all, process{name, children[0], nil})
	}
	slices.SortFunc(all, func(a, b process) int { return strings.Compare(a.name, b.name) })
	return all
}

// look is what was seen at one time.
type look struct {
	pages  int
	names  []string
	memory []float64 // megabytes that each process holds; what several share counts in part
	heap   []string  // of Go after its last collection, in megabytes
	files  []int
	nodes  int // elements of the settings, which are the same at any time
}

func (l look) String() string {
	text := fmt.Sprintf("%5d pages", l.pages)
	for i, name := range l.names {
		text += fmt.Sprintf(" | %s %.0f MB, %d files", name, l.memory[i], l.files[i])
		if l.heap[i] != "" {
			text += ", heap " + l.heap[i] + " MB"
		}
	}
	return text + fmt.Sprintf(" | %d elements", l.nodes)
}

var collected = regexp.MustCompile(`gc \d+ @[^\n]*->(\d+) MB,`)

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
		heap := ""
		if p.said != nil {
			if all := collected.FindAllStringSubmatch(p.said(), -1); all != nil {
				heap = all[len(all)-1][1]
			}
		}
		l.names, l.heap = append(l.names, p.name), append(l.heap, heap)
		l.memory, l.files = append(l.memory, kilobytes/1024), append(l.files, len(files))
	}
	return l
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
