package mlflowserver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"dev.varve/backend/exports"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

// Tags by which a server's things are found again: the server chooses their ids.
const (
	tagRun        = "varve.run"        // of a run: its id here
	tagModel      = "varve.model"      // of a logged model: its id here
	tagExperiment = "varve.experiment" // of an experiment in the trash: its id here
	tagVersion    = "varve.version"    // of a model version: its number here
	tagDigest     = "varve.digest"     // of all of a run or logged model that was exported
)

// there is a run or a logged model as the server has it.
type there struct {
	id, artifacts, digest string
	deleted               bool
	fresh                 bool // made just now
}

// Sink writes into one server. It is an exports.Target.
type Sink struct {
	*Source
	experiments map[string]string // ids there, by those here
	trash       []string          // experiments there that are deleted at the end
	runs        map[string]*there // by their ids here; nil until the server was asked
	models      map[string]*there
	modelless   bool   // the server has no logged models
	unserved    string // why the server takes no artifacts
	later       []func(context.Context, *imports.Report) error
	status      map[string]map[string]any // how runs end, by their ids here
}

// Into returns the target for an address, as Open takes it.
func Into(address string) (*Sink, error) {
	s, err := Open(address)
	if err != nil {
		return nil, err
	}
	return &Sink{Source: s, experiments: map[string]string{}, models: map[string]*there{}, status: map[string]map[string]any{}}, nil
}

// Check asks whether the server answers.
func (s *Sink) Check(ctx context.Context) error {
	var a struct{}
	return s.call(ctx, http.MethodPost, "experiments/search", nil, map[string]any{"max_results": 1}, &a)
}

// post calls what changes something.
func (s *Sink) post(ctx context.Context, at string, body any) error {
	var a struct{}
	return s.call(ctx, http.MethodPost, at, nil, body, &a)
}

// find learns which runs of this workspace the server has.
func (s *Sink) find(ctx context.Context) error {
	if s.runs != nil {
		return nil
	}
	list, err := s.Experiments(ctx, nil)
	if err != nil {
		return err
	}
	s.runs = map[string]*there{}
	ids := make([]string, len(list))
	for i, e := range list {
		ids[i] = e.ID
	}
	return pages(func(token string) (string, error) {
		var a struct {
			Runs []run  `json:"runs"`
			Next string `json:"next_page_token"`
		}
		body := map[string]any{"experiment_ids": ids, "run_view_type": "ALL", "max_results": page, "page_token": token, "filter": "tags.`" + tagRun + "` != ''"}
		err := s.call(ctx, http.MethodPost, "runs/search", nil, body, &a)
		for i := range a.Runs {
			tags := table(a.Runs[i].Data.Tags)
			s.runs[tags[tagRun]] = &there{id: a.Runs[i].run().ID, artifacts: a.Runs[i].Info.Artifacts, digest: tags[tagDigest], deleted: a.Runs[i].Info.Stage == "deleted"}
		}
		return a.Next, err
	})
}

// Experiment finds an experiment of that name, or makes one. A name that lies in
// the trash there gets a number, unless it is this very experiment.
func (s *Sink) Experiment(ctx context.Context, e imports.Experiment, r *imports.Report) error {
	if err := s.find(ctx); err != nil {
		return err
	}
	for n, name := 1, e.Name; ; n++ {
		if n > 1 {
			name = fmt.Sprintf("%s (%d)", e.Name, n)
		}
		var a struct {
			Experiment experiment `json:"experiment"`
		}
		err := s.call(ctx, http.MethodGet, "experiments/get-by-name", url.Values{"experiment_name": {name}}, nil, &a)
		switch tags := table(a.Experiment.Tags); {
		case errors.Is(err, fault.NotFound):
			return s.newExperiment(ctx, e, name)
		case err != nil:
			return err
		case a.Experiment.Stage != "deleted":
			return s.oldExperiment(ctx, e, a.Experiment.ID, tags, r)
		case e.Deleted && tags[tagExperiment] == e.ID:
			if err := s.post(ctx, "experiments/restore", map[string]any{"experiment_id": a.Experiment.ID}); err != nil {
				return err
			}
			s.trash = append(s.trash, a.Experiment.ID)
			return s.oldExperiment(ctx, e, a.Experiment.ID, tags, r)
		}
	}
}

func (s *Sink) newExperiment(ctx context.Context, e imports.Experiment, name string) error {
	var a struct {
		ID string `json:"experiment_id"`
	}
	tags := pairs(e.Tags)
	if e.Deleted {
		tags = append(tags, pair{tagExperiment, e.ID})
	}
	if err := s.call(ctx, http.MethodPost, "experiments/create", nil, map[string]any{"name": name, "tags": tags}, &a); err != nil {
		return err
	}
	s.experiments[e.ID] = a.ID
	if e.Deleted {
		s.trash = append(s.trash, a.ID)
	}
	return nil
}

func (s *Sink) oldExperiment(ctx context.Context, e imports.Experiment, id string, has map[string]string, r *imports.Report) error {
	s.experiments[e.ID] = id
	for key, value := range e.Tags {
		if old, ok := has[key]; ok && old == value {
			continue
		}
		err := s.post(ctx, "experiments/set-experiment-tag", map[string]any{"experiment_id": id, "key": key, "value": value})
		if fatal(ctx, err) {
			return err
		}
		r.Fail(fmt.Sprintf("experiment %s: tag %q", e.Name, key), err)
	}
	return s.findModels(ctx, id)
}

// findModels learns which logged models of this workspace the server has in an
// experiment.
func (s *Sink) findModels(ctx context.Context, experiment string) error {
	return s.Source.models(ctx, experiment, func(m *model) error {
		if tags := table(m.Info.Tags); tags[tagModel] != "" {
			s.models[tags[tagModel]] = &there{id: m.Info.ID, artifacts: m.Info.Artifacts, digest: tags[tagDigest]}
		}
		return nil
	})
}

// Same reports whether the server has a thing as it is.
func (s *Sink) Same(_ context.Context, t exports.Thing) (bool, error) {
	known := s.at(t.Owner)
	return known != nil && known.digest == t.Digest, nil
}

func (s *Sink) at(o track.Owner) *there {
	if o.Model != "" {
		return s.models[o.Model]
	}
	return s.runs[o.Run]
}

// Whole says how a thing ended, and that it is whole.
func (s *Sink) Whole(ctx context.Context, t exports.Thing) error {
	known := s.at(t.Owner)
	if known == nil {
		return nil // the server has none of its kind
	}
	if t.Owner.Model != "" {
		if err := s.modelReady(ctx, known); err != nil || t.Digest == "" {
			return err
		}
		return s.tagModel(ctx, known.id, []pair{{tagDigest, t.Digest}})
	}
	if err := s.post(ctx, "runs/update", s.status[t.Owner.Run]); err != nil {
		return err
	}
	delete(s.status, t.Owner.Run)
	known.digest = t.Digest
	if t.Digest == "" {
		return nil
	}
	// Links between things are made at the end: until then it is not whole.
	s.later = append(s.later, func(ctx context.Context, _ *imports.Report) error {
		return s.post(ctx, "runs/set-tag", map[string]any{"run_id": known.id, "run_uuid": known.id, "key": tagDigest, "value": t.Digest})
	})
	return nil
}

// Finish makes what points from one thing to another, and moves to the trash what
// lies there.
func (s *Sink) Finish(ctx context.Context, r *imports.Report) error {
	for _, do := range s.later {
		if err := do(ctx, r); err != nil {
			return err
		}
	}
	for _, known := range s.runs {
		if known.deleted && known.fresh {
			if err := s.post(ctx, "runs/delete", map[string]any{"run_id": known.id}); err != nil {
				return err
			}
		}
	}
	for _, id := range s.trash {
		if err := s.post(ctx, "experiments/delete", map[string]any{"experiment_id": id}); err != nil {
			return err
		}
	}
	return nil
}

func pairs(m map[string]string) []pair {
	list := make([]pair, 0, len(m))
	for key, value := range m {
		list = append(list, pair{key, value})
	}
	return list
}

var _ exports.Target = &Sink{}
