package signs_test

import (
	"encoding/json"
	"testing"
	"time"

	"dev.varve/backend/signs"
)

// world is a book with processes that can be ended.
type world struct {
	*signs.Book
	now   time.Time
	ended map[int]bool
}

func newWorld() *world {
	w := &world{now: time.Date(2026, 11, 29, 11, 0, 0, 0, time.UTC), ended: map[int]bool{}}
	w.Book = signs.NewBook(func(p signs.Process) bool { return p.Boot == "this" && !w.ended[p.PID] })
	return w
}

// program returns a caller that is known to be a process.
func (w *world) program(pid int) *signs.Caller {
	c := &signs.Caller{Port: 40000 + pid}
	w.Answer(c, &signs.Process{PID: pid, Start: 1, Boot: "this", Name: "python3"})
	return c
}

func (w *world) stranger() *signs.Caller {
	c := &signs.Caller{Port: 50000}
	w.Answer(c, nil)
	return c
}

// lost judges the run "r" some time later.
func (w *world) lost(after time.Duration) bool {
	w.now = w.now.Add(after)
	_, lost := w.Judge(map[string]time.Time{"r": w.now}, w.now)["r"]
	return lost
}

func TestAProgramThatEndsWithoutAWord(t *testing.T) {
	w := newWorld()
	w.Sign("r", w.program(1), w.now)
	if w.lost(30 * 24 * time.Hour) {
		t.Error("a notebook that idles for a month is no lost run")
	}
	w.ended[1] = true
	if v, lost := w.Judge(map[string]time.Time{"r": w.now}, w.now)["r"]; !lost || v.Process.PID != 1 || v.Process.Name != "python3" {
		t.Errorf("lost %v, by %v", lost, v)
	}
}

func TestOneOfSeveralProcessesIsEnough(t *testing.T) {
	w := newWorld()
	w.Sign("r", w.program(1), w.now)
	w.Sign("r", w.program(2), w.now)
	w.Begins("r") // a worker that joins in takes nothing away
	w.ended[2] = true
	if w.lost(time.Hour) {
		t.Error("the first process lives")
	}
	w.ended[1] = true
	if !w.lost(0) {
		t.Error("both have ended")
	}
}

func TestARunThatIsTakenUpAgain(t *testing.T) {
	w := newWorld()
	w.Sign("r", w.program(1), w.now)
	w.ended[1] = true
	if !w.lost(0) {
		t.Fatal("the program has ended")
	}
	w.Begins("r")
	second := w.program(2)
	if !w.Sign("r", second, w.now) || w.Sign("r", second, w.now) {
		t.Error("once, it was said that the run is back")
	}
	if w.lost(time.Hour) {
		t.Error("the second program lives")
	}
	w.ended[2] = true
	if !w.lost(0) {
		t.Error("the second program has ended, too")
	}
}

// Commands of a shell script record a run one after the other: that one of them
// has ended says nothing.
func TestOneProcessAfterTheOther(t *testing.T) {
	w := newWorld()
	for pid := range 4 {
		w.Sign("r", w.program(pid+1), w.now)
		w.ended[pid+1] = true
	}
	if w.lost(time.Hour) {
		t.Error("four commands, and an hour of silence")
	}
	if !w.lost(12 * time.Hour) {
		t.Error("nobody has been heard of for half a day")
	}
}

func TestSilenceDecidesAboutStrangers(t *testing.T) {
	w := newWorld()
	c := w.stranger()
	for range 10 {
		w.Sign("r", c, w.now)
		w.now = w.now.Add(5 * time.Minute)
	}
	if w.lost(40 * time.Minute) { // 45 since the last
		t.Error("its longest silence was 5 minutes: 45 are not enough")
	}
	if !w.lost(6 * time.Minute) {
		t.Error("51 minutes are")
	}
	if !w.Sign("r", c, w.now) || w.lost(time.Minute) {
		t.Error("it runs again as soon as it is heard of")
	}
}

func TestWhoIsNotKnownYetIsNotGone(t *testing.T) {
	w := newWorld()
	c := &signs.Caller{Port: 1}
	w.Sign("r", c, w.now)
	if w.lost(time.Minute) {
		t.Error("nobody has looked yet")
	}
	w.ended[7] = true
	w.Answer(c, &signs.Process{PID: 7, Boot: "this"})
	if !w.lost(0) {
		t.Error("it turned out that its program has ended")
	}
}

func TestARunThatTheBookDoesNotKnow(t *testing.T) {
	w := newWorld()
	for _, c := range []struct {
		ago  time.Duration
		lost bool
	}{{time.Hour, false}, {13 * time.Hour, true}, {-48 * time.Hour, false}} {
		_, lost := w.Judge(map[string]time.Time{"r": w.now.Add(-c.ago)}, w.now)["r"]
		if lost != c.lost {
			t.Errorf("recorded %v ago: lost %v", c.ago, lost)
		}
	}
}

// TestTheNextOwnerKnows: what is kept goes through a file.
func TestTheNextOwnerKnows(t *testing.T) {
	w := newWorld()
	w.Sign("r", w.program(1), w.now)
	w.Sign("q", w.stranger(), w.now)
	w.Sign("p", &signs.Caller{Port: 3}, w.now)
	data, err := json.Marshal(w.Keep())
	if err != nil {
		t.Fatal(err)
	}
	var kept []signs.Kept
	if err := json.Unmarshal(data, &kept); err != nil || len(kept) != 3 {
		t.Fatal(kept, err)
	}
	next := newWorld()
	next.Recall(kept, next.now)
	live := map[string]time.Time{"p": {}, "q": {}, "r": {}}
	if lost := next.Judge(live, next.now.Add(time.Hour)); len(lost) != 0 {
		t.Errorf("lost: %v", lost)
	}
	next.ended[1] = true
	if lost := next.Judge(live, next.now.Add(time.Hour)); len(lost) != 1 || lost["r"].Process.PID != 1 {
		t.Errorf("lost: %v, and r should be", lost)
	}
	delete(live, "q")
	delete(live, "r")
	next.Judge(live, next.now)
	if kept := next.Keep(); len(kept) != 2 || kept[1].Run != "r" {
		t.Errorf("kept: %v; a run that has ended should not be, and one that was lost should", kept)
	}
}

// TestAClockThatGoesBack: a silence is never taken from a time that lies ahead.
func TestAClockThatGoesBack(t *testing.T) {
	w := newWorld()
	w.Recall([]signs.Kept{{Run: "r", Strange: true, Signs: 2, Last: w.now.Add(48 * time.Hour).UnixMilli()}}, w.now)
	if w.lost(11 * time.Hour) {
		t.Error("it was heard of when the clock was wrong: 11 hours are not enough")
	}
	if !w.lost(2 * time.Hour) {
		t.Error("13 hours are")
	}
}

func TestPatience(t *testing.T) {
	for _, c := range []struct {
		signs   int
		longest time.Duration
		want    time.Duration
	}{
		{0, 0, 12 * time.Hour}, {4, time.Second, 12 * time.Hour}, {5, time.Second, 15 * time.Minute},
		{100, 6 * time.Minute, time.Hour}, {100, 5 * time.Hour, 12 * time.Hour},
	} {
		if got := signs.Patience(c.signs, c.longest); got != c.want {
			t.Errorf("%d signs, %v apart: %v, want %v", c.signs, c.longest, got, c.want)
		}
	}
}
