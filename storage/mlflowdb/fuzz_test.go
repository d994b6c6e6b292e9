package mlflowdb_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
	"dev.varve/storage/mlflowdb"
)

// taken imports a database; an error must be one of the source, in words.
func taken(t *testing.T, path string) (done imports.Done, read bool) {
	t.Helper()
	s, err := mlflowdb.Open(t.Context(), path, t.TempDir())
	if err == nil {
		done, err = importstest.New(t).Import(t.Context(), s, imports.Options{})
		noError(t, s.Close())
	}
	switch kind := fault.KindOf(err); {
	case err == nil:
		return done, true
	case kind != fault.Corrupt && kind != fault.NotFound && kind != fault.Unsupported:
		t.Errorf("%s: %v", kind, err)
	}
	return done, false
}

// FuzzDatabase overwrites a part of a database: it is refused in words, or what is
// readable of it comes in and the rest is said to be left out.
func FuzzDatabase(f *testing.F) {
	var data []byte
	f.Add(uint32(0), []byte("no database"))
	f.Add(uint32(100), []byte{0x0d, 0xff, 0xff})
	f.Add(uint32(4096), []byte{0, 0, 0, 0, 0, 0, 0, 0})
	f.Add(uint32(9000), []byte("\xff\xfe\xfd"))
	f.Add(uint32(60_000), make([]byte, 8192))
	f.Fuzz(func(t *testing.T, at uint32, with []byte) {
		if data == nil {
			var err error
			data, err = os.ReadFile(filled(t))
			noError(t, err)
		}
		hurt := append([]byte(nil), data...)
		copy(hurt[int(at)%len(hurt):], with)
		path := filepath.Join(t.TempDir(), "mlflow.db")
		noError(t, os.WriteFile(path, hurt, 0o600))
		taken(t, path)
	})
}

// FuzzRow puts anything into the columns of a run and of a registered model, as SQLite
// lets every column hold everything.
func FuzzRow(f *testing.F) {
	f.Add([]byte("a name"), "FINISHED", int64(5), 1.5)
	f.Add([]byte("gr\xfcn\nzwei"), "", int64(-1), 0.0)
	f.Add([]byte{0, 0xff}, "3", int64(1<<62), -1e308)
	f.Add([]byte("../../x"), "{}", int64(0), 1e-320)
	f.Fuzz(func(t *testing.T, name []byte, word string, whole int64, real float64) {
		path := filled(t)
		db, err := sql.Open("sqlite", path)
		noError(t, err)
		for _, one := range []struct {
			column string
			value  any
		}{
			{"runs SET name", name}, {"runs SET status", word}, {"runs SET start_time", real}, {"runs SET end_time", word}, {"runs SET artifact_uri", name}, {"runs SET user_id", whole},
			{"metrics SET value", name}, {"metrics SET timestamp", whole}, {"params SET value", name}, {"tags SET value", whole}, {"experiments SET name", name}, {"datasets SET dataset_schema", word},
			{"registered_models SET description", name}, {"model_versions SET source", name}, {"model_versions SET current_stage", word}, {"logged_models SET status", real},
		} {
			_, err := db.Exec("UPDATE OR IGNORE "+one.column+" = ?", one.value)
			noError(t, err)
		}
		noError(t, errors.Join(db.Close()))
		if done, read := taken(t, path); read && done.Left == 0 && done.Runs+done.Same < 3 {
			t.Errorf("%d runs, and nothing is said of the others", done.Runs)
		}
	})
}
