package mlflow

import (
	"context"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// runRef names a run. run_uuid is what clients of MLflow 0 called it; R still
// does.
type runRef struct {
	RunID   string `json:"run_id"`
	RunUUID string `json:"run_uuid"`
}

func (r *runRef) run() string {
	if r.RunID != "" {
		return r.RunID
	}
	return r.RunUUID
}

func (r *runRef) here(_ context.Context, d *door) bool { return d.Tracker.Knows(r.run()) }

// tagRunName is the name of a run, and tagLost says why a run whose agent is
// gone shows as FAILED. Both are tags to MLflow's clients, and not in the record.
const (
	tagRunName = "mlflow.runName"
	tagLost    = "varve.lost"
)

type newRun struct {
	ExperimentID string `json:"experiment_id"`
	UserID       string `json:"user_id"`
	RunName      string `json:"run_name"`
	StartTime    whole  `json:"start_time"`
	Tags         []tag  `json:"tags"`
}

// here makes the experiment known first: a run that a script starts under an
// agent is the agent's, and goes on without the owner.
func (r *newRun) here(ctx context.Context, d *door) bool { return d.learn(ctx, r.ExperimentID) }

func (d *door) createRun(ctx context.Context, req *newRun, out []byte) ([]byte, error) {
	id, err := d.Tracker.CreateRun(ctx, track.NewRun{
		Experiment: req.ExperimentID, Name: req.RunName, User: req.UserID,
		Start: req.StartTime.or(0), Tags: tagMap(req.Tags),
	})
	if err != nil {
		return nil, err
	}
	return d.appendRunAnswer(out, id)
}

func (d *door) getRun(_ context.Context, req *runRef, out []byte) ([]byte, error) {
	if err := need("run_id", req.run()); err != nil {
		return nil, err
	}
	return d.appendRunAnswer(out, req.run())
}

func (d *door) appendRunAnswer(out []byte, id string) ([]byte, error) {
	err := d.Tracker.Run(id, func(r *track.Run) {
		e := runEncoder{door: d}
		out = append(e.append(member(append(out, '{'), "run"), r), '}')
	})
	return out, err
}

type runUpdate struct {
	runRef
	Status  name   `json:"status"`
	EndTime whole  `json:"end_time"`
	RunName string `json:"run_name"`
}

// runStatuses are MLflow's numbers of statuses.
var runStatuses = map[name]string{"1": "RUNNING", "2": "SCHEDULED", "3": "FINISHED", "4": "FAILED", "5": "KILLED"}

func (d *door) updateRun(ctx context.Context, req *runUpdate, out []byte) ([]byte, error) {
	if err := need("run_id", req.run()); err != nil {
		return nil, err
	}
	status, ok := runStatuses[req.Status]
	if !ok {
		status = string(req.Status)
	}
	err := d.Tracker.UpdateRun(ctx, req.run(), track.RunUpdate{Status: status, End: req.EndTime.or(0), Name: req.RunName})
	if err != nil {
		return nil, err
	}
	err = d.Tracker.Run(req.run(), func(r *track.Run) {
		out = append(d.appendRunInfo(member(append(out, '{'), "run_info"), r, d.Tracker.RunURI(r)), '}')
	})
	return out, err
}

func (d *door) deleteRun(ctx context.Context, req *runRef, out []byte) ([]byte, error) {
	return d.trashRun(ctx, req, out, true)
}

func (d *door) restoreRun(ctx context.Context, req *runRef, out []byte) ([]byte, error) {
	return d.trashRun(ctx, req, out, false)
}

func (d *door) trashRun(ctx context.Context, req *runRef, out []byte, trash bool) ([]byte, error) {
	if err := need("run_id", req.run()); err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.TrashRun(ctx, req.run(), trash)
}

// view is which lifecycle stages a search takes in.
type view struct{ active, deleted bool }

func viewOf(n name) (view, error) {
	switch n {
	case "", "ACTIVE_ONLY", "1":
		return view{active: true}, nil
	case "DELETED_ONLY", "2":
		return view{deleted: true}, nil
	case "ALL", "3":
		return view{active: true, deleted: true}, nil
	}
	return view{}, fault.New(fault.Invalid, "Invalid view type %q: it must be one of ACTIVE_ONLY, DELETED_ONLY, ALL", string(n))
}

func (v view) shows(trashed bool) bool { return trashed && v.deleted || !trashed && v.active }
