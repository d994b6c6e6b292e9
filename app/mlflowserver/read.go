package mlflowserver

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

type pair struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func table(pairs []pair) map[string]string {
	m := make(map[string]string, len(pairs))
	for _, p := range pairs {
		m[p.Key] = p.Value
	}
	return m
}

func list(pairs []pair) (params []event.Param) {
	for _, p := range pairs {
		params = append(params, event.Param{Key: p.Key, Value: p.Value})
	}
	slices.SortFunc(params, func(a, b event.Param) int { return strings.Compare(a.Key, b.Key) })
	return params
}

type experiment struct {
	ID    string `json:"experiment_id"`
	Name  string `json:"name"`
	Stage string `json:"lifecycle_stage"`
	Made  whole  `json:"creation_time"`
	Tags  []pair `json:"tags"`
}

// Experiments lists the experiments; servers before 1.28 list them all at once.
func (s *Source) Experiments(ctx context.Context, _ *imports.Report) (all []imports.Experiment, err error) {
	take := func(some []experiment) {
		for _, e := range some {
			all = append(all, imports.Experiment{ID: e.ID, Name: e.Name, Made: int64(e.Made), Deleted: e.Stage == "deleted", Tags: table(e.Tags)})
		}
	}
	type answer struct {
		Experiments []experiment `json:"experiments"`
		Next        string       `json:"next_page_token"`
	}
	err = pages(func(token string) (string, error) {
		var a answer
		body := map[string]any{"view_type": "ALL", "max_results": page, "page_token": token}
		err := s.call(ctx, http.MethodPost, "experiments/search", nil, body, &a)
		take(a.Experiments)
		return a.Next, err
	})
	if errors.Is(err, fault.NotFound) && len(all) == 0 {
		var a answer
		if err = s.call(ctx, http.MethodGet, "experiments/list", url.Values{"view_type": {"ALL"}}, nil, &a); err == nil {
			take(a.Experiments)
		}
	}
	return all, err
}

type run struct {
	Info struct {
		ID    string `json:"run_id"`
		UUID  string `json:"run_uuid"`
		Name  string `json:"run_name"`
		User  string `json:"user_id"`
		State string `json:"status"`
		Start whole  `json:"start_time"`
		End   whole  `json:"end_time"`
		Stage string `json:"lifecycle_stage"`
		// Where its artifacts lie; imports ask the server for them.
		Artifacts string `json:"artifact_uri"`
	} `json:"info"`
	Data struct {
		Metrics []struct {
			Key string `json:"key"`
		} `json:"metrics"`
		Params []pair `json:"params"`
		Tags   []pair `json:"tags"`
	} `json:"data"`
	Inputs struct {
		Datasets []struct {
			Tags    []pair `json:"tags"`
			Dataset struct {
				Name    string `json:"name"`
				Digest  string `json:"digest"`
				Kind    string `json:"source_type"`
				Source  string `json:"source"`
				Schema  string `json:"schema"`
				Profile string `json:"profile"`
			} `json:"dataset"`
		} `json:"dataset_inputs"`
		Models []struct {
			ID string `json:"model_id"`
		} `json:"model_inputs"`
	} `json:"inputs"`
	Outputs struct {
		Models []struct {
			ID   string `json:"model_id"`
			Step whole  `json:"step"`
		} `json:"model_outputs"`
	} `json:"outputs"`
}

// Runs calls fn with each run. Points are asked for metric by metric.
func (s *Source) Runs(ctx context.Context, experiment string, brief bool, r *imports.Report, fn func(*imports.Run) error) error {
	var measured map[string][]imports.ModelPoint
	if !brief {
		var err error
		if measured, err = s.modelPoints(ctx, experiment); err != nil {
			return err
		}
	}
	return pages(func(token string) (string, error) {
		var a struct {
			Runs []run  `json:"runs"`
			Next string `json:"next_page_token"`
		}
		body := map[string]any{"experiment_ids": []string{experiment}, "run_view_type": "ALL", "max_results": page, "page_token": token, "order_by": []string{"attribute.start_time ASC"}}
		if err := s.call(ctx, http.MethodPost, "runs/search", nil, body, &a); err != nil {
			return "", err
		}
		for i := range a.Runs {
			one := a.Runs[i].run()
			one.Place = "run/" + one.ID
			if !brief {
				if err := s.metrics(ctx, one, &a.Runs[i], r); err != nil {
					return "", err
				}
				one.Metrics = imports.Attribute(one.Metrics, measured[one.ID])
			}
			if err := fn(one); err != nil {
				return "", err
			}
		}
		return a.Next, nil
	})
}

func (a *run) run() *imports.Run {
	one := &imports.Run{}
	one.ID, one.Name, one.User, one.Status = a.Info.ID, a.Info.Name, a.Info.User, a.Info.State
	if one.ID == "" {
		one.ID = a.Info.UUID
	}
	one.Start, one.End, one.Trashed = int64(a.Info.Start), int64(a.Info.End), a.Info.Stage == "deleted"
	one.Params, one.Tags = list(a.Data.Params), table(a.Data.Tags)
	for _, d := range a.Inputs.Datasets {
		one.Datasets = append(one.Datasets, event.DatasetInput{
			Name: d.Dataset.Name, Digest: d.Dataset.Digest, SourceType: d.Dataset.Kind, Source: d.Dataset.Source, Schema: d.Dataset.Schema, Profile: d.Dataset.Profile, Tags: list(d.Tags),
		})
	}
	for _, m := range a.Inputs.Models {
		one.ModelsIn = append(one.ModelsIn, m.ID)
	}
	for _, m := range a.Outputs.Models {
		one.ModelsOut = append(one.ModelsOut, event.ModelOutput{ID: m.ID, Step: int64(m.Step)})
	}
	return one
}

// number is a measured value: JSON has no words for some.
type number float64

// UnmarshalJSON reads numbers and the words for what is none. The greatest numbers
// are what MLflow makes of the infinities.
func (n *number) UnmarshalJSON(data []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(data), `"`), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return err
	}
	if math.Abs(f) == math.MaxFloat64 {
		f = math.Inf(int(math.Copysign(1, f)))
	}
	*n = number(f)
	return nil
}

type point struct {
	Key     string `json:"key"`
	Value   number `json:"value"`
	Time    whole  `json:"timestamp"`
	Step    whole  `json:"step"`
	Run     string `json:"run_id"`
	Dataset string `json:"dataset_name"`
	Digest  string `json:"dataset_digest"`
}

func (p point) point() event.Point {
	return event.Point{Step: int64(p.Step), Time: max(int64(p.Time), 0), Value: float64(p.Value)}
}

// metrics asks for all points of a run.
func (s *Source) metrics(ctx context.Context, one *imports.Run, a *run, r *imports.Report) error {
	for _, m := range a.Data.Metrics {
		series := track.PastSeries{Key: m.Key}
		err := pages(func(token string) (string, error) {
			var h struct {
				Metrics []point `json:"metrics"`
				Next    string  `json:"next_page_token"`
			}
			query := url.Values{"run_id": {one.ID}, "run_uuid": {one.ID}, "metric_key": {m.Key}, "max_results": {strconv.Itoa(points)}}
			if token != "" {
				query.Set("page_token", token)
			}
			err := s.call(ctx, http.MethodGet, "metrics/get-history", query, nil, &h)
			for _, p := range h.Metrics {
				series.Points = append(series.Points, p.point())
			}
			return h.Next, err
		})
		if fatal(ctx, err) {
			return err
		}
		r.Fail("run "+one.ID+": metric "+m.Key, err)
		one.Metrics = append(one.Metrics, series)
	}
	return nil
}

// fatal tells what ends an import from what one thing is lost by.
func fatal(ctx context.Context, err error) bool {
	return err != nil && (context.Cause(ctx) != nil || errors.Is(err, fault.Unavailable) || errors.Is(err, fault.Denied))
}
