package mlruns

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"dev.varve/backend/imports"
	"dev.varve/backend/track"
	"dev.varve/storage/aside"
)

// versionPrefix begins the names of the folders of versions.
const versionPrefix = "version-"

// Registered calls fn with each registered model.
func (s *Source) Registered(ctx context.Context, r *imports.Report, fn func(*track.PastRegistered) error) error {
	entries, err := aside.List(s.root, modelsDir)
	if errors.Is(err, fs.ErrNotExist) || r.Fail(s.where(modelsDir), err) {
		return nil
	}
	for _, e := range entries {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		m, ok := s.registered(filepath.Join(modelsDir, e.Name()), r)
		if !ok {
			continue
		}
		if err := fn(m); err != nil {
			return err
		}
	}
	return nil
}

func (s *Source) registered(rel string, r *imports.Report) (*track.PastRegistered, bool) {
	root, err := s.root.OpenRoot(rel)
	if r.Fail(s.where(rel), err) {
		return nil, false
	}
	defer root.Close()
	m, err := readMeta(root, ".")
	if r.Fail(s.named(root, metaName), err) {
		return nil, false
	}
	past := &track.PastRegistered{Aliases: map[string]uint64{}}
	if past.Name = m.text("name"); past.Name == "" {
		past.Name = filepath.Base(rel)
	}
	past.Description, past.Made = m.text("description"), m.time("creation_timestamp")
	past.Tags = s.values(root, "", "tags", r)
	for alias, version := range s.values(root, "", "aliases", r) {
		number, err := track.VersionNumber(version)
		if !r.Fail(s.named(root, "aliases", alias), err) {
			past.Aliases[alias] = number
		}
	}
	entries, err := aside.List(root, ".")
	r.Fail(s.where(rel), err)
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), versionPrefix) {
			continue
		}
		if v, ok := s.version(root, e.Name(), r); ok {
			past.Versions = append(past.Versions, v)
		}
	}
	return past, true
}

func (s *Source) version(root *os.Root, folder string, r *imports.Report) (v track.PastVersion, ok bool) {
	m, err := readMeta(root, folder)
	if r.Fail(s.named(root, folder, metaName), err) {
		return v, false
	}
	v.Number, err = strconv.ParseUint(strings.TrimPrefix(folder, versionPrefix), 10, 63)
	if r.Fail(s.named(root, folder), err) {
		return v, false
	}
	v.Made, v.Description, v.User, v.Stage = m.time("creation_timestamp"), m.text("description"), m.text("user_id"), m.text("current_stage")
	v.Source, v.Location, v.Run, v.RunLink = m.text("source"), m.text("storage_location"), m.text("run_id"), m.text("run_link")
	v.LoggedModel, v.Status, v.Message = m.text("model_id"), m.text("status"), m.text("status_message")
	v.Tags = s.values(root, folder, "tags", r)
	return v, true
}
