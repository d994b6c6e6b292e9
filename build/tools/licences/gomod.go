package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
)

// builds are all programs that are given away, for all systems.
var builds = []struct{ goos, tags, packages string }{
	{"linux", "desktop,production,webkit2_41", "./..."},
	{"windows", "desktop,production", "./..."},
	{"darwin", "desktop,production", "./..."},
}

type goPackage struct {
	Dir      string
	Standard bool
	Module   *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// goModules finds the modules that are linked, with the licences of the module
// and of each linked package that has one of its own.
func goModules() ([]finding, error) {
	byName := map[string]*finding{}
	seen := map[string]bool{}
	for _, b := range builds {
		packages, err := listGo(b.goos, b.tags, b.packages)
		if err != nil {
			return nil, err
		}
		for _, p := range packages {
			if p.Standard || p.Module == nil || p.Module.Main {
				continue
			}
			name := p.Module.Path + "@" + p.Module.Version
			f := byName[name]
			if f == nil {
				f = &finding{name: name, shipped: true}
				byName[name] = f
			}
			if err := f.readUp(p.Dir, p.Module.Dir, seen); err != nil {
				return nil, err
			}
		}
	}
	var findings []finding
	for _, f := range byName {
		slices.Sort(f.licences)
		findings = append(findings, *f)
	}
	sort.Slice(findings, func(i, j int) bool { return findings[i].name < findings[j].name })
	return findings, nil
}

// readUp adds the licences in a package's folder and in those above it, up to
// its module's.
func (f *finding) readUp(folder, top string, seen map[string]bool) error {
	for ; !seen[folder]; folder = filepath.Dir(folder) {
		seen[folder] = true
		found, err := licencesAt(folder)
		if err != nil {
			return err
		}
		for _, l := range found {
			if !slices.Contains(f.licences, l) {
				f.licences = append(f.licences, l)
			}
		}
		if err := f.noteFiles(folder); err != nil {
			return err
		}
		if folder == top {
			return nil
		}
	}
	return nil
}

func listGo(goos, tags, packages string) ([]goPackage, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=Dir,Standard,Module", "-tags", tags, packages)
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=amd64", "CGO_ENABLED=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list for %s: %w\n%s", goos, err, stderr.String())
	}
	var list []goPackage
	for values := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := values.Decode(&p); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
}
