package mlflowdb

import (
	"context"
	"strconv"

	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

// Registered calls fn with each registered model; databases before MLflow 1.4 have none.
func (s *Source) Registered(ctx context.Context, r *imports.Report, fn func(*track.PastRegistered) error) error {
	if s.has["registered_models"] == nil {
		return nil
	}
	tags := s.tables(ctx, r, "registered_model_tags", "name", "")
	aliases := s.aliases(ctx, r)
	versions := s.versions(ctx, r)
	query := "SELECT " + s.pick("registered_models", "name", "description", "creation_time") + " FROM registered_models ORDER BY name"
	err := s.db.each(ctx, query, nil, func(scan scanner) error {
		var name, description text
		var made whole
		if err := scan(&name, &description, &made); err != nil {
			return err
		}
		of := string(name)
		return fn(&track.PastRegistered{
			NewRegisteredModel: track.NewRegisteredModel{Name: of, Description: string(description), Tags: tags[of], Made: max(int64(made), 0)},
			Aliases:            aliases[of], Versions: versions[of],
		})
	})
	return s.partly(ctx, r, "registered_models", err)
}

// aliases reads the numbers of versions by model and alias.
func (s *Source) aliases(ctx context.Context, r *imports.Report) map[string]map[string]uint64 {
	all := map[string]map[string]uint64{}
	if s.has["registered_model_aliases"] == nil {
		return all
	}
	err := s.db.each(ctx, "SELECT name, alias, version FROM registered_model_aliases", nil, func(scan scanner) error {
		var name, alias text
		var version whole
		if err := scan(&name, &alias, &version); err != nil {
			return err
		}
		if all[string(name)] == nil {
			all[string(name)] = map[string]uint64{}
		}
		all[string(name)][string(alias)] = uint64(max(version, 0))
		return nil
	})
	r.Fail(s.where("registered_model_aliases"), err)
	return all
}

// versions reads the versions by model.
func (s *Source) versions(ctx context.Context, r *imports.Report) map[string][]track.PastVersion {
	tags := s.tables(ctx, r, "model_version_tags", "name || '/' || version", "")
	all := map[string][]track.PastVersion{}
	query := "SELECT " + s.pick("model_versions", "name", "version", "creation_time", "description", "user_id", "current_stage", "source", "storage_location", "run_id", "run_link", "status", "status_message") +
		" FROM model_versions ORDER BY name, version"
	err := s.db.each(ctx, query, nil, func(scan scanner) error {
		var name, description, user, stage, source, location, run, link, status, message text
		var number, made whole
		if err := scan(&name, &number, &made, &description, &user, &stage, &source, &location, &run, &link, &status, &message); err != nil {
			return err
		}
		all[string(name)] = append(all[string(name)], track.PastVersion{
			User: string(user), Stage: string(stage),
			NewModelVersion: track.NewModelVersion{
				Number: uint64(max(number, 0)), Made: max(int64(made), 0), Description: string(description), Source: string(source), Location: string(location),
				Run: string(run), RunLink: string(link), Status: string(status), Message: string(message),
				Tags: tags[string(name)+"/"+strconv.FormatInt(int64(number), 10)],
			},
		})
		return nil
	})
	r.Fail(s.where("model_versions"), err)
	return all
}
