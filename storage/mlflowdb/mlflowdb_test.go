package mlflowdb_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
	"dev.varve/backend/track"
	"dev.varve/storage/mlflowdb"
)

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// unpacked is the database of one release in a folder of its own.
func unpacked(t *testing.T, name string) string {
	t.Helper()
	packed, err := os.ReadFile(filepath.Join("testdata", name))
	noError(t, err)
	d, err := zstd.NewReader(nil)
	noError(t, err)
	defer d.Close()
	data, err := d.DecodeAll(packed, nil)
	noError(t, err)
	path := filepath.Join(t.TempDir(), "mlflow.db")
	noError(t, os.WriteFile(path, data, 0o600))
	return path
}

func open(t *testing.T, path string) *mlflowdb.Source {
	t.Helper()
	s, err := mlflowdb.Open(t.Context(), path, filepath.Join(t.TempDir(), "scratch"))
	noError(t, err)
	t.Cleanup(func() { noError(t, s.Close()) })
	return s
}

// TestEveryRelease reads what each release of MLflow has written of the same
// things (testdata/make.py).
func TestEveryRelease(t *testing.T) {
	files, err := filepath.Glob("testdata/*.db.zst")
	if err != nil || len(files) < 10 {
		t.Fatalf("only %d databases: %v", len(files), err)
	}
	for _, file := range files {
		version := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "v"), ".db.zst")
		t.Run(version, func(t *testing.T) {
			var major, minor int
			if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
				t.Fatal(err)
			}
			path := unpacked(t, filepath.Base(file))
			before, err := os.ReadFile(path)
			noError(t, err)
			rec := importstest.New(t)
			done, err := rec.Import(t.Context(), open(t, path), imports.Options{})
			noError(t, err)
			dump := rec.Dump(t)
			wanted := []string{
				`in lab/wine by`, `FINISHED 1700000000000–1700060000`, `["lr"="0.1"]["opt/name"="adam é"]`, `tag "note"="two\nlines"`, "FAILED 1700000000005–1700000000006 trashed=true",
				"experiment gone trashed=true", "train/loss last {{} 19 1700000019000 0.05}", `"first" in lab/wine`, "RUNNING 1700000000000–0",
			}
			wanted[1] = "FINISHED 1700000000000–1700000060000"
			points := int64(23)
			if major > 2 || major == 2 && minor >= 4 {
				wanted = append(wanted, "read {Name:tiny Digest:be9dd889 SourceType:local Source:here.csv Schema:{} Profile:{} Tags:[{Key:mlflow.data.context Value:training}]")
			}
			if major > 1 || minor >= 8 {
				wanted = append(wanted, `registered wine trashed=false`, `version 1`, `Staging`, `: READY "" "the first"`, " at runs:/")
			}
			if major > 1 || minor >= 14 {
				wanted = append(wanted, `"" tags=map[colour:red]`, "tags=map[checked:yes]")
			}
			if major > 2 || major == 2 && minor >= 9 {
				wanted = append(wanted, "version 1 [champion]")
			}
			if major >= 3 {
				wanted = append(wanted, `"forest"`, "kind:rf", `["depth"="7"]`, "Step:3", "on tiny be9dd889: {{} 3 1700000000007 0.5}")
				points++
			}
			for _, w := range wanted {
				if !strings.Contains(dump, w) {
					t.Errorf("%q is missing in\n%s", w, dump)
				}
			}
			odd := "points of odd: [{{} 1 1700000000000 +Inf} {{} 2 1700000000000 -Inf} {{} 3 1700000000000 NaN}]"
			if version == "1.2.0" || version == "1.8.0" { // which kept infinities as such, or as the greatest numbers
				odd = "points of odd: "
			}
			if !strings.Contains(dump, odd) || done.Points != points || done.Runs != 3 || done.Left != 0 {
				t.Errorf("%d runs, %d points, left out %+v:\n%s", done.Runs, done.Points, done.Skipped, dump)
			}
			after, err := os.ReadFile(path)
			noError(t, err)
			entries, err := os.ReadDir(filepath.Dir(path))
			noError(t, err)
			if string(before) != string(after) || len(entries) != 1 {
				t.Errorf("the database was touched, or something beside it: %v", entries)
			}
		})
	}
}

// filled is a database of the newest release that holds the sample.
func filled(t *testing.T) string {
	t.Helper()
	path := unpacked(t, "v3.17.2.db.zst")
	db, err := sql.Open("sqlite", path)
	noError(t, err)
	defer db.Close()
	tx, err := db.Begin()
	noError(t, err)
	defer func() { noError(t, tx.Commit()) }()
	do := func(query string, args ...any) {
		t.Helper()
		if _, err := tx.Exec(query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	for _, table := range []string{"runs", "experiments", "experiment_tags", "params", "tags", "metrics", "latest_metrics", "inputs", "input_tags", "datasets", "logged_models", "logged_model_tags", "logged_model_params", "logged_model_metrics", "registered_models", "registered_model_tags", "registered_model_aliases", "model_versions", "model_version_tags"} {
		do("DELETE FROM " + table)
	}
	sample := importstest.Sample()
	stage := map[bool]string{false: "active", true: "deleted"}
	for _, e := range sample.List {
		do("INSERT INTO experiments (experiment_id, name, lifecycle_stage, creation_time) VALUES (?, ?, ?, ?)", e.ID, e.Name, stage[e.Deleted], e.Made)
		for k, v := range e.Tags {
			do("INSERT INTO experiment_tags (key, value, experiment_id) VALUES (?, ?, ?)", k, v, e.ID)
		}
		for _, r := range sample.In[e.ID] {
			fillRun(t, do, e.ID, r, stage[r.Trashed], sample.Lies[r.Place], filepath.Dir(path))
		}
		for _, m := range sample.Made[e.ID] {
			do("INSERT INTO logged_models (model_id, experiment_id, name, artifact_location, creation_timestamp_ms, last_updated_timestamp_ms, status, lifecycle_stage, model_type, source_run_id) VALUES (?, ?, ?, ?, ?, 1, 2, 'active', ?, ?)",
				m.ID, e.ID, m.Name, place(t, filepath.Dir(path), e.ID, "models/"+m.ID, sample.Lies[m.Place]), m.Made, m.ModelType, m.Run)
			for k, v := range m.Tags {
				do("INSERT INTO logged_model_tags VALUES (?, ?, ?, ?)", m.ID, e.ID, k, v)
			}
			for _, p := range m.Params {
				do("INSERT INTO logged_model_params VALUES (?, ?, ?, ?)", m.ID, e.ID, p.Key, p.Value)
			}
		}
	}
	for _, m := range sample.Names {
		fillRegistered(do, m)
	}
	return path
}

func fillRegistered(do func(string, ...any), m track.PastRegistered) {
	do("INSERT INTO registered_models (name, description, creation_time) VALUES (?, ?, ?)", m.Name, m.Description, m.Made)
	for k, v := range m.Tags {
		do("INSERT INTO registered_model_tags (name, key, value) VALUES (?, ?, ?)", m.Name, k, v)
	}
	for alias, version := range m.Aliases {
		do("INSERT INTO registered_model_aliases (name, alias, version) VALUES (?, ?, ?)", m.Name, alias, version)
	}
	for _, v := range m.Versions {
		do("INSERT INTO model_versions (name, version, creation_time, current_stage, description, user_id, source, storage_location, run_id, run_link, status, status_message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			m.Name, v.Number, v.Made, v.Stage, v.Description, v.User, v.Source, v.Location, v.Run, v.RunLink, v.Status, v.Message)
		for k, value := range v.Tags {
			do("INSERT INTO model_version_tags (name, version, key, value) VALUES (?, ?, ?, ?)", m.Name, v.Number, k, value)
		}
	}
}

// place lays down artifacts, and returns the address that a record of another
// computer has for them.
func place(t *testing.T, dir, experiment, owner string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		at := filepath.Join(dir, "mlruns", experiment, filepath.FromSlash(owner), "artifacts", filepath.FromSlash(name))
		noError(t, os.MkdirAll(filepath.Dir(at), 0o755))
		noError(t, os.WriteFile(at, []byte(text), 0o600))
	}
	return "file:///elsewhere/mlruns/" + experiment + "/" + owner + "/artifacts"
}

func fillRun(t *testing.T, do func(string, ...any), experiment string, r imports.Run, stage string, files map[string]string, dir string) {
	t.Helper()
	var end any
	if r.End != 0 {
		end = r.End
	}
	do("INSERT INTO runs (run_uuid, name, user_id, status, start_time, end_time, lifecycle_stage, artifact_uri, experiment_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		r.ID, r.Name, r.User, r.Status, r.Start, end, stage, place(t, dir, experiment, r.ID, files), experiment)
	for _, p := range r.Params {
		do("INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)", p.Key, p.Value, r.ID)
	}
	for k, v := range r.Tags {
		do("INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)", k, v, r.ID)
	}
	for _, s := range r.Metrics {
		for _, p := range s.Points {
			value, nan := p.Value, math.IsNaN(p.Value)
			if nan {
				value = 0
			}
			if math.IsInf(value, 0) {
				value = math.Copysign(math.MaxFloat64, value)
			}
			do("INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)", s.Key, value, p.Time, r.ID, p.Step, nan)
			if s.Model != "" {
				do("INSERT INTO logged_model_metrics (model_id, metric_name, metric_timestamp_ms, metric_step, metric_value, experiment_id, run_id, dataset_uuid, dataset_name, dataset_digest) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)",
					s.Model, s.Key, p.Time, p.Step, value, experiment, r.ID, s.Dataset, s.Digest)
			}
		}
	}
	for _, d := range r.Datasets {
		do("INSERT INTO datasets VALUES ('d1', ?, ?, ?, ?, ?, ?, ?)", experiment, d.Name, d.Digest, d.SourceType, d.Source, d.Schema, d.Profile)
		do("INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id, step) VALUES ('i1', 'DATASET', 'd1', 'RUN', ?, 0)", r.ID)
		for _, tag := range d.Tags {
			do("INSERT INTO input_tags VALUES ('i1', ?, ?)", tag.Key, tag.Value)
		}
	}
	for _, m := range r.ModelsIn {
		do("INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id, step) VALUES ('i2', 'RUN_INPUT', ?, 'MODEL_INPUT', ?, 0)", r.ID, m)
	}
	for _, m := range r.ModelsOut {
		do("INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id, step) VALUES ('i3', 'RUN_OUTPUT', ?, 'MODEL_OUTPUT', ?, ?)", r.ID, m.ID, m.Step)
	}
}

func TestConformance(t *testing.T) { importstest.Conformance(t, open(t, filled(t)), nil) }

// TestHalfADatabase cuts a database at many places: it is refused in words, or
// what is readable of it comes in.
func TestHalfADatabase(t *testing.T) {
	data, err := os.ReadFile(filled(t))
	noError(t, err)
	refused, some, most := 0, 0, 0
	for part := range 16 {
		path := filepath.Join(t.TempDir(), "mlflow.db")
		noError(t, os.WriteFile(path, data[:len(data)*(part+1)/17], 0o600))
		s, err := mlflowdb.Open(t.Context(), path, t.TempDir())
		if err != nil {
			if kind := fault.KindOf(err); kind != fault.Corrupt && kind != fault.NotFound && kind != fault.Unsupported {
				t.Errorf("%d/17: %v", part+1, err)
			}
			t.Logf("%d/17: %v", part+1, err)
			refused++
			continue
		}
		done, err := importstest.New(t).Import(t.Context(), s, imports.Options{})
		noError(t, err)
		noError(t, s.Close())
		if done.Left == 0 && done.Runs < 3 {
			t.Errorf("%d/17: %d runs, and nothing is said of the others", part+1, done.Runs)
		}
		some, most = some+1, max(most, done.Runs)
	}
	t.Logf("%d refused, %d read", refused, some)
	if most < 3 {
		t.Errorf("of no half database more than %d runs were read", most)
	}
}

// TestWhatIsNotInTheFileYet leaves a part in the file beside it, as a server that
// runs, or was killed, does.
func TestWhatIsNotInTheFileYet(t *testing.T) {
	path := filled(t)
	db, err := sql.Open("sqlite", path)
	noError(t, err)
	defer db.Close()
	conn, err := db.Conn(t.Context())
	noError(t, err)
	for _, q := range []string{"PRAGMA journal_mode=wal", "PRAGMA wal_autocheckpoint=0", "INSERT INTO params (key, value, run_uuid) VALUES ('late', 'yes', '" + importstest.RunA + "')"} {
		_, err := conn.ExecContext(t.Context(), q)
		noError(t, err)
	}
	rec, scratch := importstest.New(t), t.TempDir()
	s, err := mlflowdb.Open(t.Context(), path, scratch)
	noError(t, err)
	_, err = rec.Import(t.Context(), s, imports.Options{})
	noError(t, err)
	noError(t, s.Close())
	if !strings.Contains(rec.Dump(t), `["late"="yes"]`) {
		t.Error("what lies beside the database is not read")
	}
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Errorf("of the copy there is left: %v, %v", left, err)
	}
	noError(t, conn.Close())
}

func TestWhatIsNoDatabase(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	db, err := sql.Open("sqlite", other)
	noError(t, err)
	_, err = db.Exec("CREATE TABLE a (b)")
	noError(t, errors.Join(err, db.Close()))
	text, _ := json.Marshal("no database")
	noError(t, os.WriteFile(filepath.Join(dir, "text.db"), text, 0o600))
	for name, want := range map[string]fault.Kind{"other.db": fault.NotFound, "text.db": fault.Unsupported, "none.db": fault.NotFound} {
		if s, err := mlflowdb.Open(t.Context(), filepath.Join(dir, name), dir); !errors.Is(err, want) {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}

// TestACancelledImportEnds cancels in the middle.
func TestACancelledImportEnds(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	s := open(t, filled(t))
	err := s.Runs(ctx, "7", false, nil, func(*imports.Run) error {
		cancel(fault.New(fault.Cancelled, "enough"))
		return nil
	})
	if err != nil && !errors.Is(err, fault.Cancelled) {
		t.Errorf("a cancel comes back as %v", err)
	}
}
