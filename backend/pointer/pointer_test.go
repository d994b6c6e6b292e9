package pointer_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/pointer"
)

var sample = pointer.Pointer{
	Name: "lake/wine quality", Number: 3, ID: strings.Repeat("0a", 16),
	Tree: bytes.Repeat([]byte{1}, 32), Content: bytes.Repeat([]byte{2}, 32), Files: 12, Bytes: 34567,
}

func TestText(t *testing.T) {
	const want = `# This file says which version of a data set is meant. Restore it: varve data get THIS-FILE FOLDER
varve: 1
name: lake/wine quality
version: 3
id: 0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a
tree: 0101010101010101010101010101010101010101010101010101010101010101
content: 0202020202020202020202020202020202020202020202020202020202020202
files: 12
bytes: 34567
`
	if got := sample.Text(); got != want {
		t.Errorf("written is\n%s", got)
	}
	for name, text := range map[string]string{
		"as written":           want,
		"with ends of Windows": strings.ReplaceAll(want, "\n", "\r\n"),
		"with a mark":          "\uFEFF" + want,
		"with a line of later": want + "colour: red\n",
		"without the remark":   want[strings.Index(want, "varve: 1"):],
		"without the last end": strings.TrimSuffix(want, "\n"),
	} {
		if got, err := pointer.Parse([]byte(text)); err != nil || !reflect.DeepEqual(got, sample) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	text := sample.Text()
	for name, c := range map[string]struct {
		text string
		kind fault.Kind
		says string
	}{
		"nothing":          {"", fault.Unsupported, "no pointer"},
		"another text":     {"hello\n", fault.Unsupported, "no pointer"},
		"another format":   {"name: x\nvarve: 1\n", fault.Unsupported, "no pointer"},
		"bytes":            {"varve: 1\nname: \xff", fault.Unsupported, "no pointer"},
		"too large":        {text + strings.Repeat("# x\n", 5000), fault.Unsupported, "no pointer"},
		"later":            {strings.Replace(text, "varve: 1", "varve: 2", 1), fault.Newer, "later Varve"},
		"a merge":          {"<<<<<<< HEAD\n" + text + "=======\n" + text + ">>>>>>> other\n", fault.Conflict, "line 1 is a mark of a merge"},
		"a merge of three": {strings.Replace(text, "version: 3", "||||||| base\nversion: 3", 1), fault.Conflict, "line 4"},
		"two ids":          {text + "id: " + sample.ID + "\n", fault.Corrupt, "line 10 says id a second time"},
		"a torn line":      {text + "colo", fault.Corrupt, "line 10 is no name"},
		"a short id":       {strings.Replace(text, "id: 0a", "id: ", 1), fault.Corrupt, "id"},
		"a name of paths":  {strings.Replace(text, "lake/", "../", 1), fault.Corrupt, "elsewhere"},
		"no version":       {strings.Replace(text, "version: 3\n", "", 1), fault.Corrupt, "version"},
		"a short tree":     {strings.Replace(text, "tree: 01", "tree: ", 1), fault.Corrupt, "tree"},
		"negative bytes":   {strings.Replace(text, "bytes: ", "bytes: -", 1), fault.Corrupt, "bytes"},
	} {
		_, err := pointer.Parse([]byte(c.text))
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) || fault.HintOf(err) == "" {
			t.Errorf("%s: %v, hint %q", name, err, fault.HintOf(err))
		}
	}
}

func TestNames(t *testing.T) {
	if pointer.FileName("lake/wine.csv") != "wine.csv.varve" || !pointer.Is("wine.varve") || pointer.Is(".varve") || pointer.Is("wine.csv") {
		t.Error("names of pointer files")
	}
}

// What is read is written so that it is read again.
func FuzzParse(f *testing.F) {
	f.Add([]byte(sample.Text()))
	f.Add([]byte("varve: 1\r\nname: x\n<<<<<<< a"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := pointer.Parse(text)
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatal(err)
			}
			return
		}
		if again, err := pointer.Parse([]byte(p.Text())); err != nil || !reflect.DeepEqual(p, again) {
			t.Fatalf("%+v became %+v, %v", p, again, err)
		}
	})
}
