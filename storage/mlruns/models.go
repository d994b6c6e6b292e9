package mlruns

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
	"dev.varve/storage/aside"
	"dev.varve/storage/disk"
)

// modelStatuses are MLflow's numbers.
var modelStatuses = map[string]string{"1": track.ModelPending, "2": track.ModelReady, "3": track.ModelFailed}

// folders lists the logged models of an experiment.
func (x *experimentReader) models() []string {
	entries, err := aside.List(x.root, modelsDir)
	if errors.Is(err, fs.ErrNotExist) || x.r.Fail(x.named(x.root, modelsDir), err) {
		return nil
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names
}

// modelPoints reads what runs measured on logged models.
func (x *experimentReader) modelPoints(ctx context.Context) (map[string][]imports.ModelPoint, error) {
	measured := map[string][]imports.ModelPoint{}
	for _, id := range x.models() {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		x.keys(x.root, filepath.Join(modelsDir, id), "metrics", x.r, func(key, name string) {
			err := x.lines(x.root, name, x.r, func(l line) {
				if l.run != "" {
					measured[l.run] = append(measured[l.run], imports.ModelPoint{Key: key, Model: id, Dataset: l.dataset, Digest: l.digest, Point: l.point})
				}
			})
			x.r.Fail(x.named(x.root, name), err)
		})
	}
	return measured, nil
}

// Models calls fn with each logged model.
func (s *Source) Models(ctx context.Context, experiment string, r *imports.Report, fn func(*imports.Model) error) error {
	root, err := s.root.OpenRoot(s.folders[experiment])
	if err != nil {
		return disk.Classify(err, "open", filepath.Join(s.dir, s.folders[experiment]))
	}
	defer root.Close()
	x := &experimentReader{Source: s, root: root, r: r}
	for _, id := range x.models() {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		m, ok := x.model(id)
		if !ok {
			continue
		}
		if err := fn(m); err != nil {
			return err
		}
	}
	return nil
}

func (x *experimentReader) model(id string) (*imports.Model, bool) {
	rel := filepath.Join(modelsDir, id)
	root, err := x.root.OpenRoot(rel)
	if x.r.Fail(x.named(x.root, rel), err) {
		return nil, false
	}
	defer root.Close()
	m, err := readMeta(root, ".")
	if x.r.Fail(x.named(root, metaName), err) {
		m = meta{}
	}
	model := &imports.Model{}
	model.ID, model.Name = m.text("model_id"), m.text("name")
	if model.ID == "" {
		model.ID = id
	}
	model.ModelType, model.Run, model.Made = m.text("model_type"), m.text("source_run_id"), m.time("creation_timestamp")
	model.Status, model.Message = modelStatuses[m.text("status")], m.text("status_message")
	if model.Status == "" {
		model.Status = track.ModelReady
	}
	model.Trashed = m.text("lifecycle_stage") == "deleted"
	model.Tags = x.values(root, "", "tags", x.r)
	params := x.values(root, "", "params", x.r)
	for _, key := range slices.Sorted(maps.Keys(params)) {
		model.Params = append(model.Params, event.Param{Key: key, Value: params[key]})
	}
	model.Place = x.place(root, m.text("artifact_location"), 4)
	return model, true
}
