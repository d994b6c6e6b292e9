//go:build window

package windowtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dev.varve/build/windowtest/rig"
)

// script logs into a workspace through MLflow's interface, as scripts do.
type script struct {
	base, user, password string
	client               http.Client
}

func (v *varve) script(t *testing.T) *script {
	t.Helper()
	var env map[string]string
	if err := json.Unmarshal([]byte(v.cli(t, "env", "--json")), &env); err != nil {
		t.Fatal(err)
	}
	return &script{
		base: env["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/", user: env["MLFLOW_TRACKING_USERNAME"], password: env["MLFLOW_TRACKING_PASSWORD"],
		client: http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}},
	}
}

// post may be called by several goroutines.
func (s *script) post(path string, body, result any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest("POST", s.base+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.SetBasicAuth(s.user, s.password)
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s %s (%v)", path, response.Status, text, err)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(text, result)
}

// run makes a run that begins at some time and returns its id.
func (s *script) run(name string, start int64) (string, error) {
	var made struct {
		Run struct {
			Info struct {
				ID string `json:"run_id"`
			}
		}
	}
	err := s.post("runs/create", map[string]any{"experiment_id": "0", "run_name": name, "start_time": start}, &made)
	return made.Run.Info.ID, err
}

// runs makes many ended runs with two metrics and two params each; the first
// one is the oldest.
func (s *script) runs(t *testing.T, n int) {
	t.Helper()
	begin := time.Now().Add(-time.Duration(n) * time.Minute).UnixMilli()
	one := func(i int) error {
		start := begin + int64(i)*60_000
		id, err := s.run(fmt.Sprintf("layer-%05d", i), start)
		if err != nil {
			return err
		}
		err = s.post("runs/log-batch", map[string]any{
			"run_id": id,
			"metrics": []any{
				map[string]any{"key": "rmse", "value": float64(i%997) / 997, "step": 1, "timestamp": start},
				map[string]any{"key": "loss", "value": float64(i%89) / 89, "step": 1, "timestamp": start},
			},
			"params": []any{map[string]any{"key": "alpha", "value": strconv.Itoa(i % 10)}, map[string]any{"key": "seed", "value": strconv.Itoa(i)}},
		}, nil)
		if err != nil {
			return err
		}
		return s.post("runs/update", map[string]any{"run_id": id, "status": "FINISHED", "end_time": start + 30_000}, nil)
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := one(i); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// key presses a key in the window.
func (v *varve) key(t *testing.T, key string) {
	t.Helper()
	if id := v.screen.Window(t, v.title); v.screen.Active() != id {
		v.screen.Focus(t, id)
	}
	v.screen.Key(t, key)
}

// TestVarveShowsTenThousandRuns: the table is there at once, its end is a key
// away, the last run opens, and the way back leads to the same place.
func TestVarveShowsTenThousandRuns(t *testing.T) {
	const runs = 10_000
	v := openVarve(t, rig.Options{})
	v.script(t).runs(t, runs)
	v.Eval(t, `location.hash = "#/runs"`, nil)
	v.Until(t, `document.querySelector('[data-row="0"] a')?.textContent === "layer-09999"`)
	v.Until(t, fmt.Sprintf(`document.querySelector("[role=grid]").ariaRowCount === "%d"`, runs+1))
	var rows int
	v.Eval(t, `return document.querySelectorAll("[data-row]").length`, &rows)
	if rows > 100 {
		t.Errorf("%d rows are in the page", rows)
	}

	v.Eval(t, `document.querySelector("[role=grid]").focus()`, nil)
	v.key(t, "ctrl+End")
	last := fmt.Sprintf(`document.querySelector('[data-row="%d"] a')`, runs-1)
	v.Until(t, last+`?.textContent === "layer-00000"`)
	v.screen.Picture(t, picture("the last of 10,000 runs"))
	v.key(t, "Return")
	v.Until(t, `document.querySelector("h1").textContent.includes("layer-00000")`)
	v.key(t, "alt+Left")
	v.Until(t, last)

	// Another order, of all of them and not only of those that were read.
	v.Eval(t, `location.hash = "#/runs?order=" + encodeURIComponent("metrics.rmse ASC")`, nil)
	v.Until(t, `document.querySelector('[data-row="0"] a')?.textContent === "layer-09970"`)
}

var drawn = regexp.MustCompile(`([\d,]+) points of ([\d,]+) drawn`)

// drawnPoints is what the one chart on the page says about itself.
func (v *varve) drawnPoints(t *testing.T) (points, of int) {
	t.Helper()
	var text string
	v.Until(t, `document.querySelector("figure .notes [title*=' drawn']")`)
	v.Eval(t, `return document.querySelector("figure .notes [title*=' drawn']").title`, &text)
	found := drawn.FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("the chart says %q", text)
	}
	points, _ = strconv.Atoi(strings.ReplaceAll(found[1], ",", "")) // digits, as the pattern says
	of, _ = strconv.Atoi(strings.ReplaceAll(found[2], ",", ""))
	return points, of
}

// inked counts the pixels of the chart that are not empty.
func (v *varve) inked(t *testing.T) (n int) {
	t.Helper()
	v.Eval(t, `const c = document.querySelector("figure canvas");
		const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
		let n = 0;
		for (let i = 3; i < d.length; i += 4) if (d[i] > 0) n++;
		return n`, &n)
	return n
}

// TestVarveDrawsAMillionPoints: drawn thinned, zoomed into, full size; meanwhile
// the page does what keys say.
func TestVarveDrawsAMillionPoints(t *testing.T) {
	const total, batch = 1_000_000, 1000
	v := openVarve(t, rig.Options{})
	s := v.script(t)
	now := time.Now().UnixMilli()
	id, err := s.run("long", now)
	for step := 0; err == nil && step < total; step += batch {
		metrics := make([]any, batch)
		for i := range metrics {
			n := step + i
			value := float64(n%1000) / 1000
			if n == 700_700 {
				value = 25 // a spike that no thinning may lose
			}
			metrics[i] = map[string]any{"key": "loss", "value": value, "step": n, "timestamp": now + int64(n)}
		}
		err = s.post("runs/log-batch", map[string]any{"run_id": id, "metrics": metrics}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}

	v.Eval(t, `location.hash = "#/runs/" + arguments[0] + "?tab=charts"`, nil, id)
	// While the points are read and drawn, keys are heard.
	v.key(t, "ctrl+k")
	v.Until(t, `document.querySelector(".palette [role=option]")`)
	v.key(t, "Escape")
	v.Until(t, `!document.querySelector(".palette")`)
	points, of := v.drawnPoints(t)
	if of != total || points > 10_000 || points < 200 {
		t.Errorf("%d points of %d are drawn", points, of)
	}
	v.Until(t, `document.querySelector("figure canvas")`)
	v.painted(t)
	if n := v.inked(t); n < 1000 {
		t.Errorf("the drawing has %d pixels", n)
	}
	v.screen.Picture(t, picture("a million points"))
	v.Eval(t, `document.querySelector("figure .end .btn").click()`, nil) // Table
	v.Until(t, `document.querySelector("figure").innerText.includes("25")`)
	v.Eval(t, `document.querySelector("figure .end .btn").click()`, nil)

	plot := v.Find(t, "figure .plot").Box(t)
	y := plot.Y + plot.Height/2
	v.Drag(t, plot.X+plot.Width*5/10, y, plot.X+plot.Width*7/10, y)
	v.Until(t, `[...document.querySelectorAll("button")].some(b => b.innerText.includes("Reset zoom"))`)
	rig.Until(t, "the stretch is drawn from more points", func() bool { n, _ := v.drawnPoints(t); return n > points })
	if n, _ := v.drawnPoints(t); n > 100_000 {
		t.Errorf("zoomed, %d points are read", n)
	}
	v.Eval(t, `[...document.querySelectorAll("button")].find(b => b.innerText.includes("Reset zoom")).click()`, nil)

	v.Eval(t, `document.querySelector("figure button[aria-haspopup=menu]").click()`, nil)
	v.Eval(t, `[...document.querySelectorAll("[role=menuitem]")].find(b => b.innerText.includes("Full size")).click()`, nil)
	v.Until(t, fmt.Sprintf(`document.querySelector(".full figure .plot")?.clientHeight > %d`, plot.Height*3/2))
	v.Until(t, `document.querySelector(".full figure canvas")`)
	v.painted(t)
	if n := v.inked(t); n < 1000 {
		t.Errorf("full size, the drawing has %d pixels", n)
	}
	v.screen.Picture(t, picture("a million points, full size"))
	v.key(t, "Escape")
	v.Until(t, `!document.querySelector(".full")`)
}
