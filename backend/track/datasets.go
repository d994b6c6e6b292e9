package track

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

const maxDatasetName = 250 // characters

// CheckDatasetName refuses names that cannot be said on a command line or as
// NAME@VERSION.
func CheckDatasetName(name string) error {
	switch {
	case name == "" || strings.TrimSpace(name) != name:
		return fault.New(fault.Invalid, "a data set needs a name without spaces around it")
	case utf8.RuneCountInString(name) > maxDatasetName:
		return fault.New(fault.Invalid, "the name of a data set has at most %d characters", maxDatasetName)
	case strings.ContainsAny(name, "@:\\\x00") || strings.ContainsFunc(name, unicode.IsControl) || !utf8.ValidString(name):
		return fault.New(fault.Invalid, "the name of a data set cannot contain @, :, \\ or control characters: %q", name)
	case resolvesElsewhere(name):
		return fault.New(fault.Invalid, "the name of a data set cannot lead elsewhere as a path does: %q", name).
			WithHint("Slashes may group names, as lake/2024 does; . and .. between them are refused, and a slash at the beginning or the end.")
	}
	return nil
}

// AddVersion lays down a version of a data set, which is made if it does not
// exist. Content that equals the newest version makes none: added is false and
// that version is returned.
func (t *Tracker) AddVersion(ctx context.Context, name string, v event.DatasetVersion) (id string, number uint64, added bool, err error) {
	if err := CheckDatasetName(name); err != nil {
		return "", 0, false, err
	}
	dataset := t.DatasetID(name)
	stream := datasetPrefix + dataset
	defer t.lock(stream)()
	var drafts []event.Draft
	t.mu.RLock()
	d := t.state.dataset(dataset)
	if !d.Known() {
		drafts = append(drafts, event.Draft{Stream: stream, Body: event.DatasetCreated{Name: name}})
	}
	newest, number := d.newest()
	if d.Trashed() {
		err = d.trashedError()
	}
	if all := d.Numbers(); len(all) > 0 {
		v.Number = slices.Max(all)
	}
	t.mu.RUnlock()
	if err != nil {
		return "", 0, false, err
	}
	if number > 0 && bytes.Equal(newest.Digest, v.Digest) {
		return newest.ID, number, false, nil
	}
	v.ID, v.Number, v.User = t.NewID(), v.Number+1, t.Person
	drafts = append(drafts, event.Draft{Stream: stream, Body: v})
	return v.ID, v.Number, true, t.commit(ctx, drafts...)
}

// newest is the version with the highest number that was not removed; its number is 0
// if there is none.
func (d *Dataset) newest() (v event.DatasetVersion, number uint64) {
	d.Kept(func(n uint64, is *Stamped[event.DatasetVersion]) {
		if n > number {
			v, number = is.Value, n
		}
	})
	return v, number
}

// Dataset calls fn with a data set, the lock held.
func (t *Tracker) Dataset(id string, fn func(*Dataset)) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	d, ok := t.state.datasets[id]
	if !ok || !d.Known() {
		return fault.New(fault.NotFound, "there is no data set %s", id)
	}
	fn(d)
	return nil
}

// Datasets calls fn with every data set, the lock held.
func (t *Tracker) Datasets(fn func(*Dataset)) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, d := range t.state.datasets {
		if d.Known() {
			fn(d)
		}
	}
}

// FindVersion returns a version of a data set by name and number; number 0 is
// the newest.
func (t *Tracker) FindVersion(name string, number uint64) (event.DatasetVersion, uint64, error) {
	var found event.DatasetVersion
	var removed error
	err := t.Dataset(t.DatasetID(name), func(d *Dataset) {
		if d.Trashed() {
			removed = d.trashedError()
			return
		}
		if number == 0 {
			found, number = d.newest()
			return
		}
		d.Kept(func(n uint64, v *Stamped[event.DatasetVersion]) {
			if n == number {
				found = v.Value
			}
		})
	})
	switch {
	case err != nil:
		return found, 0, fault.New(fault.NotFound, "there is no data set named %q", name).WithHint("`varve data list` shows the names.")
	case removed != nil:
		return found, 0, removed
	case found.ID == "":
		return found, 0, fault.New(fault.NotFound, "data set %q has no version %d", name, number).WithHint("`varve data versions %s` shows them.", name)
	}
	return found, number, nil
}

// Match is a version whose content equals what somebody asked about.
type Match struct {
	Dataset string // id
	Name    string
	Version event.DatasetVersion
	Number  uint64
}

// MatchDigest finds the newest version with the given content digest.
func (t *Tracker) MatchDigest(digest []byte) (Match, bool) {
	var best Match
	var stamp event.Stamp
	t.Datasets(func(d *Dataset) {
		d.Kept(func(n uint64, v *Stamped[event.DatasetVersion]) {
			if bytes.Equal(v.Value.Digest, digest) && (best.Dataset == "" || v.Stamp.Compare(stamp) > 0) {
				best = Match{Dataset: d.ID, Name: d.Name(), Version: v.Value, Number: n}
				stamp = v.Stamp
			}
		})
	})
	return best, best.Dataset != ""
}

// OpenProject remembers a project folder, and the values of its last start.
func (t *Tracker) OpenProject(ctx context.Context, p event.ProjectOpened) error {
	stream := projectPrefix + t.ProjectID(p.Path)
	defer t.lock(stream)()
	t.mu.RLock()
	old := t.state.project(t.ProjectID(p.Path)).Opened.ids()
	t.mu.RUnlock()
	return t.commit(ctx, event.Draft{Stream: stream, Body: p, Replaces: old})
}

// Projects calls fn with every project that was opened here, the lock held.
func (t *Tracker) Projects(fn func(*Project)) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, p := range t.state.projects {
		if p.Known() {
			fn(p)
		}
	}
}
