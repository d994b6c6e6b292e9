package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A phrase stands in the text of one licence and of no other that matters here.
type phrase struct {
	licence string
	words   string
	without string // the licence is another one if this stands there too
}

var phrases = []phrase{
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy", "this font software"},
	{"Apache-2.0", "apache license version 2.0, january 2004", ""},
	{"Apache-2.0", "licensed under the apache license, version 2.0", ""},
	{"BSD-3-Clause", "redistribution and use in source and binary forms, with or without modification, are permitted provided", ""},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that", ""},
	{"ISC", "permission to use, copy, modify, and distribute this software for any purpose with or without fee is hereby granted, provided that", ""},
	{"0BSD", "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted.", ""},
	{"MPL-2.0", "mozilla public license version 2.0", ""},
	{"MPL-2.0", "mozilla public license, version 2.0", ""},
	{"OFL-1.1", "sil open font license version 1.1", ""},
	{"CC0-1.0", "cc0 1.0 universal", ""},
	{"Unlicense", "this is free and unencumbered software released into the public domain", ""},
	{"Public domain", "has been dedicated to the public domain by the authors", ""},
	{"Zlib", "this software is provided 'as-is', without any express or implied warranty", ""},

	// These do not fit, and their names say why a file is refused.
	{"Commons Clause", "commons clause", ""},
	{"SSPL", "server side public license", ""},
	{"BUSL", "business source license", ""},
	{"Elastic", "elastic license", ""},
	{"EPL", "eclipse public license", "mozilla public license"},
	{"CDDL", "common development and distribution license", ""},
	{"AGPL", "gnu affero general public license version", "mozilla public license"},
	{"LGPL", "gnu lesser general public license version", "mozilla public license"},
	{"GPL", "gnu general public license version", "mozilla public license"},
}

// licencesIn names the licences whose texts stand in a file, sorted.
func licencesIn(text string) []string {
	text = strings.ToLower(strings.NewReplacer("“", `"`, "”", `"`, "’", "'", "*", " ", "//", " ", "#", " ").Replace(text))
	text = strings.Join(strings.Fields(text), " ")
	var found []string
	for _, p := range phrases {
		if !strings.Contains(text, p.words) || p.without != "" && strings.Contains(text, p.without) {
			continue
		}
		name := p.licence
		if name == "BSD-3-Clause" && !strings.Contains(text, "neither the name") && !strings.Contains(text, "the names of its contributors") {
			name = "BSD-2-Clause"
		}
		if !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// isLicenceFile tells by its name whether a file holds a licence.
func isLicenceFile(name string) bool {
	upper := strings.ToUpper(name)
	for _, prefix := range []string{"LICENSE", "LICENCE", "COPYING", "UNLICENSE", "OFL"} {
		if strings.HasPrefix(upper, prefix) {
			switch strings.ToLower(filepath.Ext(name)) {
			case ".go", ".js", ".ts", ".py", ".json", ".html":
				return false
			}
			return true
		}
	}
	return false
}

// licencesAt reads the licence files of one folder. A file whose text is not
// recognised gives "an unknown licence (NAME)".
func licencesAt(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		if e.IsDir() || !isLicenceFile(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return nil, err
		}
		if link := strings.TrimSpace(string(text)); strings.HasPrefix(link, "https://") && !strings.ContainsAny(link, " \n") {
			continue // where the logo of a project comes from
		}
		here := licencesIn(string(text))
		if len(here) == 0 {
			here = []string{"an unknown licence (" + e.Name() + ")"}
		}
		for _, l := range here {
			if !slices.Contains(found, l) {
				found = append(found, l)
			}
		}
	}
	slices.Sort(found)
	return found, nil
}
