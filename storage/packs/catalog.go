package packs

import "dev.varve/backend/content"

// Location says where an object lies.
type Location struct {
	Pack   Name
	Offset uint32 // of its record
	Stored uint32 // length of the stored bytes behind the record's head
}

// Pack is what a catalogue remembers of a pack.
type Pack struct {
	Name    Name
	Kind    content.Kind
	Writer  Writer
	Scanned int64 // the catalogue knows all records before this offset
	Sealed  bool  // it will not change any more
}

// Catalog knows which object lies where. It is a cache: everything in it can
// be found again by reading the packs, and it may lose any number of its
// latest changes in a crash, or everything. It must never give a location
// that was not added. Package packstest has the tests that every
// implementation passes.
//
// It is safe for concurrent use. Its errors are faults.
type Catalog interface {
	// Lookup returns the location that was added last for an id and not
	// forgotten since. It may be in a pack that Packs does not list; callers
	// take that for not found.
	Lookup(id content.ID) (loc Location, found bool, err error)

	// Packs lists all packs that were added and not forgotten, in any order.
	Packs() ([]Pack, error)

	// Add remembers a pack, in place of what was known of it, and where these
	// records of it lie, in place of other locations of the same ids. Either all
	// of it takes effect or nothing, also after a crash. There may be 32,768
	// records. The slice is not kept.
	Add(pack Pack, records []Record) error

	// Forget drops a pack, and of the ids given those whose location is in that
	// pack. Other locations in that pack may stay or go. Not to know the pack, or
	// an id, is no error.
	Forget(pack Name, ids []content.ID) error
}
