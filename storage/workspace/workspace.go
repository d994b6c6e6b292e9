// Package workspace knows the folder that holds one record: its marker, and
// where in it things lie. docs/format/workspace.md is its page.
package workspace

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"path/filepath"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Names in a workspace folder. There is nothing else in it.
const (
	MarkerName  = "varve.json"
	LockName    = "lock"
	JournalName = "journal"
	PacksName   = "packs"
)

const formatVersion = 1

// marker is the content of MarkerName.
type marker struct {
	Varve   string          `json:"varve"` // says to a person what the folder is
	Format  int             `json:"format"`
	ID      string          `json:"id"`      // 32 hex digits
	Created int64           `json:"created"` // ms since 1970
	Chunks  json.RawMessage `json:"chunks"`  // the pinned ways of cutting files
}

const says = "This folder is a Varve workspace. Open it with Varve; do not change its files by hand."

// Workspace is an opened workspace folder.
type Workspace struct {
	Dir     string // absolute
	ID      [16]byte
	Created int64 // ms since 1970
}

// Journal is the folder of the logs.
func (w *Workspace) Journal() string { return filepath.Join(w.Dir, JournalName) }

// Packs is the folder of the packs.
func (w *Workspace) Packs() string { return filepath.Join(w.Dir, PacksName) }

// Name is what a person calls the workspace.
func (w *Workspace) Name() string { return filepath.Base(w.Dir) }

// Is reports whether dir is a workspace.
func Is(disk host.Disk, dir string) bool {
	info, err := disk.Stat(filepath.Join(dir, MarkerName))
	return err == nil && info.Mode().IsRegular()
}

// Open opens the workspace in dir and makes one where the folder is missing or
// empty. chunks says, as compact JSON, how files are cut; a workspace keeps to
// one way. A folder with other things in it, a marker of a later Varve, a folder
// without permission, a full disk: each is refused, and nothing is touched.
func Open(disk host.Disk, clock host.Clock, random host.Random, dir string, chunks []byte) (*Workspace, error) {
	w, err := find(disk, dir, chunks)
	if w != nil || err != nil {
		return w, err
	}
	return create(disk, clock, random, dir, chunks)
}

// find returns the workspace in dir, nil where there is room for a new one.
func find(disk host.Disk, dir string, chunks []byte) (*Workspace, error) {
	marker := filepath.Join(dir, MarkerName)
	data, err := disk.ReadFile(marker)
	if fault.KindOf(err) == fault.NotFound {
		taken := checkEmpty(disk, dir)
		if taken == nil {
			return nil, nil
		}
		// What fills the folder may be a workspace that another program has made
		// since the first look: its marker is there before its contents.
		if data, err = disk.ReadFile(marker); fault.KindOf(err) == fault.NotFound {
			return nil, taken
		}
	}
	if err != nil {
		return nil, err
	}
	return parse(dir, data, chunks)
}

// IDOf returns the id of the workspace in dir, as hex; it is empty if dir is
// none.
func IDOf(disk host.Disk, dir string) string {
	data, err := disk.ReadFile(filepath.Join(dir, MarkerName))
	var m marker
	if err != nil || json.Unmarshal(data, &m) != nil {
		return ""
	}
	return m.ID
}

// Check says in words why dir is no workspace and cannot become one. It
// changes nothing.
func Check(disk host.Disk, dir string, chunks []byte) error {
	if info, err := disk.Stat(dir); err == nil && !info.IsDir() {
		return fault.New(fault.Invalid, "%s is a file, not a folder", dir).
			WithHint("A workspace is a folder. Name one, or the place for a new one.")
	}
	_, err := find(disk, dir, chunks)
	return err
}

func parse(dir string, data, chunks []byte) (*Workspace, error) {
	var m marker
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fault.New(fault.Corrupt, "the file %s is damaged: %v", filepath.Join(dir, MarkerName), err).
			WithHint("Restore this one file from a back-up; the record itself is in the folders beside it.")
	}
	if m.Format > formatVersion {
		return nil, fault.New(fault.Newer, "the workspace %s was made by a later version of Varve", dir).
			WithHint("Update Varve on this computer.")
	}
	w := &Workspace{Dir: dir, Created: m.Created}
	id, err := hex.DecodeString(m.ID)
	if err != nil || len(id) != len(w.ID) || m.Format < 1 {
		return nil, fault.New(fault.Corrupt, "the file %s is damaged", filepath.Join(dir, MarkerName)).
			WithHint("Restore this one file from a back-up; the record itself is in the folders beside it.")
	}
	var pinned bytes.Buffer
	if json.Compact(&pinned, m.Chunks) != nil || !bytes.Equal(pinned.Bytes(), chunks) {
		return nil, fault.New(fault.Newer, "the workspace %s cuts files in a way that this Varve does not know", dir).
			WithHint("Update Varve on this computer.")
	}
	copy(w.ID[:], id)
	return w, nil
}

func checkEmpty(disk host.Disk, dir string) error {
	entries, err := disk.ReadDir(dir)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return fault.Wrap(err, fault.Denied, "open workspace", dir)
	}
	for _, e := range entries {
		if !begun(disk, dir, e) {
			return fault.New(fault.Exists, "the folder %s is not empty and is not a Varve workspace", dir).
				WithHint("Choose an empty folder or a new name. Nothing was changed.")
		}
	}
	return nil
}

// begun reports whether an entry is what an interrupted create leaves behind.
func begun(disk host.Disk, dir string, e fs.DirEntry) bool {
	if !e.IsDir() {
		info, err := e.Info()
		return strings.HasPrefix(e.Name(), ".tmp-") || e.Name() == LockName && err == nil && info.Size() == 0
	}
	inside, err := disk.ReadDir(filepath.Join(dir, e.Name()))
	return err == nil && len(inside) == 0 && (e.Name() == JournalName || e.Name() == PacksName)
}

func create(disk host.Disk, clock host.Clock, random host.Random, dir string, chunks []byte) (*Workspace, error) {
	w := &Workspace{Dir: dir, Created: clock.Now().UnixMilli()}
	if _, err := random.Read(w.ID[:]); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "draw", "random bytes")
	}
	data, err := json.MarshalIndent(marker{
		Varve: says, Format: formatVersion, ID: hex.EncodeToString(w.ID[:]), Created: w.Created, Chunks: chunks,
	}, "", "  ")
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "encode", MarkerName)
	}
	if err := disk.MkdirAll(dir); err != nil {
		return nil, err
	}
	for _, sub := range []string{w.Journal(), w.Packs()} {
		if err := disk.MkdirAll(sub); err != nil {
			return nil, err
		}
	}
	return w, disk.WriteFile(filepath.Join(dir, MarkerName), append(data, '\n'), 0o644)
}
