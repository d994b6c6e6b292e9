package dvcrepo_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dev.varve/app/machine"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/datasets"
	"dev.varve/storage/dvcrepo"
	"dev.varve/storage/storetest/unpacktest"
)

// unpack lays one of the repositories in testdata into a folder.
func unpack(t *testing.T, name string) string {
	t.Helper()
	return unpacktest.Unpack(t, filepath.Join("testdata", name+".tar.gz"))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, dir string) *dvcrepo.Source {
	t.Helper()
	s, err := dvcrepo.Open(t.Context(), machine.Git{}, dir)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// read reads all of a version, a line for each file.
func read(t *testing.T, s *dvcrepo.Source, v *datasets.Version) (string, error) {
	t.Helper()
	files, err := s.Files(t.Context(), v)
	if err != nil {
		return "", err
	}
	var lines []string
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
		if int64(len(data)) != files[i].Size {
			t.Errorf("%s has %d bytes, not %d", files[i].Path, len(data), files[i].Size)
		}
		lines = append(lines, fmt.Sprintf("%s %.12q", files[i].Path, data))
	}
	slices.Sort(lines)
	return strings.Join(lines, "; "), nil
}

// What releases of DVC have written is read, all of it, and stays as it is.
func TestReleases(t *testing.T) {
	for _, name := range []string{"v2", "v3"} {
		t.Run(name, func(t *testing.T) {
			dir := unpack(t, name)
			before := unpacktest.Seen(t, dir)
			s := open(t, dir)
			r := &imports.Report{}
			versions, err := s.Versions(t.Context(), r)
			must(t, err)
			var got []string
			for i := range versions {
				v := &versions[i]
				text, err := read(t, s, v)
				must(t, err)
				got = append(got, fmt.Sprintf("%s|%s|%d|%s|%s", v.Set, v.Author, v.Made/1000, v.Message, text))
				if v.From == "" || v.Single != (v.Set != "data/images") {
					t.Errorf("%+v", v)
				}
			}
			want := []string{
				`data/images|Ada|1614589200|first data|empty ""; img1.bin "111111111111"; img2.bin "222222222222"; img3.bin "333333333333"; sub/note.txt "hi\n"`,
				`data/wine.csv|Ada|1614589200|first data|wine.csv "acid;sugar\r\n"`,
				`data/wine.csv|Grace|1617267600|more wine|wine.csv "acid;sugar\r\n"`,
				`data/images|Grace|1619859600|side: images|empty ""; img2.bin "222222222222"; img3.bin "333333333333"; new.txt "new\n"; sub/note.txt "hi\n"`,
				`model.txt|Ada|1622538000|train|model.txt "1;2\r\n3;4\r\nac"`,
				`model.txt|Ada|1625130000|back|model.txt "1;2\r\nacid;su"`,
			}
			if !slices.Equal(got, want) {
				t.Errorf("read was\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if list, n := r.List(); n != 0 {
				t.Errorf("left out: %v", list)
			}
			if unpacktest.Seen(t, dir) != before {
				t.Error("the repository was changed")
			}
		})
	}
}

// object is the file of a cache for a content.
func object(t *testing.T, dir, text string) string {
	t.Helper()
	found := ""
	must(t, filepath.WalkDir(filepath.Join(dir, ".dvc", "cache"), func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			if data, _ := os.ReadFile(name); string(data) == text {
				found = name
			}
		}
		return err
	}))
	if found == "" {
		t.Fatalf("nothing is %q", text)
	}
	return found
}

func TestMissingAndDamaged(t *testing.T) {
	dir := unpack(t, "v3")
	note := object(t, dir, "hi\n")
	must(t, os.Remove(note))
	wine := object(t, dir, "acid;sugar\r\n1;2\r\n")
	must(t, os.Remove(wine))
	must(t, os.WriteFile(wine, []byte("acid;sugar\n1;2\n"), 0o644))
	s := open(t, dir)
	versions, err := s.Versions(t.Context(), &imports.Report{})
	must(t, err)
	for i, want := range map[int]struct {
		kind fault.Kind
		says string
	}{0: {fault.NotFound, "1 of its 5 files is missing from the cache, the first is “sub/note.txt”"}, 1: {fault.Corrupt, "“wine.csv” (78c36f3a9101ba92d86cdce541325b67) is damaged"}} {
		if _, err := read(t, s, &versions[i]); !errors.Is(err, want.kind) || !strings.Contains(err.Error(), want.says) {
			t.Errorf("%s: %v", versions[i].Set, err)
		}
	}
	if text, err := read(t, s, &versions[2]); err != nil || text == "" {
		t.Errorf("what is whole: %q, %v", text, err)
	}
	// The list of a folder itself.
	list := filepath.Join(dir, ".dvc/cache/files/md5/56/5fe406434e293ee99ece5f760f1418.dir")
	must(t, os.Remove(list))
	must(t, os.WriteFile(list, []byte(`[{"md5": "764efa883dda1e11db47671c4a3bbd9e", "relpath": "x"}]`), 0o644))
	if _, err := open(t, dir).Files(t.Context(), &versions[3]); err == nil {
		t.Error("of a version that nobody listed, files were listed")
	}
	s = open(t, dir)
	versions, err = s.Versions(t.Context(), &imports.Report{})
	must(t, err)
	if _, err := s.Files(t.Context(), &versions[3]); !errors.Is(err, fault.Corrupt) {
		t.Errorf("a list that is another one: %v", err)
	}
}

// A remote that is a folder has what the cache lacks; others are named, without
// passwords.
func TestRemotes(t *testing.T) {
	for _, name := range []string{"v2", "v3"} {
		dir := unpack(t, name)
		must(t, os.Rename(filepath.Join(dir, ".dvc", "cache"), filepath.Join(dir, "..", "store")))
		r := &imports.Report{}
		configure := func(text string) {
			must(t, os.WriteFile(filepath.Join(dir, ".dvc", "config"), []byte(text), 0o644))
		}
		configure("['remote \"cloud\"']\n    url = s3://key:secret@bucket/x\n")
		s := open(t, dir)
		versions, err := s.Versions(t.Context(), r)
		must(t, err)
		list, n := r.List()
		if n != 1 || !strings.Contains(list[0].Why, "cloud (s3://bucket/x)") || strings.Contains(list[0].Why, "secret") {
			t.Errorf("told is %v", list)
		}
		if _, err := s.Files(t.Context(), &versions[0]); !errors.Is(err, fault.NotFound) {
			t.Errorf("without a cache: %v", err)
		}
		for _, text := range []string{
			"[core]\nremote = near\n['remote \"near\"']\n    url = ../../store\n",
			"[cache]\n    dir = ../../store\n",
			"[remote \"near\"]\nurl = file://" + filepath.ToSlash(filepath.Join(dir, "..", "store")) + "\n",
		} {
			configure(text)
			s := open(t, dir)
			versions, err := s.Versions(t.Context(), &imports.Report{})
			must(t, err)
			for i := range versions {
				if _, err := read(t, s, &versions[i]); err != nil {
					t.Errorf("%s: %v", text, err)
				}
			}
			if len(versions) != 6 {
				t.Errorf("%d versions", len(versions))
			}
		}
	}
}

// Without Git there is what lies in the folder now; with it, what was not committed
// comes last.
func TestWithoutCommits(t *testing.T) {
	dir := unpack(t, "v3")
	must(t, os.WriteFile(filepath.Join(dir, "fresh.dvc"), []byte("outs:\n- md5: 764efa883dda1e11db47671c4a3bbd9e\n  hash: md5\n  path: note.txt\n"), 0o644))
	versions, err := open(t, dir).Versions(t.Context(), &imports.Report{})
	must(t, err)
	last := versions[len(versions)-1]
	if len(versions) != 7 || last.Set != "note.txt" || last.Author != "" || last.Made == 0 || strings.Contains(last.From, "commit") {
		t.Errorf("%d versions, the last %+v", len(versions), last)
	}
	must(t, os.RemoveAll(filepath.Join(dir, ".git")))
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(dir))
	s := open(t, dir)
	versions, err = s.Versions(t.Context(), &imports.Report{})
	must(t, err)
	var sets []string
	for _, v := range versions {
		sets = append(sets, v.Set)
	}
	if want := []string{"data/images", "data/wine.csv", "lines.txt", "model.txt", "note.txt"}; !slices.Equal(slices.Sorted(slices.Values(sets)), want) {
		t.Errorf("without Git: %q", sets)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	for at, kind := range map[string]fault.Kind{dir: fault.Unsupported, filepath.Join(dir, "nowhere"): fault.NotFound} {
		if _, err := dvcrepo.Open(t.Context(), machine.Git{}, at); !errors.Is(err, kind) {
			t.Errorf("%s: %v", at, err)
		}
	}
	must(t, os.MkdirAll(filepath.Join(dir, ".dvc"), 0o755))
	if dvcrepo.Is(dir) {
		t.Error("an empty folder is taken for one of DVC")
	}
}
