// Package packstest has the tests that every packs.Catalog passes.
package packstest

import (
	"encoding/binary"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/content"
	"dev.varve/storage/packs"
)

// RunCatalog tests that a catalogue keeps the promises of packs.Catalog. open
// gives an empty one for each test. If reopen is not nil it closes a catalogue
// and opens it again, and everything must still be there.
func RunCatalog(t *testing.T, open func(t *testing.T) packs.Catalog, reopen func(t *testing.T, c packs.Catalog) packs.Catalog) {
	t.Run("empty", func(t *testing.T) { empty(t, open(t)) })
	t.Run("many", func(t *testing.T) { many(t, open(t), reopen) })
	t.Run("concurrent", func(t *testing.T) { concurrent(t, open(t)) })
	t.Run("model", func(t *testing.T) { model(t, open, reopen) })
}

// ID makes an id from a number. Neighbours share their first bytes now and then.
func ID(n int) content.ID {
	return content.Sum(content.KindData, binary.LittleEndian.AppendUint32(nil, uint32(n)))
}

func name(n int) packs.Name { return packs.Name{byte(n), byte(n >> 8), 0xaa} }

func record(n int) packs.Record {
	return packs.Record{ID: ID(n), Offset: uint32(64 + n), Stored: uint32(1 + n)}
}

func empty(t *testing.T, c packs.Catalog) {
	if _, found, err := c.Lookup(ID(1)); found || err != nil {
		t.Fatalf("Lookup in an empty catalogue: %v, %v", found, err)
	}
	if list, err := c.Packs(); len(list) != 0 || err != nil {
		t.Fatalf("Packs of an empty catalogue: %v, %v", list, err)
	}
	if err := c.Forget(name(1), []content.ID{ID(1)}); err != nil {
		t.Fatalf("Forget of what was never there: %v", err)
	}
	if err := c.Add(packs.Pack{Name: name(1), Kind: content.KindTree, Writer: packs.Writer{7}, Scanned: 64}, nil); err != nil {
		t.Fatal(err)
	}
	want := packs.Pack{Name: name(1), Kind: content.KindTree, Writer: packs.Writer{7}, Scanned: 99, Sealed: true}
	if err := c.Add(want, nil); err != nil {
		t.Fatal(err)
	}
	if list, err := c.Packs(); err != nil || !slices.Equal(list, []packs.Pack{want}) {
		t.Fatalf("Packs: %+v, %v", list, err)
	}
}

func many(t *testing.T, c packs.Catalog, reopen func(*testing.T, packs.Catalog) packs.Catalog) {
	const n = 32768
	for p := range 2 {
		records := make([]packs.Record, n)
		for i := range records {
			records[i] = record(p*n + i)
		}
		if err := c.Add(packs.Pack{Name: name(p), Scanned: int64(p)}, records); err != nil {
			t.Fatal(err)
		}
		clear(records) // the catalogue must not keep the slice
	}
	if reopen != nil {
		c = reopen(t, c)
	}
	for i := range 2 * n {
		want := packs.Location{Pack: name(i / n), Offset: uint32(64 + i), Stored: uint32(1 + i)}
		if loc, found, err := c.Lookup(ID(i)); loc != want || !found || err != nil {
			t.Fatalf("object %d: %+v, %v, %v", i, loc, found, err)
		}
	}
	if _, found, _ := c.Lookup(ID(2 * n)); found {
		t.Fatal("an object was found that was never added")
	}
}

func concurrent(t *testing.T, c packs.Catalog) {
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 200 {
				n := w*1000 + i
				if err := c.Add(packs.Pack{Name: name(w), Scanned: int64(i)}, []packs.Record{record(n)}); err != nil {
					t.Error(err)
				}
				if loc, found, err := c.Lookup(ID(n)); !found || err != nil || loc.Pack != name(w) {
					t.Errorf("object %d: %+v, %v, %v", n, loc, found, err)
				}
				if _, err := c.Packs(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// model compares a catalogue with two maps under drawn operations.
func model(t *testing.T, open func(*testing.T) packs.Catalog, reopen func(*testing.T, packs.Catalog) packs.Catalog) {
	rapid.Check(t, func(rt *rapid.T) {
		c := open(t)
		where, known := map[int]packs.Location{}, map[packs.Name]packs.Pack{}
		vague := map[int]packs.Location{} // in a pack that was forgotten without naming them
		ids := rapid.SliceOfN(rapid.IntRange(0, 30), 0, 8)
		rt.Repeat(map[string]func(*rapid.T){
			"add": func(rt *rapid.T) {
				p := packs.Pack{
					Name: name(rapid.IntRange(1, 4).Draw(rt, "pack")), Kind: content.KindData,
					Scanned: int64(rapid.IntRange(64, 99).Draw(rt, "scanned")), Sealed: rapid.Bool().Draw(rt, "sealed"),
				}
				var records []packs.Record
				for _, n := range ids.Draw(rt, "ids") {
					r := record(n)
					r.Offset += uint32(p.Scanned)
					records = append(records, r)
					where[n] = packs.Location{Pack: p.Name, Offset: r.Offset, Stored: r.Stored}
					delete(vague, n)
				}
				known[p.Name] = p
				noError(rt, c.Add(p, records))
			},
			"forget": func(rt *rapid.T) {
				p := name(rapid.IntRange(1, 4).Draw(rt, "pack"))
				var list []content.ID
				for _, n := range ids.Draw(rt, "ids") {
					list = append(list, ID(n))
					if where[n].Pack == p {
						delete(where, n)
					}
					if vague[n].Pack == p {
						delete(vague, n)
					}
				}
				for n, loc := range where {
					if loc.Pack == p {
						vague[n] = loc
						delete(where, n)
					}
				}
				delete(known, p)
				noError(rt, c.Forget(p, list))
			},
			"reopen": func(*rapid.T) {
				if reopen != nil {
					c = reopen(t, c)
				}
			},
			"": func(rt *rapid.T) { compare(rt, c, where, vague, known) },
		})
	})
}

func compare(rt *rapid.T, c packs.Catalog, where, vague map[int]packs.Location, known map[packs.Name]packs.Pack) {
	list, err := c.Packs()
	noError(rt, err)
	if len(list) != len(known) {
		rt.Fatalf("Packs gives %+v, want %+v", list, known)
	}
	for _, p := range list {
		if known[p.Name] != p {
			rt.Fatalf("Packs gives %+v, want %+v", p, known[p.Name])
		}
	}
	for n := range 31 {
		loc, found, err := c.Lookup(ID(n))
		noError(rt, err)
		want, there := where[n]
		if old, ok := vague[n]; ok && (!found || loc == old) {
			continue
		}
		if found != there || loc != want {
			rt.Fatalf("object %d: %+v, %v, want %+v, %v", n, loc, found, want, there)
		}
	}
}

func noError(rt *rapid.T, err error) {
	if err != nil {
		rt.Fatal(err)
	}
}
