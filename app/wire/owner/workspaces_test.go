package owner

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"dev.varve/backend/fault"
)

// TestToOpen: what cannot be opened, or made, is said before anything happens.
func TestToOpen(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(top, filepath.FromSlash(name)) }
	for _, dir := range []string{"empty", "full", "lake/journal", "later"} {
		if err := os.MkdirAll(at(dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	marker := `{"varve":"x","format":1,"id":"77777777aaaaaaaa77777777aaaaaaaa","created":1,"chunks":` + string(cuttings()) + `}`
	for name, text := range map[string]string{
		"full/notes.txt": "mine", "lake/varve.json": marker, "later/varve.json": `{"format":99}`, "file": "x",
	} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if runtime.GOOS != "windows" { // links need a right there
		if err := os.Symlink(at("lake"), at("link")); err != nil {
			t.Fatal(err)
		}
	} else if err := os.Mkdir(at("link"), 0o755); err != nil {
		t.Fatal(err)
	}
	const here = "" // no error
	tests := []struct {
		path   string
		create bool
		dir    string
		kind   fault.Kind
		says   string
	}{
		{"lake", false, "lake", here, ""},
		{"lake", true, "lake", here, ""}, // made already: it is opened
		{"lake/varve.json", false, "lake", here, ""},
		{"link", false, "lake", here, ""},
		{"empty", false, "", fault.NotFound, "is not a Varve workspace"},
		{"empty", true, "empty", here, ""},
		{"new/below", false, "", fault.NotFound, "there is no folder"},
		{"new/below", true, "new/below", here, ""},
		{"full", false, "", fault.NotFound, "is not a Varve workspace"},
		{"full", true, "", fault.Exists, "is not empty"},
		{"file", false, "", fault.Invalid, "is a file"},
		{"file", true, "", fault.Invalid, "is a file"},
		{"later", false, "", fault.Newer, "later version"},
		{"lake/journal", true, "", fault.Invalid, "lies in the workspace"},
		{"lake/deep/below", true, "", fault.Invalid, "lies in the workspace"},
	}
	for _, tt := range tests {
		if tt.path == "link" && runtime.GOOS == "windows" {
			continue
		}
		dir, err := ToOpen(at(tt.path), tt.create)
		if tt.kind == here {
			if err != nil || dir != at(tt.dir) {
				t.Errorf("%s, create %v: %q, %v", tt.path, tt.create, dir, err)
			}
			continue
		}
		if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s, create %v: %v", tt.path, tt.create, err)
		}
	}
	if _, err := ToOpen("lake", false); !errors.Is(err, fault.Invalid) {
		t.Errorf("half a path: %v", err)
	}
	for _, name := range []string{"new", "empty/varve.json", "lake/deep"} {
		if _, err := os.Stat(at(name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("asking has made %s (%v)", name, err)
		}
	}
}
