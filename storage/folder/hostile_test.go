package folder_test

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
	"dev.varve/storage/folder"
)

// counting is a store that does something at the n-th read.
type counting struct {
	*contenttest.Memory
	left atomic.Int64
	do   func() error
}

// countingFrom does something at the n-th Get.
func countingFrom(mem *contenttest.Memory, n int, do func() error) *counting {
	c := &counting{Memory: mem, do: do}
	c.left.Store(int64(n))
	return c
}

func (c *counting) Get(ctx context.Context, id content.ID) ([]byte, error) {
	if c.left.Add(-1) == 0 {
		if err := c.do(); err != nil {
			return nil, err
		}
	}
	return c.Memory.Get(ctx, id)
}

// TestNothingIsLeftBehind fails a restore, and stops it, at each object that
// it reads.
func TestNothingIsLeftBehind(t *testing.T) {
	mem := contenttest.NewMemory()
	v := build(t, mem, sample(t))
	for _, existed := range []bool{true, false} {
		for n := 1; ; n++ {
			parent := t.TempDir()
			dest := filepath.Join(parent, "a", "b")
			if existed {
				noError(t, os.MkdirAll(dest, 0o755))
			}
			before := describe(t, parent)
			ctx, cancel := context.WithCancel(t.Context())
			s := countingFrom(mem, n, func() error { cancel(); return nil })
			want := fault.Cancelled
			if n%2 == 0 {
				s.do, want = func() error { return fault.New(fault.Corrupt, "it is damaged") }, fault.Corrupt
			}
			_, err := folder.Restore(ctx, s, v.Root, dest, nil)
			cancel()
			if s.left.Load() > 0 {
				noError(t, err)
				_ = os.Chmod(filepath.Join(dest, "deep/er"), 0o755)
				break
			}
			wantKind(t, err, want)
			if after := describe(t, parent); len(after) != len(before) {
				t.Fatalf("stopped at object %d, left behind: %q", n, after)
			}
		}
	}
}

// What others put into dest meanwhile is not removed with the rest.
func TestForeignFilesSurviveAFailure(t *testing.T) {
	mem := contenttest.NewMemory()
	v := build(t, mem, sample(t))
	dest := filepath.Join(t.TempDir(), "out")
	failed := false
	progress := func(content.Progress) {
		if !failed {
			failed = true
			write(t, filepath.Join(dest, "foreign"), "mine", 0o644, then)
		}
	}
	s := countingFrom(mem, 16, func() error { return fault.New(fault.Corrupt, "it is damaged") })
	_, err := folder.Restore(t.Context(), s, v.Root, dest, progress)
	wantKind(t, err, fault.Corrupt)
	if lines := describe(t, dest); len(lines) != 1 || !strings.HasPrefix(lines[0], "foreign ") {
		t.Fatalf("left: %q", lines)
	}
	if !strings.Contains(fault.HintOf(err), "could not be removed") {
		t.Fatalf("hint: %q", fault.HintOf(err))
	}
}

// TestAWrongDigestIsFound: a tree whose parts are all right, but whose large
// file is said to have another digest.
func TestAWrongDigestIsFound(t *testing.T) {
	s := contenttest.NewMemory()
	ref, err := content.WriteFile(t.Context(), s, strings.NewReader(strings.Repeat("wine ", 100_000)), content.WriteOptions{})
	noError(t, err)
	ref.Digest[0] ^= 1
	v, err := content.Assemble(t.Context(), s, []content.PathEntry{{Path: "a", Ref: ref}})
	noError(t, err)
	dest := filepath.Join(t.TempDir(), "out")
	wantKind(t, restore(t, s, v, dest), fault.Corrupt)
	if _, err := os.Lstat(dest); err == nil {
		t.Fatal("something was left behind")
	}
}

// raw stores a tree with one entry that no honest Varve would write.
func raw(t *testing.T, s *contenttest.Memory, name, target string) content.ID {
	t.Helper()
	node := func(kind int, body any) []byte {
		mode, err := cbor.CoreDetEncOptions().EncMode()
		noError(t, err)
		data, err := mode.Marshal([]any{1, kind, body})
		noError(t, err)
		id := content.Sum(content.KindTree, data)
		noError(t, s.Put(t.Context(), content.KindTree, id, data))
		return id[:]
	}
	entry := map[int]any{1: []byte(name), 2: 3, 3: 0o777, 4: 5, 11: []byte(target)}
	leaf := node(1, []any{entry})
	return content.ID(node(4, map[int]any{2: 2, 3: 0o755, 4: 5, 7: leaf, 10: make([]byte, 32), 14: 1}))
}

func TestHostileTreesWriteNothing(t *testing.T) {
	for _, name := range []string{"..", ".", "../escape", "/abs", "a/b", "a\x00b", ""} {
		s := contenttest.NewMemory()
		dest := filepath.Join(t.TempDir(), "out")
		_, err := folder.Restore(t.Context(), s, raw(t, s, name, "x"), dest, nil)
		wantKind(t, err, fault.Corrupt)
		if _, err := os.Lstat(dest); err == nil {
			t.Fatalf("%q: something was written", name)
		}
	}
}

// TestLinksLeadNowhere: a link out of dest, and a file that would be written
// through it if links were made as they come.
func TestLinksLeadNowhere(t *testing.T) {
	s := contenttest.NewMemory()
	outside := t.TempDir()
	ref, err := content.WriteFile(t.Context(), s, strings.NewReader("x"), content.WriteOptions{})
	noError(t, err)
	v, err := content.Assemble(t.Context(), s, []content.PathEntry{
		{Path: "a", Type: content.Link, Target: outside},
		{Path: "b/c", Ref: ref},
		{Path: "d", Type: content.Link, Target: "../../../../../../etc"},
	})
	noError(t, err)
	dest := filepath.Join(t.TempDir(), "out")
	noError(t, restore(t, s, v, dest))
	if target, err := os.Readlink(filepath.Join(dest, "a")); err != nil || target != outside {
		t.Fatalf("link: %q, %v", target, err)
	}

	// Somebody swaps a folder for a link while it is restored.
	dest = filepath.Join(t.TempDir(), "out")
	_, err = folder.Restore(t.Context(), s, v.Root, dest, func(p content.Progress) {
		if p.Path == "b" {
			noError(t, os.Remove(filepath.Join(dest, "b")))
			link(t, outside, filepath.Join(dest, "b"))
		}
	})
	if err == nil {
		t.Fatal("a file was written through a link")
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
		t.Fatalf("written outside: %v, %v", entries, err)
	}
}

// TestNamesOfTheTemporaryFolder: a tree may contain what Restore would call
// its own.
func TestNamesOfTheTemporaryFolder(t *testing.T) {
	top, s := t.TempDir(), contenttest.NewMemory()
	write(t, filepath.Join(top, ".varve-restore-0/file"), "a", 0o644, then)
	write(t, filepath.Join(top, ".varve-restore-1"), "b", 0o644, then)
	dest := filepath.Join(t.TempDir(), "out")
	noError(t, restore(t, s, build(t, s, top), dest))
	if want, got := describe(t, top), describe(t, dest); !slices.Equal(want[1:2], got[1:2]) || len(got) != len(want) {
		t.Fatalf("restored %q, want %q", got, want)
	}
}

// TestSwappedWhileRead replaces a folder or a file by a link just after it was
// looked at and before it is opened.
func TestSwappedWhileRead(t *testing.T) {
	secret := t.TempDir()
	write(t, filepath.Join(secret, "x"), "secret", 0o644, then)
	cases := map[string]struct{ at, target string }{
		"folder to outside": {"b", secret},
		"folder to inside":  {"b", "c"},
		"file to outside":   {"c/x", filepath.Join(secret, "x")},
		"file to inside":    {"c/x", "y"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			top := t.TempDir()
			for _, f := range []string{"a", "b/x", "c/x", "c/y"} {
				write(t, filepath.Join(top, f), "public "+f, 0o644, then)
			}
			src := &swapping{Source: folder.NewSource(top), at: c.at, do: func() {
				noError(t, os.RemoveAll(filepath.Join(top, c.at)))
				link(t, c.target, filepath.Join(top, c.at))
			}}
			s := contenttest.NewMemory()
			v, err := content.Build(t.Context(), s, src, content.BuildOptions{})
			noError(t, err)
			if src.looks < 2 {
				t.Fatal("nothing was swapped")
			}
			if now := build(t, contenttest.NewMemory(), top); now.Digest != v.Digest {
				t.Fatal("what was kept was never there")
			}
			if has, _ := s.Has(t.Context(), content.Sum(content.KindData, []byte("secret"))); has {
				t.Fatal("a file outside was read")
			}
		})
	}
}

// swapping is a Source that does something once, after the second look at a
// path: the first is that of the survey.
type swapping struct {
	content.Source
	at    string
	do    func()
	looks int
}

func (s *swapping) Open(ctx context.Context) (content.SourceFolder, string, error) {
	d, name, err := s.Source.Open(ctx)
	return &swappingDir{d, s, ""}, name, err
}

type swappingDir struct {
	content.SourceFolder
	s    *swapping
	path string
}

func (d *swappingDir) Folder(name string) (content.SourceFolder, error) {
	sub, err := d.SourceFolder.Folder(name)
	return &swappingDir{sub, d.s, path.Join(d.path, name)}, err
}

func (d *swappingDir) Lstat(name string) (content.Info, error) {
	info, err := d.SourceFolder.Lstat(name)
	if path.Join(d.path, name) == d.s.at {
		if d.s.looks++; d.s.looks == 2 {
			d.s.do()
		}
	}
	return info, err
}
