// Package recent keeps what one person on one machine has opened and answered,
// beside all workspaces. docs/format/workspaces.md is its page.
package recent

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/storage/lock"
)

const (
	listName  = "workspaces.json"
	lockName  = "workspaces.lock"
	askedName = "asked.json"

	formatVersion = 1
	says          = "Workspaces that were opened on this computer. Varve works without this file."

	// Most is how many workspaces are kept.
	Most = 50

	// patience is how long a change waits for that of another process.
	patience = 2 * time.Second
)

// Workspace is a folder that was opened.
type Workspace struct {
	Path   string `json:"path"`   // absolute
	Opened int64  `json:"opened"` // ms since 1970
}

type list struct {
	Varve      string      `json:"varve"` // says to a person what the file is
	Format     int         `json:"format"`
	Workspaces []Workspace `json:"workspaces"`
}

// Shelf is where both files are.
type Shelf struct {
	disk host.Disk
	dir  string
}

// At returns the shelf in a folder, which need not exist.
func At(disk host.Disk, dir string) Shelf { return Shelf{disk, dir} }

// Workspaces returns what was opened, the newest first. A file that is no such
// list is Corrupt, or Newer, and as good as none.
func (s Shelf) Workspaces() ([]Workspace, error) {
	name := filepath.Join(s.dir, listName)
	data, err := s.disk.ReadFile(name)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parse(name, data)
}

func parse(name string, data []byte) ([]Workspace, error) {
	var version struct{ Format int }
	if json.Unmarshal(data, &version) == nil && version.Format > formatVersion {
		return nil, fault.New(fault.Newer, "the list of workspaces in %s was written by a later version of Varve", name).
			WithHint("Update Varve on this computer.")
	}
	var l list
	if err := json.Unmarshal(data, &l); err != nil || l.Format < 1 {
		return nil, fault.New(fault.Corrupt, "the list of workspaces in %s cannot be read", name).
			WithHint("No workspace is lost: each is entered again when it is opened.")
	}
	return tidy(l.Workspaces), nil
}

// tidy sorts, and leaves each folder once.
func tidy(all []Workspace) []Workspace {
	slices.SortStableFunc(all, func(a, b Workspace) int { return cmp.Compare(b.Opened, a.Opened) })
	seen := map[string]bool{}
	all = slices.DeleteFunc(all, func(w Workspace) bool {
		again := seen[w.Path] || !filepath.IsAbs(w.Path)
		seen[w.Path] = true
		return again
	})
	return all[:min(len(all), Most)]
}

// Put enters a workspace, or enters it anew with another time. A list that
// cannot be read begins anew; of that, too, the error tells.
func (s Shelf) Put(w Workspace) error {
	return s.change(func(all []Workspace) []Workspace {
		all = slices.DeleteFunc(all, func(old Workspace) bool { return old.Path == w.Path })
		return append([]Workspace{w}, all...)
	})
}

// Drop takes a workspace off the list. It is no error if it is not there.
func (s Shelf) Drop(path string) error {
	return s.change(func(all []Workspace) []Workspace {
		return slices.DeleteFunc(all, func(old Workspace) bool { return old.Path == path })
	})
}

func (s Shelf) change(how func([]Workspace) []Workspace) error {
	if err := s.disk.MkdirAll(s.dir); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	held, err := lock.Wait(ctx, filepath.Join(s.dir, lockName))
	if err != nil {
		return err
	}
	all, unread := s.Workspaces()
	if unread != nil && !errors.Is(unread, fault.Corrupt) {
		return errors.Join(unread, held.Release())
	}
	data, err := json.MarshalIndent(list{Varve: says, Format: formatVersion, Workspaces: tidy(how(all))}, "", "  ")
	if err == nil {
		err = s.disk.WriteFile(filepath.Join(s.dir, listName), append(data, '\n'), 0o600)
	}
	return errors.Join(unread, err, held.Release())
}

// Asked are questions that a person does not want to be asked again.
type Asked struct {
	Closing bool `json:"closing"` // whether a window with runs may close
}

// Asked reads the answers. What cannot be read was not answered.
func (s Shelf) Asked() Asked {
	data, err := s.disk.ReadFile(filepath.Join(s.dir, askedName))
	var a Asked
	if err != nil || json.Unmarshal(data, &a) != nil {
		return Asked{}
	}
	return a
}

// Remember keeps the answers.
func (s Shelf) Remember(a Asked) error {
	data, err := json.Marshal(a)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode", askedName)
	}
	if err := s.disk.MkdirAll(s.dir); err != nil {
		return err
	}
	return s.disk.WriteFile(filepath.Join(s.dir, askedName), append(data, '\n'), 0o600)
}
