package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCountsAndWords(t *testing.T) {
	events := `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"noise\n"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0.1}
{"Action":"output","Package":"p","Test":"TestB","Output":"b_test.go:1: wrong\n"}
{"Action":"fail","Package":"p","Test":"TestB","Elapsed":0.1}
{"Action":"skip","Package":"p","Test":"TestC","Elapsed":0}
{"Action":"output","Package":"p","Output":"FAIL\n"}
{"Action":"fail","Package":"p","Elapsed":1.5}
{"Action":"pass","Package":"q","Test":"TestA","Elapsed":0.1}
{"Action":"pass","Package":"q","Elapsed":0.5}
{"Action":"skip","Package":"without/tests","Elapsed":0}
{"ImportPath":"r","Action":"build-output","Output":"r.go:1: syntax error\n"}
{"ImportPath":"r","Action":"build-fail"}
{"Action":"fail","Package":"r","Elapsed":0,"FailedBuild":"r"}
{"Action":"output","Package":"s","Output":"panic: boom\n"}
{"Action":"fail","Package":"s","Elapsed":0.1}
go: something else
`
	var out strings.Builder
	s := newSummary(&out)
	if err := s.read(strings.NewReader(events)); err != nil {
		t.Fatal(err)
	}
	if s.passed != 2 || s.failed != 3 || s.skipped != 1 {
		t.Errorf("passed %d, failed %d, skipped %d", s.passed, s.failed, s.skipped)
	}
	for _, want := range []string{"FAIL p TestB\nb_test.go:1: wrong\n", "r.go:1: syntax error", "panic: boom", "go: something else", "1 tests"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
	for _, no := range []string{"noise", "without/tests"} {
		if strings.Contains(out.String(), no) {
			t.Errorf("%q should not be in:\n%s", no, out.String())
		}
	}
}

func TestRunOfRealPackages(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":      "module m\n\ngo 1.26\n",
		"a/a_test.go": "package a\nimport \"testing\"\nfunc TestGood(t *testing.T) {}\n",
		"b/b_test.go": "package b\nimport \"testing\"\nfunc TestBad(t *testing.T) { t.Error(\"bad\") }\n",
		// It fails the first time only.
		"d/d_test.go": "package d\nimport (\"os\"; \"testing\")\nfunc TestHeldUp(t *testing.T) { if os.Mkdir(\"tried\", 0o755) == nil { t.Error(\"too late\") } }\n",
		"c/c_test.go": "package c\nimport \"testing\"\nfunc TestNotCompiling(t *testing.T) { x }\n",
	} {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(folder)
	counts := filepath.Join(folder, "counts")
	for _, tt := range []struct {
		args      []string
		again, ok bool
	}{
		{[]string{"./a"}, false, true},
		{[]string{"./a", "./b"}, false, false},
		{[]string{"./c"}, true, false},
		{[]string{"./none"}, true, false},
		{[]string{"./a", "./d"}, true, true},
		{[]string{"./a", "./b"}, true, false},
	} {
		ok, err := run(counts, tt.args, tt.again)
		if err != nil || ok != tt.ok {
			t.Errorf("%q, again %v: %v, %v", tt.args, tt.again, ok, err)
		}
	}
	got, err := os.ReadFile(counts)
	if want := "1 0 0\n1 1 0\n0 1 0\n0 1 0\n2 0 0\n1 1 0\n"; err != nil || string(got) != want {
		t.Errorf("counts = %q, want %q, %v", got, want, err)
	}
}
