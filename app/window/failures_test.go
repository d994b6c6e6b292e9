package window

import (
	"testing"
	"time"
)

func TestFailuresOfLongAgoDoNotCount(t *testing.T) {
	var f failures
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	steps := []struct {
		after time.Duration
		want  bool
	}{
		{0, false}, {20 * time.Second, false}, {20 * time.Second, true}, {time.Second, true},
		{time.Hour, false}, {59 * time.Second, false}, {59 * time.Second, false}, {time.Second / 2, true},
	}
	for i, s := range steps {
		at = at.Add(s.after)
		if got := f.tooMany(at); got != s.want {
			t.Errorf("step %d: %v", i, got)
		}
	}
}
