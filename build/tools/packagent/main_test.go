package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPackIsRepeatableAndRemovesWhatIsGone(t *testing.T) {
	folder, program := t.TempDir(), filepath.Join(t.TempDir(), "agent")
	write(t, program, strings.Repeat("agent", 1000))
	write(t, filepath.Join(folder, "README"), "kept")

	if err := pack(folder, []string{"linux-arm64=" + program, "linux-amd64=" + program}); err != nil {
		t.Fatal(err)
	}
	first := snapshot(t, folder)
	if len(first) != 4 {
		t.Fatalf("files: %v", first)
	}
	if err := pack(folder, []string{"linux-amd64=" + program, "linux-arm64=" + program}); err != nil {
		t.Fatal(err)
	}
	if second := snapshot(t, folder); second["list"] != first["list"] || second["linux-amd64.gz"] != first["linux-amd64.gz"] {
		t.Fatal("the same programs gave other bytes")
	}
	if err := pack(folder, []string{"linux-amd64=" + program}); err != nil {
		t.Fatal(err)
	}
	last := snapshot(t, folder)
	if _, ok := last["linux-arm64.gz"]; ok || last["README"] != "kept" || len(last) != 3 {
		t.Fatalf("files: %v", last)
	}
}

func TestPackRefusesWhatItCannotRead(t *testing.T) {
	for _, agents := range [][]string{{"linux-amd64"}, {"linux-amd64=" + filepath.Join(t.TempDir(), "none")}} {
		if err := pack(t.TempDir(), agents); err == nil {
			t.Errorf("pack(%q) took it", agents)
		}
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func snapshot(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		files[d.Name()] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
