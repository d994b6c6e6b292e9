package stat_test

import (
	"slices"
	"testing"

	"dev.varve/backend/stat"
)

// TestThin checks the sizes that have no room for all that is kept of a long
// line; what holds for the others is checked where lines are drawn.
func TestThin(t *testing.T) {
	line := make([]float64, 1000)
	for i := range line {
		line[i] = float64(i % 10)
	}
	line[500], line[600] = 99, -99
	self := func(v float64) float64 { return v }
	for budget := range 12 {
		kept := stat.Thin(line, self, budget)
		if len(kept) > budget {
			t.Errorf("kept %d of %d", len(kept), budget)
		}
		if budget > 0 && kept[len(kept)-1] != line[999] {
			t.Errorf("with %d, the last is %v", budget, kept[len(kept)-1])
		}
		if budget >= 4 && (!slices.Contains(kept, 99) || !slices.Contains(kept, -99)) {
			t.Errorf("with %d, the extremes are lost: %v", budget, kept)
		}
	}
	if kept := stat.Thin(line[:7], self, 7); len(kept) != 7 {
		t.Errorf("of 7 that have room, %d are kept", len(kept))
	}
}
