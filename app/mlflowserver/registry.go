package mlflowserver

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

type registeredModel struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Made        whole  `json:"creation_timestamp"`
	Tags        []pair `json:"tags"`
	Aliases     []struct {
		Alias   string `json:"alias"`
		Version whole  `json:"version"`
	} `json:"aliases"`
}

type modelVersion struct {
	Number      whole  `json:"version"`
	Made        whole  `json:"creation_timestamp"`
	Description string `json:"description"`
	User        string `json:"user_id"`
	Stage       string `json:"current_stage"`
	Source      string `json:"source"`
	Run         string `json:"run_id"`
	RunLink     string `json:"run_link"`
	Model       string `json:"model_id"`
	Status      string `json:"status"`
	Message     string `json:"status_message"`
	Tags        []pair `json:"tags"`
}

// promptFilter finds prompts, which servers that have them tell only if asked.
const promptFilter = "tags.`mlflow.prompt.is_prompt` = 'true'"

// Registered calls fn with each registered model, and then each prompt.
func (s *Source) Registered(ctx context.Context, r *imports.Report, fn func(*track.PastRegistered) error) error {
	seen := map[string]bool{} // old servers have no filter, or none for tags
	for _, filter := range []string{"", promptFilter} {
		err := s.registered(ctx, filter, func(m *registeredModel) error {
			if seen[m.Name] {
				return nil
			}
			seen[m.Name] = true
			past, err := s.past(ctx, m, filter)
			if fatal(ctx, err) {
				return err
			}
			if r.Fail("registered model "+m.Name, err) {
				return nil
			}
			return fn(past)
		})
		switch {
		case err == nil:
		case errors.Is(err, fault.NotFound):
			return nil // a server without a registry
		case filter == "" || fatal(ctx, err) || !errors.Is(err, fault.Invalid):
			return err
		}
	}
	return nil
}

func (s *Source) registered(ctx context.Context, filter string, fn func(*registeredModel) error) error {
	return pages(func(token string) (string, error) {
		var a struct {
			Models []registeredModel `json:"registered_models"`
			Next   string            `json:"next_page_token"`
		}
		if err := s.call(ctx, http.MethodGet, "registered-models/search", pageOf(filter, token), nil, &a); err != nil {
			return "", err
		}
		for i := range a.Models {
			if err := fn(&a.Models[i]); err != nil {
				return "", err
			}
		}
		return a.Next, nil
	})
}

func pageOf(filter, token string) url.Values {
	query := url.Values{"max_results": {strconv.Itoa(page)}}
	if filter != "" {
		query.Set("filter", filter)
	}
	if token != "" {
		query.Set("page_token", token)
	}
	return query
}

// past asks for the versions of a model, too.
func (s *Source) past(ctx context.Context, m *registeredModel, filter string) (*track.PastRegistered, error) {
	past := &track.PastRegistered{
		NewRegisteredModel: track.NewRegisteredModel{Name: m.Name, Description: m.Description, Tags: table(m.Tags), Made: max(int64(m.Made), 0)},
		Aliases:            make(map[string]uint64, len(m.Aliases)),
	}
	for _, a := range m.Aliases {
		past.Aliases[a.Alias] = uint64(max(a.Version, 0))
	}
	quote := "'"
	if strings.Contains(m.Name, quote) {
		quote = `"`
	}
	named := "name = " + quote + m.Name + quote
	if filter != "" {
		named += " AND " + filter
	}
	return past, pages(func(token string) (string, error) {
		var a struct {
			Versions []modelVersion `json:"model_versions"`
			Next     string         `json:"next_page_token"`
		}
		err := s.call(ctx, http.MethodGet, "model-versions/search", pageOf(named, token), nil, &a)
		for i := range a.Versions {
			past.Versions = append(past.Versions, a.Versions[i].past())
		}
		return a.Next, err
	})
}

func (v *modelVersion) past() track.PastVersion {
	return track.PastVersion{User: v.User, Stage: v.Stage, NewModelVersion: track.NewModelVersion{
		Number: uint64(max(v.Number, 0)), Made: max(int64(v.Made), 0), Description: v.Description, Source: v.Source, Run: v.Run, RunLink: v.RunLink,
		LoggedModel: v.Model, Status: v.Status, Message: v.Message, Tags: table(v.Tags),
	}}
}
