package door_test

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/artifact"
	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/dataset"
)

// shelf is a disk whose files are in memory.
type shelf struct{ files *contenttest.Files }

func (s *shelf) Source(string) content.Source { return s.files }

func (s *shelf) Restore(context.Context, content.Store, content.ID, string, content.RestoreOptions) (content.Overlay, error) {
	return content.Overlay{}, nil
}

// lay lays down a version of wine with these files, and returns its path.
func (h *house) lay(files *contenttest.Files) string {
	h.Helper()
	if h.data.sets == nil {
		h.data.sets = &dataset.Service{Records: h.tracker, Store: contenttest.NewMemory(), Folders: &shelf{}}
	}
	h.data.sets.Folders = &shelf{files}
	added, err := h.data.sets.Add(h.Context(), dataset.Addition{Name: "wine", Path: "/data/wine"}, nil)
	h.must(err)
	return "/datasets/" + added.Dataset + "/versions/" + added.Version
}

func (d *data) Changes(ctx context.Context, id, from, to string, limit int) (content.Difference, error) {
	before, err := d.sets.Find(id, from)
	if err != nil {
		return content.Difference{}, err
	}
	after, err := d.sets.Find(id, to)
	if err != nil {
		return content.Difference{}, err
	}
	return d.sets.Changes(ctx, before, after, content.DiffOptions{Limit: limit})
}

func (d *data) Open(ctx context.Context, id, version, path string) (artifact.Content, error) {
	v, err := d.sets.Find(id, version)
	if err != nil {
		return artifact.Content{}, err
	}
	r, err := d.sets.Open(ctx, v, content.FromText(path))
	if err != nil {
		return artifact.Content{}, err
	}
	return artifact.Content{File: artifact.File{Path: path, Size: r.Size()}, ReadSeekCloser: unclosed{r}}, nil
}

type unclosed struct{ io.ReadSeeker }

func (unclosed) Close() error { return nil }

func (d *data) Text(ctx context.Context, id, version, path string) (string, error) {
	v, err := d.sets.Find(id, version)
	if err != nil {
		return "", err
	}
	return d.sets.Text(ctx, v, content.FromText(path))
}

func idOf(version string) string { return version[strings.LastIndex(version, "/")+1:] }

// listed writes changes down, one a line.
func listed(d api.DataChanges) string {
	var b strings.Builder
	for _, c := range d.Changes {
		fmt.Fprintln(&b, strings.TrimSpace(strings.Join(append([]string{c.Kind, c.Path, c.From}, c.What...), " ")), c.Lines)
	}
	return b.String()
}

func TestDataChanges(t *testing.T) {
	h := newHouse(t)
	first := contenttest.NewFiles(map[string]string{
		"wine.csv": "acid;sugar\n1;2\n", "raw/a.bin": "\x00\x01", "raw/gone.txt": "x\n", "run.sh": "true\n", "ends.txt": "a\nb\n", "old.csv": "long enough\n", "caf\xe9": "soup\n",
	})
	one := h.lay(first)
	second := contenttest.NewFiles(map[string]string{
		"wine.csv": "acid;sugar\n1;3\n", "raw/a.bin": "\x00\x02", "run.sh": "true\n", "ends.txt": "a\r\nb\r\n", "new/old.csv": "long enough\n", "caf\xe9": "soup!\n",
		"big.txt": strings.Repeat("a line of text\n", 100_000),
	})
	second.Items["run.sh"].Mode = 0o755
	two := h.lay(second)
	second.Items["big.txt"].Data = append(second.Items["big.txt"].Data, '\n')
	three := h.lay(second)

	var d api.DataChanges
	h.get(two+"/changes", &d)
	const want = `added big.txt false
changed caf\xe9  content true
changed ends.txt  content true
added new false
moved new/old.csv old.csv false
changed raw/a.bin  content true
removed raw/gone.txt false
changed run.sh  mode false
changed wine.csv  content true
`
	if got := listed(d); got != want {
		t.Errorf("it lists\n%s\nwant\n%s", got, want)
	}
	if d.From != (api.VersionName{ID: idOf(one), Number: 1}) || d.To != (api.VersionName{ID: idOf(two), Number: 2}) || d.More != 0 || d.Unpaired {
		t.Errorf("it compares %+v", d)
	}
	if d.Added != (api.ChangeCount{Files: 1, Folders: 1, Bytes: 1_500_000}) || d.Removed != (api.ChangeCount{Files: 1, Bytes: 2}) ||
		d.Moved != (api.ChangeCount{Files: 1, Bytes: 12}) || d.Changed.Files != 5 || d.Grown != 1_500_000-2+1+2 {
		t.Errorf("it counts %+v", d)
	}
	if c := d.Changes[7]; c.Before.Mode != "644" || c.After.Mode != "755" || c.After.Size != 5 || c.After.Type != "file" {
		t.Errorf("the mode of run.sh: %+v %+v", c.Before, c.After)
	}
	if c := d.Changes[0]; c.Before != nil || c.After.Size != 1_500_000 {
		t.Errorf("what was added: %+v", c)
	}

	t.Run("bounded", func(t *testing.T) {
		var few api.DataChanges
		if h.get(two+"/changes?limit=2", &few); len(few.Changes) != 2 || few.More != 7 || few.Added != d.Added {
			t.Errorf("two of it: %+v", few)
		}
		var none api.DataChanges
		if h.get(two+"/changes?limit=0", &none); len(none.Changes) != 0 || none.More != 9 || none.Changes == nil {
			t.Errorf("the counts of it: %+v", none)
		}
	})
	t.Run("other versions", func(t *testing.T) {
		var back api.DataChanges
		if h.get(one+"/changes?from="+idOf(three), &back); back.From.Number != 3 || back.Added.Files != 1 || back.Removed.Files != 1 || back.Grown != -d.Grown-1 {
			t.Errorf("backwards: %+v", back)
		}
		var same api.DataChanges
		if h.get(two+"/changes?from="+idOf(two), &same); len(same.Changes) != 0 || same.Grown != 0 {
			t.Errorf("compared with itself: %+v", same)
		}
	})
	t.Run("refused", func(t *testing.T) {
		if p := h.problem("GET", one+"/changes", "", 404); !strings.HasPrefix(p.Title, "Version 1 of wine is its first") || p.Hint == "" {
			t.Errorf("before the first version: %+v", p)
		}
		if p := h.problem("GET", two+"/changes?from=none", "", 404); p.Field != "from" {
			t.Errorf("a version that is not there: %+v", p)
		}
		h.problem("GET", "/datasets/none/versions/none/changes", "", 404)
		h.problem("GET", strings.TrimSuffix(two, idOf(two))+"none/changes", "", 404)
		h.problem("GET", two+"/changes?limit=-1", "", 400)
	})
}

func TestDataLines(t *testing.T) {
	h := newHouse(t)
	numbers := func(from, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintln(&b, from+i)
		}
		return b.String()
	}
	one := h.lay(contenttest.NewFiles(map[string]string{
		"wine.csv": "acid;sugar\n1;2\n", "a.bin": "\x00\x01", "ends.txt": "a\n", "caf\xe9/menu": "soup\n", "all.txt": numbers(0, 5000), "big.txt": strings.Repeat("x", 2<<20),
	}))
	two := h.lay(contenttest.NewFiles(map[string]string{
		"wine.csv": "acid;sugar\n1;3\n", "a.bin": "\x00\x02", "ends.txt": "a\r\n", "caf\xe9/menu": "pie\n", "all.txt": numbers(10_000, 5000), "big.txt": "x", "new.txt": "n\n",
	}))
	ask := func(name string) string { return two + "/changes/lines?path=" + url.QueryEscape(name) }
	lines := func(name string) (l api.DataLines) { h.get(ask(name), &l); return l }

	if l := lines("wine.csv"); fmt.Sprint(l) != "{wine.csv [{1 [{  acid;sugar} {- 1;2} {+ 1;3}]}] 0 }" {
		t.Errorf("the lines of wine.csv: %v", l)
	}
	if l := lines(`caf\xe9/menu`); fmt.Sprint(l.Hunks) != "[{1 [{- soup} {+ pie}]}]" {
		t.Errorf("under a name that is no text: %v", l)
	}
	if l := lines("ends.txt"); len(l.Hunks) != 0 || l.Hunks == nil || l.Note == "" {
		t.Errorf("other ends of lines: %+v", l)
	}
	if l := lines("all.txt"); len(l.Hunks) != 1 || len(l.Hunks[0].Lines) != 4000 || l.More != 6000 {
		t.Errorf("everything is new: %d hunks, %d more", len(l.Hunks), l.More)
	}
	for name, want := range map[string]string{"a.bin": "is not text", "big.txt": "has 2 MiB", "caf\\xe9": "is a folder"} {
		if p := h.problem("GET", ask(name), "", 501); !strings.Contains(p.Title, want) || p.Hint == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	h.problem("GET", ask("new.txt"), "", 404)
	h.problem("GET", ask("nowhere"), "", 404)
	h.problem("GET", ask(""), "", 400)
	h.problem("GET", one+"/changes/lines?path=wine.csv", "", 404)
}
