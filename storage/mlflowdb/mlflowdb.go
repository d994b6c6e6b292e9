// Package mlflowdb reads the SQLite databases of MLflow 1 to 3 (mlflow.db). It
// writes neither to them nor beside them.
package mlflowdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/storage/aside"
)

// Source is one database. It is an imports.Source.
type Source struct {
	path  string
	db    *database
	shelf *aside.Shelf
	has   map[string]map[string]bool // columns by table
}

// Open opens a database. scratch is a folder for a copy, if one is needed.
// Artifacts are looked for in the folder of the database, and in the other ones.
func Open(ctx context.Context, path, scratch string, artifacts ...string) (*Source, error) {
	db, err := openDatabase(path, scratch)
	if err != nil {
		return nil, err
	}
	s := &Source{path: path, db: db}
	if s.has, err = db.columns(ctx); err == nil && (s.has["runs"] == nil || s.has["experiments"] == nil) {
		err = fault.New(fault.NotFound, "%s is no database of MLflow: it has no runs", path)
	}
	if err == nil {
		s.shelf, err = aside.Open(append([]string{filepath.Dir(path)}, artifacts...)...)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// Close lets go of it.
func (s *Source) Close() error { return errors.Join(s.shelf.Close(), s.db.Close()) }

// About says what it is.
func (s *Source) About() imports.About {
	return imports.About{Kind: "MLflow database", Place: s.path, Local: true}
}

// Files calls fn with each file of a place.
func (s *Source) Files(ctx context.Context, place string, r *imports.Report, fn func(imports.File) error) error {
	return s.shelf.Files(ctx, place, r, fn)
}

// Open opens a file of a place.
func (s *Source) Open(_ context.Context, place, at string) (io.ReadCloser, error) {
	return s.shelf.Open(place, at)
}

// where names a part of the database for people.
func (s *Source) where(what string) string { return filepath.Base(s.path) + ": " + what }

// pick names columns of a table, and NULL instead of those that this version of
// the database does not have.
func (s *Source) pick(table string, columns ...string) string {
	for i, c := range columns {
		if !s.has[table][c] {
			columns[i] = "NULL"
		}
	}
	return strings.Join(columns, ", ")
}

// text is a column of text, or of numbers that are meant as text; bytes in other
// encodings are text, too.
type text string

// Scan takes any value.
func (t *text) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t = ""
	case string:
		*t = text(imports.Text([]byte(v)))
	case []byte:
		*t = text(imports.Text(v))
	default:
		*t = text(fmt.Sprint(v))
	}
	return nil
}

// whole is a column of whole numbers; anything else counts as 0.
type whole int64

// Scan takes any value.
func (w *whole) Scan(v any) error {
	*w = 0
	switch v := v.(type) {
	case int64:
		*w = whole(v)
	case float64:
		*w = whole(v)
	case bool:
		if v {
			*w = 1
		}
	}
	return nil
}

// partly reports an error that is about a part of the database, and returns one
// that ends everything.
func (s *Source) partly(ctx context.Context, r *imports.Report, what string, err error) error {
	if err == nil || !errors.Is(err, fault.Corrupt) || context.Cause(ctx) != nil {
		return err
	}
	r.Fail(s.where(what), err)
	return nil
}

// Experiments lists the experiments.
func (s *Source) Experiments(ctx context.Context, r *imports.Report) (list []imports.Experiment, err error) {
	tags := s.tables(ctx, r, "experiment_tags", "experiment_id", "")
	err = s.db.each(ctx, "SELECT "+s.pick("experiments", "experiment_id", "name", "lifecycle_stage", "creation_time")+" FROM experiments ORDER BY experiment_id", nil, func(scan scanner) error {
		var id, name, stage text
		var made whole
		if err := scan(&id, &name, &stage, &made); err != nil {
			return err
		}
		list = append(list, imports.Experiment{ID: string(id), Name: string(name), Made: max(int64(made), 0), Deleted: stage == "deleted", Tags: tags[string(id)]})
		return nil
	})
	return list, s.partly(ctx, r, "experiments", err)
}

// tables reads a table of keys and values of things. where limits it.
func (s *Source) tables(ctx context.Context, r *imports.Report, table, of, where string, args ...any) map[string]map[string]string {
	all := map[string]map[string]string{}
	if s.has[table] == nil {
		return all
	}
	key, value := "key", "value"
	for _, c := range []string{"tag_key", "param_key", "name"} {
		if s.has[table][c] && !s.has[table]["key"] {
			key = c
		}
	}
	for _, c := range []string{"tag_value", "param_value"} {
		if s.has[table][c] {
			value = c
		}
	}
	err := s.db.each(ctx, fmt.Sprintf("SELECT %s, %s, %s FROM %s %s", of, key, value, table, where), args, func(scan scanner) error {
		var id, k, v text
		if err := scan(&id, &k, &v); err != nil {
			return err
		}
		if all[string(id)] == nil {
			all[string(id)] = map[string]string{}
		}
		all[string(id)][string(k)] = string(v)
		return nil
	})
	if err != nil {
		r.Fail(s.where(table), err)
	}
	return all
}

// place finds artifacts by their URI, whose last parts are kept when a folder is
// moved.
func (s *Source) place(r *imports.Report, what, uri string, parts int) string {
	if uri == "" {
		return ""
	}
	place, why := s.shelf.Find(uri, parts)
	switch {
	case place != "":
	case why != "":
		r.Skip(s.where(what), "%s", why)
	case s.shelf.Outside(uri):
		r.Skip(s.where(what), "its artifacts lie at %s, outside of the folder of the database: name that folder, too (--artifacts)", uri)
	}
	return place
}
