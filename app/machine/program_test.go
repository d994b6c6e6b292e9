package machine

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "varve")
	write := func(content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	past := time.Now().Add(-time.Hour)
	for name, change := range map[string]func(){
		"written over": func() { write("2") },
		"renamed over": func() {
			other := path + ".new"
			if err := os.WriteFile(other, []byte("1"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(other, path); err != nil {
				t.Fatal(err)
			}
		},
		"taken away": func() {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			write("1")
			if err := os.Chtimes(path, past, past); err != nil {
				t.Fatal(err)
			}
			asked := replaced(path)
			if asked() {
				t.Fatal("replaced before anything happened")
			}
			change()
			if !asked() {
				t.Error("nobody noticed")
			}
		})
	}
	if ProgramReplaced()() {
		t.Error("this test was replaced")
	}
}
