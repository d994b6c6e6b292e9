package registry

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// Told is a version with what happened to its labels.
type Told struct {
	ID      string
	Number  uint64
	Changes []track.Change
}

// Lane says which versions held a stage, or an alias, from when to when.
type Lane struct {
	Stage string // empty: an alias
	Alias string
	Spans []Span
	Rows  int // how many rows the spans need so that none lies over another one
}

// Span is how long one version was there.
type Span struct {
	Version string // id
	Number  uint64
	From    int64 // ns since 1970
	To      int64 // 0: it is there now
	Row     int   // from 0
}

// laneStages are the stages whose lanes are drawn.
var laneStages = []string{track.StageProduction, track.StageStaging}

// Lanes computes, from what happened to a model and its versions, who held what. What
// lies in the trash holds nothing.
func Lanes(model []track.Change, versions []Told) []Lane {
	r := replay{numbers: map[string]uint64{}, stage: map[string]string{}, trashed: map[string]bool{}, alias: map[string]string{}, open: map[holding]int64{}, spans: map[place][]Span{}}
	var all []laneChange
	for _, c := range model {
		if strings.HasPrefix(c.Label, event.AliasPrefix) {
			all = append(all, laneChange{"", c})
		}
	}
	for _, v := range versions {
		r.numbers[v.ID] = v.Number
		for _, c := range v.Changes {
			if c.Label == event.LabelStage || c.Label == event.LabelTrash {
				all = append(all, laneChange{v.ID, c})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b laneChange) int {
		return event.Stamp{Time: a.Time, ID: a.ID}.Compare(event.Stamp{Time: b.Time, ID: b.ID})
	})
	for _, c := range all {
		r.apply(c)
	}
	return r.lanes()
}

type laneChange struct {
	version string // empty: of the model
	track.Change
}

// place is a stage or an alias, holding is a version in it.
type place struct{ stage, alias string }
type holding struct {
	place
	version string
}

// replay goes through what happened, in its order.
type replay struct {
	numbers map[string]uint64
	stage   map[string]string
	trashed map[string]bool
	alias   map[string]string // to the version
	open    map[holding]int64 // since when
	spans   map[place][]Span
}

func (r *replay) apply(c laneChange) {
	touched := map[string]bool{c.version: true}
	switch {
	case c.version == "":
		alias := strings.TrimPrefix(c.Label, event.AliasPrefix)
		touched = map[string]bool{r.alias[alias]: true, c.Value: true}
		if delete(r.alias, alias); !c.Gone {
			r.alias[alias] = c.Value
		}
	case c.Label == event.LabelStage && c.Gone:
		delete(r.stage, c.version)
	case c.Label == event.LabelStage:
		r.stage[c.version] = c.Value
	default:
		r.trashed[c.version] = !c.Gone && c.Value != ""
	}
	for version := range touched {
		r.settle(version, c.Time)
	}
}

// settle begins and ends what a version holds from a time on.
func (r *replay) settle(version string, now int64) {
	holds := map[place]bool{}
	if number := r.numbers[version]; number != 0 && !r.trashed[version] {
		holds[place{stage: r.stage[version]}] = r.stage[version] != ""
		for alias, at := range r.alias {
			holds[place{alias: alias}] = at == version
		}
	}
	for h, since := range r.open {
		if h.version == version && !holds[h.place] {
			delete(r.open, h)
			r.end(h, since, now)
		}
	}
	for p, held := range holds {
		h := holding{p, version}
		if _, open := r.open[h]; held && !open {
			r.open[h] = now
		}
	}
}

func (r *replay) end(h holding, since, to int64) {
	if since != to { // what was there for no time at all is left out
		r.spans[h.place] = append(r.spans[h.place], Span{Version: h.version, Number: r.numbers[h.version], From: since, To: to})
	}
}

// lanes are those of the stages, then those of the aliases by name.
func (r *replay) lanes() (list []Lane) {
	for h, since := range r.open {
		r.end(h, since, 0)
	}
	places := slices.SortedFunc(maps.Keys(r.spans), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.alias, b.alias), slices.Index(laneStages, a.stage)-slices.Index(laneStages, b.stage))
	})
	for _, p := range places {
		if p.alias == "" && !slices.Contains(laneStages, p.stage) {
			continue
		}
		lane := Lane{Stage: p.stage, Alias: p.alias, Spans: r.spans[p]}
		lane.stack()
		list = append(list, lane)
	}
	return list
}

// stack gives each span a row in which it lies over none.
func (l *Lane) stack() {
	slices.SortFunc(l.Spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Number, b.Number))
	})
	var until []int64 // of each row
	for i := range l.Spans {
		s := &l.Spans[i]
		s.Row = slices.IndexFunc(until, func(end int64) bool { return end != 0 && end <= s.From })
		if s.Row < 0 {
			s.Row, until = len(until), append(until, 0)
		}
		until[s.Row] = s.To
	}
	l.Rows = len(until)
}
