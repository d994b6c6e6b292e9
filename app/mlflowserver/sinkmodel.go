package mlflowserver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dev.varve/backend/exports"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

// Model makes a logged model, or adds to the one that is there. Servers before 3.0
// have none.
func (s *Sink) Model(ctx context.Context, m *imports.Model, r *imports.Report) (place string, err error) {
	where := "model " + m.ID
	known := s.models[m.ID]
	tags := append(pairs(m.Tags), pair{tagModel, m.ID})
	tags = slices.DeleteFunc(tags, func(p pair) bool { return p.Key == tagDigest || p.Key == tagModel && p.Value != m.ID })
	switch {
	case s.modelless:
	case known != nil:
		err = s.tagModel(ctx, known.id, tags)
	default:
		known, err = s.newModel(ctx, m, tags)
		s.modelless = errors.Is(err, fault.NotFound)
	}
	switch {
	case s.modelless:
		r.Skip(where, "the server has no logged models: MLflow has them from version 3 on")
		return "", nil
	case fatal(ctx, err):
		return "", err
	case r.Fail(where, err):
		return "", nil
	}
	s.models[m.ID] = known
	return "model " + m.ID, s.modelPointsTo(ctx, known, m, r)
}

func (s *Sink) newModel(ctx context.Context, m *imports.Model, tags []pair) (*there, error) {
	var a struct {
		Model model `json:"model"`
	}
	body := map[string]any{"experiment_id": s.experiments[m.Experiment], "name": m.Name, "model_type": m.ModelType, "params": paramPairs(m.Params), "tags": tags}
	if run := s.runs[m.Run]; run != nil {
		body["source_run_id"] = run.id
	}
	if err := s.call(ctx, http.MethodPost, "logged-models", nil, body, &a); err != nil {
		return nil, err
	}
	return &there{id: a.Model.Info.ID, artifacts: a.Model.Info.Artifacts}, nil
}

func (s *Sink) tagModel(ctx context.Context, id string, tags []pair) error {
	var a struct{}
	return s.call(ctx, http.MethodPatch, "logged-models/"+url.PathEscape(id)+"/tags", nil, map[string]any{"model_id": id, "tags": tags}, &a)
}

// modelReady says that the files of a model are there.
func (s *Sink) modelReady(ctx context.Context, known *there) error {
	var a struct{}
	return s.call(ctx, http.MethodPatch, "logged-models/"+url.PathEscape(known.id), nil, map[string]any{"model_id": known.id, "status": track.ModelReady}, &a)
}

// modelPointsTo writes what runs measured on a model. A point that the run, or the
// model, has already is there once all the same.
func (s *Sink) modelPointsTo(ctx context.Context, known *there, m *imports.Model, r *imports.Report) error {
	byRun := map[string][]sent{}
	for _, p := range m.Points {
		if run := s.runs[p.Run]; run != nil {
			one := send(p.Key, p.Point)
			one.Model, one.Dataset, one.Digest = known.id, p.Dataset, p.Digest
			byRun[run.id] = append(byRun[run.id], one)
		}
	}
	for run, list := range byRun {
		for some := range slices.Chunk(list, batchPoints) {
			err := s.post(ctx, "runs/log-batch", map[string]any{"run_id": run, "metrics": some})
			if fatal(ctx, err) {
				return err
			}
			r.Fail("model "+m.ID+": what was measured on it", err)
		}
	}
	return nil
}

// Registered makes a registered model, or adds to the one of that name.
func (s *Sink) Registered(ctx context.Context, m *exports.Registered, r *imports.Report) error {
	where := "registered model " + m.Name
	err := s.registeredModel(ctx, m, where, r)
	if fatal(ctx, err) {
		return err
	}
	r.Fail(where, err)
	return nil
}

func (s *Sink) registeredModel(ctx context.Context, m *exports.Registered, where string, r *imports.Report) error {
	var a struct {
		Model registeredModel `json:"registered_model"`
	}
	err := s.call(ctx, http.MethodGet, "registered-models/get", url.Values{"name": {m.Name}}, nil, &a)
	made := errors.Is(err, fault.NotFound)
	if made {
		err = s.call(ctx, http.MethodPost, "registered-models/create", nil, map[string]any{"name": m.Name, "tags": pairs(m.Tags), "description": m.Description}, &a)
	}
	if err != nil {
		return err
	}
	filter := ""
	if track.IsPrompt(m.Tags) {
		filter = promptFilter
	}
	past, err := s.past(ctx, &registeredModel{Name: m.Name}, filter)
	if err != nil {
		return err
	}
	numbers, next := map[uint64]uint64{}, uint64(1) // of versions there, by those here
	for _, v := range past.Versions {
		next = max(next, v.Number+1)
		if here, err := strconv.ParseUint(v.Tags[tagVersion], 10, 64); err == nil {
			numbers[here] = v.Number
		}
	}
	if !made && len(past.Versions) > len(numbers) {
		r.Skip(where, "the server has one of that name with versions of its own: those from here are added behind them")
	}
	var fillers []uint64
	for i, v := range m.Versions {
		if numbers[v.Number] != 0 {
			continue
		}
		for ; made && next < v.Number; next++ { // numbers are not chosen: those between are made, and deleted
			number, err := s.version(ctx, m, i, true)
			if err != nil {
				return err
			}
			fillers = append(fillers, number)
		}
		number, err := s.version(ctx, m, i, false)
		if fatal(ctx, err) {
			return err
		}
		if !r.Fail(fmt.Sprintf("%s: version %d", where, v.Number), err) {
			numbers[v.Number], next = number, number+1
		}
	}
	for _, number := range fillers {
		var a struct{}
		if err := s.call(ctx, http.MethodDelete, "model-versions/delete", nil, map[string]any{"name": m.Name, "version": fmt.Sprint(number)}, &a); err != nil {
			return err
		}
	}
	return s.label(ctx, m, numbers, where, r)
}

// version makes one version and returns its number there.
func (s *Sink) version(ctx context.Context, m *exports.Registered, i int, filler bool) (uint64, error) {
	v := m.Versions[i]
	body := map[string]any{"name": m.Name, "source": v.Source, "run_link": v.RunLink, "description": v.Description}
	files := m.Files[i]
	if run := s.runs[v.Run]; run != nil {
		body["run_id"] = run.id
	}
	if known := s.at(files.Owner); known != nil {
		if files.Owner.Model != "" {
			body["source"], body["model_id"] = "models:/"+known.id, known.id
		} else {
			body["source"] = strings.TrimRight(known.artifacts+"/"+files.Path, "/")
		}
	}
	tags := pairs(v.Tags)
	if !filler {
		tags = append(tags, pair{tagVersion, fmt.Sprint(v.Number)})
	}
	body["tags"] = tags
	var a struct {
		Version modelVersion `json:"model_version"`
	}
	err := s.call(ctx, http.MethodPost, "model-versions/create", nil, body, &a)
	return uint64(max(a.Version.Number, 0)), err
}

// label sets stages and aliases.
func (s *Sink) label(ctx context.Context, m *exports.Registered, numbers map[uint64]uint64, where string, r *imports.Report) error {
	for _, v := range m.Versions {
		if v.Stage == "" || v.Stage == track.StageNone || numbers[v.Number] == 0 {
			continue
		}
		body := map[string]any{"name": m.Name, "version": fmt.Sprint(numbers[v.Number]), "stage": v.Stage, "archive_existing_versions": false}
		err := s.post(ctx, "model-versions/transition-stage", body)
		if fatal(ctx, err) {
			return err
		}
		r.Fail(fmt.Sprintf("%s: stage of version %d", where, v.Number), err)
	}
	for alias, number := range m.Aliases {
		if numbers[number] == 0 {
			continue
		}
		err := s.post(ctx, "registered-models/alias", map[string]any{"name": m.Name, "alias": alias, "version": fmt.Sprint(numbers[number])})
		if fatal(ctx, err) {
			return err
		}
		r.Fail(fmt.Sprintf("%s: alias %q", where, alias), err)
	}
	return nil
}
