package index_test

import (
	"flag"
	"testing"

	"dev.varve/storage/index"
	"dev.varve/storage/packs"
	"dev.varve/storage/packs/packstest"
)

// kept ties a catalogue to the index that it is part of.
type kept struct {
	packs.Catalog
	x *index.Index
	c index.Config
}

func TestCatalogKeepsItsContract(t *testing.T) {
	open := func(t *testing.T) packs.Catalog {
		c := config(t)
		x := mustOpen(t, c)
		k := &kept{x.Catalog(), x, c}
		t.Cleanup(func() { k.x.Close() })
		return k
	}
	reopen := func(t *testing.T, c packs.Catalog) packs.Catalog {
		k := c.(*kept)
		if err := k.x.Close(); err != nil {
			t.Fatal(err)
		}
		k.x = mustOpen(t, k.c)
		k.Catalog = k.x.Catalog()
		return k
	}
	// Each check of the model opens a Badger of its own.
	if err := flag.Set("rapid.checks", "10"); err != nil {
		t.Fatal(err)
	}
	packstest.RunCatalog(t, open, reopen)
}
