package mlflow

import (
	"context"
	"maps"
	"slices"

	"dev.varve/backend/artifact"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// experimentRef names an experiment. What concerns experiments concerns all
// runs of the workspace, so in an agent the owner is asked first.
type experimentRef struct {
	everywhere
	ExperimentID string `json:"experiment_id"`
}

type newExperiment struct {
	everywhere
	Name             string `json:"name"`
	ArtifactLocation string `json:"artifact_location"`
	Tags             []tag  `json:"tags"`
}

// tag is a tag or a param, as MLflow writes both.
type tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func tagMap(tags []tag) map[string]string {
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		m[t.Key] = t.Value
	}
	return m
}

func (d *door) createExperiment(ctx context.Context, req *newExperiment, out []byte) ([]byte, error) {
	if err := need("name", req.Name); err != nil {
		return nil, err
	}
	if err := checkLocation(req.ArtifactLocation); err != nil {
		return nil, err
	}
	id, err := d.Tracker.CreateExperiment(ctx, track.NewExperiment{
		Name: req.Name, Location: artifact.Resolve(d.Folder, req.ArtifactLocation), Tags: tagMap(req.Tags),
	})
	return append(memberString(append(out, '{'), "experiment_id", id), '}'), err
}

func (d *door) getExperiment(_ context.Context, req *experimentRef, out []byte) ([]byte, error) {
	if err := need("experiment_id", req.ExperimentID); err != nil {
		return nil, err
	}
	err := d.Tracker.Experiment(req.ExperimentID, func(x *track.Experiment) {
		out = append(appendExperiment(member(append(out, '{'), "experiment"), x), '}')
	})
	return out, err
}

type experimentByName struct {
	everywhere
	Name string `json:"experiment_name"`
}

func (d *door) getExperimentByName(_ context.Context, req *experimentByName, out []byte) ([]byte, error) {
	if err := need("experiment_name", req.Name); err != nil {
		return nil, err
	}
	err := d.Tracker.ExperimentByName(req.Name, func(x *track.Experiment) {
		out = append(appendExperiment(member(append(out, '{'), "experiment"), x), '}')
	})
	return out, err
}

func (d *door) deleteExperiment(ctx context.Context, req *experimentRef, out []byte) ([]byte, error) {
	return d.trashExperiment(ctx, req, out, true)
}

func (d *door) restoreExperiment(ctx context.Context, req *experimentRef, out []byte) ([]byte, error) {
	return d.trashExperiment(ctx, req, out, false)
}

func (d *door) trashExperiment(ctx context.Context, req *experimentRef, out []byte, trash bool) ([]byte, error) {
	if err := need("experiment_id", req.ExperimentID); err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.TrashExperiment(ctx, req.ExperimentID, trash)
}

type renamed struct {
	experimentRef
	NewName string `json:"new_name"`
}

func (d *door) renameExperiment(ctx context.Context, req *renamed, out []byte) ([]byte, error) {
	if err := need("experiment_id", req.ExperimentID, "new_name", req.NewName); err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.RenameExperiment(ctx, req.ExperimentID, req.NewName)
}

type experimentTag struct {
	experimentRef
	tag
}

func (d *door) setExperimentTag(ctx context.Context, req *experimentTag, out []byte) ([]byte, error) {
	if err := need("experiment_id", req.ExperimentID, "key", req.Key); err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.SetExperimentTag(ctx, req.ExperimentID, req.Key, req.Value)
}

func (d *door) deleteExperimentTag(ctx context.Context, req *experimentTag, out []byte) ([]byte, error) {
	if err := need("experiment_id", req.ExperimentID, "key", req.Key); err != nil {
		return nil, err
	}
	return nothing(out), d.Tracker.DeleteExperimentTag(ctx, req.ExperimentID, req.Key)
}

// nothing is the answer of what only changes things.
func nothing(out []byte) []byte { return append(out, '{', '}') }

func appendExperiment(b []byte, x *track.Experiment) []byte {
	b = append(b, '{')
	b = memberString(b, "experiment_id", x.ID)
	b = memberString(b, "name", x.Name())
	b = memberString(b, "artifact_location", x.ArtifactLocation())
	b = memberString(b, "lifecycle_stage", stage(x.Trashed()))
	b = memberInt(b, "last_update_time", updated(&x.Head))
	b = memberInt(b, "creation_time", x.MadeAt())
	b = appendTags(b, "tags", x.ExperimentTags())
	return append(b, '}')
}

// appendTags appends a list of keys and values, sorted, or nothing.
func appendTags(b []byte, name string, tags map[string]string) []byte {
	if len(tags) == 0 {
		return b
	}
	b = append(member(b, name), '[')
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		b = appendPair(next(b), key, tags[key])
	}
	return append(b, ']')
}

func stage(trashed bool) string {
	if trashed {
		return "deleted"
	}
	return "active"
}

// created and updated are the times of a record in ms since 1970.
func updated(h *track.Head) int64 { return max(h.Created.Time, h.Touched) / 1e6 }

// learn asks elsewhere for an experiment that this record does not have, so
// that runs can be made in it here. It returns false if there is none, or if it
// is in the trash.
func (d *door) learn(ctx context.Context, id string) bool {
	if id == "" || d.Tracker.Experiment(id, func(*track.Experiment) {}) == nil {
		return true
	}
	var answer struct {
		Experiment struct {
			ID       string `json:"experiment_id"`
			Name     string `json:"name"`
			Location string `json:"artifact_location"`
			Stage    string `json:"lifecycle_stage"`
			Tags     []tag  `json:"tags"`
		} `json:"experiment"`
	}
	if !d.ask(ctx, "/api/2.0/mlflow/experiments/get?experiment_id="+query(id), &answer) {
		return false
	}
	x := answer.Experiment
	if x.ID != id || x.Stage != "active" {
		return false
	}
	d.Tracker.Learn(id, track.NewExperiment{Name: x.Name, Location: x.Location, Tags: tagMap(x.Tags)})
	return true
}

// errPath is MLflow's answer to paths that lead elsewhere.
var errPath = fault.New(fault.Invalid, "Invalid path")
