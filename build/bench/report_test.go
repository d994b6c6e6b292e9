package main

import (
	"strings"
	"testing"
	"time"
)

func TestUnits(t *testing.T) {
	for _, c := range []struct {
		unit  unit
		value float64
		want  string
	}{
		{seconds, 11.04, "11.0 s"}, {seconds, 1, "1.00 s"}, {seconds, 0.9999, "1,000 ms"}, {seconds, 0.0523, "52.3 ms"},
		{seconds, 0.000149, "0.15 ms"}, {seconds, -0.00001, "-0.01 ms"}, {seconds, 0, "0.00 ms"}, {seconds, -1.5, "-1,500 ms"},
		{megabytes, 1.7e9, "1,700 MB"}, {megabytes, 22.34e6, "22.3 MB"}, {megabytes, 999.6e6, "1,000 MB"},
		{perSecond, 14999.6, "15,000/s"}, {perSecond, 99.96, "100/s"}, {perSecond, 9.996, "10.0/s"}, {perSecond, 1234567, "1,234,567/s"},
		{runsPerSecond, 36.04, "36.0 runs/s"}, {megabytesPerSecond, 512.4e6, "512 MB/s"},
	} {
		if got := c.unit.text(c.value); got != c.want {
			t.Errorf("%v is written as %s, want %s", c.value, got, c.want)
		}
	}
}

func filled(r row, ours, theirs []float64) *row {
	r.values = [2][]float64{ours, theirs}
	return &r
}

func TestRatioAndAim(t *testing.T) {
	for name, c := range map[string]struct {
		row     *row
		ratio   float64
		verdict string
	}{
		"less time":      {filled(row{Unit: seconds, met: atMost(0.3)}, []float64{0.1, 0.3, 0.2}, []float64{10}), 50, "met"},
		"exactly":        {filled(row{Unit: seconds, met: atMost(0.3)}, []float64{0.3}, []float64{3}), 10, "met"},
		"too slow":       {filled(row{Unit: seconds, met: atMost(0.3)}, []float64{0.5}, []float64{10}), 20, "missed"},
		"more a second":  {filled(row{Unit: perSecond, met: atLeastTimes(50)}, []float64{1000}, []float64{20}), 50, "met"},
		"not enough":     {filled(row{Unit: perSecond, met: atLeastTimes(50)}, []float64{999}, []float64{20}), 49.95, "missed"},
		"slower batch":   {filled(row{Unit: seconds, met: atLeastTimes(50)}, []float64{1}, []float64{40}), 40, "missed"},
		"watched only":   {filled(row{Unit: runsPerSecond}, []float64{400}, []float64{4}), 100, ""},
		"only one":       {filled(row{Unit: seconds, met: atMost(1)}, []float64{0.5}, nil), 0, "met"},
		"no more at all": {filled(row{Unit: seconds, met: atMost(1)}, []float64{-0.5}, []float64{1}), 0, "met"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.row.ratio(); got != c.ratio {
				t.Errorf("ratio %v, want %v", got, c.ratio)
			}
			if got := c.row.verdict(); got != c.verdict {
				t.Errorf("verdict %q, want %q", got, c.verdict)
			}
		})
	}
}

func someReport() *report {
	memory := filled(row{What: "memory", Unit: megabytes, Aim: "at most 100 MB", met: atMost(100e6)}, []float64{22e6}, []float64{2.2e9})
	memory.notes = [2]string{"1 process", "15 processes"}
	return &report{
		Machine:  machine{System: "linux on amd64", FileSystem: "ext4", Cores: 2, Memory: 24e9, LoadBefore: 0.3, LoadAfter: 1.9},
		Versions: [2]string{"0.1.0", "3.0.0"},
		Rows: []*row{
			filled(row{What: "start", Unit: seconds, Aim: "at most 0.3 s", met: atMost(0.3)}, []float64{0.05, 0.06, 0.07}, []float64{12, 11, 10}),
			memory,
			filled(row{What: "ready line", Unit: seconds}, []float64{0.05}, nil),
		},
		Ceiling: [2]float64{8000, 40000}, Sync: 0.00015, Copy: 650e6, Round: 3 * time.Second, Runs: 10000,
		When: time.Date(2030, 5, 1, 0, 0, 0, 0, time.UTC), Took: 245 * time.Second,
	}
}

func TestPrintLinesUp(t *testing.T) {
	var out strings.Builder
	if err := someReport().print(&out); err != nil {
		t.Fatal(err)
	}
	const want = "" +
		"              Varve  mlflow server  ratio  aim\n" +
		"start       60.0 ms         11.0 s   183×  at most 0.3 s   met\n" +
		"memory      22.0 MB       2,200 MB   100×  at most 100 MB  met\n" +
		"ready line  50.0 ms\n" +
		"\nA file of 1 GB copied and synced: 650 MB/s." +
		"\nfdatasync of 250 bytes: 0.15 ms. The client alone: 8,000/s, with 16 at once 40,000/s.\n" +
		"linux on amd64, 2 cores, 24 GB of memory, ext4. Load average before: 0.3, after: 1.9.\n"
	if out.String() != want {
		t.Errorf("it prints\n%s\nwant\n%s", out.String(), want)
	}
}

func TestMarkdown(t *testing.T) {
	r := someReport()
	page := string(r.markdown())
	for _, want := range []string{
		"# Performance\n", "Varve 0.1.0, MLflow 3.0.0, 1 May 2030", "2 cores, 24 GB",
		"| start | 60.0 ms | 11.0 s | 183× | at most 0.3 s | met |\n", "| start | 50.0 ms to 70.0 ms | 10.0 s to 12.0 s |\n",
		"| memory | 1 process | 15 processes |\n", "| ready line | 50.0 ms |  |\n", "4m5s", " has 650 MB/s:",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, unwanted := range []string{"%!", "NaN", "refused", "other work", "error"} {
		if strings.Contains(page, unwanted) {
			t.Errorf("the page has %q:\n%s", unwanted, page)
		}
	}
	r.Refused[mlflow], r.Machine.LoadBefore = 12, 1.5
	page = string(r.markdown())
	for _, want := range []string{"Varve 0, mlflow server 12.", "other work"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestWhatIsWrittenByHandStays(t *testing.T) {
	for _, c := range []struct{ before, want string }{
		{"", "new\n"},
		{"# Performance\n\nold\n", "new\n"},
		{"old\n\n## The window\n\nflat\n", "new\n\n## The window\n\nflat\n"},
	} {
		if got := string(withRest([]byte("new\n"), []byte(c.before))); got != c.want {
			t.Errorf("after %q: %q", c.before, got)
		}
	}
}
