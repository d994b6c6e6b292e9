//go:build e2e && linux

package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"dev.varve/build/reliability/rawbadger"
)

// TestMain is also plain Badger's process, which figures start.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == rawbadger.Command {
		os.Exit(rawbadger.Main(os.Args[2:]))
	}
	os.Exit(m.Run())
}

// TestShort tries a little of each figure that needs no rights, so that none
// rots between two runs of `make reliability`.
func TestShort(t *testing.T) {
	varve, err := filepath.Abs("../bin/varve")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		if f.id == "R10" {
			continue // is a test already
		}
		t.Run(f.id, func(t *testing.T) {
			l, err := newLab(context.Background(), options{varve: varve, seed: 1}, t.TempDir(), f.id)
			if err != nil {
				t.Fatal(err)
			}
			l.tiny = true
			r := f.measure(l)
			t.Log(r.text())
			for _, what := range r.broken {
				t.Error(what)
			}
		})
	}
}
