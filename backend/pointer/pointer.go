// Package pointer reads and writes pointer files: small texts that lie beside code,
// in Git if wanted, and say which version of a data set is meant. Their format is
// docs/format/pointers.md.
package pointer

import (
	"encoding/hex"
	"fmt"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// Ext is how the names of pointer files end.
const Ext = ".varve"

// MaxFile is the most bytes that a pointer file may have.
const MaxFile = 16 << 10

const format = 1

// Pointer says which version of a data set is meant.
type Pointer struct {
	Name    string // of the data set
	Number  uint64 // of the version: a label, which may have become another one
	ID      string // of the version, 32 hex digits
	Tree    []byte // id of its tree, which decides
	Content []byte // digest of its content
	Files   int64
	Bytes   int64
}

// FileName proposes a name for the pointer file of a data set.
func FileName(dataset string) string { return path.Base(dataset) + Ext }

// Is reports whether something is called as pointer files are.
func Is(name string) bool { return strings.HasSuffix(name, Ext) && len(name) > len(Ext) }

const remark = "# This file says which version of a data set is meant. Restore it: varve data get THIS-FILE FOLDER"

// Text is the content of the pointer file.
func (p Pointer) Text() string {
	return fmt.Sprintf("%s\nvarve: %d\nname: %s\nversion: %d\nid: %s\ntree: %x\ncontent: %x\nfiles: %d\nbytes: %d\n",
		remark, format, p.Name, p.Number, p.ID, p.Tree, p.Content, p.Files, p.Bytes)
}

// Parse reads a pointer file. It fails with Unsupported for what is none, with
// Conflict for one that Git could not merge, with Newer for one of a later Varve,
// and else with Corrupt.
func Parse(text []byte) (Pointer, error) {
	if len(text) > MaxFile || !utf8.Valid(text) {
		return Pointer{}, notOne()
	}
	lines := strings.Split(strings.TrimPrefix(string(text), "\uFEFF"), "\n")
	if err := merged(lines); err != nil {
		return Pointer{}, err
	}
	fields, err := split(lines)
	if err != nil {
		return Pointer{}, err
	}
	return fields.pointer()
}

func notOne() error {
	return fault.New(fault.Unsupported, "it is no pointer to a version of data").
		WithHint("`varve data pointer NAME` writes one.")
}

// merged refuses a file in which Git has left both sides of a merge.
func merged(lines []string) error {
	for i, line := range lines {
		if strings.HasPrefix(line, "<<<<<<< ") || strings.HasPrefix(line, ">>>>>>> ") || strings.HasPrefix(line, "||||||| ") {
			return fault.New(fault.Conflict, "line %d is a mark of a merge that Git could not finish: two versions are meant at once", i+1).
				WithHint("Choose one side with `git checkout --ours FILE` or `git checkout --theirs FILE`, or point to a version anew with `varve data pointer NAME@VERSION FILE`; then `git add FILE`.")
		}
	}
	return nil
}

// fields are the lines of a pointer file by their names.
type fields map[string]string

// split takes lines apart. Lines that a later Varve may add are left alone.
func split(lines []string) (fields, error) {
	f := fields{}
	for i, line := range lines {
		line = strings.TrimRight(line, " \t\r")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, ": ")
		if !ok || len(f) == 0 && key != "varve" {
			if len(f) == 0 {
				return nil, notOne()
			}
			return nil, damaged("line %d is no name with a value", i+1)
		}
		if _, twice := f[key]; twice {
			return nil, damaged("line %d says %s a second time", i+1, key)
		}
		f[key] = value
	}
	if len(f) == 0 {
		return nil, notOne()
	}
	return f, nil
}

func damaged(what string, args ...any) error {
	return fault.New(fault.Corrupt, "this pointer is damaged: %s", fmt.Sprintf(what, args...)).
		WithHint("Take it from Git again, or write it anew with `varve data pointer NAME@VERSION FILE`.")
}

func (f fields) pointer() (p Pointer, err error) {
	switch v, err := strconv.ParseUint(f["varve"], 10, 64); {
	case err != nil || v == 0:
		return p, notOne()
	case v > format:
		return p, fault.New(fault.Newer, "this pointer was written by a later Varve (format %d)", v).WithHint("Update Varve.")
	}
	p.Name, p.ID = f["name"], f["id"]
	if err := track.CheckDatasetName(p.Name); err != nil {
		return p, damaged("%v", err)
	}
	if id, err := hex.DecodeString(p.ID); err != nil || len(id) != 16 || strings.ToLower(p.ID) != p.ID {
		return p, damaged("its id is not 32 hex digits")
	}
	if p.Number, err = strconv.ParseUint(f["version"], 10, 63); err != nil || p.Number == 0 {
		return p, damaged("its version is no number")
	}
	for key, into := range map[string]*[]byte{"tree": &p.Tree, "content": &p.Content} {
		if *into, err = hex.DecodeString(f[key]); err != nil || len(*into) != 32 {
			return p, damaged("its %s is not 64 hex digits", key)
		}
	}
	for key, into := range map[string]*int64{"files": &p.Files, "bytes": &p.Bytes} {
		if *into, err = strconv.ParseInt(f[key], 10, 64); err != nil || *into < 0 {
			return p, damaged("its %s is no number", key)
		}
	}
	return p, nil
}
