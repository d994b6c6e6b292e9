package importstest

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/track"
)

// counted is how often a point was logged, which a server may not tell.
var counted = regexp.MustCompile(`, \d+ points$`)

// Told is what a server is told of runs by an export, in an order that does not depend
// on ids. Where ids were chosen by the server, tags say which ones things had here.
func Told(t testing.TB, rec *Record) string {
	t.Helper()
	var ids, renamed []string
	rec.Briefs(nil, func(b track.Brief) bool { ids = append(ids, b.ID()); return true })
	for _, id := range ids {
		err := rec.Run(id, func(r *track.Run) {
			if tag, ok := r.Labels.Tag("varve.run"); ok {
				renamed = append(renamed, id, tag)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	rec.Models(func(m *track.LoggedModel) {
		if tag, ok := m.Labels.Tag("varve.model"); ok {
			renamed = append(renamed, m.ID, tag)
		}
	})
	var lines []string
	for line := range strings.Lines(strings.NewReplacer(renamed...).Replace(rec.Dump(t))) {
		run := strings.HasPrefix(line, "run ") && !strings.Contains(line, `tag "varve.`)
		if run || strings.HasPrefix(line, "artifact of ") || strings.HasPrefix(line, "  on model of") {
			lines = append(lines, counted.ReplaceAllString(strings.TrimSuffix(line, "\n"), ""))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
