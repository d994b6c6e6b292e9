//go:build window

package windowtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dev.varve/build/windowtest/rig"
)

// A person who works for an hour opens a page every three seconds: 1,200 pages.
const (
	hourOfPages = 1200
	littlePages = 128
	// pagesUntilWarm are opened before the first look: caches fill, code is
	// compiled, fonts are read.
	pagesUntilWarm = 64
)

// TestVarveStaysSmall drives the real window through everything that it has, by
// real keys, while a run is live and data are added, and wants its memory to stay
// as it is. With VARVE_ENDURANCE=hour it does an hour's worth in some minutes
// (`make endurance`) and prints what it saw each minute.
func TestVarveStaysSmall(t *testing.T) {
	hour := os.Getenv("VARVE_ENDURANCE") == "hour"
	pages := littlePages
	if hour {
		pages = hourOfPages
	}
	v, owner := openEndurance(t)
	processes := append([]process{goProcess("owner", owner.PID, owner.Output)}, windowProcesses(t, v)...)
	u := &user{varve: v, t: t, watched: processes}
	for u.pages < pagesUntilWarm {
		u.round()
	}
	looks := []look{u.look()}
	// What was held before the code was warm says nothing of what stays.
	warm := make([]int, len(processes))
	for i, p := range processes {
		warm[i] = len(p.collections(t))
	}
	said := time.Now()
	for u.pages < pages {
		u.round()
		looks = append(looks, u.look())
		if hour && (time.Since(said) > time.Minute || u.pages >= pages) {
			said = time.Now()
			fmt.Println(looks[len(looks)-1])
		}
	}
	if hour {
		looks = append(looks, u.rest(looks[0]))
	}
	fmt.Println(looks[0])
	fmt.Println(looks[len(looks)-1])
	for i, p := range processes {
		if more, most := growth(each(looks, func(l look) float64 { return l.memory[i] })), p.bound(looks[0].memory[i]); more > most {
			t.Errorf("%s holds %.0f MB more at the end, %.0f were allowed", p.name, more, most)
		}
		if more := growth(p.collections(t)[warm[i]:]); more > heapBound {
			t.Errorf("the heap of %s is %.0f MB larger after a collection", p.name, more)
		}
		if more := growth(each(looks, func(l look) float64 { return float64(l.files[i]) })); more > filesBound {
			t.Errorf("%s has %.0f more files open", p.name, more)
		}
		if more := growth(each(looks, func(l look) float64 { return float64(l.answer[i]) })); more > answersBound(u.pages) {
			t.Errorf("%s has %.0f more answers open", p.name, more)
		}
	}
	if more := growth(each(looks, func(l look) float64 { return float64(l.nodes) })); more > 100 {
		t.Errorf("the page has %.0f more elements", more)
	}
	if t.Failed() {
		for _, l := range looks {
			t.Log(l)
		}
	}
}

const liveTraining = `import math, os, sys, time
import tracking
step = 0
while os.path.isdir(os.path.dirname(sys.argv[1])) and not os.path.exists(sys.argv[1]):
    tracking.log_metrics({"train_loss": math.exp(-step / 100), "val_loss": math.exp(-step / 120), "rate": 0.1 / (1 + step)}, step)
    print("step", step, flush=True)
    step += 1
    time.sleep(0.25)
`

// openEndurance opens the window at an owner of its own, with runs to look at
// and one that is live.
func openEndurance(t *testing.T) (*varve, *rig.App) {
	t.Helper()
	screen := rig.NewScreen(t, rig.Options{})
	v := &varve{screen: screen, folder: filepath.Join(screen.Home, "Lake"), title: "Lake – Varve"}
	owner := screen.Start(t, []string{"GODEBUG=gctrace=1"}, own(t, "varve"), "--workspace", v.folder, "serve")
	rig.Until(t, "the owner is ready", func() bool { return strings.Contains(owner.Output(), "ready at") })
	s := v.script(t)
	s.runs(t, 300)
	for i := range 4 {
		id, err := s.run(fmt.Sprintf("curve-%d", i), time.Now().UnixMilli())
		for k, key := range []string{"loss", "accuracy", "rate", "norm"} {
			if err != nil {
				break
			}
			metrics := make([]any, 1000)
			for step := range metrics {
				metrics[step] = map[string]any{"key": key, "value": float64(step*(i+k+1)%97) / 97, "step": step, "timestamp": time.Now().UnixMilli()}
			}
			err = s.post("runs/log-batch", map[string]any{"run_id": id, "metrics": metrics}, nil)
		}
		if err == nil {
			err = s.post("runs/update", map[string]any{"run_id": id, "status": "FINISHED", "end_time": time.Now().UnixMilli()}, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	project := t.TempDir()
	until := filepath.Join(project, "enough")
	tracking, err := os.ReadFile(filepath.Join(top, "examples", "sample", "tracking.py"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"MLproject": "entry_points:\n  main:\n    command: python3 live.py " + until + "\n", "live.py": liveTraining, "tracking.py": string(tracking),
	} {
		if err := os.WriteFile(filepath.Join(project, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { end(t, until) })
	v.cli(t, "run", project, "--env-manager", "local", "--run-name", "live", "--detach")
	if err := os.WriteFile(v.cores(), []byte("x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	v.Page = screen.Drive(t, []string{"GODEBUG=gctrace=1", "JSC_logGC=1"}, own(t, "varve-window"), "--workspace", v.folder)
	v.Until(t, `document.querySelector("h1")?.textContent.trim()`)
	return v, owner
}

// own is a copy of a finished program: a build meanwhile changes nothing.
func own(t *testing.T, program string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), program)
	data, err := os.ReadFile(built(t, program))
	if err == nil {
		err = os.WriteFile(name, data, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func (v *varve) cores() string { return filepath.Join(v.screen.Home, "cores.csv") }

// user is whoever works with the window.
type user struct {
	*varve
	t       *testing.T
	pages   int
	adds    int
	watched []process
}

// press presses keys one after the other.
func (u *user) press(keys ...string) {
	u.t.Helper()
	u.screen.Keys(u.t, keys...)
}

// sees waits for a page, and counts it.
func (u *user) sees(condition string) {
	u.t.Helper()
	u.Until(u.t, condition)
	u.pages++
}

func (u *user) click(selector string) {
	u.t.Helper()
	u.clickOn(fmt.Sprintf("document.querySelector(%q)", selector))
}

// clickOn clicks what an expression finds, as soon as it is there.
func (u *user) clickOn(element string) {
	u.t.Helper()
	u.Until(u.t, "(e => e && (e.click(), true))("+element+")")
}

// rest leaves the window alone until the owner, the first process, holds what it
// did at first: Go collects every two minutes at least, and gives back after.
// Whatever it holds after four minutes stays.
func (u *user) rest(first look) (l look) {
	u.t.Helper()
	for range 24 {
		if l = u.look(); l.memory[0]-first.memory[0] <= u.watched[0].bound(first.memory[0]) {
			break
		}
		time.Sleep(10 * time.Second)
	}
	return l
}

// round goes through the places once: 16 pages.
func (u *user) round() {
	u.t.Helper()
	h1 := func(text string) string { return `document.querySelector("h1")?.textContent.includes("` + text + `")` }
	u.key(u.t, "Escape") // and the focus
	u.press("g", "h")
	u.sees(h1("Home"))
	u.press("g", "r")
	u.sees(h1("Runs") + ` && document.querySelector('[data-row="0"] a')`)
	u.Until(u.t, `(e => e && (e.focus(), true))(document.querySelector("[role=grid]"))`)
	u.press("ctrl+End", "Page_Up", "Page_Up", "ctrl+Home", "space", "Down", "space", "Escape")

	// A run that has ended, and the live one: charts, one of them alone, log, files.
	for _, name := range []string{fmt.Sprintf("curve-%d", u.pages%4), "live"} {
		u.press("ctrl+k")
		u.Until(u.t, `document.querySelector(".palette input")`)
		u.screen.Type(u.t, name)
		u.Until(u.t, `document.querySelector(".palette [role=option][aria-selected=true]")?.innerText.includes("`+name+`")`)
		u.press("Return")
		u.sees(h1(name) + ` && document.querySelector("figure canvas")`)
		for _, tab := range []string{"charts", "artifacts"} {
			u.Eval(u.t, `location.hash = location.hash.split("?")[0] + "?tab=" + arguments[0]`, nil, tab)
			u.sees(map[string]string{"charts": `document.querySelectorAll("figure canvas").length > 1`, "artifacts": h1(name) + ` && !document.querySelector("figure")`}[tab])
		}
		u.Eval(u.t, `history.back()`, nil)
		u.sees(`document.querySelector("figure canvas")`)
		u.click("figure button[aria-haspopup=menu]")
		u.clickOn(`[...document.querySelectorAll("[role=menuitem]")].find(b => b.innerText.includes("Full size"))`)
		u.sees(`document.querySelector(".full figure canvas")`)
		u.click(".full > button")
		u.Until(u.t, `!document.querySelector(".full")`)
	}
	u.Eval(u.t, `location.hash = location.hash.split("?")[0] + "?tab=log"`, nil)
	u.sees(`document.querySelector("main").innerText.includes("step ")`)

	// The drawer opens by itself when data are added.
	for range 2 {
		var open bool
		u.Eval(u.t, `return !!document.querySelector("section[aria-label=Progress]")`, &open)
		u.press("j")
		u.Until(u.t, fmt.Sprintf(`!!document.querySelector("section[aria-label=Progress]") === %v`, !open))
	}
	u.click(`footer button[title^="Theme"]`)
	u.addData()
	u.press("g", "d")
	u.sees(h1("Data") + ` && document.querySelector("main").innerText.includes("cores")`)
	u.press("g", "p")
	u.sees(h1("Projects"))
	u.press("ctrl+comma")
	u.sees(h1("Settings"))
}

// addData adds a version of a set in the sheet, every third time.
func (u *user) addData() {
	u.t.Helper()
	if u.adds++; u.adds%3 != 1 {
		return
	}
	if err := os.WriteFile(u.cores(), fmt.Appendf(nil, "x\n%d\n", u.adds), 0o644); err != nil {
		u.t.Fatal(err)
	}
	u.press("ctrl+o")
	u.Find(u.t, "dialog[open] input").Type(u.t, u.cores()+"\n")
	u.Until(u.t, `document.querySelector("dialog[open] button.primary")?.disabled === false`)
	u.click("dialog[open] button.primary")
	u.Until(u.t, `!document.querySelector("dialog[open]")`)
}
