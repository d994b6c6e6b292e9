package event_test

import (
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"dev.varve/backend/event"
)

var update = flag.Bool("update", false, "write the golden files of the present version anew")

// fill gives every field of a body a value of its own, so that a field that is
// renumbered, left out or retyped changes the golden file.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d é", *n))
	case reflect.Int64:
		v.SetInt(-int64(*n) * 1000)
	case reflect.Uint64:
		v.SetUint(uint64(*n) * 1000)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(uint64(*n))
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte{byte(*n), 0xff})
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"b": "2", "aa": "1", "": "0"}))
	default:
		panic("a body has a field of kind " + v.Kind().String())
	}
}

// Each type of body has two lines: all fields set, and none.
func TestGoldenBodies(t *testing.T) {
	const path = "testdata/bodies.txt"
	var out strings.Builder
	for _, name := range event.Types() {
		full, empty := event.NewBody(name), event.NewBody(name)
		n := 0
		fill(reflect.ValueOf(full).Elem(), &n)
		for _, b := range []event.Body{full, empty} {
			data, err := event.EncodeBody(b)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "%s %d %s\n", b.Type(), b.Version(), hex.EncodeToString(data))
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(golden)), "\n")
	written := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i, line := range lines {
		if i >= len(written) || line != written[i] {
			t.Errorf("line %d is not written as docs/format/events.md pins it: %s", i+1, line)
		}
		readGolden(t, line, i%2 == 0)
	}
	if len(lines) != len(written) {
		t.Errorf("%d golden lines, %d written", len(lines), len(written))
	}
}

// readGolden reads a body as an older Varve wrote it.
func readGolden(t *testing.T, line string, full bool) {
	t.Helper()
	var name, code string
	var version uint64
	if _, err := fmt.Sscan(line, &name, &version, &code); err != nil {
		t.Fatal(err)
	}
	data, err := hex.DecodeString(code)
	if err != nil {
		t.Fatal(err)
	}
	e := &event.Event{Type: name, Version: version, Body: data}
	body, err := e.DecodeBody()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	want := event.NewBody(name)
	if n := 0; full {
		fill(reflect.ValueOf(want).Elem(), &n)
	}
	if body.Type() != name || !reflect.DeepEqual(body, want) {
		t.Errorf("%s was read as %+v, want %+v", name, body, want)
	}
}

// The page that describes the bodies lists exactly their fields.
func TestThePageListsEveryField(t *testing.T) {
	page, err := os.ReadFile("../../docs/format/events.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string][]string{}
	var section string
	for _, line := range strings.Split(string(page), "\n") {
		if name, ok := strings.CutPrefix(line, "### "); ok {
			section = strings.TrimSpace(name)
			sections[section] = nil
		}
		if cells := strings.Split(line, "|"); section != "" && len(cells) == 6 && strings.TrimSpace(cells[1]) != "key" && !strings.HasPrefix(cells[1], "-") {
			row := strings.TrimSpace(cells[1]) + " " + strings.TrimSpace(cells[2]) + " " + strings.TrimSpace(cells[3])
			sections[section] = append(sections[section], strings.TrimSpace(row))
		}
	}
	want := map[string][]string{}
	for _, name := range event.Types() {
		describe(want, name, reflect.TypeOf(event.NewBody(name)).Elem())
	}
	for name, rows := range want {
		if !reflect.DeepEqual(sections[name], rows) {
			t.Errorf("%s on the page:\n%s\nin the code:\n%s", name, strings.Join(sections[name], "\n"), strings.Join(rows, "\n"))
		}
		delete(sections, name)
	}
	for name := range sections {
		t.Errorf("the page describes %s, which the code does not have", name)
	}
}

func describe(want map[string][]string, name string, typ reflect.Type) {
	want[name] = nil
	for i := range typ.NumField() {
		f := typ.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("cbor"), ",")
		row := key + " " + cborType(want, f.Type)
		if strings.Contains(options, "omitempty") {
			row += " optional"
		}
		want[name] = append(want[name], row)
	}
}

func cborType(want map[string][]string, typ reflect.Type) string {
	switch typ.Kind() {
	case reflect.Pointer:
		return cborType(want, typ.Elem())
	case reflect.Struct:
		describe(want, typ.Name(), typ)
		return typ.Name()
	case reflect.String:
		return "text"
	case reflect.Int64:
		return "int"
	case reflect.Uint64:
		return "uint"
	case reflect.Bool:
		return "bool"
	case reflect.Map:
		return "map of text to text"
	case reflect.Array:
		return fmt.Sprintf("bytes %d", typ.Len())
	}
	if typ.Elem().Kind() == reflect.Uint8 {
		return "bytes"
	}
	return "array of " + cborType(want, typ.Elem())
}
