package mlruns

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/zeebo/blake3"

	"dev.varve/backend/exports"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
	"dev.varve/storage/exportdir"
)

// inputs writes which data sets and models a run read, and which ones it made.
func (w *Writer) inputs(folder string, run *imports.Run, r *imports.Report) error {
	for _, d := range run.Datasets {
		id := idOf(run.Experiment, d.Name, d.Digest)
		err := w.meta(filepath.Join(w.folders[run.Experiment], "datasets", id), fields{
			{"digest", d.Digest}, {"name", d.Name}, {"profile", d.Profile}, {"schema", d.Schema}, {"source", d.Source}, {"source_type", d.SourceType},
		})
		if err != nil {
			return err
		}
		tags := map[string]string{}
		for _, tag := range d.Tags {
			tags[tag.Key] = tag.Value
		}
		err = w.meta(filepath.Join(folder, "inputs", idOf(id, run.ID)), fields{
			{"destination_id", run.ID}, {"destination_type", "RUN"}, {"source_id", id}, {"source_type", "DATASET"}, {"tags", tags},
		})
		if err != nil {
			return err
		}
	}
	k := keyed{w, "run " + run.ID, r, folder}
	for _, m := range run.ModelsIn {
		if err := k.link("inputs", m, fields{{"destination_id", run.ID}, {"destination_type", "RUN"}, {"source_id", m}, {"source_type", "MODEL"}, {"tags", map[string]string{}}}); err != nil {
			return err
		}
	}
	for _, m := range run.ModelsOut { // MLflow reads the destination as the model
		err := k.link("outputs", m.ID, fields{
			{"destination_id", m.ID}, {"destination_type", "MODEL_OUTPUT"}, {"source_id", m.ID}, {"source_type", "RUN_OUTPUT"}, {"step", m.Step}, {"tags", map[string]string{}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (k keyed) link(kind, model string, f fields) error {
	if exportdir.Refuse(model) != "" || strings.ContainsAny(model, `/\`) {
		k.r.Skip(fmt.Sprintf("%s: model %q among its %s", k.where, model, kind), "it cannot be the name of a folder")
		return nil
	}
	return k.w.meta(filepath.Join(k.folder, kind, model), f)
}

func idOf(parts ...string) string {
	sum := blake3.Sum256([]byte(strings.Join(parts, "\x00")))
	return fmt.Sprintf("%x", sum[:16])
}

// Registered writes a registered model, in place of what is there of it.
func (w *Writer) Registered(_ context.Context, m *exports.Registered, r *imports.Report) error {
	where := "registered model " + m.Name
	if exportdir.Refuse(m.Name) != "" || strings.ContainsAny(m.Name, `/\:`) {
		r.Skip(where, "it cannot be the name of a folder")
		return nil
	}
	const current = "registered"
	if err := w.Clear(current); err != nil {
		return err
	}
	folder := exportdir.Stage(current)
	err := w.meta(folder, fields{
		{"creation_timestamp", m.Made}, {"description", orNull(m.Description)}, {"last_updated_timestamp", m.Made}, {"name", m.Name},
	})
	if err != nil {
		return err
	}
	k := keyed{w, where, r, folder}
	aliases := map[string]string{}
	for alias, number := range m.Aliases {
		aliases[alias] = fmt.Sprint(number)
	}
	if err := k.values("aliases", aliases); err != nil {
		return err
	}
	if err := k.values("tags", m.Tags); err != nil {
		return err
	}
	for i := range m.Versions {
		if err := w.version(k, m, i); err != nil {
			return err
		}
	}
	return w.Place(current, filepath.Join(modelsDir, m.Name))
}

func (w *Writer) version(k keyed, m *exports.Registered, i int) error {
	v, files := &m.Versions[i], m.Files[i]
	folder := filepath.Join(k.folder, fmt.Sprintf("%s%d", versionPrefix, v.Number))
	source, location := v.Source, v.Location
	if files.Owner != (track.Owner{}) {
		here := w.uri(w.placed(files.Owner, files.Experiment), "artifacts", filepath.FromSlash(files.Path))
		switch {
		case strings.HasPrefix(source, "models:/") && location == "":
		case strings.HasPrefix(source, "models:/"), strings.HasPrefix(source, "runs:/"):
			location = here
		default: // it names a place of this workspace, which MLflow does not know there
			source, location = here, here
		}
	}
	description := fields{
		{"creation_timestamp", v.Made}, {"current_stage", v.Stage}, {"description", orNull(v.Description)}, {"last_updated_timestamp", v.Made}, {"name", m.Name},
		{"run_id", orNull(v.Run)}, {"run_link", orNull(v.RunLink)}, {"source", source}, {"status", v.Status}, {"status_message", orNull(v.Message)},
		{"storage_location", orNull(location)}, {"user_id", orNull(v.User)}, {"version", v.Number},
	}
	if v.LoggedModel != "" {
		description = append(description, fields{{"model_id", v.LoggedModel}}...)
	}
	if err := w.meta(folder, description); err != nil {
		return err
	}
	return keyed{w, fmt.Sprintf("%s: version %d", k.where, v.Number), k.r, folder}.values("tags", v.Tags)
}

// placed is where a thing lies, seen from the folder; addresses know nothing of
// the trash, as MLflow's own.
func (w *Writer) placed(o track.Owner, experiment string) string {
	if o.Model != "" {
		return filepath.Join(experiment, modelsDir, o.Model)
	}
	return filepath.Join(experiment, o.Run)
}
