package content_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
)

// memo is a content.Seen in memory.
type memo struct {
	infos    map[string]content.Info
	refs     map[string]content.Ref
	all      content.Totals
	holdings string
	noted    []string
}

func (m *memo) Last() (content.Totals, []byte, bool) { return m.all, []byte(m.holdings), m.refs != nil }

func (m *memo) Find(path string, info content.Info) (content.Ref, bool) {
	ref, ok := m.refs[path]
	return ref, ok && m.infos[path] == info
}

func (m *memo) Note(path string, info content.Info, ref content.Ref) {
	if m.refs == nil {
		m.infos, m.refs = map[string]content.Info{}, map[string]content.Ref{}
	}
	m.infos[path], m.refs[path] = info, ref
	m.noted = append(m.noted, path)
}

// holder is a store that says so of its holdings.
type holder struct {
	*contenttest.Memory
	still bool
}

func (h *holder) Holds(ctx context.Context, id content.ID) (bool, error) { return h.Has(ctx, id) }

func (h *holder) Holdings() []byte { return []byte("all") }

func (h *holder) StillHolds(holdings []byte) bool { return h.still && string(holdings) == "all" }

func TestWhatWasSeenIsNotReadAgain(t *testing.T) {
	large := strings.Repeat("0123456789abcdef", 40_000)
	src := contenttest.NewFiles(map[string]string{"a": "1", "b/c": large, "b/d": "", "e": "5"})
	var read []string
	src.OnRead = func(path string) {
		if !slices.Contains(read, path) {
			read = append(read, path)
		}
	}
	store, seen := contenttest.NewMemory(), &memo{}
	build := func(s content.Store) content.Version {
		t.Helper()
		read, seen.noted = nil, nil
		var last content.Progress
		v, err := content.Build(t.Context(), s, src, content.BuildOptions{Seen: seen, Progress: func(p content.Progress) { last = p }})
		if err != nil {
			t.Fatal(err)
		}
		if last.Done != last.All || last.Done.Files != v.Totals.Files || last.Done.Bytes != v.Totals.Bytes {
			t.Errorf("in the end it has come to %+v of %+v", last.Done, last.All)
		}
		seen.all = v.Totals
		return v
	}
	first := build(store)
	if want := []string{"a", "b/c", "b/d", "e"}; !slices.Equal(read, want) || !slices.Equal(seen.noted, want) {
		t.Errorf("read %q, noted %q", read, seen.noted)
	}
	if again := build(store); again.Root != first.Root || read != nil || len(seen.noted) != 4 {
		t.Errorf("the same again: read %q", read)
	}
	src.Items["e"].Data, src.Items["e"].Inode = []byte("6"), 77
	src.Items["b/n"] = &contenttest.Item{Data: []byte("new")}
	if changed := build(store); changed.Digest == first.Digest || !slices.Equal(read, []string{"b/n", "e"}) {
		t.Errorf("what has changed: read %q", read)
	}
	// A store that has lost it gets it again.
	empty := contenttest.NewMemory()
	if other := build(empty); other.Totals.Files != 5 || !slices.Equal(read, []string{"a", "b/c", "b/n", "e"}) {
		t.Errorf("into an empty store: read %q", read)
	}
	// One that is sure of all is not asked for each.
	seen.holdings = "all"
	if build(&holder{contenttest.NewMemory(), true}); read != nil {
		t.Errorf("with all held: read %q", read)
	}
	if build(&holder{contenttest.NewMemory(), false}); len(read) == 0 {
		t.Error("a store that holds nothing any more got nothing")
	}
	// To compare, nothing need be held.
	if v := build(nil); read != nil || seen.noted != nil || v.Totals.Files != 5 {
		t.Errorf("without a store: read %q", read)
	}
}

// Nothing is counted beforehand; what cannot be kept is named in full all the same.
func TestWhatCannotBeKeptIsNamedBesideWhatWasSeen(t *testing.T) {
	src := contenttest.NewFiles(map[string]string{"a": "1", "b": "2"})
	seen := &memo{}
	if _, err := content.Build(t.Context(), contenttest.NewMemory(), src, content.BuildOptions{Seen: seen}); err != nil {
		t.Fatal(err)
	}
	src.Items["a.pipe"] = &contenttest.Item{What: "a named pipe"}
	src.Items["c.socket"] = &contenttest.Item{What: "a socket"}
	_, err := content.Build(t.Context(), contenttest.NewMemory(), src, content.BuildOptions{Seen: seen})
	if !errors.Is(err, fault.Unsupported) || !strings.Contains(err.Error(), "a.pipe") || !strings.Contains(err.Error(), "c.socket") {
		t.Error(err)
	}
}
