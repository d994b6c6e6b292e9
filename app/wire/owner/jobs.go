package owner

import (
	"encoding/json"
	"errors"
	"path/filepath"

	"dev.varve/backend/fault"
	"dev.varve/backend/job"
)

// jobsName is the file that remembers the jobs of this machine.
const jobsName = "jobs.json"

// keptJob is a job as the file has it: an error as its words.
type keptJob struct {
	job.Job
	Err     string     `json:",omitempty"` // instead of the Job's
	ErrHint string     `json:",omitempty"`
	ErrKind fault.Kind `json:",omitempty"`
}

// pastJobs reads what an earlier owner kept. A file that cannot be read is no
// reason not to open a workspace: only the list of what was done is lost.
func (o *Owner) pastJobs() []job.Job {
	data, err := o.disk.ReadFile(filepath.Join(o.places.State, jobsName))
	if err != nil {
		return nil
	}
	var kept []keptJob
	if err := json.Unmarshal(data, &kept); err != nil {
		o.log.Warn("the list of earlier work could not be read", "why", err)
		return nil
	}
	jobs := make([]job.Job, len(kept))
	for i, k := range kept {
		jobs[i] = k.Job
		if k.Err != "" {
			jobs[i].Err = fault.New(k.ErrKind, "%s", k.Err).WithHint("%s", k.ErrHint)
		}
	}
	return jobs
}

func (o *Owner) keepJobs(jobs []job.Job) {
	kept := make([]keptJob, len(jobs))
	for i, j := range jobs {
		kept[i].Job = j
		if j.Err != nil {
			kept[i].Err, kept[i].ErrHint, kept[i].ErrKind = j.Err.Error(), fault.HintOf(j.Err), fault.KindOf(j.Err)
		}
	}
	data, err := json.MarshalIndent(kept, "", "  ")
	if err == nil {
		err = o.disk.WriteFile(filepath.Join(o.places.State, jobsName), append(data, '\n'), 0o600)
	}
	if err != nil && !errors.Is(err, fault.NoSpace) {
		o.log.Warn("the list of what was done could not be kept", "why", err)
	}
}
