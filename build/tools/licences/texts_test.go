package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestNotices: each text stands there once, with everything that has it, and a
// tool is not in it.
func TestNotices(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a": "MIT, by A\n", "b": "MIT, by A\r\n", "c": "ISC"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := func(name string) []string { return []string{filepath.Join(dir, name)} }
	out := filepath.Join(dir, "licences.json")
	err := writeNotices(out, []finding{
		{name: "zed@v1.2.3", licences: []string{"MIT"}, files: file("a"), shipped: true},
		{name: "@scope/anna@2.0.0", licences: []string{"MIT"}, files: file("b"), shipped: true},
		{name: "tool@1", licences: []string{"ISC"}, files: file("c")},
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var n Notices
	if err := json.Unmarshal(data, &n); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range n.Parts {
		names = append(names, p.Name+" "+p.Version)
	}
	if len(names) != 3 || names[0] != "@scope/anna 2.0.0" || names[2] != "zed 1.2.3" {
		t.Fatalf("parts: %q", names)
	}
	if len(n.Texts) != 2 || !slices.Equal(n.Parts[0].Texts, n.Parts[2].Texts) || n.Texts[n.Parts[0].Texts[0]] != "MIT, by A" {
		t.Errorf("texts: %q of %+v", n.Texts, n.Parts)
	}
}
