package lfsrepo_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dev.varve/app/machine"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/datasets"
	"dev.varve/storage/lfsrepo"
	"dev.varve/storage/storetest/unpacktest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func unpack(t *testing.T) string {
	t.Helper()
	return unpacktest.Unpack(t, filepath.Join("testdata", "lfs.tar.gz"))
}

func versions(t *testing.T, dir string, each bool) (*lfsrepo.Source, []datasets.Version) {
	t.Helper()
	s, err := lfsrepo.Open(t.Context(), machine.Git{}, dir, each)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	r := &imports.Report{}
	list, err := s.Versions(t.Context(), r)
	must(t, err)
	if left, n := r.List(); n != 0 {
		t.Errorf("left out: %v", left)
	}
	return s, list
}

// read says what a version is, in one line.
func read(t *testing.T, s *lfsrepo.Source, v *datasets.Version) (string, error) {
	t.Helper()
	files, err := s.Files(t.Context(), v)
	if err != nil {
		return "", err
	}
	line := fmt.Sprintf("%s|%s|%d|%s", v.Set, v.Author, v.Made/1000, v.Message)
	for i := range files {
		r, err := s.Open(t.Context(), &files[i])
		if err != nil {
			return "", err
		}
		data, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			return "", err
		}
		line += fmt.Sprintf("|%s %o %d %.3q", files[i].Path, files[i].Mode, len(data), data)
	}
	return line, nil
}

// All files of a repository are one data set, of which each commit that changed one
// is a version.
func TestWhole(t *testing.T) {
	dir := unpack(t)
	before := unpacktest.Seen(t, dir)
	s, list := versions(t, dir, false)
	var got []string
	for i := range list {
		line, err := read(t, s, &list[i])
		must(t, err)
		got = append(got, line)
	}
	const one, two, three = `|data/images/img1.bin 644 3000 "111"`, `|data/images/img2.bin 755 3000 "222"`, `|data/images/img3.bin 644 3000 "333"`
	want := []string{
		`repo|Ada|1614589200|first data` + one + two + `|data/wine.csv 644 17 "aci"`,
		`repo|Grace|1617267600|side: one more image` + one + two + three + `|data/wine.csv 644 17 "aci"`,
		`repo|Grace|1619859600|more wine` + one + two + `|data/wine.csv 644 22 "aci"`,
		`repo|Ada|1622538000|Merge branch 'side'` + one + two + three + `|data/wine.csv 644 22 "aci"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("read was\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if unpacktest.Seen(t, dir) != before {
		t.Error("the repository was changed")
	}
	// A folder of it is one, too.
	if _, list := versions(t, filepath.Join(dir, "data", "images"), false); len(list) != 2 || list[0].Set != "images" {
		t.Errorf("of a folder: %+v", list)
	}
}

func TestEach(t *testing.T) {
	s, list := versions(t, unpack(t), true)
	var got []string
	for i := range list {
		line, err := read(t, s, &list[i])
		must(t, err)
		got = append(got, line)
	}
	want := []string{
		`data/images/img1.bin|Ada|1614589200|first data|img1.bin 644 3000 "111"`,
		`data/images/img2.bin|Ada|1614589200|first data|img2.bin 644 3000 "222"`,
		`data/wine.csv|Ada|1614589200|first data|wine.csv 644 17 "aci"`,
		`data/images/img3.bin|Grace|1617267600|side: one more image|img3.bin 644 3000 "333"`,
		`data/wine.csv|Grace|1619859600|more wine|wine.csv 644 22 "aci"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("read was\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestMissingAndDamaged(t *testing.T) {
	dir := unpack(t)
	wine := filepath.Join(dir, ".git/lfs/objects/f3/1d/f31df9a15a3005dfe755dfc8c529ba58e43a4eb116cd725b7cdc7f9d65c7548d")
	data, err := os.ReadFile(wine)
	must(t, err)
	must(t, os.Remove(wine))
	s, list := versions(t, dir, false)
	lacks := 0
	for i := range list {
		_, err := read(t, s, &list[i])
		if errors.Is(err, fault.NotFound) && strings.Contains(err.Error(), " files is missing from ") {
			lacks++
		} else {
			must(t, err)
		}
	}
	if lacks == 0 || lacks == len(list) {
		t.Errorf("%d of %d versions lack something", lacks, len(list))
	}
	data[1]++
	must(t, os.WriteFile(wine, data, 0o644))
	s, list = versions(t, dir, false)
	hurt := 0
	for i := range list {
		if _, err := read(t, s, &list[i]); errors.Is(err, fault.Corrupt) && strings.Contains(err.Error(), "SHA-256 is another one") {
			hurt++
		}
	}
	if hurt != lacks {
		t.Errorf("%d of %d versions are damaged", hurt, lacks)
	}
}

// Contents may lie elsewhere, if the person said so.
func TestStorage(t *testing.T) {
	dir := unpack(t)
	must(t, os.Rename(filepath.Join(dir, ".git", "lfs"), filepath.Join(dir, "..", "lfs")))
	config := filepath.Join(dir, ".git", "config")
	text, err := os.ReadFile(config)
	must(t, err)
	must(t, os.WriteFile(config, append(text, "[lfs]\n\tstorage = ../../lfs\n"...), 0o644))
	s, list := versions(t, dir, false)
	if len(list) != 4 {
		t.Fatalf("%d versions", len(list))
	}
	_, err = read(t, s, &list[3])
	must(t, err)
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(dir))
	for at, kind := range map[string]fault.Kind{dir: fault.Unsupported, filepath.Join(dir, "nowhere"): fault.NotFound} {
		if _, err := lfsrepo.Open(t.Context(), machine.Git{}, at, false); !errors.Is(err, kind) {
			t.Errorf("%s: %v", at, err)
		}
	}
	if _, err := (machine.Git{}).Git(t.Context(), dir, 100, "init", "-q"); err != nil {
		t.Fatal(err)
	}
	if _, list := versions(t, dir, false); len(list) != 0 {
		t.Errorf("in an empty repository: %v", list)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := lfsrepo.Open(t.Context(), machine.Git{}, dir, false); !errors.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "git is not installed") {
		t.Errorf("without git: %v", err)
	}
}
