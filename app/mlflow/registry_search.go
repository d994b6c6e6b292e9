package mlflow

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"dev.varve/backend/fault"
	"dev.varve/backend/search"
	"dev.varve/backend/track"
)

// The most rows of a page, as in MLflow.
const (
	maxRegistered = 1000
	maxVersions   = 200_000
)

type searchRegistry struct {
	everywhere
	Filter     string   `json:"filter"`
	MaxResults whole    `json:"max_results"`
	OrderBy    []string `json:"order_by"`
	PageToken  string   `json:"page_token"`
}

// start reads a search for one kind of rows.
func (s *searchRegistry) start(schema *search.Schema, usual, most int64, more ...search.Column) (*search.Filter, *page, error) {
	size := s.MaxResults.or(usual)
	switch {
	case size > most:
		return nil, nil, wrongType("max_results", json.RawMessage(strconv.Quote(strconv.FormatInt(size, 10))))
	case size < 1:
		return nil, nil, fault.New(fault.Invalid, "Invalid value for max_results. It must be a positive integer, but got %d", size)
	}
	filter, err := search.Parse(schema, s.Filter)
	if err != nil {
		return nil, nil, err
	}
	order, err := search.ParseOrder(schema, s.OrderBy)
	if err != nil {
		return nil, nil, err
	}
	found, err := newPage(order, s.PageToken, int(size), more...)
	return filter, found, err
}

func (d *door) searchRegistered(_ context.Context, req *searchRegistry, out []byte) ([]byte, error) {
	filter, found, err := req.start(search.RegisteredModels, 100, maxRegistered)
	if err != nil {
		return nil, err
	}
	err = d.Tracker.Registry(func(r track.Registry) error {
		r.Models(func(m *track.RegisteredModel) {
			if row := (registeredRow{r: r, m: m}); r.Found(m) && filter.Match(row) {
				found.offer(row, nil)
			}
		})
		out, err = found.append(out, "registered_models", "name", func(b []byte, name string) ([]byte, error) {
			m, err := r.Model(name)
			if err != nil {
				return b, err
			}
			return appendRegistered(b, r, m), nil
		})
		return err
	})
	return out, err
}

func (d *door) searchVersions(_ context.Context, req *searchRegistry, out []byte) ([]byte, error) {
	filter, found, err := req.start(search.ModelVersions, maxVersions, maxVersions, versionID)
	if err != nil {
		return nil, err
	}
	err = d.Tracker.Registry(func(r track.Registry) error {
		r.Models(func(m *track.RegisteredModel) {
			if !r.Found(m) {
				return
			}
			name := m.Name()
			// The newest are first in the usual order: once they fill a page, the others
			// are seen at a glance to be on none.
			for _, v := range slices.Backward(r.Versions(m)) {
				if row := (versionRow{r: r, v: v, name: name}); !v.Trashed() && filter.Match(row) {
					found.offer(row, nil)
				}
			}
		})
		out, err = found.append(out, "model_versions", versionID.Name, func(b []byte, id string) ([]byte, error) {
			v, err := r.VersionByID(id)
			if err != nil {
				return b, err
			}
			return appendVersion(b, r, v, false), nil
		})
		return err
	})
	return out, err
}

// versionID is what a page keeps of each version beside what it is ordered by.
var versionID = search.Column{Kind: search.Attribute, Name: "version_id"}

// registryRow is what rows of the registry have not.
type registryRow struct{}

func (registryRow) Metric(string) (float64, bool) { return 0, false }
func (registryRow) Param(string) (string, bool)   { return "", false }
func (registryRow) Datasets() []search.Dataset    { return nil }

// registeredRow shows a registered model to a search.
type registeredRow struct {
	registryRow
	r track.Registry
	m *track.RegisteredModel
}

func (r registeredRow) Tag(key string) (string, bool) { return r.m.Labels.Tag(key) }

func (r registeredRow) Attribute(name string) (search.Value, bool) {
	switch name {
	case "name":
		return search.Text(r.m.Name()), true
	case "last_updated_timestamp":
		return search.Number(float64(r.r.UpdatedAt(r.m))), true
	}
	return search.Value{}, false
}

// versionRow shows a version to a search.
type versionRow struct {
	registryRow
	r    track.Registry
	v    *track.ModelVersion
	name string
}

func (r versionRow) Tag(key string) (string, bool) { return r.v.Labels.Tag(key) }

func (r versionRow) Attribute(name string) (search.Value, bool) {
	switch name {
	case "name":
		return search.Text(r.name), true
	case "version_number":
		return search.Number(float64(r.v.Number())), true
	case "run_id":
		return search.Text(r.v.Facts.Run), true
	case "source_path":
		return search.Text(r.v.Facts.Source), true
	case "creation_timestamp":
		return search.Number(float64(r.v.MadeAt())), true
	case "last_updated_timestamp":
		return search.Number(float64(r.r.VersionUpdatedAt(r.v))), true
	case versionID.Name:
		return search.Text(r.v.ID), true
	}
	return search.Value{}, false
}
