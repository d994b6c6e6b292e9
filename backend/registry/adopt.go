package registry

import (
	"slices"
	"strings"

	"dev.varve/backend/track"
)

// Adopt finds the run, or the logged model, of this workspace whose files a version
// that was made elsewhere has as its source, and lets it point there. It reports
// whether the files belong to this workspace; otherwise the source stays as it was.
func Adopt(r Record, n *track.NewModelVersion) (bool, error) {
	if m, err := ParseModelURI(n.Source); err == nil && m.ID == "" {
		n.Location, _ = ours(r, n.Location)
		return true, nil // of another version, which comes along
	}
	at, is := ours(r, n.Source)
	if !is {
		at, is = ours(r, n.Location)
	}
	if !is {
		return false, nil
	}
	n.Source, n.Location = at, ""
	m, err := ParseModelURI(at)
	if err != nil {
		return true, nil // of a run
	}
	n.LoggedModel = m.ID
	return true, settle(r, n)
}

// ours is the address here, of a run or of a logged model, for one of another record:
// its folders keep their ids wherever they lie.
func ours(r Record, address string) (at string, is bool) {
	u := splitURI(strings.ReplaceAll(address, `\`, "/"))
	parts := segments(u.path)
	switch u.scheme {
	case "models":
		if m, err := ParseModelURI(address); err == nil && m.ID != "" && hasModel(r, m.ID) {
			return "models:/" + m.ID, true
		}
		return "", false
	case "runs":
		parts = slices.Insert(parts, min(1, len(parts)), "artifacts")
	}
	for i := range max(len(parts)-1, 0) {
		id, rest := parts[i], strings.Join(parts[i+2:], "/")
		switch {
		case parts[i+1] != "artifacts" || plainPath(rest) != nil:
		case rest == "" && hasModel(r, id):
			return "models:/" + id, true
		case r.Run(id, func(*track.Run) {}) == nil:
			return strings.TrimRight("runs:/"+id+"/"+rest, "/"), true
		}
	}
	return "", false
}

func hasModel(r Record, id string) bool { return r.Model(id, func(*track.LoggedModel) {}) == nil }
