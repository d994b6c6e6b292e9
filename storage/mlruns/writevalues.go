package mlruns

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/storage/exportdir"
)

// fields are the lines of a meta.yaml, in order. JSON is YAML.
type fields []struct {
	key   string
	value any
}

func (w *Writer) meta(folder string, f fields) error {
	var b strings.Builder
	for _, one := range f {
		value, err := json.Marshal(one.value)
		if err != nil {
			return fault.Wrap(err, fault.Internal, "encode", one.key)
		}
		fmt.Fprintf(&b, "%s: %s\n", one.key, value)
	}
	return w.Write(filepath.Join(folder, metaName), []byte(b.String()))
}

// keyed are values with their names, as files.
type keyed struct {
	w      *Writer
	where  string // for the report
	r      *imports.Report
	folder string
}

// values writes a file for each value. What cannot be one is left out, which is
// said.
func (k keyed) values(kind string, values map[string]string) error {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		where := fmt.Sprintf("%s: %s %q", k.where, strings.TrimSuffix(kind, "s"), key)
		switch why, err := k.value(filepath.Join(k.folder, kind), key, values[key], values); {
		case err != nil:
			return err
		case why != "":
			k.r.Skip(where, "%s", why)
		}
	}
	return nil
}

func (k keyed) value(folder, key, text string, all map[string]string) (why string, err error) {
	if why = exportdir.Refuse(key); why != "" {
		return why, nil
	}
	for above := path.Dir(key); above != "."; above = path.Dir(above) {
		if _, both := all[above]; both {
			return fmt.Sprintf("%q is there, too, which MLflow's folders cannot hold: a file and a folder of one name", above), nil
		}
	}
	return "", k.w.Write(filepath.Join(folder, filepath.FromSlash(key)), []byte(text))
}
