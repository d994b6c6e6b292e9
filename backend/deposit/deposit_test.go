package deposit_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/deposit"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

var update = flag.Bool("update", false, "write the golden files anew")

// memory is a package in memory.
type memory struct {
	files   map[string][]byte
	folders []string
	order   []string
}

func (m *memory) Folder(path string) error {
	m.folders = append(m.folders, path)
	return nil
}

func (m *memory) File(path string, _ time.Time, fill func(io.Writer) error) error {
	var b bytes.Buffer
	if err := fill(&b); err != nil {
		return err
	}
	if _, there := m.files[path]; there {
		return fault.New(fault.Exists, "%s is written twice", path)
	}
	m.files[path], m.order = b.Bytes(), append(m.order, path)
	return nil
}

var added = time.Date(2026, 11, 3, 9, 30, 0, 0, time.UTC)

func tree(t *testing.T, files *contenttest.Files) *content.Tree {
	t.Helper()
	store := contenttest.NewMemory()
	built, err := content.Build(t.Context(), store, files, content.BuildOptions{})
	noError(t, err)
	tree, err := content.OpenTree(t.Context(), store, built.Root)
	noError(t, err)
	return tree
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type row struct {
	Name  string    `parquet:"name"`
	Count int64     `parquet:"count"`
	Mean  *float64  `parquet:"mean,optional"`
	Good  bool      `parquet:"good"`
	When  time.Time `parquet:"when,timestamp"`
	Day   int32     `parquet:"day,date"`
	Tags  []string  `parquet:"tags,list"`
}

func wines() *contenttest.Files {
	files := contenttest.NewFiles(map[string]string{
		"wine.csv":        "\ufeffcolour,\"ph\",day,good,n\nred,3.2,2026-01-02,true,1\n\"wh\"\"ite\",3,2026-01-03,false,\n",
		"german.csv":      "a;b\n1,5;x\n",
		"times.tsv":       "when\tid\n2026-01-02T03:04:05Z\t007\n",
		"no header.csv":   "1,2\n3,4\n",
		"ragged.csv":      "a,b\n1\n",
		"deep/50% \xff.x": "odd name",
		"fake.parquet":    "PAR1 is not enough",
	})
	for path, item := range files.Items {
		item.ModTime = added.Add(-time.Duration(len(path)) * time.Hour)
	}
	files.Items["link"] = &contenttest.Item{Type: content.Link, Target: "wine.csv", ModTime: added}
	files.Items["empty"] = &contenttest.Item{Type: content.Folder, ModTime: added}
	return files
}

func subject() deposit.Subject {
	return deposit.Subject{
		Name: "wine/quality", Number: 3, Digest: "abc", Created: added, Message: "October in",
		Description: event.Description{
			Title: "White wines", Text: "Measured <& marked>.\n\nA long text that goes on and on, so that the lines of a bag have to be broken somewhere.",
			Creators: []event.Creator{{Name: "Ada Lovelace", ORCID: "0000-0002-1825-0097", Affiliation: "Institute of Wine"}, {Name: "李明"}},
			Licence:  "CC-BY-4.0", Keywords: []string{"wine", "ph"}, Funding: []event.Funding{{Funder: "DFG", Award: "12 3", Title: "Wines"}, {Funder: "DFG"}},
			Related: []event.Related{
				{Relation: "IsSupplementTo", Identifier: "10.1016/j.dss.2009.05.016"}, {Relation: "IsDerivedFrom", Identifier: "https://example.org/raw data"},
				{Relation: "IsIdenticalTo", Identifier: "10.5281/zenodo.1"}, {Relation: "IsNewVersionOf", Identifier: "10.5281/zenodo.0"},
			},
			Language: "en", Contact: "Ada Lovelace", Email: "ada@example.org", Label: "1.10",
		},
		Runs: []deposit.Run{{
			ID: "abcd", Name: "clean", Start: added.Add(-time.Hour), End: added.Add(-time.Minute), Program: "clean.py", Commit: "c0ffee", Remote: "https://git.example/wine.git",
			Made: []string{"wine.csv"}, Inputs: []deposit.Input{{Name: "raw", Digest: "77"}},
		}},
	}
}

// TestGolden pins every byte that stands beside the files.
func TestGolden(t *testing.T) {
	for _, as := range deposit.Forms() {
		t.Run(as, func(t *testing.T) {
			m := &memory{files: map[string][]byte{}}
			done, err := deposit.Write(t.Context(), m, tree(t, wines()), subject(), deposit.Form(as), nil)
			noError(t, err)
			if done.Files != 7 || done.Links != 1 || done.Renamed != 1 || done.Unnamed != 0 {
				t.Errorf("done: %+v", done)
			}
			checkFiles(t, m, deposit.Form(as))
			for _, name := range m.order[7:] {
				compare(t, filepath.Join("testdata", as, name), m.files[name])
				if strings.HasSuffix(name, ".json") && !json.Valid(m.files[name]) {
					t.Errorf("%s is no JSON", name)
				}
			}
		})
	}
}

// checkFiles looks for the files themselves, and their hashes in what is beside them.
func checkFiles(t *testing.T, m *memory, as deposit.Form) {
	t.Helper()
	top, odd := "data/", "data/deep/50=25 =FF.x"
	if as == deposit.Folder {
		top, odd = "", "deep/50% =FF.x"
	}
	if string(m.files[odd]) != "odd name" || len(m.order) < 7 {
		t.Errorf("written: %q", m.order)
	}
	var beside bytes.Buffer
	for _, name := range m.order[7:] {
		beside.Write(m.files[name])
	}
	for name, item := range wines().Items {
		if item.Type != 0 || strings.Contains(name, "\xff") {
			continue
		}
		if !bytes.Equal(m.files[top+name], item.Data) {
			t.Errorf("%s is %q", name, m.files[top+name])
		}
		sum := sha256.Sum256(item.Data)
		if as != deposit.Folder && as != deposit.DataCite && !strings.Contains(beside.String(), hex.EncodeToString(sum[:])) {
			t.Errorf("nowhere is the hash of %s", name)
		}
	}
	if m.folders[len(m.folders)-1] != top+"empty" {
		t.Errorf("folders: %q", m.folders)
	}
}

func compare(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		noError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		noError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	noError(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("%s is\n%s", path, got)
	}
}

// TestParquet reads columns from the end of a file that another program might have written.
func TestParquet(t *testing.T) {
	var table bytes.Buffer
	w := parquet.NewGenericWriter[row](&table)
	_, err := w.Write([]row{{Name: "a", Count: 1}})
	noError(t, errors.Join(err, w.Close()))
	m := &memory{files: map[string][]byte{}}
	_, err = deposit.Write(t.Context(), m, tree(t, contenttest.NewFiles(map[string]string{"a.parquet": table.String()})), subject(), deposit.Frictionless, nil)
	noError(t, err)
	var p struct {
		Resources []struct {
			Format string
			Schema struct{ Fields []struct{ Name, Type string } }
		}
	}
	noError(t, json.Unmarshal(m.files["datapackage.json"], &p))
	got := fmt.Sprint(p.Resources[0].Schema.Fields)
	if want := "[{name string} {count integer} {mean number} {good boolean} {when datetime} {day date}]"; got != want || p.Resources[0].Format != "parquet" {
		t.Errorf("columns %s", got)
	}
}

func TestNeeds(t *testing.T) {
	s := subject()
	s.Description = event.Description{Title: "t"}
	for as, want := range map[deposit.Form]string{
		deposit.ROCrate: "ro-crate needs more of the description: description, licence", deposit.Croissant: "croissant needs more of the description: description, licence, creators",
		deposit.DataCite: "datacite needs more of the description: creators", "docx": "data can be exported as",
	} {
		m := &memory{files: map[string][]byte{}}
		_, err := deposit.Write(t.Context(), m, tree(t, wines()), s, as, nil)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), want) || len(m.files) > 0 {
			t.Errorf("%s: %v", as, err)
		}
	}
	for _, as := range []deposit.Form{deposit.Frictionless, deposit.BagIt, deposit.Folder} {
		s.Description = event.Description{}
		_, err := deposit.Write(t.Context(), &memory{files: map[string][]byte{}}, tree(t, wines()), s, as, nil)
		noError(t, err)
	}
}

// TestMany sums up what is too much to name.
func TestMany(t *testing.T) {
	texts := map[string]string{"table.csv": "a,b\n1,2\n"}
	for i := range 1100 {
		texts["img[1]/"+hex.EncodeToString([]byte{byte(i >> 8), byte(i)})+".png"] = "x"
	}
	m := &memory{files: map[string][]byte{}}
	done, err := deposit.Write(t.Context(), m, tree(t, contenttest.NewFiles(texts)), subject(), deposit.Croissant, nil)
	noError(t, err)
	var c struct {
		Distribution []struct {
			Type     string `json:"@type"`
			Includes string `json:"includes"`
			Text     string `json:"description"`
		} `json:"distribution"`
	}
	noError(t, json.Unmarshal(m.files["croissant.json"], &c))
	if len(c.Distribution) != 2 || c.Distribution[1].Includes != "data/img?1?/*.png" || c.Distribution[1].Text != "1100 files" || done.Unnamed != 1100 {
		t.Errorf("%+v, %+v", c, done)
	}
}

// TestFull: a disk that is full in the middle of a table is an error, not a table that
// ends there.
func TestFull(t *testing.T) {
	full := errors.New("full")
	for _, as := range []deposit.Form{deposit.Croissant, deposit.BagIt} {
		to := failing{after: 40, err: full}
		_, err := deposit.Write(t.Context(), &to, tree(t, contenttest.NewFiles(map[string]string{"wine.csv": "a,b\n" + strings.Repeat("1,2\n", 100_000)})), subject(), as, nil)
		if !errors.Is(err, full) {
			t.Errorf("%s: %v", as, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := deposit.Write(ctx, &memory{files: map[string][]byte{}}, tree(t, wines()), subject(), deposit.BagIt, nil)
	if fault.KindOf(err) != fault.Cancelled {
		t.Errorf("cancelled: %v", err)
	}
}

// failing fails after so many bytes of a file.
type failing struct {
	after int
	err   error
}

func (f *failing) Folder(string) error { return nil }

func (f *failing) File(_ string, _ time.Time, fill func(io.Writer) error) error {
	return fill(&short{left: f.after, err: f.err})
}

type short struct {
	left int
	err  error
}

func (s *short) Write(p []byte) (int, error) {
	if s.left -= len(p); s.left < 0 {
		return 0, s.err
	}
	return len(p), nil
}
