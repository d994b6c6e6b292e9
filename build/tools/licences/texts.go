package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Part is something that is given away within Varve, as its window shows it.
type Part struct {
	Name     string   `json:"name"`
	Version  string   `json:"version"`
	Licences []string `json:"licences"`
	Texts    []int    `json:"texts"` // places in Notices.Texts
}

// Notices are the licences of everything that is given away, with their texts;
// a text that many have stands there once.
type Notices struct {
	Parts []Part   `json:"parts"`
	Texts []string `json:"texts"`
}

// writeNotices writes the licences of what is shipped.
func writeNotices(path string, findings []finding) error {
	standard, err := goItself()
	if err != nil {
		return err
	}
	var n Notices
	for _, f := range append([]finding{standard}, findings...) {
		if !f.shipped {
			continue
		}
		at := strings.LastIndex(f.name, "@")
		part := Part{Name: f.name[:at], Version: strings.TrimPrefix(f.name[at+1:], "v"), Licences: f.licences, Texts: []int{}}
		for _, file := range f.files {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			i := n.place(strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
			if !slices.Contains(part.Texts, i) {
				part.Texts = append(part.Texts, i)
			}
		}
		n.Parts = append(n.Parts, part)
	}
	slices.SortFunc(n.Parts, func(a, b Part) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	data, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}

// goItself is Go's standard library and runtime, which every program contains.
func goItself() (finding, error) {
	out, err := exec.Command("go", "env", "GOROOT", "GOVERSION").Output()
	if err != nil {
		return finding{}, err
	}
	root, version, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return finding{
		name: "Go standard library@" + strings.TrimPrefix(version, "go"), shipped: true, licences: []string{"BSD-3-Clause"},
		files: []string{filepath.Join(root, "LICENSE")},
	}, nil
}

// place finds a text among those that are there, or adds it.
func (n *Notices) place(text string) int {
	if i := slices.Index(n.Texts, text); i >= 0 {
		return i
	}
	n.Texts = append(n.Texts, text)
	return len(n.Texts) - 1
}

// noteFiles remembers the licences and notices of a folder, whose texts are
// given away with what they stand for.
func (f *finding) noteFiles(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // for another system; not installed here
	}
	for _, e := range entries {
		if !e.IsDir() && (isLicenceFile(e.Name()) || strings.HasPrefix(strings.ToUpper(e.Name()), "NOTICE")) {
			f.files = append(f.files, filepath.Join(folder, e.Name()))
		}
	}
	return err
}
