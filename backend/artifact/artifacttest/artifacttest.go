// Package artifacttest is what every artifact.Tree has to pass.
package artifacttest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/artifact"
	"dev.varve/backend/fault"
)

// Test checks a kind of tree. fresh makes an empty one.
func Test(t *testing.T, fresh func(t *testing.T) artifact.Tree) {
	for name, check := range map[string]func(*testing.T, artifact.Tree){
		"nothing": nothing, "files": files, "replace": replace, "ranges": ranges, "folders": folders, "remove": remove, "broken": broken,
		"paths": paths,
	} {
		t.Run(name, func(t *testing.T) { check(t, fresh(t)) })
	}
}

func nothing(t *testing.T, tree artifact.Tree) {
	for _, folder := range []string{"", "a", "a/b"} {
		if list, err := tree.List(t.Context(), folder); len(list) != 0 || err != nil {
			t.Errorf("List(%q): %v, %v", folder, list, err)
		}
		if all, err := tree.All(t.Context(), folder); len(all) != 0 || err != nil {
			t.Errorf("All(%q): %v, %v", folder, all, err)
		}
		if err := tree.Remove(t.Context(), folder); !errors.Is(err, fault.NotFound) {
			t.Errorf("Remove(%q): %v", folder, err)
		}
	}
	if _, err := tree.Open(t.Context(), "a"); !errors.Is(err, fault.NotFound) {
		t.Errorf("Open: %v", err)
	}
}

func put(t *testing.T, tree artifact.Tree, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := tree.Put(t.Context(), name, strings.NewReader("content of "+name)); err != nil {
			t.Fatalf("Put(%q): %v", name, err)
		}
	}
}

func read(t *testing.T, tree artifact.Tree, name string) string {
	t.Helper()
	c, err := tree.Open(t.Context(), name)
	if err != nil {
		t.Fatalf("Open(%q): %v", name, err)
	}
	defer c.Close()
	data, err := io.ReadAll(c)
	if err != nil || c.Path != name || c.Size != int64(len(data)) || c.Tag == "" {
		t.Errorf("Open(%q): %+v, %v", name, c.File, err)
	}
	return string(data)
}

func listing(t *testing.T, tree artifact.Tree, folder string) string {
	t.Helper()
	list, err := tree.List(t.Context(), folder)
	if err != nil {
		t.Fatalf("List(%q): %v", folder, err)
	}
	var words []string
	for _, e := range list {
		word := fmt.Sprintf("%s %d", e.Path, e.Size)
		if e.Folder {
			word = e.Path + "/"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

func files(t *testing.T, tree artifact.Tree) {
	names := []string{"a", "b/c", "b/d e.txt", "ü 100%.bin", "-x", "..hidden", ".dot", "semi;colon=x", "a b/c d"}
	put(t, tree, names...)
	for _, name := range names {
		if got := read(t, tree, name); got != "content of "+name {
			t.Errorf("%q holds %q", name, got)
		}
	}
	all, err := tree.All(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	for i, f := range all {
		if f.Path != names[i] || f.Size != int64(len("content of "+names[i])) || f.Tag == "" {
			t.Errorf("All: %+v instead of %q", f, names[i])
		}
	}
	if all, err := tree.All(t.Context(), "b"); len(all) != 2 || err != nil {
		t.Errorf("All(b): %v, %v", all, err)
	}
	if got := listing(t, tree, "b"); got != "b/c 14, b/d e.txt 20" {
		t.Errorf("List(b): %s", got)
	}
	if got := listing(t, tree, "a"); got != "" {
		t.Errorf("a file lists %s", got)
	}
	if got := listing(t, tree, ""); got != "-x 13, ..hidden 19, .dot 15, a 12, a b/, b/, semi;colon=x 23, ü 100%.bin 22" {
		t.Errorf("List: %s", got)
	}
}

func replace(t *testing.T, tree artifact.Tree) {
	put(t, tree, "d/f")
	before, err := tree.All(t.Context(), "d")
	if err != nil {
		t.Fatal(err)
	}
	if err := tree.Put(t.Context(), "d/f", strings.NewReader("other")); err != nil {
		t.Fatal(err)
	}
	after, err := tree.All(t.Context(), "d")
	if err != nil || len(after) != 1 || after[0].Tag == before[0].Tag {
		t.Errorf("%v became %v, %v", before, after, err)
	}
	if got := read(t, tree, "d/f"); got != "other" {
		t.Errorf("it holds %q", got)
	}
}

func ranges(t *testing.T, tree artifact.Tree) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 64<<10) // several pieces of any store
	if err := tree.Put(t.Context(), "big", bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	c, err := tree.Open(t.Context(), "big")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, at := range []int64{0, 1, 4095, 500_001, int64(len(data)) - 3} {
		if _, err := c.Seek(at, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 3)
		if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, data[at:at+3]) {
			t.Errorf("at %d: %q, %v", at, got, err)
		}
	}
	if end, err := c.Seek(0, io.SeekEnd); end != int64(len(data)) || err != nil {
		t.Errorf("the end is at %d, %v", end, err)
	}
}

func folders(t *testing.T, tree artifact.Tree) {
	put(t, tree, "a", "b/c")
	for _, name := range []string{"b", "a/x", "a/x/y"} {
		if err := tree.Put(t.Context(), name, strings.NewReader("x")); !errors.Is(err, fault.Invalid) {
			t.Errorf("Put(%q) over a folder, or below a file: %v", name, err)
		}
	}
	for _, name := range []string{"b", "a/x"} {
		if _, err := tree.Open(t.Context(), name); !errors.Is(err, fault.NotFound) {
			t.Errorf("Open(%q): %v", name, err)
		}
	}
	if got := listing(t, tree, ""); got != "a 12, b/" {
		t.Errorf("what was refused left %s", got)
	}
}

func remove(t *testing.T, tree artifact.Tree) {
	put(t, tree, "a", "b/c", "b/d/e", "f/g")
	for _, name := range []string{"a", "b/d"} {
		if err := tree.Remove(t.Context(), name); err != nil {
			t.Errorf("Remove(%q): %v", name, err)
		}
	}
	if got := listing(t, tree, "") + "; " + listing(t, tree, "b"); got != "b/, f/; b/c 14" {
		t.Errorf("there is left %s", got)
	}
	if err := tree.Remove(t.Context(), "a"); !errors.Is(err, fault.NotFound) {
		t.Errorf("what is gone is removed again: %v", err)
	}
	if err := tree.Remove(t.Context(), "b/c"); err != nil || listing(t, tree, "") != "f/" {
		t.Errorf("an empty folder stays: %s, %v", listing(t, tree, ""), err)
	}
	if err := tree.Remove(t.Context(), ""); err != nil || listing(t, tree, "") != "" {
		t.Errorf("the root holds %s, %v", listing(t, tree, ""), err)
	}
	put(t, tree, "a")
}

// errCut is what goes wrong with an upload.
var errCut = errors.New("the client broke off")

type cut struct{ io.Reader }

func (c cut) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = errCut
	}
	return n, err
}

func broken(t *testing.T, tree artifact.Tree) {
	put(t, tree, "d/f")
	for _, name := range []string{"d/f", "d/g", "h"} {
		if err := tree.Put(t.Context(), name, cut{strings.NewReader(strings.Repeat("half", 1<<18))}); !errors.Is(err, errCut) {
			t.Errorf("Put(%q): %v", name, err)
		}
	}
	if got := read(t, tree, "d/f"); got != "content of d/f" {
		t.Errorf("half an upload has changed the file to %.20q", got)
	}
	if err := tree.Put(t.Context(), "new/g", cut{strings.NewReader("half")}); !errors.Is(err, errCut) {
		t.Errorf("Put in a new folder: %v", err)
	}
	if got := listing(t, tree, "") + ", " + listing(t, tree, "d"); got != "d/, d/f 14" {
		t.Errorf("half an upload left %s", got)
	}
}

func paths(t *testing.T, tree artifact.Tree) {
	for _, name := range []string{
		"..", ".", "../x", "a/../../x", "a/..", "/a", "/", "a//b", "a/", "./a", "a/./b", "a\\b", "..\\x", "a\x00b", strings.Repeat("x/", 3000) + "x",
	} {
		if err := tree.Put(t.Context(), name, strings.NewReader("x")); !errors.Is(err, fault.Invalid) {
			t.Errorf("Put(%.40q): %v", name, err)
		}
		if _, err := tree.Open(t.Context(), name); !errors.Is(err, fault.Invalid) {
			t.Errorf("Open(%.40q): %v", name, err)
		}
		if _, err := tree.List(t.Context(), name); !errors.Is(err, fault.Invalid) {
			t.Errorf("List(%.40q): %v", name, err)
		}
		if _, err := tree.All(t.Context(), name); !errors.Is(err, fault.Invalid) {
			t.Errorf("All(%.40q): %v", name, err)
		}
		if err := tree.Remove(t.Context(), name); !errors.Is(err, fault.Invalid) {
			t.Errorf("Remove(%.40q): %v", name, err)
		}
	}
	if all, err := tree.All(t.Context(), ""); len(all) != 0 || err != nil {
		t.Errorf("there is %v, %v", all, err)
	}
}
