//go:build linux

package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"dev.varve/build/rig"
)

// leave notes a run that stays in the trash.
func (m *Model) leave(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left = append(m.left, id)
}

// Forget takes the runs that were left in the trash out of those that have to
// be there. What was known of them still holds for those that are.
func (m *Model) Forget() (runs []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	runs, m.left = m.left, nil
	for _, id := range runs {
		delete(m.open, id)
		m.forgotten[id] = true
	}
	return runs
}

// Forgotten are all runs that Forget returned.
func (m *Model) Forgotten() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(maps.Keys(m.forgotten))
}

// Purge asks an owner to delete runs in the trash for good, and returns the id
// of the job.
func Purge(s *rig.Server, runs []string) (job string, err error) {
	body, err := json.Marshal(map[string]any{"runs": runs})
	if err != nil {
		return "", err
	}
	answer, err := s.Do(http.MethodPost, "/api/varve/v1/trash/purge", "application/json", body)
	if err != nil {
		return "", err
	}
	var out struct{ ID string }
	return out.ID, json.Unmarshal(answer, &out)
}

// ErrBusy is the error of a purge that was refused because the owner still finishes
// that of one that was killed.
var ErrBusy = errors.New("another purge is under way")

// Wait waits until a purge has ended, and fails unless it is done.
func Wait(s *rig.Server, job string) error {
	for range 1200 {
		answer, err := s.Do(http.MethodGet, "/api/varve/v1/jobs/"+job, "", nil)
		if err != nil {
			return err
		}
		var out struct {
			State   string
			Problem struct{ Status int }
		}
		if err := json.Unmarshal(answer, &out); err != nil {
			return err
		}
		switch {
		case out.State == "running":
			time.Sleep(50 * time.Millisecond)
		case out.State == "done":
			return nil
		case out.Problem.Status == http.StatusConflict:
			return ErrBusy
		default:
			return fmt.Errorf("the job ended so: %s", answer)
		}
	}
	return errors.New("the job does not end")
}

// Gone reports whether an error says that a run is not there.
func Gone(err error) bool {
	var refused *rig.Refusal
	return errors.As(err, &refused) && refused.Status == http.StatusNotFound
}
