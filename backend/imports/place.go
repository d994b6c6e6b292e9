package imports

import (
	"fmt"
	"strings"

	"dev.varve/backend/track"
)

// TagFrom is the tag of an experiment that came from elsewhere: what it is there.
const TagFrom = "varve.importedFrom"

// Placed is where an experiment goes.
type Placed struct {
	Experiment
	Here   string // id of the experiment here; empty until it is made
	As     string // its name here
	Reason string // why it is not simply made under its own name; in words, or empty
}

// arrange decides where experiments go. It changes nothing.
//
// One that came from there before goes where it went then. Else one of the same
// name that is here takes the runs; a name that lies in the trash here, or that
// two experiments have there, gets a number.
func arrange(rec Record, about About, list []Experiment, into string) []Placed {
	type known struct {
		id, name string
		trashed  bool
	}
	came, names := map[string]known{}, map[string]known{}
	rec.Experiments(func(x *track.Experiment) {
		k := known{x.ID, x.Name(), x.Trashed()}
		if from, ok := x.Labels.Tag(TagFrom); ok {
			came[from] = k
		}
		if old, ok := names[k.name]; !ok || old.trashed {
			names[k.name] = k
		}
	})
	placed := make([]Placed, len(list))
	given := map[string]bool{}
	for i, e := range list {
		p := &placed[i]
		p.Experiment, p.As = e, wanted(e, into)
		here, there := names[p.As]
		before, again := came[e.from(about)]
		switch {
		case again && (into == "" || strings.HasPrefix(before.name, strings.Trim(into, "/")+"/")):
			p.Here, p.As, p.Reason = before.id, before.name, "it was imported before: what is new is added"
			if before.trashed {
				p.Reason = "it was imported before, and lies in the trash here"
			}
		case given[p.As] || there && here.trashed:
			p.As = free(p.As, func(name string) bool { _, taken := names[name]; return taken || given[name] })
			p.Reason = fmt.Sprintf("another one is named %s", wanted(e, into))
			if there && here.trashed {
				p.Reason = fmt.Sprintf("an experiment named %s lies in the trash here", wanted(e, into))
			}
		case there:
			p.Here = here.id
			if p.Here != track.DefaultExperiment {
				p.Reason = "an experiment of that name is here: the runs are added to it"
			}
		}
		given[p.As] = true
	}
	return placed
}

// from names an experiment among all that were imported.
func (e Experiment) from(about About) string { return about.Place + "#" + e.ID }

// wanted is the name that an experiment should have.
func wanted(e Experiment, into string) string {
	name := strings.TrimSpace(strings.ToValidUTF8(e.Name, "\uFFFD"))
	if name == "" {
		name = "experiment " + e.ID
	}
	if into = strings.Trim(into, "/"); into != "" {
		name = into + "/" + name
	}
	return cutName(name)
}

func free(name string, taken func(string) bool) string {
	for n := 2; ; n++ {
		if next := fmt.Sprintf("%s (%d)", name, n); !taken(next) {
			return next
		}
	}
}
