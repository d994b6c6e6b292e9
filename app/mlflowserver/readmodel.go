package mlflowserver

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

type model struct {
	Info struct {
		ID      string `json:"model_id"`
		Name    string `json:"name"`
		Made    whole  `json:"creation_timestamp_ms"`
		State   any    `json:"status"`
		Kind    string `json:"model_type"`
		Run     string `json:"source_run_id"`
		User    string `json:"creator_id"`
		Message string `json:"status_message"`
		Tags    []pair `json:"tags"`
		// Where its artifacts lie, as of a run.
		Artifacts string `json:"artifact_uri"`
	} `json:"info"`
	Data struct {
		Params  []pair            `json:"params"`
		Metrics []json.RawMessage `json:"metrics"`
	} `json:"data"`
}

// models calls fn with each logged model; servers before 3.0 have none.
func (s *Source) models(ctx context.Context, experiment string, fn func(*model) error) error {
	err := pages(func(token string) (string, error) {
		var a struct {
			Models []model `json:"models"`
			Next   string  `json:"next_page_token"`
		}
		body := map[string]any{"experiment_ids": []string{experiment}, "max_results": 50}
		if token != "" {
			body["page_token"] = token
		}
		if err := s.call(ctx, http.MethodPost, "logged-models/search", nil, body, &a); err != nil {
			return "", err
		}
		for i := range a.Models {
			if err := fn(&a.Models[i]); err != nil {
				return "", err
			}
		}
		return a.Next, nil
	})
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func (s *Source) modelPoints(ctx context.Context, experiment string) (map[string][]imports.ModelPoint, error) {
	measured := map[string][]imports.ModelPoint{}
	return measured, s.models(ctx, experiment, func(m *model) error {
		for _, raw := range m.Data.Metrics {
			var p point
			if json.Unmarshal(raw, &p) != nil || p.Run == "" {
				continue // without its run nobody knows whose point it is
			}
			measured[p.Run] = append(measured[p.Run], imports.ModelPoint{Key: p.Key, Model: m.Info.ID, Dataset: p.Dataset, Digest: p.Digest, Point: p.point()})
		}
		return nil
	})
}

// statuses are as numbers in some answers.
var statuses = map[string]string{
	"1": track.ModelPending, "2": track.ModelReady, "3": track.ModelFailed,
	track.ModelPending: track.ModelPending, track.ModelReady: track.ModelReady, track.ModelFailed: track.ModelFailed,
}

// Models calls fn with each logged model.
func (s *Source) Models(ctx context.Context, experiment string, _ *imports.Report, fn func(*imports.Model) error) error {
	return s.models(ctx, experiment, func(m *model) error {
		one := &imports.Model{Place: "model/" + m.Info.ID}
		one.ID, one.Name, one.ModelType, one.Run, one.User = m.Info.ID, m.Info.Name, m.Info.Kind, m.Info.Run, m.Info.User
		one.Made, one.Message, one.Tags, one.Params = int64(m.Info.Made), m.Info.Message, table(m.Info.Tags), list(m.Data.Params)
		text, _ := json.Marshal(m.Info.State)
		if one.Status = statuses[strings.Trim(string(text), `"`)]; one.Status == "" {
			one.Status = track.ModelReady
		}
		return fn(one)
	})
}
