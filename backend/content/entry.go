package content

import (
	"math"
	"strings"
	"time"

	"dev.varve/backend/fault"
)

// Type says what an entry of a folder is.
type Type uint8

// The things that a tree can hold. Their numbers are part of the format.
const (
	File   Type = 1
	Folder Type = 2
	Link   Type = 3 // a symbolic link, kept as it is and never followed
)

// String is the word that messages use.
func (t Type) String() string {
	switch t {
	case File:
		return "file"
	case Folder:
		return "folder"
	case Link:
		return "link"
	}
	return "unknown"
}

// Limits of the format.
const (
	MaxName   = 1024 // bytes of one name
	MaxTarget = 4096 // bytes of a link's target
	MaxDepth  = 1000 // folders in one another

	maxMode    = 0o777
	maxSeconds = 1 << 40 // some 35,000 years before and after 1970
)

// Entry is one thing in a folder.
type Entry struct {
	Name    string // as the file system has it, in whatever encoding; empty for a folder that is the top
	Type    Type
	Mode    uint32 // permission bits, 0 … 0o777
	ModTime time.Time
	Ref     Ref    // of a file
	Sub     ID     // of a folder: its top node
	Digest  Digest // of a file's or folder's content
	Totals  Totals // of a folder
	Target  string // of a link
}

// Totals counts what lies below a folder, at any depth.
type Totals struct {
	Files, Folders, Links int64
	Bytes                 int64 // content of all files
}

// add counts one entry and what is below it.
// atLeast is the larger of each.
func (t Totals) atLeast(o Totals) Totals {
	return Totals{Files: max(t.Files, o.Files), Folders: max(t.Folders, o.Folders), Links: max(t.Links, o.Links), Bytes: max(t.Bytes, o.Bytes)}
}

// Plus is the sum of both.
func (t Totals) Plus(o Totals) Totals {
	return Totals{Files: t.Files + o.Files, Folders: t.Folders + o.Folders, Links: t.Links + o.Links, Bytes: t.Bytes + o.Bytes}
}

func (t *Totals) add(e *Entry) {
	t.Files, t.Folders = t.Files+e.Totals.Files, t.Folders+e.Totals.Folders
	t.Links, t.Bytes = t.Links+e.Totals.Links, t.Bytes+e.Totals.Bytes
	switch e.Type {
	case File:
		t.Files, t.Bytes = t.Files+1, t.Bytes+e.Ref.Size
	case Folder:
		t.Folders++
	case Link:
		t.Links++
	}
}

// Size is the number of bytes of a file, or of all files below a folder.
func (e *Entry) Size() int64 {
	if e.Type == File {
		return e.Ref.Size
	}
	return e.Totals.Bytes
}

// wireEntry is the form of an Entry in leaves and roots.
type wireEntry struct {
	Name    []byte `cbor:"1,keyasint,omitempty"`
	Type    uint8  `cbor:"2,keyasint"`
	Mode    uint32 `cbor:"3,keyasint"`
	Sec     int64  `cbor:"4,keyasint"`
	Nsec    uint32 `cbor:"5,keyasint,omitempty"`
	Size    uint64 `cbor:"6,keyasint,omitempty"`
	ID      []byte `cbor:"7,keyasint,omitempty"`
	Class   uint8  `cbor:"8,keyasint,omitempty"`
	Depth   uint8  `cbor:"9,keyasint,omitempty"`
	Digest  []byte `cbor:"10,keyasint,omitempty"`
	Target  []byte `cbor:"11,keyasint,omitempty"`
	Files   uint64 `cbor:"12,keyasint,omitempty"`
	Folders uint64 `cbor:"13,keyasint,omitempty"`
	Links   uint64 `cbor:"14,keyasint,omitempty"`
}

// wire turns an entry that passed check into its stored form.
func (e *Entry) wire() wireEntry {
	w := wireEntry{
		Name: []byte(e.Name), Type: uint8(e.Type), Mode: e.Mode,
		Sec: e.ModTime.Unix(), Nsec: uint32(e.ModTime.Nanosecond()),
	}
	switch e.Type {
	case File:
		w.Size, w.ID = uint64(e.Ref.Size), e.Ref.ID[:]
		w.Class, w.Depth = uint8(e.Ref.Class), e.Ref.Depth
		if e.Ref.Depth > 0 {
			w.Digest = e.Digest[:]
		}
	case Folder:
		w.Size, w.ID, w.Digest = uint64(e.Totals.Bytes), e.Sub[:], e.Digest[:]
		w.Files, w.Folders, w.Links = uint64(e.Totals.Files), uint64(e.Totals.Folders), uint64(e.Totals.Links)
	case Link:
		w.Target = []byte(e.Target)
	}
	return w
}

// entry reads the stored form, which may be hostile. top allows a folder
// without a name.
func (w *wireEntry) entry(top bool) (Entry, error) {
	if w.Sec > maxSeconds || w.Sec < -maxSeconds || w.Nsec > 999_999_999 {
		return Entry{}, corrupt("an entry has an impossible time")
	}
	e := Entry{Name: string(w.Name), Type: Type(w.Type), Mode: w.Mode, ModTime: time.Unix(w.Sec, int64(w.Nsec)).UTC()}
	var err error
	switch e.Type {
	case File:
		ref := wireRef{Size: w.Size, ID: w.ID, Class: w.Class, Depth: w.Depth, Digest: w.Digest}
		e.Ref, err = ref.ref()
		e.Digest = e.Ref.Digest
	case Folder:
		if len(w.ID) != Size || len(w.Digest) != Size || max(w.Size, w.Files, w.Folders, w.Links) > math.MaxInt64 {
			return Entry{}, corrupt("a folder has a wrong name or size")
		}
		e.Sub, e.Digest = ID(w.ID), Digest(w.Digest)
		e.Totals = Totals{Files: int64(w.Files), Folders: int64(w.Folders), Links: int64(w.Links), Bytes: int64(w.Size)}
	case Link:
		e.Target = string(w.Target)
	}
	if err == nil {
		err = e.check(top)
	}
	if err == nil && !w.is(e.wire()) {
		err = corrupt("an entry has fields that its type does not have")
	}
	return e, err
}

// is compares the fields that a type may have wrongly; the others went
// through the entry.
func (w *wireEntry) is(o wireEntry) bool {
	return w.Size == o.Size && len(w.ID) == len(o.ID) && w.Class == o.Class && w.Depth == o.Depth &&
		len(w.Digest) == len(o.Digest) && len(w.Target) == len(o.Target) &&
		w.Files == o.Files && w.Folders == o.Folders && w.Links == o.Links
}

// check holds what every entry must fulfil, new or read.
func (e *Entry) check(top bool) error {
	if !(top && e.Type == Folder && e.Name == "") {
		if err := CheckName(e.Name); err != nil {
			return err
		}
	}
	switch {
	case e.Type < File || e.Type > Link:
		return corrupt("%s is of a type that does not exist", Show(e.Name))
	case top && e.Type == Link:
		return corrupt("a link cannot be the top of a tree")
	case e.Mode > maxMode:
		return corrupt("%s has bits beside its permissions", Show(e.Name))
	case e.Type == Link && (e.Target == "" || len(e.Target) > MaxTarget || strings.ContainsRune(e.Target, 0)):
		return corrupt("the target of the link %s is empty or too long", Show(e.Name))
	}
	return nil
}

// CheckName says, as fault.Corrupt, why a name cannot be that of an entry.
func CheckName(name string) error {
	switch {
	case name == "" || name == "." || name == "..":
		return corrupt("%s is not a name", Show(name))
	case len(name) > MaxName:
		return corrupt("a name of %d bytes is too long (%s…)", len(name), Show(name[:60]))
	case strings.ContainsAny(name, "/\x00"):
		return corrupt("the name %s has a separator in it", Show(name))
	}
	return nil
}

// clampTime brings a time of a file system into the range of the format.
func clampTime(t time.Time) time.Time {
	switch s := t.Unix(); {
	case s > maxSeconds:
		return time.Unix(maxSeconds, 0).UTC()
	case s < -maxSeconds:
		return time.Unix(-maxSeconds, 0).UTC()
	}
	return t.UTC()
}

// notThere is the fault for a path that does not lead anywhere in a tree.
func notThere(path string) error {
	return fault.New(fault.NotFound, "there is no %s in this version", Show(path))
}
