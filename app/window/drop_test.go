package window

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// root makes a path absolute on the system of the test.
func root(path string) string {
	if runtime.GOOS == "windows" {
		return `C:` + filepath.FromSlash(path)
	}
	return path
}

func TestJoinPieces(t *testing.T) {
	tests := []struct {
		name  string
		drop  string // as Wails reports it, before it cuts
		there []string
		want  []string
	}{
		{"one", "/a/b", []string{"/a/b"}, []string{"/a/b"}},
		{"several", "/a/b\n/c d\n/é", []string{"/a/b", "/c d", "/é"}, []string{"/a/b", "/c d", "/é"}},
		{"line feed in the name", "/a/one\ntwo\n/c", []string{"/a/one\ntwo", "/c"}, []string{"/a/one\ntwo", "/c"}},
		{"line feed at the end of a folder's name", "/a\n/b", []string{"/a\n/b"}, []string{"/a\n/b"}},
		{"the same, and another after it", "/a\n/b\n/c", []string{"/a\n/b", "/c"}, []string{"/a\n/b", "/c"}},
		{"only line feeds", "/a/\n\n\n", []string{"/a/\n\n\n"}, []string{"/a/\n\n\n"}},
		{"gone meanwhile", "/a\n/b", []string{"/b"}, []string{"/a", "/b"}},
		{"nothing", "", nil, []string{}},
		{"not a path", "https", nil, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.Contains(tt.name, "line feed") {
				t.Skip("Windows has no such names")
			}
			var want, there, pieces []string
			for _, p := range tt.want {
				want = append(want, root(p))
			}
			for _, p := range tt.there {
				there = append(there, root(p))
			}
			for _, p := range strings.Split(tt.drop, "\n") {
				if strings.HasPrefix(p, "/") {
					p = root(p)
				}
				pieces = append(pieces, p)
			}
			got := joinPieces(pieces, func(p string) bool { return slices.Contains(there, p) })
			if !slices.Equal(got, want) {
				t.Errorf("joinPieces(%q) = %q, want %q", pieces, got, want)
			}
			if got == nil {
				t.Error("nil becomes null in JSON")
			}
		})
	}
}

// TestJoinPiecesOfAnyNames: whatever the names of existing files are, they come
// back as they were, as long as no cut name happens to be another file's.
func TestJoinPiecesOfAnyNames(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no line feeds in names")
	}
	name := rapid.StringMatching(`(/[a-c\n]{1,4}){1,3}`)
	rapid.Check(t, func(t *rapid.T) {
		paths := rapid.SliceOfN(name, 1, 5).Draw(t, "paths")
		for i, p := range paths {
			// Each name is in a folder of its own, as no drop names a file twice.
			paths[i] = "/" + string(rune('p'+i)) + p
		}
		exists := func(p string) bool { return slices.Contains(paths, p) }
		got := joinPieces(strings.Split(strings.Join(paths, "\n"), "\n"), exists)
		if !slices.Equal(got, paths) {
			t.Fatalf("got %q, want %q", got, paths)
		}
	})
}

func TestDropWithoutPathsHasWords(t *testing.T) {
	d := newDrop(3, 4, []string{""}, onDisk)
	if d.Problem == "" || d.Paths == nil || len(d.Paths) != 0 || d.X != 3 || d.Y != 4 {
		t.Fatalf("drop = %+v", d)
	}
	if d := newDrop(0, 0, []string{t.TempDir()}, onDisk); d.Problem != "" || len(d.Paths) != 1 {
		t.Fatalf("drop = %+v", d)
	}
}
