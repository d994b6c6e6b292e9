package door_test

import (
	"fmt"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/track"
)

// TestHome tells what ended by days: rows of finished runs in one line, all runs
// in the counts.
func TestHome(t *testing.T) {
	h := newHouse(t)
	other, err := h.tracker.CreateExperiment(t.Context(), track.NewExperiment{Name: "other"})
	h.must(err)
	end := func(name, experiment, status string, at int64) string {
		id := h.run(track.NewRun{Name: name, Experiment: experiment, Start: at - 5})
		h.must(h.tracker.UpdateRun(t.Context(), id, track.RunUpdate{Status: status, End: at}))
		return id
	}
	for i := range 5 {
		end(fmt.Sprint("a", i), "0", "FINISHED", int64(1010+i))
	}
	end("bad", "0", "FAILED", 1020)
	end("b", other, "FINISHED", 1025)
	end("c", other, "FINISHED", 1030)
	end("old", "0", "FINISHED", 995)
	end("older", "0", "FINISHED", 10)
	h.run(track.NewRun{Name: "live", Start: 1040})
	h.must(h.tracker.TrashRun(t.Context(), end("gone", "0", "FINISHED", 1050), true))

	told := func(query string) (lines, days string) {
		t.Helper()
		var home api.Home
		h.get("/home"+query, &home)
		for _, e := range home.Ended {
			lines += fmt.Sprintf(" %s×%d@%d", e.Run.Name, e.Runs, e.Began)
		}
		for _, c := range home.Days {
			name := "0"
			if c.Experiment == other {
				name = "other"
			}
			days += fmt.Sprintf(" %d/%s/%s:%d", c.Day, name, c.Status, c.Runs)
		}
		return strings.TrimSpace(lines), strings.TrimSpace(days)
	}
	for _, c := range []struct{ query, lines, days string }{
		{"?days=1000,900", "c×1@1025 b×1@1020 bad×1@1015 a4×5@1005 old×1@990 older×1@5", "0/0/failed:1 0/0/finished:5 0/other/finished:2 1/0/finished:1"},
		// Midnight ends a row.
		{"?days=1012,900&limit=5", "c×1@1025 b×1@1020 bad×1@1015 a4×1@1009 a3×1@1008", "0/0/failed:1 0/0/finished:3 0/other/finished:2 1/0/finished:3"},
		{"?limit=1", "c×1@1025", ""},
	} {
		if lines, days := told(c.query); lines != c.lines || days != c.days {
			t.Errorf("%s: %s and %s", c.query, lines, days)
		}
	}
}
