package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

type lockFile struct {
	Packages map[string]struct {
		Version  string
		Licence  string `json:"license"`
		Dev      bool
		DevOpt   bool `json:"devOptional"`
		Optional bool
		Link     bool
		// Extraneous packages are noted in the lock file but never installed.
		Extraneous bool
	}
}

// npmPackages finds the packages of the frontend. Shipped are those that its
// package.json calls dependencies, with all that they need, and those that are
// in the pages: a compiler's runtime gets there although it is a tool.
func npmPackages(folder string) ([]finding, error) {
	data, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var lock lockFile
	if err := json.Unmarshal(data, &lock); err != nil {
		return nil, err
	}
	bundled, err := bundledPackages(folder)
	if err != nil {
		return nil, err
	}
	var findings []finding
	for path, p := range lock.Packages {
		if path == "" || p.Link || p.Extraneous {
			continue
		}
		f := finding{name: npmName(path) + "@" + p.Version, shipped: !p.Dev && !p.DevOpt || bundled[path]}
		f.readPackage(filepath.Join(folder, path), p.Licence, p.Optional)
		findings = append(findings, f)
	}
	slices.SortFunc(findings, func(a, b finding) int { return strings.Compare(a.name, b.name) })
	return findings, nil
}

// npmName is the name in a path as the lock file has it; one package may lie in
// another's node_modules.
func npmName(path string) string {
	return path[strings.LastIndex(path, "node_modules/")+len("node_modules/"):]
}

// readPackage takes the licence that a package states, and of a shipped one
// also those whose texts it contains.
func (f *finding) readPackage(folder, stated string, optional bool) {
	if stated == "" {
		stated = statedIn(folder)
	}
	chosen, err := choose(stated)
	if err != nil {
		f.problem = fmt.Sprintf("states the licence %q: %v", stated, err)
		return
	}
	f.licences = chosen
	if !f.shipped {
		return
	}
	found, err := licencesAt(folder)
	if err == nil {
		err = f.noteFiles(folder)
	}
	if err != nil {
		if optional && errors.Is(err, fs.ErrNotExist) {
			return // for another system; not installed here
		}
		f.problem = err.Error()
		return
	}
	for _, l := range found {
		if !slices.Contains(f.licences, l) && !strings.Contains(stated, l) {
			f.licences = append(f.licences, l)
		}
	}
}

// statedIn reads the licence in a package's own package.json: a name, or in old
// packages an object or a list of them.
func statedIn(folder string) string {
	data, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return ""
	}
	var p struct {
		License  json.RawMessage
		Licenses []struct{ Type string }
	}
	if json.Unmarshal(data, &p) != nil {
		return ""
	}
	var name string
	var object struct{ Type string }
	switch {
	case json.Unmarshal(p.License, &name) == nil:
		return name
	case json.Unmarshal(p.License, &object) == nil:
		return object.Type
	case len(p.Licenses) > 0:
		return p.Licenses[0].Type
	}
	return ""
}

// bundledPackages builds the pages with source maps, which name each file that
// went into them, and returns the packages' paths as the lock file has them.
func bundledPackages(folder string) (map[string]bool, error) {
	out, err := os.MkdirTemp("", "varve-bundle-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(out)
	cmd := exec.Command(filepath.Join("node_modules", ".bin", "vite"), "build", "--sourcemap", "--outDir", out, "--emptyOutDir", "--logLevel", "error")
	cmd.Dir = folder
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the pages: %w\n%s", err, text)
	}
	bundled := map[string]bool{}
	maps := 0
	err = filepath.WalkDir(out, func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".map" {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		maps++
		return addSources(bundled, data)
	})
	if err == nil && maps == 0 {
		err = errors.New("the pages were built without source maps: nothing is known about them")
	}
	return bundled, err
}

// addSources adds the packages that a source map names.
func addSources(bundled map[string]bool, sourceMap []byte) error {
	var m struct{ Sources []string }
	if err := json.Unmarshal(sourceMap, &m); err != nil {
		return err
	}
	for _, source := range m.Sources {
		_, within, ok := strings.Cut(filepath.ToSlash(source), "node_modules/")
		if !ok {
			continue
		}
		path := "node_modules/" + within
		i := strings.LastIndex(path, "node_modules/") + len("node_modules/")
		parts := strings.Split(path[i:], "/")
		n := 1
		if strings.HasPrefix(parts[0], "@") && len(parts) > 1 {
			n = 2
		}
		bundled[path[:i]+strings.Join(parts[:n], "/")] = true
	}
	return nil
}
