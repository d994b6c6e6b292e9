package content_test

import (
	"bytes"
	"errors"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
)

// Everything that is stored is reached, once, and without any of it that refers
// to others it is said so.
func TestReachFindsEverything(t *testing.T) {
	store := contenttest.NewMemory()
	large, err := content.WriteFile(t.Context(), store, bytes.NewReader(contenttest.Bytes(1, 9<<20)), content.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	empty, err := content.WriteFile(t.Context(), store, bytes.NewReader(nil), content.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	entries := manyFiles(700)
	for i := range entries {
		entries[i].Ref = large
	}
	v := assemble(t, store, append(entries, content.PathEntry{Path: "empty", Ref: empty}))
	reached := map[content.ID]bool{}
	r := content.Reach{Store: store, Enter: func(id content.ID) bool {
		fresh := !reached[id]
		reached[id] = true
		return fresh
	}}
	if err := r.Tree(t.Context(), v.Root); err != nil {
		t.Fatal(err)
	}
	ids := append(store.IDs(content.KindData), store.IDs(content.KindTree)...)
	if len(reached) != len(ids) {
		t.Errorf("%d objects of %d were reached", len(reached), len(ids))
	}
	for _, id := range ids {
		if !reached[id] {
			t.Errorf("%s was not reached", id)
		}
	}
	var missed int
	for _, id := range ids {
		hurt := without{store, id}
		seen := map[content.ID]bool{}
		r := content.Reach{Store: hurt, Enter: func(id content.ID) bool { fresh := !seen[id]; seen[id] = true; return fresh }}
		err := r.Tree(t.Context(), v.Root)
		if len(seen) < len(ids) && !errors.Is(err, fault.NotFound) {
			t.Errorf("without %s only %d of %d were reached, and nobody was told: %v", id, len(seen), len(ids), err)
		}
		if err != nil {
			missed++
		}
	}
	if missed < 3 {
		t.Errorf("%d objects refer to others", missed)
	}
}
