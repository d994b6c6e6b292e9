package project

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"dev.varve/backend/fault"
)

// disk reads the real disk. The one of storage does the same, but a test of
// backend need not know it.
type disk struct{}

func (disk) ReadFile(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	return data, classify(err, name)
}

func (disk) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(name)
	return entries, classify(err, name)
}

func (disk) Stat(name string) (fs.FileInfo, error) {
	info, err := os.Stat(name)
	return info, classify(err, name)
}

func classify(err error, name string) error {
	kind := fault.Internal
	if errors.Is(err, fs.ErrNotExist) {
		kind = fault.NotFound
	}
	return fault.Wrap(err, kind, "read", name)
}

// noFiles is an empty disk.
type noFiles struct{}

func (noFiles) ReadFile(name string) ([]byte, error) {
	return nil, fault.New(fault.NotFound, "no %s", name)
}
func (noFiles) ReadDir(string) ([]fs.DirEntry, error) { return nil, nil }
func (noFiles) Stat(name string) (fs.FileInfo, error) {
	return nil, fault.New(fault.NotFound, "no %s", name)
}

// folder makes a project folder from names and texts.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t *testing.T, files map[string]string) *Project {
	t.Helper()
	p, err := Load(disk{}, folder(t, files))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// oneEntry is an MLproject whose main has a command and parameters p and q.
func oneEntry(command string, params ...Parameter) *Project {
	return &Project{Dir: "/project", File: File{Entries: []*EntryPoint{{Name: Main, Command: command, Params: params}}}}
}
