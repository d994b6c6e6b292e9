package dvcrepo

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"dev.varve/backend/fault"
)

const anMD5 = "764efa883dda1e11db47671c4a3bbd9e"

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		want       []output
		left       []left
	}{
		"of DVC 3":         {"a.dvc", "outs:\n- md5: " + anMD5 + ".dir\n  hash: md5\n  path: images\n", []output{{Path: "images", Hash: anMD5, Folder: true}}, nil},
		"of DVC 2":         {"a.dvc", "wdir: ..\nouts:\n- md5: " + anMD5 + "\n  path: x\n  isexec: true\n", []output{{Path: "../x", Hash: anMD5, Old: true, Exec: true}}, nil},
		"kept by Git":      {"a.dvc", "outs:\n- md5: " + anMD5 + "\n  path: x\n  cache: false\n", nil, nil},
		"of a server":      {"a.dvc", "outs:\n- etag: abc\n  path: x\n", nil, []left{{"x", "it is known by what a server says of it (etag), not by its content"}}},
		"outside":          {"a.dvc", "outs:\n- md5: " + anMD5 + "\n  path: s3://b/x\n", nil, []left{{"s3://b/x", "it lies outside of the repository"}}},
		"of another kind":  {"a.dvc", "outs:\n- md5: " + anMD5 + "\n  hash: blake3\n  path: x\n", nil, []left{{"x", `its hash is of a kind that is not known: "blake3"`}}},
		"no hash":          {"a.dvc", "outs:\n- md5: ../../../etc/passwd\n  path: x\n", nil, []left{{"x", "its hash is no MD5"}}},
		"a stage":          {"dvc.lock", "schema: '2.0'\nstages:\n  t@1:\n    cmd: x\n    outs:\n    - path: m\n      md5: " + anMD5 + "\n", []output{{Path: "m", Hash: anMD5, Old: true, Stage: "t@1"}}, nil},
		"a stage of DVC 1": {"dvc.lock", "t:\n  outs:\n  - path: m\n    md5: " + anMD5 + "\n", []output{{Path: "m", Hash: anMD5, Old: true, Stage: "t"}}, nil},
		"nothing":          {"dvc.lock", "schema: '2.0'\n", nil, nil},
	} {
		list, without, err := parse(c.file, []byte(c.text))
		if err != nil || !reflect.DeepEqual(list, c.want) || !reflect.DeepEqual(without, c.left) {
			t.Errorf("%s: %+v, %+v, %v", name, list, without, err)
		}
	}
	for _, bad := range []string{"outs: 3", "outs:\n- md5: " + anMD5, "<<<<<<< HEAD\nouts: []\n=======\n", "a: b: c"} {
		if _, _, err := parse("a.dvc", []byte(bad)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestWorkingFolders(t *testing.T) {
	of := wdirs([]byte("stages:\n  a: {cmd: x, wdir: sub/b}\n  each:\n    foreach: [1, 2]\n    do: {cmd: x, wdir: 'r/${item}'}\n  plain: {cmd: x}\n"))
	for stage, want := range map[string]string{"a": "sub/b true", "each@1": "r/${item} false", "plain": " true", "gone": " true"} {
		if dir, ok := of(stage); fmt.Sprint(dir, " ", ok) != want {
			t.Errorf("%s works in %q, %v", stage, dir, ok)
		}
	}
}

// Of large texts DVC 2 left an end of a line alone that its blocks cut in two, and
// what a text holds later did not matter to it.
func TestOldSum(t *testing.T) {
	line := "0123456789abcd\r\n"
	cut := "x" + strings.Repeat(line, oldBlock/len(line)+10)
	mixed := strings.Repeat(line, oldBlock/len(line)) + "\x00\r\n"
	sums := func(text string) sum {
		s := newSum(true)
		for i := 0; i < len(text); i += 1000 {
			s.write([]byte(text[i:min(i+1000, len(text))]))
		}
		return s
	}
	unix := func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
	md := func(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }
	if !sums(cut).is(md(unix(cut[:oldBlock]) + unix(cut[oldBlock:]))) {
		t.Error("an end of a line that is cut in two")
	}
	if !sums(mixed).is(md(unix(mixed))) || !sums(mixed).is(md(unix(mixed[:oldBlock])+mixed[oldBlock:])) || sums(mixed).is(md(mixed)) {
		t.Error("a text that goes on as something else")
	}
	for text, as := range map[string]string{"": "", "\x00\r\n": "\x00\r\n", "äöü\r\n": "äöü\r\n", "aäbbbb\r\n": "aäbbbb\n"} {
		if !sums(text).is(md(as)) {
			t.Errorf("%q", text)
		}
	}
}

func TestFolders(t *testing.T) {
	for at, want := range map[string]string{
		"/data/store": "/data/store", "../store": "../store", "file:///data/x": "/data/x", "s3://b/x": "", "ssh://h/x": "", "host:path": "", "": "", "./a:b": "./a:b",
	} {
		if got, ok := folderOf(at); ok != (want != "") || ok && got != want {
			t.Errorf("%q is %q, %v", at, got, ok)
		}
	}
}

// Whatever a file says has an answer, and leads nowhere else.
func FuzzParse(f *testing.F) {
	f.Add(true, []byte("schema: '2.0'\nstages:\n  t:\n    outs:\n    - path: m\n      md5: "+anMD5+"\n"))
	f.Add(false, []byte("wdir: ..\nouts:\n- md5: "+anMD5+".dir\n  path: x\n"))
	f.Fuzz(func(t *testing.T, lock bool, data []byte) {
		name := "a.dvc"
		if lock {
			name = "dvc.lock"
		}
		list, _, err := parse(name, data)
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Fatal(err)
		}
		for _, o := range list {
			if !md5Text.MatchString(o.Hash) || o.Path == "" {
				t.Fatalf("%+v", o)
			}
		}
		wdirs(data)("t")
		var c config
		c.read(string(data))
	})
}

func FuzzParseList(f *testing.F) {
	f.Add(`[{"md5": "` + anMD5 + `", "relpath": "a/b"}]`)
	f.Add(`[{]`)
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parseList(strings.NewReader(text))
		if k := fault.KindOf(err); err != nil && k != fault.Corrupt && k != fault.Unsupported {
			t.Fatal(err)
		}
		for _, e := range list {
			if err == nil && (e.Path == "" || !md5Text.MatchString(e.MD5)) {
				t.Fatalf("%+v", e)
			}
		}
	})
}
