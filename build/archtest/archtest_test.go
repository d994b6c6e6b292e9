package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const top = "../.."

// configurations are the builds whose arrows count. No compiler runs for them,
// so that they need neither GTK nor the other systems.
var configurations = []struct{ goos, tags string }{
	{"linux", ""},
	{"linux", "desktop,production,webkit2_41"},
	{"windows", ""},
	{"windows", "desktop,production"},
	{"darwin", ""},
}

type listed struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

// list asks the go command for the packages of this module.
func list(t *testing.T, goos, tags string) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "-tags", tags, "./...")
	cmd.Dir = top
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=amd64", "CGO_ENABLED=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list for %s with tags %q: %v\n%s", goos, tags, err, stderr.String())
	}
	var packages []listed
	for values := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := values.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func TestArrows(t *testing.T) {
	graph := Graph{}
	for _, c := range configurations {
		packages := list(t, c.goos, c.tags)
		for _, p := range packages {
			for _, imported := range p.Imports {
				if !slices.Contains(graph[p.ImportPath], imported) {
					graph[p.ImportPath] = append(graph[p.ImportPath], imported)
				}
			}
			if p.ImportPath == agent {
				for _, wrong := range AgentViolations(p.Deps) {
					t.Errorf("%s: %s", c.goos, wrong)
				}
			}
		}
	}
	for _, wrong := range Violations(graph) {
		t.Error(wrong)
	}
	// What is said to be read must have been: the arrows that the rules speak of.
	for pkg, imported := range map[string]string{
		Module:                 Module + "/app/window",
		Module + "/app/window": "github.com/wailsapp/wails/v2",
	} {
		if !slices.Contains(graph[pkg], imported) {
			t.Errorf("the graph that was read lacks %s → %s", pkg, imported)
		}
	}
}

func TestBackendAsksForClockAndDisk(t *testing.T) {
	read := 0
	err := filepath.WalkDir(filepath.Join(top, "backend"), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if strings.HasSuffix(d.Name(), "test") || d.Name() == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			return err
		}
		read++
		for _, wrong := range BannedCalls(fset, file) {
			t.Error(wrong)
		}
		return nil
	})
	if err != nil || read == 0 {
		t.Fatalf("%d files read: %v", read, err)
	}
}
