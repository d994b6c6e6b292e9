package owner

import (
	"context"
	"errors"
	"path/filepath"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/pointer"
)

const pointerMode = 0o644

// Point writes a pointer file that means a version. A pointer that lies there is
// replaced, also one that Git could not merge; nothing else is.
func (d data) Point(_ context.Context, id, version, path string) error {
	if err := d.pointerGoes(path); err != nil {
		return err
	}
	p, err := d.o.datasets().Pointer(id, version)
	if err != nil {
		return err
	}
	return d.o.disk.WriteFile(path, []byte(p.Text()), pointerMode)
}

// pointerGoes says why a pointer file cannot be written to a path.
func (d data) pointerGoes(path string) error {
	if !pointer.Is(filepath.Base(path)) {
		return fault.New(fault.Invalid, "%s is no name of a pointer file: it has to end in %s", path, pointer.Ext).WithField("pointer")
	}
	if err := d.notOurs(path); err != nil {
		return err
	}
	if _, err := d.o.disk.Stat(filepath.Dir(path)); err != nil {
		return err
	}
	text, err := d.o.disk.ReadFile(path)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err == nil {
		_, err = pointer.Parse(text)
	}
	if errors.Is(err, fault.Unsupported) {
		return fault.New(fault.Exists, "%s is no pointer file, and stays as it is", path).WithField("pointer").WithHint("Choose another name.")
	}
	if kind := fault.KindOf(err); err != nil && kind != fault.Conflict && kind != fault.Corrupt {
		return err
	}
	return nil
}

// pointerApart refuses a pointer file that cannot be written, before anything is
// added, and one within the folder that it means: it would make a new version of it
// each time.
func (d data) pointerApart(a api.Addition) error {
	if a.Pointer == "" {
		return nil
	}
	if rel, err := filepath.Rel(a.Path, a.Pointer); err == nil && filepath.IsLocal(rel) {
		return fault.New(fault.Invalid, "the pointer %s would lie in the data that it means", a.Pointer).WithField("pointer").
			WithHint("Name a place outside of %s, such as a file beside it.", a.Path)
	}
	return d.pointerGoes(a.Pointer)
}

// Pointed says which version a pointer file means.
func (d data) Pointed(_ context.Context, path string) (api.Pointed, error) {
	info, err := d.o.disk.Stat(path)
	if err != nil {
		return api.Pointed{}, err
	}
	if !info.Mode().IsRegular() || info.Size() > pointer.MaxFile {
		return api.Pointed{}, fault.New(fault.Unsupported, "%s is no pointer to a version of data", path)
	}
	text, err := d.o.disk.ReadFile(path)
	if err != nil {
		return api.Pointed{}, err
	}
	p, err := pointer.Parse(text)
	if err != nil {
		return api.Pointed{}, fault.Wrap(err, fault.Corrupt, "read", path)
	}
	at, err := d.o.datasets().Pointed(p)
	if err != nil {
		return api.Pointed{}, fault.Wrap(err, fault.NotFound, "read", path)
	}
	if at.Removed {
		return api.Pointed{}, fault.New(fault.State, "%s means version %d of %s, which was removed", path, at.Number, at.Name).
			WithHint("Bring it back, unless its files have been freed: varve data remove %s@%d --undo", at.Name, at.Number)
	}
	return api.Pointed{Dataset: at.Dataset, Name: at.Name, Version: at.Version.ID, Number: int(at.Number), Note: at.Note}, nil
}
