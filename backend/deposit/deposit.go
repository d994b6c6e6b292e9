// Package deposit writes a version of data as a package that a repository takes: the
// files, and beside them what is known of them in one of the forms that repositories
// read.
//
// The files are streamed once, in the order of their paths; sizes, hashes and the
// columns of tables are found out on the way, and the description is written last.
// The same version with the same description gives the same bytes. In all forms but
// the plain folder the files lie in the folder data, so that none of them can be in
// the way of what stands beside it.
package deposit

import (
	"context"
	"crypto/sha256"
	"io"
	"slices"
	"strings"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Form is a kind of package.
type Form string

// The forms.
const (
	ROCrate      Form = "ro-crate"
	Croissant    Form = "croissant"
	Frictionless Form = "frictionless"
	DataCite     Form = "datacite"
	BagIt        Form = "bagit"
	Folder       Form = "folder"
)

// form is what is particular about a form.
type form struct {
	name  Form
	tops  []string // what stands in it beside the files
	needs []string // fields of the description without which it cannot be written
	write func(*writer) error
}

// forms are all of them. What they need is what their specifications demand.
var forms = []form{
	{ROCrate, []string{"ro-crate-metadata.json"}, []string{"description", "licence"}, (*writer).roCrate},
	{Croissant, []string{"croissant.json"}, []string{"description", "licence", "creators"}, (*writer).croissant},
	{Frictionless, []string{"datapackage.json"}, nil, (*writer).frictionless},
	{DataCite, []string{"datacite.json"}, []string{"creators"}, (*writer).dataCite},
	{BagIt, []string{"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"}, nil, (*writer).bag},
	{Folder, nil, nil, func(*writer) error { return nil }},
}

// Forms lists the names of all forms.
func Forms() (names []string) {
	for _, f := range forms {
		names = append(names, string(f.name))
	}
	return names
}

// Named finds a form.
func Named(name string) (Form, error) {
	f, err := find(Form(name))
	return f.name, err
}

func find(name Form) (form, error) {
	i := slices.IndexFunc(forms, func(f form) bool { return f.name == name })
	if i < 0 {
		return form{}, fault.New(fault.Invalid, "data can be exported as %s, not %.40q", strings.Join(Forms(), ", "), string(name)).WithField("as")
	}
	return forms[i], nil
}

// Tops are the names at the top of a package of a form, by which it is known again.
func (f Form) Tops() []string {
	found, _ := find(f)
	if f == Folder {
		return nil
	}
	return append([]string{payload}, found.tops...)
}

// Lacks lists the fields that a form needs and a description does not have.
func (f Form) Lacks(d event.Description) (fields []string) {
	found, _ := find(f)
	has := map[string]bool{"description": d.Text != "", "licence": d.Licence != "", "creators": len(d.Creators) > 0}
	for _, field := range found.needs {
		if !has[field] {
			fields = append(fields, field)
		}
	}
	return fields
}

// Subject is the version that is written, and what is known of it.
type Subject struct {
	Name        string // of the data set
	Number      uint64
	Digest      string    // of the content, in hex digits
	Created     time.Time // when the version was added
	Message     string
	Description event.Description
	Runs        []Run
}

// Run is a run that made files of the version.
type Run struct {
	ID, Name   string
	Start, End time.Time // End is zero while it is not known
	Failed     bool
	Program    string   // what ran, in words; empty: not known
	Commit     string   // of the code
	Remote     string   // the repository of the code
	Made       []string // paths of files of the version
	Inputs     []Input
}

// Input is data that a run read.
type Input struct{ Name, Digest string }

// Target takes what is written; paths have slashes and are plain.
type Target interface {
	// Folder makes a folder in which there is nothing.
	Folder(path string) error
	// File writes a file with what fill gives.
	File(path string, modified time.Time, fill func(io.Writer) error) error
}

// Done is what was written.
type Done struct {
	Files, Bytes int64
	Links        int64 // that were left out: such packages have no links
	Renamed      int64 // files with names that not all programs take: see safe
	Unnamed      int64 // files that the description counts, but does not name one by one
}

// Write writes a version as a form.
func Write(ctx context.Context, to Target, tree *content.Tree, s Subject, as Form, progress func(content.Progress)) (Done, error) {
	f, err := find(as)
	if err != nil {
		return Done{}, err
	}
	if lacks := as.Lacks(s.Description); len(lacks) > 0 {
		return Done{}, Lacking(as, lacks)
	}
	w := &writer{ctx: ctx, to: to, tree: tree, subject: s, as: as, tell: progress}
	w.progress.All = tree.Totals()
	if w.tell == nil {
		w.tell = func(content.Progress) {}
	}
	if as != Folder {
		if err := to.Folder(payload); err != nil { // also if there is nothing to lie in it
			return w.done, err
		}
	}
	if err := tree.Walk(ctx, w.visit); err != nil {
		return w.done, err
	}
	return w.done, f.write(w)
}

// Lacking is the fault of a description that does not have what a form needs.
func Lacking(as Form, fields []string) error {
	return fault.New(fault.Invalid, "%s needs more of the description: %s", as, strings.Join(fields, ", ")).WithField("as").
		WithHint("Add it with `varve data describe`, or with Describe on the page of the version.")
}

// payload is the folder of the files.
const payload = "data"

// entry is a file that was written.
type entry struct {
	path     string // in the package
	size     int64
	sum      [sha256.Size]byte
	modified time.Time
	table    *table
}

type writer struct {
	ctx      context.Context
	to       Target
	tree     *content.Tree
	subject  Subject
	as       Form
	tell     func(content.Progress)
	progress content.Progress
	files    []entry
	done     Done
}

// visit writes one thing of the version.
func (w *writer) visit(path string, e content.Entry) error {
	switch {
	case e.Type == content.Link:
		w.done.Links++
		w.progress.Done.Links++
		return nil
	case e.Type == content.Folder && path != "" && e.Totals.Files+e.Totals.Folders+e.Totals.Links == 0:
		return w.to.Folder(w.name(path))
	case e.Type == content.File:
		return w.file(path, e)
	}
	return nil
}

// name is the path in the package.
func (w *writer) name(path string) string {
	if w.as != Folder {
		return payload + "/" + w.as.safe(path)
	}
	return w.as.safe(path)
}

func (w *writer) file(path string, e content.Entry) error {
	name := w.name(path)
	if w.as.safe(path) != path {
		w.done.Renamed++
	}
	w.progress.Path = path
	one := entry{path: name, size: e.Ref.Size, modified: e.ModTime}
	err := w.to.File(name, e.ModTime, func(out io.Writer) (err error) {
		one.sum, one.table, err = w.copy(out, name, e)
		return err
	})
	if err != nil {
		return err
	}
	w.files = append(w.files, one)
	w.done.Files, w.done.Bytes = w.done.Files+1, w.done.Bytes+one.size
	w.progress.Done.Files++
	w.tell(w.progress)
	return content.Cancelled(w.ctx)
}

// copy writes the content of a file, and finds out its hash and its columns.
func (w *writer) copy(out io.Writer, name string, e content.Entry) (sum [sha256.Size]byte, t *table, err error) {
	in, err := w.tree.Open(w.ctx, e)
	if err != nil {
		return sum, nil, err
	}
	hash := sha256.New()
	all := &teed{in: in, out: io.MultiWriter(out, hash, counted{w})}
	if w.as == Croissant || w.as == Frictionless {
		t = tableOf(name, in, all)
	}
	if err := all.drain(); err != nil {
		return sum, nil, err
	}
	return [sha256.Size]byte(hash.Sum(nil)), t, nil
}

// teed writes what is read from it. What has failed once fails for ever: whoever looks
// for columns gives up at an error, and what follows must not be written then.
type teed struct {
	in  io.Reader
	out io.Writer
	err error
}

func (t *teed) Read(p []byte) (n int, err error) {
	if t.err != nil {
		return 0, t.err
	}
	n, t.err = t.in.Read(p)
	if _, err := t.out.Write(p[:n]); err != nil {
		t.err = err
	}
	return n, t.err
}

// drain reads to the end.
func (t *teed) drain() error {
	buffer := make([]byte, 256<<10)
	for t.err == nil {
		_, _ = t.Read(buffer) // it remembers the error
	}
	if t.err == io.EOF {
		return nil
	}
	return t.err
}

// counted tells of bytes as they go by.
type counted struct{ w *writer }

func (c counted) Write(p []byte) (int, error) {
	c.w.progress.Done.Bytes += int64(len(p))
	c.w.tell(c.w.progress)
	return len(p), content.Cancelled(c.w.ctx)
}

// beside writes a file of the package itself. Its time is that of the version, so
// that the same version gives the same package.
func (w *writer) beside(name string, fill func(io.Writer) error) error {
	return w.to.File(name, w.subject.Created, fill)
}

// title is what the data is called.
func (s *Subject) title() string {
	if s.Description.Title != "" {
		return s.Description.Title
	}
	return s.Name
}

// version is what the version is called.
func (s *Subject) version() string {
	if s.Description.Label != "" {
		return s.Description.Label
	}
	return decimal(s.Number)
}

// day is when the version was added, in UTC.
func (s *Subject) day() string { return s.Created.UTC().Format(time.DateOnly) }
