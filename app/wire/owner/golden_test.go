package owner

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

var update = flag.Bool("update", false, "write the golden workspace of the present version anew, and what is expected of all")

const (
	goldenDir = "testdata/golden"
	// present is the workspace that this version writes. One that has been released is
	// never written again: the next change makes another.
	present = "v2.tar.gz"
)

// TestGoldenWorkspaces opens workspaces that were written by this and by
// earlier versions: what they say stays the same for ever.
func TestGoldenWorkspaces(t *testing.T) {
	if *update {
		dir := filepath.Join(t.TempDir(), "work")
		makeGolden(t, dir)
		if err := packTree(dir, filepath.Join(goldenDir, present)); err != nil {
			t.Fatal(err)
		}
	}
	archives, err := filepath.Glob(filepath.Join(goldenDir, "*.tar.gz"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("golden workspaces: %v, %v", archives, err)
	}
	for _, archive := range archives {
		t.Run(filepath.Base(archive), func(t *testing.T) {
			got, path := tell(t, golden(t, archive)), strings.TrimSuffix(archive, ".tar.gz")+".txt"
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the workspace says:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// golden unpacks a workspace for a person of its own.
func golden(t *testing.T, archive string) string {
	t.Helper()
	for _, name := range []string{"XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"} {
		t.Setenv(name, t.TempDir())
	}
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	dir := filepath.Join(t.TempDir(), "work")
	if err := unpackTree(archive, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func goldenOptions(dir string) Options {
	return Options{Dir: dir, Program: "varve test", Log: slog.New(slog.DiscardHandler)}
}

// tell opens a workspace, twice, and says what is in it. The doctor finds
// nothing, and the same state when the index is built again.
func tell(t *testing.T, dir string) string {
	t.Helper()
	first, err := Doctor(t.Context(), goldenOptions(dir), false)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Doctor(t.Context(), goldenOptions(dir), true)
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Damage)+len(again.Damage) > 0 || first.State != again.State {
		t.Errorf("doctor: %+v, and %+v when the index is built again", first, again)
	}
	o, err := Become(t.Context(), goldenOptions(dir))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "doctor: %d events, %d runs, %d chunks\n", first.Events, first.Runs, first.Chunks)
	err = errors.Join(o.tellExperiments(&out), o.tellRuns(t, &out), o.tellData(t, &out), o.Close())
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func (o *Owner) tellExperiments(out io.Writer) error {
	var lines []string
	o.tracker.Experiments(func(x *track.Experiment) {
		lines = append(lines, fmt.Sprintf("experiment %s %q %v %q", x.ID, x.Name(), x.Labels.Tags(), x.Location))
	})
	o.tracker.Models(func(m *track.LoggedModel) { lines = append(lines, fmt.Sprintf("model %s %q", m.ID, m.Name())) })
	err := o.tracker.Registry(func(r track.Registry) error {
		r.Models(func(m *track.RegisteredModel) {
			line := fmt.Sprintf("registered %s %q %q %v made %d changed %d:", m.ID, m.Name(), m.Description(), m.Labels.Tags(), m.MadeAt(), r.UpdatedAt(m))
			for _, v := range r.Versions(m) {
				line += fmt.Sprintf(" %d %s at %s for %s, %s, %v;", v.Number(), v.ID, v.Location(), v.Facts.User, v.Stage(), r.AliasesOf(v))
			}
			lines = append(lines, line)
		})
		return nil
	})
	if err != nil {
		return err
	}
	o.tracker.Projects(func(p *track.Project) { lines = append(lines, "project "+p.ID) })
	slices.Sort(lines)
	_, err = fmt.Fprintln(out, strings.Join(lines, "\n"))
	return err
}

func (o *Owner) tellRuns(t *testing.T, out io.Writer) error {
	var ids []string
	o.tracker.Briefs(nil, func(b track.Brief) bool { ids = append(ids, b.ID()); return true })
	slices.Sort(ids)
	for _, id := range ids {
		var metrics []string
		err := o.tracker.Run(id, func(r *track.Run) {
			end := r.End()
			fmt.Fprintf(out, "run %s %q status %s %d %q trashed %v tags %v\n", id, r.Name(), end.Status, end.End, end.Reason, r.Trashed(), r.AllTags())
			for _, key := range slices.Sorted(maps.Keys(r.Params)) {
				fmt.Fprintf(out, "  param %s = %q and %d others\n", key, r.Params[key].Value, len(r.Params[key].Conflicts))
			}
			for _, key := range slices.Sorted(maps.Keys(r.Metrics)) {
				m := r.Metrics[key]
				metrics = append(metrics, key)
				fmt.Fprintf(out, "  metric %s: last %v, %v to %v, %d points\n", key, m.Last.Value, m.Min, m.Max, m.Points)
			}
		})
		if err != nil {
			return err
		}
		for _, key := range metrics {
			points, err := o.tracker.Points(t.Context(), id, key)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "  points of %s: %d, first %v, last %v\n", key, len(points), points[0], points[len(points)-1])
		}
		if err := errors.Join(o.tellCode(t, out, id), o.tellRest(t, out, id)); err != nil {
			return err
		}
	}
	return nil
}

// tellRest tells the artifacts of a run, and how its labels came about.
func (o *Owner) tellRest(t *testing.T, out io.Writer, id string) error {
	files, err := o.tracker.Artifacts(track.Owner{Run: id}, "")
	if err != nil {
		return err
	}
	for _, f := range files {
		r, err := o.Open(t.Context(), f.Content)
		if err != nil {
			return err
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "  artifact %s: %d bytes, begins with %.8q\n", f.Path, len(data), data)
	}
	changes, err := o.tracker.Changes(id)
	for _, c := range changes {
		fmt.Fprintf(out, "  change %s %d %s: %q before %q gone %v\n", c.Device, c.Time, c.Label, c.Value, c.Before, c.Gone)
	}
	return err
}

func (o *Owner) tellData(t *testing.T, out io.Writer) error {
	for _, v := range o.versions() {
		lost, err := o.lostOf(t.Context(), v.root)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "data %s: %x, %d files lost\n", v.name, v.root[:8], lost.n)
	}
	o.tracker.Datasets(func(d *track.Dataset) {
		for i, v := range d.Versions {
			if found, ok := d.DescriptionOf(v.Value.ID); ok {
				fmt.Fprintf(out, "version %d is described by %d: %+v\n", d.Numbers()[i], found.Number, found.Description)
			}
		}
	})
	return nil
}

// tellCode tells what was kept of the code of a run.
func (o *Owner) tellCode(t *testing.T, out io.Writer, id string) error {
	var all []event.RunCode
	err := o.tracker.Run(id, func(r *track.Run) {
		for i := range r.Code {
			all = append(all, r.Code[i].Value)
		}
	})
	for _, c := range all {
		files, failed := o.Tree(t.Context(), c.Root)
		err = errors.Join(err, failed)
		for _, f := range files {
			fmt.Fprintf(out, "  code of %s, dirty %v: %s, %d bytes\n", c.Commit, c.Dirty, f.Path, f.Size)
		}
	}
	return err
}

// TestGoldenHasEveryType fails when a type of event is new, and the newest
// golden workspace has none of it.
func TestGoldenHasEveryType(t *testing.T) {
	// These follow from a purge that was carried out, which rewrites the log.
	known := map[string]bool{"log.rewritten": true, "purge.done": true}
	dir := golden(t, filepath.Join(goldenDir, present))
	o, err := Become(t.Context(), goldenOptions(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	err = o.eachEvent(func(e *event.Event) { known[e.Type] = true })
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../../docs/format/events.md") // which a test of backend/event compares with what there is
	if err != nil {
		t.Fatal(err)
	}
	types := regexp.MustCompile(`(?m)^### ([a-z-]+\.[a-z]+)$`).FindAllStringSubmatch(string(page), -1)
	if len(types) < 10 {
		t.Fatalf("the page has the types %v", types)
	}
	for _, name := range types {
		if !known[name[1]] {
			t.Errorf("the golden workspace has no event %s", name[1])
		}
	}
}

func packTree(dir, archive string) error {
	f, err := os.Create(archive)
	if err != nil {
		return err
	}
	zip, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := tar.NewWriter(zip)
	return errors.Join(w.AddFS(os.DirFS(dir)), w.Close(), zip.Close(), f.Close())
}

func unpackTree(archive, dir string) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	zip, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for r := tar.NewReader(zip); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(h.Name))
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(to, 0o755)
		} else if err = os.MkdirAll(filepath.Dir(to), 0o755); err == nil {
			var data []byte
			if data, err = io.ReadAll(r); err == nil {
				err = os.WriteFile(to, data, 0o644)
			}
		}
		if err != nil {
			return err
		}
	}
}

// contents are all files of a folder, to see whether anything changes.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		all[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
