// Package exportdir keeps the promises of folders that are exported to: what is not
// finished can be told from what is whole, and an export can be continued.
//
// A new folder is written as NAME.unfinished and gets its name when it is whole.
// One that was whole before is continued in place: things in it are replaced one by
// one, each by a rename. The file .varve-export.jsonl in it (docs/export.md) says
// whose export it is, whether it is whole, and what of which content is in it.
package exportdir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
)

const (
	ledgerName = ".varve-export.jsonl"
	stageName  = ".unfinished" // in the folder: what is being written
	suffix     = ".unfinished" // of the folder, until it is whole for the first time
	format     = 1
	maxLine    = 1 << 20 // bytes of a line of the ledger
)

// Of says whose export a folder is.
type Of struct {
	Kind      string `json:"kind"`      // of the folder: mlruns, parquet
	Workspace string `json:"workspace"` // its id
}

// Folder is a folder that is exported to.
type Folder struct {
	Dir    string   // the name that it has when it is whole
	Root   *os.Root // of where it is now
	at     string
	known  map[string]Entry
	ledger *os.File
	sync   func(dir string) error
}

// Open begins an export, or goes on with one. Exists if the folder has something
// else in it. sync makes durable all that lies below a folder.
func Open(dir string, of Of, sync func(dir string) error) (*Folder, error) {
	at, fresh, err := where(dir, of)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(at, 0o755); err != nil {
		return nil, disk.Classify(err, "make", at)
	}
	f := &Folder{Dir: dir, at: at, known: map[string]Entry{}, sync: sync}
	if f.Root, err = os.OpenRoot(at); err != nil {
		return nil, disk.Classify(err, "open", at)
	}
	if err := f.begin(of, fresh); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Check says what Open would refuse, and whether Open would go on with an export
// that is there. It changes nothing. Of a folder with something else in it, the fault
// names one in it that would do.
func Check(dir string, of Of) (goesOn bool, err error) {
	_, fresh, err := where(dir, of)
	var refused *fault.Error
	if errors.As(err, &refused) && refused.Kind == fault.Exists {
		if _, err := os.Stat(filepath.Join(dir, ledgerName)); errors.Is(err, fs.ErrNotExist) {
			_ = refused.WithInstead(within(dir, of))
		}
	}
	return err == nil && !fresh, err
}

// where finds the folder as it is now.
func where(dir string, of Of) (at string, fresh bool, err error) {
	entries, err := os.ReadDir(dir)
	switch {
	case err == nil && len(entries) > 0:
		return dir, false, check(dir, of)
	case err == nil, errors.Is(err, fs.ErrNotExist):
	default:
		return "", false, disk.Classify(err, "read", dir)
	}
	at = dir + suffix
	entries, err = os.ReadDir(at)
	switch {
	case err == nil && len(entries) > 0:
		return at, false, check(at, of)
	case err == nil, errors.Is(err, fs.ErrNotExist):
		return at, true, nil
	}
	return "", false, disk.Classify(err, "read", at)
}

// check refuses a folder that is no export of this kind and workspace.
func check(dir string, of Of) error {
	in, err := os.Open(filepath.Join(dir, ledgerName))
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Exists, "%s has something else in it", dir).WithHint("Name a folder that is new or empty, or one that was exported to before.")
	}
	if err != nil {
		return disk.Classify(err, "read", dir)
	}
	defer in.Close()
	var first line
	err = json.NewDecoder(io.LimitReader(in, maxLine)).Decode(&first)
	switch {
	case err != nil || first.Of == nil:
		return fault.New(fault.Corrupt, "%s says nothing of whose export it is", filepath.Join(dir, ledgerName)).WithHint("Name another folder.")
	case first.Format > format:
		return fault.New(fault.Newer, "%s was exported by a later version of Varve", dir)
	case first.Kind != of.Kind:
		return fault.New(fault.Exists, "%s is an export of another kind: %s", dir, first.Kind).WithHint("Name another folder.")
	case first.Workspace != of.Workspace:
		return fault.New(fault.Exists, "%s is an export of another workspace", dir).WithHint("Name another folder.")
	}
	return nil
}

// within names a folder in another one that Open takes: a new one, or one that was
// exported to before. Empty if none of those that come to mind does.
func within(dir string, of Of) string {
	for n := 1; n < 100; n++ {
		name := of.Kind
		if n > 1 {
			name = fmt.Sprintf("%s-%d", of.Kind, n)
		}
		if _, _, err := where(filepath.Join(dir, name), of); err == nil {
			return filepath.Join(dir, name)
		}
	}
	return ""
}

func (f *Folder) begin(of Of, fresh bool) (err error) {
	if !fresh {
		if err := f.read(); err != nil {
			return err
		}
	}
	if f.ledger, err = f.Root.OpenFile(ledgerName, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644); err != nil {
		return disk.Classify(err, "write", filepath.Join(f.at, ledgerName))
	}
	if err := f.Clear(""); err != nil {
		return err
	}
	if fresh {
		err = f.say(line{Format: format, Of: &of})
	} else {
		err = f.end() // a line that was cut off
	}
	if err != nil {
		return err
	}
	return f.say(line{State: "begun"})
}

// Stage is the name, below the root, of something that is being written.
func Stage(name string) string { return filepath.Join(stageName, name) }

// Clear empties what is being written; the empty name is all of it.
func (f *Folder) Clear(name string) error {
	return disk.Classify(f.Root.RemoveAll(Stage(name)), "clear", filepath.Join(f.at, Stage(name)))
}

// Place puts what was written under Stage(name) to where it belongs, in place of
// what was there.
func (f *Folder) Place(name, at string) error {
	err := f.Root.MkdirAll(filepath.Dir(at), 0o755)
	if err == nil {
		err = f.Root.RemoveAll(at)
	}
	if err == nil {
		err = f.Root.Rename(Stage(name), at)
	}
	return disk.Classify(err, "write", filepath.Join(f.at, at))
}

// Write writes a file; name is below the root.
func (f *Folder) Write(name string, text []byte) error {
	return f.Fill(name, func(w io.Writer) error { _, err := w.Write(text); return err })
}

// Fill writes a file with what fn gives. If fn fails, the file is not there.
func (f *Folder) Fill(name string, fn func(io.Writer) error) error {
	shown := filepath.Join(f.at, name)
	out, err := f.Root.Create(name)
	if errors.Is(err, fs.ErrNotExist) {
		if err = f.Root.MkdirAll(filepath.Dir(name), 0o755); err == nil {
			out, err = f.Root.Create(name)
		}
	}
	if err != nil {
		return disk.Classify(err, "write", shown)
	}
	if err = errors.Join(fn(out), out.Close()); err != nil {
		return errors.Join(disk.Classify(err, "write", shown), f.Root.Remove(name))
	}
	return nil
}

// Copy writes a file with what open gives.
func (f *Folder) Copy(name string, open func() (io.ReadCloser, error)) error {
	in, err := open()
	if err != nil {
		return err
	}
	defer in.Close()
	return f.Fill(name, func(w io.Writer) error { _, err := io.Copy(w, in); return err })
}

// maxFileName is how long a name may be in all common file systems, in bytes.
const maxFileName = 255

// Refuse says why a path with slashes cannot be one below a folder; empty: it can.
func Refuse(at string) (why string) {
	if !filepath.IsLocal(filepath.FromSlash(at)) || path.Clean(at) != at || strings.ContainsRune(at, 0) {
		return "it cannot be the name of a file"
	}
	for _, part := range strings.Split(at, "/") {
		if len(part) > maxFileName {
			return fmt.Sprintf("a file cannot have a name of more than %d bytes", maxFileName)
		}
	}
	return ""
}

// Create begins a file under Stage(name).
func (f *Folder) Create(name string) (io.WriteCloser, error) {
	err := f.Root.MkdirAll(stageName, 0o755)
	if err != nil {
		return nil, disk.Classify(err, "make", filepath.Join(f.at, stageName))
	}
	out, err := f.Root.Create(Stage(name))
	if err != nil {
		return nil, disk.Classify(err, "write", filepath.Join(f.at, Stage(name)))
	}
	return classified{out}, nil
}

// classified says in words why a file cannot be written.
type classified struct{ *os.File }

// Write writes on.
func (c classified) Write(p []byte) (int, error) {
	n, err := c.File.Write(p)
	return n, disk.Classify(err, "write", c.Name())
}

// Finish says that all is there, and durable, and gives the folder its name.
func (f *Folder) Finish() error {
	if err := f.Clear(""); err != nil {
		return err
	}
	if err := f.sync(f.at); err != nil {
		return err
	}
	err := f.say(line{State: "whole"})
	if err == nil {
		err = disk.Classify(f.ledger.Sync(), "sync", filepath.Join(f.at, ledgerName))
	}
	if err != nil || f.at == f.Dir {
		return err
	}
	if err := f.Close(); err != nil { // Windows renames nothing that is open
		return err
	}
	if err := os.Remove(f.Dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // the empty folder that was named
		return disk.Classify(err, "replace", f.Dir)
	}
	return disk.OS{}.Rename(f.at, f.Dir)
}

// Close lets go of the folder.
func (f *Folder) Close() error {
	var err error
	if f.ledger != nil {
		err = f.ledger.Close()
		f.ledger = nil
	}
	if f.Root != nil {
		err = errors.Join(err, f.Root.Close())
		f.Root = nil
	}
	return err
}
