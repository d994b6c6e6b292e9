package mlruns

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"dev.varve/backend/event"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

// FuzzMeta reads descriptions. What the reader of plain lines takes, the parser of
// YAML reads as the same words.
func FuzzMeta(f *testing.F) {
	for _, seed := range []string{
		"run_id: 0123456789abcdef0123456789abcde1\nstatus: 3\nname: 'first'\nstart_time: 1700000000000\nend_time: null\ntags: []\n",
		"experiment_id: '7'\nname: lab/wine\nartifact_location: file:///a/b\nlifecycle_stage: active\n", "name: \"a: b\"\nstatus: FINISHED\n", "a: &x 1\nb: *x\n", "a: [1, {b: c\n",
		"\xff\xfe", "name: gr\xfcn\r\n", "start_time: 1.7e12\nstatus: 0x3\n", "run_id: 12345678901234567890123456789012\n", "run_id: 1234567890123456789012345678e012\n", "tags:\n  a: b\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseMeta(data)
		if err == nil && len(m) == 0 {
			t.Error("nothing is read, and nothing is said")
		}
		fromMeta(m, "folder")
		m.texts("tags")
		plain, ok := plainMeta(data)
		if !ok {
			return
		}
		var whole meta
		if err := yaml.Unmarshal(data, &whole); err != nil {
			return // a key that is there twice
		}
		for key := range whole {
			if _, list := whole[key].([]any); list {
				continue
			}
			if got, want := plain.text(key), whole.text(key); got != want {
				t.Errorf("%s: %q, and as YAML %q", key, got, want)
			}
		}
	})
}

// FuzzLine reads lines of metrics. One that is read and written again says the same.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{
		"1700000000000 0.5 3", "1700000000000 0.5", "1 nan 0", "1 -inf -2", "1 inf 3 wine be9dd889", "1 0.5 3 0123456789abcdef0123456789abcde1 wine be9dd889", "1 0.5 3 run my data set digest",
		"1 1e999 0", "-1 0 0", "9223372036854775808 0 0", "1  0.5  3", "", " ", "1 0x1p-2 3", "1 1_000 3", "1\t0.5\t3", "1 0.5 3 \xff \xfe",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		l, ok := parseLine(text)
		if !ok {
			return
		}
		if l.point.Time < 0 {
			t.Errorf("%q is before 1970", text)
		}
		again, ok := parseLine([]byte(strings.TrimSuffix(lines([]event.Point{l.point}, ""), "\n")))
		same := again.point.Value == l.point.Value || math.IsNaN(again.point.Value) && math.IsNaN(l.point.Value)
		if !ok || !same || again.point.Step != l.point.Step || again.point.Time != l.point.Time {
			t.Errorf("%q is %+v, and written again %+v", text, l.point, again.point)
		}
	})
}

// FuzzRegistered reads a registered model, a version and an alias of anything: each is
// read, or it is said that it is not.
func FuzzRegistered(f *testing.F) {
	f.Add([]byte("name: wine\ncreation_timestamp: 5\ndescription: null\n"), []byte("version: 1\nsource: models:/m-1\ncurrent_stage: Production\nrun_id: ''\n"), []byte("1"))
	f.Add([]byte("[[["), []byte("a: b"), []byte(""))
	f.Add([]byte("name: [1]\n"), []byte("version: -1\nstatus: {a: b}\ncurrent_stage: 7\n"), []byte("18446744073709551616"))
	f.Add([]byte("\x00"), []byte("source: \xff\n"), []byte("one\ntwo"))
	f.Fuzz(func(t *testing.T, model, version, alias []byte) {
		dir := t.TempDir()
		for name, data := range map[string][]byte{"meta.yaml": model, "version-1/meta.yaml": version, "aliases/champion": alias, "tags/a": alias} {
			name = filepath.Join(dir, "models", "wine", filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		s, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		r := &imports.Report{}
		var got []track.PastRegistered
		if err := s.Registered(t.Context(), r, func(m *track.PastRegistered) error { got = append(got, *m); return nil }); err != nil {
			t.Fatal(err)
		}
		if _, left := r.List(); left == 0 && (len(got) != 1 || len(got[0].Versions) != 1 || len(got[0].Aliases) != 1) {
			t.Errorf("nothing is said to be left out of %+v", got)
		}
		var twice []track.PastRegistered
		if err := s.Registered(t.Context(), nil, func(m *track.PastRegistered) error { twice = append(twice, *m); return nil }); err != nil || !reflect.DeepEqual(got, twice) {
			t.Errorf("read again it is %+v: %v", twice, err)
		}
	})
}
