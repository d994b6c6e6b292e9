package dataset

import (
	"bytes"
	"encoding/hex"
	"fmt"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/pointer"
	"dev.varve/backend/track"
)

// Pointed is the version that a pointer means.
type Pointed struct {
	Dataset string // id
	Name    string // as it is called here
	Number  uint64
	Version event.DatasetVersion
	Note    string // what is called otherwise by now, as a sentence; or empty
	Removed bool   // its files may have been freed
}

// Pointer is what a pointer file says that means a version.
func (s *Service) Pointer(dataset, version string) (p pointer.Pointer, err error) {
	found := false
	err = s.Records.Dataset(dataset, func(d *track.Dataset) {
		for i, n := range d.Numbers() {
			if v := d.Versions[i].Value; v.ID == version {
				p, found = pointer.Pointer{Name: d.Name(), Number: n, ID: v.ID, Tree: v.Root, Content: v.Digest, Files: v.Files, Bytes: v.Bytes}, true
			}
		}
	})
	if err == nil && !found {
		err = fault.New(fault.NotFound, "the data set has no version %s", version)
	}
	return p, err
}

// fits says how well a version fits what a pointer calls it: data sets that were
// copied share trees. Nothing fits worst.
func (at Pointed) fits(p pointer.Pointer) int {
	switch {
	case at.Dataset == "":
		return 0
	case at.Removed:
		return 1
	case at.Version.ID == p.ID:
		return 4
	case at.Name == p.Name:
		return 3
	}
	return 2
}

// Pointed finds the version that a pointer means. Names and numbers are labels and
// may have become others: the tree decides. A pointer whose lines mean different
// versions is refused with fault.Conflict.
func (s *Service) Pointed(p pointer.Pointer) (Pointed, error) {
	var byTree, byID Pointed
	s.Records.Datasets(func(d *track.Dataset) {
		for i, n := range d.Numbers() {
			v := d.Versions[i].Value
			at := Pointed{Dataset: d.ID, Name: d.Name(), Number: n, Version: v, Removed: d.Removed(v.ID) != 0}
			if bytes.Equal(v.Root, p.Tree) && at.fits(p) > byTree.fits(p) {
				byTree = at
			}
			if v.ID == p.ID {
				byID = at
			}
		}
	})
	switch {
	case byID.Dataset != "" && !bytes.Equal(byID.Version.Root, p.Tree):
		return Pointed{}, fault.New(fault.Conflict, "the lines of this pointer mean different versions: its id is that of %s@%d, its tree is not", byID.Name, byID.Number).
			WithHint("A merge in Git may have mixed two pointers. Write it anew with `varve data pointer NAME@VERSION FILE`.")
	case byTree.Dataset == "":
		return Pointed{}, fault.New(fault.NotFound, "version %d of %s (tree %s…) is not in this workspace", p.Number, p.Name, hex.EncodeToString(p.Tree[:6])).
			WithHint("Choose the workspace that has it with -w, or ask whoever committed the pointer.")
	case !bytes.Equal(byTree.Version.Digest, p.Content):
		return Pointed{}, fault.New(fault.Conflict, "the lines of this pointer mean different versions: its tree is that of %s@%d, its content is not", byTree.Name, byTree.Number).
			WithHint("A merge in Git may have mixed two pointers. Write it anew with `varve data pointer NAME@VERSION FILE`.")
	}
	if byTree.Name != p.Name || byTree.Number != p.Number {
		byTree.Note = fmt.Sprintf("What the pointer calls %s@%d is %s@%d here.", p.Name, p.Number, byTree.Name, byTree.Number)
	}
	return byTree, nil
}
