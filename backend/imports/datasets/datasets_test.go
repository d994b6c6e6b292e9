package datasets_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/datasets"
	"dev.varve/backend/imports/importstest"
	"dev.varve/backend/track"
)

// source is versions in memory. Contents are named by themselves.
type source struct {
	versions []datasets.Version
	files    map[string][]string // of versions by At: path=content
	hurt     map[string]error    // contents that cannot be read
	opened   []string
	at       func(content string) // told when a content is opened
}

func (s *source) add(set, origin string, files ...string) {
	at := set + origin
	s.versions = append(s.versions, datasets.Version{
		Set: set, Origin: origin, At: at, Single: len(files) == 1, Where: at, From: "/there/" + set, Author: "Ada", Message: "say " + origin, Made: 1_500_000_000_000,
	})
	if s.files == nil {
		s.files = map[string][]string{}
	}
	s.files[at] = files
}

func (s *source) About() imports.About { return imports.About{Kind: "test", Place: "/there"} }
func (s *source) Close() error         { return nil }

func (s *source) Versions(context.Context, *imports.Report) ([]datasets.Version, error) {
	return s.versions, nil
}

func (s *source) Files(_ context.Context, v *datasets.Version) (files []datasets.File, err error) {
	for _, f := range s.files[v.At] {
		path, text, ok := strings.Cut(f, "=")
		if !ok {
			return nil, fault.New(fault.NotFound, "%s is missing", path)
		}
		files = append(files, datasets.File{Path: path, At: text, Size: int64(len(text)), Mode: 0o644, Modified: time.Unix(1, 0)})
	}
	return files, nil
}

func (s *source) Open(_ context.Context, f *datasets.File) (io.ReadCloser, error) {
	s.opened = append(s.opened, f.At)
	if s.at != nil {
		s.at(f.At)
	}
	if err := s.hurt[f.At]; err != nil {
		return io.NopCloser(io.MultiReader(strings.NewReader(f.At), fails{err})), nil
	}
	return io.NopCloser(strings.NewReader(f.At)), nil
}

type fails struct{ error }

func (f fails) Read([]byte) (int, error) { return 0, f.error }

// lab is a record with a store.
type lab struct {
	*importstest.Record
	store *contenttest.Memory
	open  int // Begin without done
}

func newLab(t *testing.T) *lab {
	return &lab{Record: importstest.New(t), store: contenttest.NewMemory()}
}

func (l *lab) of(s *source) *datasets.Import {
	return &datasets.Import{Source: s, Record: l.Tracker, Store: l.store, Begin: func() func() { l.open++; return func() { l.open-- } }}
}

// versions are those of a data set: number, message and files.
func (l *lab) versions(t *testing.T, name string) (list []string) {
	t.Helper()
	var found []event.DatasetVersion
	if err := l.Dataset(l.DatasetID(name), func(d *track.Dataset) {
		for _, v := range d.Versions {
			found = append(found, v.Value)
		}
	}); err != nil {
		return nil
	}
	for _, v := range found {
		tree, err := content.OpenTree(t.Context(), l.store, content.ID(v.Root))
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%d %s:", v.Number, v.Message)
		err = tree.Walk(t.Context(), func(path string, e content.Entry) error {
			if e.Type != content.File {
				return nil
			}
			var text strings.Builder
			if err := tree.WriteTo(t.Context(), e, &text); err != nil {
				return err
			}
			line += " " + path + "=" + text.String()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, line)
	}
	return list
}

func TestTake(t *testing.T) {
	l, s := newLab(t), &source{}
	s.add("wine", "o1", "wine.csv=1")
	s.add("lake/images", "o2", "a=x", "sub/b=y")
	s.add("wine", "o3", "wine.csv=2")
	s.add("lake/images", "o4", "a=x", "sub/b=z")
	plan, err := l.of(s).Look(t.Context(), nil)
	if err != nil || len(plan.Sets) != 2 || plan.Left != 0 {
		t.Fatalf("%+v, %v", plan, err)
	}
	if sum := plan.Sum(); sum.Versions != 4 || sum.Known != 0 || sum.Files != 5 || sum.Bytes != 5 || !plan.Sets[0].New {
		t.Errorf("the plan is %+v", sum)
	}
	if l.versions(t, "wine") != nil || len(s.opened) != 0 {
		t.Error("a look has taken something")
	}
	done, err := l.of(s).Take(t.Context(), nil)
	if err != nil || done.Sets != 2 || done.Versions != 4 || done.Files != 5 || done.Left != 0 || len(done.Into) != 2 {
		t.Errorf("%+v, %v", done, err)
	}
	if want := []string{"1 say o1: wine.csv=1", "2 say o3: wine.csv=2"}; !slices.Equal(l.versions(t, "wine"), want) {
		t.Errorf("wine: %q", l.versions(t, "wine"))
	}
	if want := []string{"1 say o2: a=x sub/b=y", "2 say o4: a=x sub/b=z"}; !slices.Equal(l.versions(t, "lake/images"), want) {
		t.Errorf("images: %q", l.versions(t, "lake/images"))
	}
	if l.store.Unflushed() != 0 || l.open != 0 {
		t.Errorf("%d objects are not durable, %d puts open", l.store.Unflushed(), l.open)
	}
	// Again, nothing is read; of a new version only what is new.
	s.opened = nil
	if done, err = l.of(s).Take(t.Context(), nil); err != nil || done.Versions != 0 || done.Same != 4 || s.opened != nil {
		t.Errorf("again: %+v, %v, read %q", done, err, s.opened)
	}
	s.add("lake/images", "o5", "a=x", "sub/b=z", "c=w")
	if done, err = l.of(s).Take(t.Context(), nil); err != nil || done.Versions != 1 || !slices.Equal(s.opened, []string{"w"}) {
		t.Errorf("one more: %+v, %v, read %q", done, err, s.opened)
	}
	// The same content under another origin, as of another release, is no version.
	s.add("wine", "o6", "wine.csv=1")
	if done, err = l.of(s).Take(t.Context(), nil); err != nil || done.Versions != 0 || done.Same != 6 {
		t.Errorf("by another origin: %+v, %v", done, err)
	}
}

// A version of which something is missing or damaged stays out as a whole.
func TestTakeWhatIsWhole(t *testing.T) {
	l, s := newLab(t), &source{hurt: map[string]error{"bad": fault.New(fault.Corrupt, "bad is damaged")}}
	s.add("d", "o1", "a=1", "b=bad")
	s.add("d", "o2", "a=1", "gone")
	s.add("d", "o3", "a=1", "../b=2")
	s.add("d", "o4", "a=1", "b=2")
	done, err := l.of(s).Take(t.Context(), nil)
	if err != nil || done.Versions != 1 || done.Left != 3 {
		t.Fatalf("%+v, %v", done, err)
	}
	var why []string
	for _, k := range done.Skipped {
		why = append(why, k.Where+": "+k.Why)
	}
	if text := strings.Join(why, "\n"); !strings.Contains(text, "do1: bad is damaged") || !strings.Contains(text, "do2: gone is missing") || !strings.Contains(text, "do3: ") {
		t.Errorf("left out: %s", text)
	}
	if want := []string{"1 say o4: a=1 b=2"}; !slices.Equal(l.versions(t, "d"), want) {
		t.Errorf("%q", l.versions(t, "d"))
	}
	if n := strings.Count(strings.Join(s.opened, ""), "1"); n != 1 {
		t.Errorf("the same was read %d times", n)
	}
}

func TestCancelAndGoOn(t *testing.T) {
	l, s := newLab(t), &source{}
	for i := range 5 {
		s.add("d", fmt.Sprintf("o%d", i), fmt.Sprintf("f=%d", i))
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.at = func(text string) {
		if text == "2" {
			cancel()
		}
	}
	done, err := l.of(s).Take(ctx, nil)
	if !errors.Is(err, context.Canceled) || done.Versions != 2 || l.open != 0 {
		t.Errorf("cancelled: %+v, %v", done, err)
	}
	s.at = nil
	if done, err = l.of(s).Take(t.Context(), nil); err != nil || done.Versions != 3 || done.Same != 2 || len(l.versions(t, "d")) != 5 {
		t.Errorf("gone on: %+v, %v", done, err)
	}
	// A disk that is full ends it.
	full := &source{hurt: map[string]error{"9": fault.New(fault.NoSpace, "the disk is full")}}
	full.add("d", "o9", "f=9")
	if _, err := l.of(full).Take(t.Context(), nil); !errors.Is(err, fault.NoSpace) {
		t.Errorf("on a full disk: %v", err)
	}
}

// What was removed here does not come back, and nothing is taken from it: its files
// may have been freed.
func TestRemoved(t *testing.T) {
	l, s := newLab(t), &source{}
	s.add("d", "o1", "a=1", "b=x")
	s.add("d", "o2", "a=1", "b=y")
	if _, err := l.of(s).Take(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	var second string
	id := l.DatasetID("d")
	if err := l.Dataset(id, func(d *track.Dataset) { second = d.Versions[1].Value.ID }); err != nil {
		t.Fatal(err)
	}
	if err := l.RemoveData(t.Context(), id, second, false); err != nil {
		t.Fatal(err)
	}
	s.opened = nil
	s.add("d", "o3", "a=1", "b=y", "c=z")
	done, err := l.of(s).Take(t.Context(), nil)
	if err != nil || done.Versions != 1 || done.Same != 2 || !slices.Equal(s.opened, []string{"y", "z"}) {
		t.Errorf("%+v, %v, read %q", done, err, s.opened)
	}
	if err := l.RemoveData(t.Context(), id, "", false); err != nil {
		t.Fatal(err)
	}
	s.add("d", "o4", "a=2")
	if done, err = l.of(s).Take(t.Context(), nil); err != nil || done.Versions != 0 || done.Left != 1 || !strings.Contains(done.Skipped[0].Why, "was removed here") {
		t.Errorf("of a data set that was removed: %+v, %v", done, err)
	}
}

func TestNames(t *testing.T) {
	l, s := newLab(t), &source{}
	for i, name := range []string{"a@b", "a:b", "c\xff\n", strings.Repeat("x", 300), " y/"} {
		s.add(name, fmt.Sprintf("o%d", i), fmt.Sprintf("f=%d", i))
	}
	im := l.of(s)
	im.Into = "old"
	plan, err := im.Look(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var as []string
	for _, set := range plan.Sets {
		as = append(as, set.As)
	}
	if want := []string{"old/a-b", "old/a-b-2", "old/c--", "old/" + strings.Repeat("x", 196), "old/ y"}; !slices.Equal(as, want) {
		t.Errorf("%q", as)
	}
	im = l.of(s)
	im.Alone = "one"
	if _, err := im.Look(t.Context(), nil); !errors.Is(err, fault.Invalid) || fault.HintOf(err) == "" {
		t.Errorf("one name for five: %v", err)
	}
	one := &source{}
	one.add("x", "o", "f=1")
	im = l.of(one)
	im.Alone = "here"
	if plan, err := im.Look(t.Context(), nil); err != nil || plan.Sets[0].As != "here" {
		t.Errorf("%+v, %v", plan, err)
	}
	if _, _, _, err := l.AddVersion(t.Context(), "here", event.DatasetVersion{Digest: []byte{1}, Root: []byte{2}}); err != nil {
		t.Fatal(err)
	}
	if plan, err := im.Look(t.Context(), nil); err != nil || plan.Sets[0].Reason == "" || plan.Sets[0].New {
		t.Errorf("beside one of that name: %+v, %v", plan.Sets[0], err)
	}
}
