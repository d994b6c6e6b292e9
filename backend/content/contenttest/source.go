package contenttest

import (
	"context"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// Item is a thing in a Files source. The zero value is an empty file.
type Item struct {
	Type    content.Type // 0: a file, unless What is set
	What    string       // something that cannot be kept
	Mode    uint32       // 0: 0o644, or 0o755 for a folder
	ModTime time.Time
	Data    []byte
	Target  string
	Denied  bool   // may not be read
	Inode   uint64 // changes when something is put in its place
}

// Files is a content.Source in memory: items by their paths. Folders above
// them need no item of their own. Tests may change it while it is read, from
// the same goroutine, in OnRead.
type Files struct {
	Items map[string]*Item
	File  string // if set, only this file at the top is meant
	// OnRead is called before each read of a file's content.
	OnRead func(path string)
}

var _ content.Source = (*Files)(nil)

// NewFiles makes a source from texts by their paths.
func NewFiles(texts map[string]string) *Files {
	f := &Files{Items: map[string]*Item{}}
	for p, text := range texts {
		f.Items[p] = &Item{Data: []byte(text)}
	}
	return f
}

// Open gives the top folder, and the name of the file if one is meant.
func (f *Files) Open(context.Context) (content.SourceFolder, string, error) {
	return &filesFolder{f, ""}, f.File, nil
}

// at finds an item, or makes up one for a folder that has only what is in it.
func (f *Files) at(p string) (*Item, error) {
	if it, ok := f.Items[p]; ok {
		return it, nil
	}
	folder := &Item{Type: content.Folder, ModTime: time.Unix(0, 0)}
	found := p == ""
	for other := range f.Items {
		if p == "" || strings.HasPrefix(other, p+"/") {
			found = true
			// A name that comes or goes shows in the folder's time.
			folder.ModTime = folder.ModTime.Add(time.Duration(len(other)) * time.Second)
		}
	}
	if !found {
		return nil, fault.New(fault.NotFound, "there is no %s", p)
	}
	return folder, nil
}

func (it *Item) info() content.Info {
	i := content.Info{
		Type: it.Type, What: it.What, Mode: it.Mode, ModTime: it.ModTime, Size: int64(len(it.Data)), Inode: it.Inode,
	}
	if i.Type == 0 && i.What == "" {
		i.Type = content.File
	}
	if i.Mode == 0 && i.Type == content.Folder {
		i.Mode = 0o755
	} else if i.Mode == 0 {
		i.Mode = 0o644
	}
	return i
}

type filesFolder struct {
	files *Files
	path  string
}

func (d *filesFolder) Info() (content.Info, error) {
	it, err := d.files.at(d.path)
	if err != nil {
		return content.Info{}, err
	}
	return it.info(), nil
}

func (d *filesFolder) Names() ([]string, error) {
	if it, err := d.files.at(d.path); err != nil || it.Denied {
		if err == nil {
			err = fault.New(fault.Denied, "%s may not be read", d.path)
		}
		return nil, err
	}
	var names []string
	for p := range d.files.Items {
		rest, below := strings.CutPrefix(p, d.path+"/")
		if d.path == "" {
			rest, below = p, true
		}
		name, _, _ := strings.Cut(rest, "/")
		if below && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

func (d *filesFolder) Lstat(name string) (content.Info, error) {
	it, err := d.files.at(path.Join(d.path, name))
	if err != nil {
		return content.Info{}, err
	}
	return it.info(), nil
}

func (d *filesFolder) open(name string, want content.Type) (*Item, error) {
	it, err := d.files.at(path.Join(d.path, name))
	switch {
	case err != nil:
		return nil, err
	case it.info().Type != want:
		return nil, fault.New(fault.NotFound, "%s is not a %s any more", name, want)
	case it.Denied && want == content.File:
		return nil, fault.New(fault.Denied, "%s may not be read", name)
	}
	return it, nil
}

func (d *filesFolder) Folder(name string) (content.SourceFolder, error) {
	_, err := d.open(name, content.Folder)
	return &filesFolder{d.files, path.Join(d.path, name)}, err
}

func (d *filesFolder) File(name string) (content.SourceFile, error) {
	it, err := d.open(name, content.File)
	return &filesFile{item: it, files: d.files, path: path.Join(d.path, name)}, err
}

func (d *filesFolder) Readlink(name string) (string, error) {
	it, err := d.open(name, content.Link)
	if err != nil {
		return "", err
	}
	return it.Target, nil
}

func (d *filesFolder) Close() error { return nil }

type filesFile struct {
	item  *Item
	files *Files
	path  string
	pos   int
}

func (f *filesFile) Info() (content.Info, error) { return f.item.info(), nil }

func (f *filesFile) Read(p []byte) (int, error) {
	if f.files.OnRead != nil {
		f.files.OnRead(f.path)
	}
	if f.pos >= len(f.item.Data) {
		return 0, io.EOF
	}
	n := copy(p, f.item.Data[f.pos:])
	f.pos += n
	return n, nil
}

func (f *filesFile) Close() error { return nil }
