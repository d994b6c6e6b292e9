package chart_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/chart"
)

var update = flag.Bool("update", false, "write the golden files anew")

func metrics(points int64, keys ...string) []chart.Metric {
	list := make([]chart.Metric, len(keys))
	for i, key := range keys {
		list[i] = chart.Metric{Key: key, Points: points}
	}
	return list
}

func mustPropose(t testing.TB, list []chart.Metric, x chart.Axis) []chart.Chart {
	t.Helper()
	charts, err := chart.Propose("r1", list, x)
	if err != nil {
		t.Fatal(err)
	}
	return charts
}

func TestOptions(t *testing.T) {
	thirteen := make([]string, 13)
	for i := range thirteen {
		thirteen[i] = fmt.Sprintf("norm/layer%d", i+1)
	}
	for _, c := range []struct {
		name string
		keys []string
		x    chart.Axis
	}{
		{"one", []string{"rmse"}, chart.Step},
		{"group-time", []string{"train_loss", "val_loss"}, chart.Time},
		{"system-relative", []string{"system/cpu_utilization_percentage"}, chart.Relative},
		{"family", thirteen, chart.Step},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := json.MarshalIndent(mustPropose(t, metrics(2, c.keys...), c.x), "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			file := filepath.Join("testdata", c.name+".json")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("the option differs from %s; if it is meant to, run the test with -update:\n%s", file, got)
			}
		})
	}
}

func TestGrouping(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []chart.Metric
		want string // title: keys | …
	}{
		{"nothing", nil, ""},
		{"alone", metrics(2, "rmse"), "rmse: rmse"},
		{"a number is no line", metrics(1, "rmse", "r2"), ""},
		{"parts of the data", metrics(2, "val_loss", "train_loss", "loss"), "loss: loss train_loss val_loss"},
		{"parts in any spelling", metrics(2, "Train/Loss", "loss.val", "test-loss"), "Loss: Train/Loss loss.val test-loss"},
		{"one part alone keeps its name", metrics(2, "test_rmse"), "test_rmse: test_rmse"},
		{"a number beside a line", append(metrics(1, "test_loss"), metrics(9, "train_loss")...), "loss: test_loss train_loss"},
		{"words within a name stay", metrics(2, "latest_value", "attest_value"), "attest_value: attest_value | latest_value: latest_value"},
		{"a family", metrics(2, "grad/layer10", "grad/layer2"), "grad/layer*: grad/layer2 grad/layer10"},
		{"a family on two parts", metrics(2, "train_f1", "val_f1"), "f1: train_f1 val_f1"},
		{"other scales stay apart", metrics(2, "perf/lr", "perf/speed"), "perf/lr: perf/lr | perf/speed: perf/speed"},
		{"the system comes last", metrics(2, "system/cpu_utilization_percentage", "z"), "z: z | CPU, %: system/cpu_utilization_percentage"},
		{"subject and unit", metrics(2, "system/disk_usage_megabytes", "system/disk_available_megabytes", "system/disk_usage_percentage",
			"system/run_disk_read_megabytes", "system/run_disk_write_megabytes", "system/system_memory_usage_percentage", "system/run_processes"),
			"Disk: system/disk_available_megabytes system/disk_usage_megabytes | Disk, %: system/disk_usage_percentage | " +
				"Memory, %: system/system_memory_usage_percentage | Run disk: system/run_disk_read_megabytes system/run_disk_write_megabytes | " +
				"Run processes: system/run_processes"},
		{"odd system names", metrics(2, "system/", "system/percentage", "system/_", "system/run"), "Percentage, %: system/percentage | Run: system/run | system/: system/ system/_"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var parts []string
			for _, ch := range mustPropose(t, c.in, chart.Step) {
				keys := make([]string, len(ch.Series))
				for i, s := range ch.Series {
					keys[i] = s.Key
				}
				parts = append(parts, ch.Title+": "+strings.Join(keys, " "))
			}
			if got := strings.Join(parts, " | "); got != c.want {
				t.Errorf("\ngot  %s\nwant %s", got, c.want)
			}
		})
	}
}

// Whatever the metrics are called, each with more than one point is in exactly
// one chart, the series of a chart fit its option, and the option is plain
// data that names tokens and formatters, never code.
func TestEveryMetricOnce(t *testing.T) {
	key := rapid.OneOf(
		rapid.StringMatching(`(train|val|test|eval)?[_/.\- ]?[a-z]{0,4}[0-9]{0,2}(_test|/val)?`),
		rapid.StringMatching(`system/(system_|run_|gpu_[0-9]_)?(cpu|disk|memory|)?_?(percentage|megabytes|watts)?`),
		rapid.String(),
	)
	rapid.Check(t, func(r *rapid.T) {
		keys := rapid.SliceOfNDistinct(key, 0, 40, rapid.ID[string]).Draw(r, "keys")
		x := rapid.SampledFrom([]chart.Axis{chart.Step, chart.Time, chart.Relative}).Draw(r, "x")
		seen := map[string]int{}
		charts, err := chart.Propose("r1", metrics(2, keys...), x)
		if err != nil {
			r.Fatal(err)
		}
		for _, c := range charts {
			lines, _ := c.Option["series"].([]any)
			if len(lines) != len(c.Series) || len(lines) > 12 {
				r.Fatalf("%q has %d series and %d lines", c.Title, len(c.Series), len(lines))
			}
			for i, s := range c.Series {
				seen[s.Key]++
				if s.Slot != i+1 || s.Run != "r1" {
					r.Fatalf("series %d of %q is %+v", i, c.Title, s)
				}
			}
			data, err := json.Marshal(c.Option)
			if err != nil || strings.Contains(string(data), "__f__") || bytes.Contains(data, []byte(`null`)) && !strings.Contains(strings.Join(keys, " "), "null") {
				r.Fatalf("the option of %q is %s, %v", c.Title, data, err)
			}
		}
		for _, k := range keys {
			if seen[k] != 1 {
				r.Fatalf("%q is in %d charts", k, seen[k])
			}
		}
	})
}
