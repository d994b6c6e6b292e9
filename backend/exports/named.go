package exports

import (
	"regexp"
	"strings"

	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

// things are the names of runs and logged models in reports, as Thing.Name makes
// them.
var things = regexp.MustCompile(`\b(run|model) ([0-9a-f]{32}|m-[0-9a-f]{32})\b`)

// named says what people call the runs and logged models that a report is about,
// and keeps which run that is.
func (o *Own) named(list []imports.Skipped) []imports.Skipped {
	for i := range list {
		at := things.FindStringSubmatchIndex(list[i].Where)
		if at == nil {
			continue
		}
		where := list[i].Where
		kind, id := where[at[2]:at[3]], where[at[4]:at[5]]
		name := o.nameOf(kind, id)
		if kind == "run" {
			list[i].Run = id
		}
		if name != "" {
			list[i].Where = strings.Join([]string{where[:at[4]], name, where[at[5]:]}, "")
		}
	}
	return list
}

// nameOf is empty for what has no name, or is not there any more.
func (o *Own) nameOf(kind, id string) (name string) {
	if kind == "model" {
		_ = o.Record.Model(id, func(m *track.LoggedModel) { name = m.Name() })
		return name
	}
	_ = o.Record.Run(id, func(r *track.Run) { name = r.Name() })
	return name
}
