package owner

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"dev.varve/backend/chart"
	"dev.varve/backend/event"
	"dev.varve/backend/signs"
	"dev.varve/backend/track"
)

// lostRun is why a run is lost, and what that was derived from.
type lostRun struct {
	touched int64 // ms since 1970
	subject string
	reason  string
}

// deriveLost finds runs that have not ended, but whose agent or program is gone.
// Nothing of that is written: it changes as soon as something is heard again.
func (a *agents) deriveLost() {
	subjects := map[string]string{}
	touched := map[string]int64{}
	scripts := map[string]time.Time{}
	a.o.tracker.Live(func(r track.Brief) {
		id := r.ID()
		touched[id] = r.Touched()
		host, agent := r.Host()
		if !agent {
			scripts[id] = time.UnixMilli(r.Touched())
		} else if _, alive := a.live[id]; !alive {
			subjects[id] = fmt.Sprintf("Its agent on %s has ended without a word", host)
		}
	})
	a.nestedInAgents(scripts, subjects)
	for id, v := range a.o.scripts.book.Judge(scripts, a.o.clock.Now()) {
		subjects[id] = subjectOf(v)
	}
	maps.DeleteFunc(a.lost, func(id string, _ lostRun) bool { return subjects[id] == "" })
	reasons := make(map[string]string, len(subjects))
	for id, subject := range subjects {
		if l := a.lost[id]; l.subject != subject || l.touched != touched[id] {
			a.lost[id] = lostRun{touched[id], subject, a.reason(id, subject, touched[id])}
		}
		reasons[id] = a.lost[id].reason
	}
	a.o.tracker.SetLost(reasons)
}

// nestedInAgents takes the runs that a script started under an agent from those
// of scripts: they live as long as the agent in whose log they began.
func (a *agents) nestedInAgents(scripts map[string]time.Time, subjects map[string]string) {
	maps.DeleteFunc(a.makers, func(id string, _ event.Writer) bool { _, live := scripts[id]; return !live })
	living := map[event.Writer]bool{}
	for _, w := range a.live {
		living[w] = true
	}
	for id := range scripts {
		maker, known := a.makers[id]
		if !known {
			// A run that has vanished since is not live any more.
			_ = a.o.tracker.Run(id, func(r *track.Run) { maker = r.Created.ID.Writer })
			a.makers[id] = maker
		}
		if a.settled[maker] || maker.IsZero() { // of this device, another one, or not known yet
			continue
		}
		delete(scripts, id)
		if !living[maker] {
			subjects[id] = "The agent of the program that started it has ended without a word"
		}
	}
}

// subjectOf says what of a script's run is gone.
func subjectOf(v signs.Verdict) string {
	if v.Process.PID == 0 {
		return "Nothing has been heard of it for long"
	}
	if v.Process.Name == "" {
		return fmt.Sprintf("Its program (process %d) has ended without a word", v.Process.PID)
	}
	return fmt.Sprintf("Its program (%s, process %d) has ended without a word", v.Process.Name, v.Process.PID)
}

// reason says since when a run is lost, and how far it had come.
func (a *agents) reason(id, subject string, touched int64) string {
	at := "it last reported at " + time.UnixMilli(touched).Format("15:04 on 2 January")
	// Of a run that has vanished since, nothing needs to be said.
	_ = a.o.tracker.Run(id, func(r *track.Run) {
		if key, step, ok := progress(r); ok {
			at += fmt.Sprintf(", %s %d", key, step)
		}
	})
	return subject + "; " + at
}

// progress is the last step of a run, and what it counts.
func progress(r *track.Run) (word string, step int64, ok bool) {
	word = "step"
	for _, key := range slices.Sorted(maps.Keys(r.Metrics)) {
		if chart.System(key) {
			continue
		}
		if key == "epoch" {
			word = key
		}
		step, ok = max(step, r.Metrics[key].Last.Step), true
	}
	return word, step, ok && step > 0
}
