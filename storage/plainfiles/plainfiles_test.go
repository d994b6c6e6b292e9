package plainfiles_test

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"dev.varve/backend/artifact"
	"dev.varve/backend/artifact/artifacttest"
	"dev.varve/backend/fault"
	"dev.varve/storage/plainfiles"
)

func TestTree(t *testing.T) {
	artifacttest.Test(t, func(t *testing.T) artifact.Tree {
		return plainfiles.Tree{Base: filepath.Join(t.TempDir(), "not there yet"), Below: "7/abc/artifacts", Random: rand.Reader}
	})
}

// TestLinks checks that no link leads out of the folder, whoever made it.
func TestLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege")
	}
	base, outside := t.TempDir(), t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	secret := filepath.Join(outside, "secret")
	must(os.WriteFile(secret, []byte("secret"), 0o600))
	in := filepath.Join(base, "run", "artifacts")
	must(os.MkdirAll(in, 0o755))
	must(os.WriteFile(filepath.Join(in, "real"), []byte("real"), 0o600))
	must(os.Symlink(secret, filepath.Join(in, "file")))
	must(os.Symlink(outside, filepath.Join(in, "folder")))
	must(os.Symlink("../../..", filepath.Join(in, "up")))
	must(os.Symlink("real", filepath.Join(in, "good")))
	must(os.Symlink("loop", filepath.Join(in, "loop")))
	must(os.Symlink(outside, filepath.Join(base, "other")))
	tree := plainfiles.Tree{Base: base, Below: "run/artifacts", Random: rand.Reader}

	list, err := tree.List(t.Context(), "")
	must(err)
	if len(list) != 2 || list[0].Path != "good" || list[1].Path != "real" {
		t.Errorf("List shows %v", list)
	}
	all, err := tree.All(t.Context(), "")
	must(err)
	if len(all) != 2 {
		t.Errorf("All shows %v", all)
	}
	for _, name := range []string{"file", "folder/secret", "up/x", "loop"} {
		if c, err := tree.Open(t.Context(), name); err == nil {
			t.Errorf("%s was opened: %v", name, c.File)
		}
		if err := tree.Put(t.Context(), name+"/x", strings.NewReader("evil")); err == nil {
			t.Errorf("%s/x was written", name)
		}
	}
	for _, folder := range []string{"folder", "up"} {
		if list, _ := tree.List(t.Context(), folder); len(list) > 0 {
			t.Errorf("%s lists %v", folder, list)
		}
		if err := tree.Put(t.Context(), folder+"/secret", strings.NewReader("evil")); !errors.Is(err, fault.Denied) {
			t.Errorf("writing through %s: %v", folder, err)
		}
	}
	must(tree.Remove(t.Context(), "folder")) // the link, not what it leads to
	if err := tree.Put(t.Context(), "file", strings.NewReader("new")); err != nil {
		t.Errorf("the link cannot be replaced: %v", err)
	}
	if got, err := os.ReadFile(secret); string(got) != "secret" || err != nil {
		t.Errorf("the secret is %q, %v", got, err)
	}
	through := plainfiles.Tree{Base: base, Below: "other", Random: rand.Reader}
	if _, err := through.Open(t.Context(), "secret"); err == nil {
		t.Error("a folder of the location that is a link out of it was read")
	}
	if err := through.Put(t.Context(), "x", strings.NewReader("evil")); err == nil {
		t.Error("and written")
	}
	if left, err := os.ReadDir(outside); len(left) != 1 || err != nil {
		t.Errorf("outside there is %v, %v", left, err)
	}
}

// TestBaseIsAFile: a location may name a file, which holds no artifacts.
func TestBaseIsAFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, base := range []string{name, filepath.Join(name, "sub")} {
		tree := plainfiles.Tree{Base: base, Below: "run/artifacts", Random: rand.Reader}
		if list, err := tree.List(t.Context(), ""); err != nil || len(list) > 0 {
			t.Errorf("%s lists %v, %v", base, list, err)
		}
		if _, err := tree.Open(t.Context(), "x"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("opened: %v", err)
		}
		if err := tree.Put(t.Context(), "x", strings.NewReader("")); fault.KindOf(err) != fault.Invalid {
			t.Errorf("put: %v", err)
		}
	}
}
