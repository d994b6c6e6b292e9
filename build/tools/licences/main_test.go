package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	tests := []struct {
		expression string
		want       []string // nil: an error
	}{
		{"MIT", []string{"MIT"}},
		{"(MIT OR GPL-3.0-only)", []string{"MIT"}},
		{"(GPL-3.0-only OR MIT)", []string{"MIT"}},
		{"GPL-2.0 OR LGPL-3.0", []string{"LGPL-3.0"}}, // neither fits; judged later
		{"MIT AND ISC", []string{"MIT", "ISC"}},
		{"(MIT OR Apache-2.0) AND CC0-1.0", []string{"MIT", "CC0-1.0"}},
		{"", nil}, {"(MIT", nil}, {"MIT ISC", nil}, {"AND", nil}, {"MIT OR", nil}, {")", nil},
	}
	for _, tt := range tests {
		got, err := choose(tt.expression)
		if (err != nil) != (tt.want == nil) || !slices.Equal(got, tt.want) && err == nil {
			t.Errorf("choose(%q) = %q, %v, want %q", tt.expression, got, err, tt.want)
		}
	}
}

func TestJudge(t *testing.T) {
	tests := []struct {
		f    finding
		fits bool
	}{
		{finding{licences: []string{"MIT", "BSD-3-Clause"}, shipped: true}, true},
		{finding{licences: []string{"MIT", "GPL"}, shipped: true}, false},
		{finding{licences: []string{"GPL-3.0"}}, false},
		{finding{licences: []string{"CC-BY-4.0"}}, true},
		{finding{licences: []string{"CC-BY-4.0"}, shipped: true}, false},
		{finding{shipped: true}, false},
		{finding{licences: []string{"MIT"}, problem: "unreadable"}, false},
	}
	for _, tt := range tests {
		if got := judge(tt.f); (got == "") != tt.fits {
			t.Errorf("%+v: %q", tt.f, got)
		}
	}
	var out strings.Builder
	if report(&out, []finding{{name: "good", licences: []string{"MIT"}, shipped: true}, {name: "bad", licences: []string{"SSPL"}, shipped: true}}, false) ||
		!strings.Contains(out.String(), "bad: SSPL is not on the list") {
		t.Errorf("report: %s", out.String())
	}
}

func TestLicencesIn(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"Permission is hereby granted, free of charge, to any\nperson obtaining a copy of this software", []string{"MIT"}},
		{"                Apache License\n          Version 2.0, January 2004", []string{"Apache-2.0"}},
		{"Redistribution and use in source and binary forms, with or without\nmodification, are permitted provided that", []string{"BSD-2-Clause"}},
		{"// Redistribution and use in source and binary forms, with or without\n// modification, are permitted provided that\n//  * Neither the name of", []string{"BSD-3-Clause"}},
		{"Mozilla Public License Version 2.0 ... GNU General Public License version 2", []string{"MPL-2.0"}},
		{"GNU GENERAL PUBLIC LICENSE\n   Version 3", []string{"GPL"}},
		{"SIL OPEN FONT LICENSE Version 1.1 ... Permission is hereby granted, free of charge, to any person obtaining a copy of the Font Software", []string{"MIT", "OFL-1.1"}},
		{"All rights reserved.", nil},
		{"\"Commons Clause\" ... Apache License Version 2.0, January 2004", []string{"Apache-2.0", "Commons Clause"}},
	}
	for _, tt := range tests {
		if got := licencesIn(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestUnknownTextIsSaid(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"LICENSE": "do as I say", "license.go": "package x", "README": "MIT"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := licencesAt(folder)
	if err != nil || len(got) != 1 || !strings.Contains(got[0], "unknown licence (LICENSE)") {
		t.Fatalf("%q, %v", got, err)
	}
	if judge(finding{licences: got, shipped: true}) == "" {
		t.Error("an unknown licence fits")
	}
}

func TestAddSources(t *testing.T) {
	bundled := map[string]bool{}
	err := addSources(bundled, []byte(`{"sources":["../../src/main.ts","../../node_modules/svelte/src/internal/client/index.js",
		"../../node_modules/@scope/name/a.js","../../node_modules/a/node_modules/b/c.js","\u0000virtual"]}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"node_modules/svelte", "node_modules/@scope/name", "node_modules/a/node_modules/b"} {
		if !bundled[want] {
			t.Errorf("%s is missing in %v", want, bundled)
		}
	}
	if len(bundled) != 3 {
		t.Errorf("%v", bundled)
	}
}
