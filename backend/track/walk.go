package track

import "slices"

// stride is how many runs a walk looks at before it lets writers in.
const stride = 256

// Runs calls fn with every run of the experiments, of each the latest to become
// known first, until fn returns false. The lock is held during each call but not from the
// first to the last: fn copies what it needs, and calls nothing of the Tracker
// except what says that its caller holds the lock.
func (t *Tracker) Runs(experiments []string, fn func(*Run) bool) {
	for i, id := range experiments {
		if slices.Contains(experiments[:i], id) {
			continue
		}
		t.mu.RLock()
		runs := t.state.members[id]
		t.mu.RUnlock()
		for n := len(runs); n > 0; n -= stride {
			if !t.walk(runs[max(0, n-stride):n], fn) {
				return
			}
		}
	}
}

func (t *Tracker) walk(runs []*Run, fn func(*Run) bool) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, r := range slices.Backward(runs) {
		if r.Known() && !fn(r) {
			return false
		}
	}
	return true
}

// settle keeps the runs of each experiment findable. A walk may be reading the
// old list, so a run that leaves it makes a new one.
func (s *state) settle(r *Run, before string) {
	if r.Experiment == before {
		return
	}
	if before != "" {
		s.members[before] = slices.DeleteFunc(slices.Clone(s.members[before]), func(o *Run) bool { return o == r })
	}
	s.members[r.Experiment] = append(s.members[r.Experiment], r)
}
