package dvcrepo

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports/datasets"
	"dev.varve/storage/disk"
)

// object is a file of a cache.
type object struct {
	at       string // its path; empty: it is in none
	size     int64
	modified time.Time
}

// key names a content: its hash, as DVC 2 and before or as DVC 3 computes it.
func (o output) key() string {
	key := "md5:" + o.Hash
	if o.Old {
		key = "old:" + o.Hash
	}
	if o.Folder {
		key += ".dir"
	}
	return key
}

// find looks for a content in the caches.
func (s *Source) find(key string) object {
	if o, ok := s.found[key]; ok {
		return o
	}
	hash, old := strings.CutPrefix(key, "old:")
	if !old {
		hash = strings.TrimPrefix(key, "md5:")
	}
	var o object
	for _, cache := range s.caches {
		if !old {
			cache = filepath.Join(cache, "files", "md5")
		}
		name := filepath.Join(cache, hash[:2], hash[2:])
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			o = object{name, info.Size(), info.ModTime()}
			break
		}
	}
	s.found[key] = o
	return o
}

// fetch says what to do about contents that are missing.
const fetch = "`dvc fetch --all-commits` brings what the remotes have"

// Files lists the files of a version.
func (s *Source) Files(ctx context.Context, v *datasets.Version) ([]datasets.File, error) {
	o, ok := s.made[v.At]
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no such version")
	}
	top := s.find(o.key())
	if top.at == "" {
		return nil, fault.New(fault.NotFound, "its content is missing from the cache; %s", fetch)
	}
	if !o.Folder {
		return []datasets.File{fileOf(path.Base(o.Path), o, top)}, nil
	}
	list, err := s.list(o)
	if err != nil {
		return nil, err
	}
	files := make([]datasets.File, 0, len(list))
	missing, first := 0, ""
	for _, e := range list {
		if err := content.Cancelled(ctx); err != nil {
			return nil, err
		}
		part := output{Hash: e.MD5, Old: o.Old}
		at := s.find(part.key())
		if at.at == "" {
			if missing++; missing == 1 {
				first = e.Path
			}
			continue
		}
		files = append(files, fileOf(e.Path, part, at))
	}
	if missing > 0 {
		return nil, fault.New(fault.NotFound, "%s missing from the cache, the first is %s; %s", datasets.SomeFiles(missing, len(list)), content.Show(first), fetch)
	}
	return files, nil
}

func fileOf(name string, o output, at object) datasets.File {
	f := datasets.File{Path: name, At: o.key(), Size: at.size, Mode: 0o644, Modified: at.modified}
	if o.Exec {
		f.Mode = 0o755
	}
	return f
}

// listed is a file of a folder.
type listed struct {
	MD5  string `json:"md5"`
	Path string `json:"relpath"`
}

// maxList is how large the list of a folder may be: some millions of files.
const maxList = 1 << 30 // bytes

// list reads the list of a folder, and compares it with its hash.
func (s *Source) list(o output) ([]listed, error) {
	r, err := s.open(o.key(), o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return parseList(r)
}

// parseList reads a list to its end, so that its hash is compared.
func parseList(r io.Reader) (list []listed, err error) {
	in := io.LimitReader(r, maxList)
	d := json.NewDecoder(in)
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return nil, badList(err)
	}
	for d.More() {
		var e listed
		if err := d.Decode(&e); err != nil {
			return nil, badList(err)
		}
		if !md5Text.MatchString(e.MD5) || e.Path == "" {
			return nil, fault.New(fault.Unsupported, "the list of its files has one without an MD5 or a path")
		}
		list = append(list, e)
	}
	if _, err := d.Token(); err != nil {
		return nil, badList(err)
	}
	_, err = io.Copy(io.Discard, io.MultiReader(d.Buffered(), in))
	return list, err
}

// badList is what is wrong with a list; that its hash is another one says more.
func badList(err error) error {
	if errors.Is(err, fault.Corrupt) {
		return err
	}
	return fault.New(fault.Corrupt, "the list of its files is damaged")
}

// Open opens a file of a version.
func (s *Source) Open(_ context.Context, f *datasets.File) (io.ReadCloser, error) {
	old := strings.HasPrefix(f.At, "old:")
	_, hash, _ := strings.Cut(f.At, ":")
	return s.open(f.At, output{Path: f.Path, Hash: hash, Old: old})
}

func (s *Source) open(key string, o output) (io.ReadCloser, error) {
	at := s.find(key)
	if at.at == "" {
		return nil, fault.New(fault.NotFound, "%s is missing from the cache", content.Show(o.Path))
	}
	f, err := os.Open(at.at)
	if err != nil {
		return nil, disk.Classify(err, "open", at.at)
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, fault.New(fault.Unsupported, "%s is no file any more", at.at)
	}
	return &checked{File: f, sum: newSum(o.Old), want: o.Hash, what: o.Path}, nil
}

// checked compares what is read with its hash, at its end.
type checked struct {
	*os.File
	sum  sum
	want string
	what string
}

// Read reads on.
func (c *checked) Read(p []byte) (int, error) {
	n, err := c.File.Read(p)
	c.sum.write(p[:n])
	if errors.Is(err, io.EOF) && !c.sum.is(c.want) {
		return n, fault.New(fault.Corrupt, "what lies in the cache for %s (%s) is damaged: its MD5 is another one", content.Show(c.what), c.want)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, disk.Classify(err, "read", c.Name())
	}
	return n, err
}
