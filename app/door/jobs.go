package door

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/job"
)

type jobPath struct {
	Job string `path:"job" doc:"Id of the job"`
}

func (d *Door) describeJobs(h huma.API) {
	add(d, h, get("/jobs", "jobs", "jobs", "The last jobs, newest first"),
		func(context.Context, *nothing) (*answer[api.Jobs], error) {
			list := []api.Job{}
			for _, j := range d.Jobs.List() {
				list = append(list, jobOf(j))
			}
			return the(api.Jobs{Jobs: list}, nil)
		})
	add(d, h, get("/jobs/{job}", "job", "jobs", "One job"),
		func(_ context.Context, in *jobPath) (*answer[api.Job], error) {
			j, err := d.Jobs.Get(in.Job)
			return the(jobOf(j), err)
		})
	add(d, h, post("/jobs/{job}/cancel", "cancelJob", "jobs", "Ask a job to stop"),
		func(_ context.Context, in *jobPath) (*answer[api.Job], error) {
			j, err := d.Jobs.Cancel(in.Job)
			return the(jobOf(j), err)
		})
	add(d, h, post("/jobs/{job}/pause", "pauseJob", "jobs", "Let a job rest"),
		func(_ context.Context, in *jobPath) (*answer[api.Job], error) {
			j, err := d.Jobs.Pause(in.Job, true)
			return the(jobOf(j), err)
		})
	add(d, h, post("/jobs/{job}/resume", "resumeJob", "jobs", "Let a job go on"),
		func(_ context.Context, in *jobPath) (*answer[api.Job], error) {
			j, err := d.Jobs.Pause(in.Job, false)
			return the(jobOf(j), err)
		})
}

// start begins a job.
func (d *Door) start(kind, title string, work job.Work) api.Job {
	return jobOf(d.Jobs.Start(kind, title, work))
}

func jobOf(j job.Job) api.Job {
	a := api.Job{
		ID: j.ID, Kind: j.Kind, Title: j.Title, State: api.JobState(j.State), Note: j.Note,
		Bytes: j.Bytes, Total: j.Total, Items: j.Items, Started: j.Started, Ended: j.Ended,
		Pausable: j.Pausable, Paused: j.Paused, Result: j.Result, Summary: j.Summary,
	}
	if j.Err != nil {
		a.Problem = problemOf(j.Err)
	}
	return a
}
