package chart

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// systemPrefix begins the keys of what an agent, or MLflow's client, measures
// beside the script.
const systemPrefix = "system/"

// System reports whether a metric was measured beside the script, not logged
// by it.
func System(key string) bool { return strings.HasPrefix(key, systemPrefix) }

// group is what one chart shows.
type group struct {
	title   string
	format  string // of the y axis
	system  bool
	members []member
}

type member struct {
	key    string
	label  string
	base   string // the key without what tells it from others of its group
	points int64
}

// groups puts metrics together:
//
//   - train_loss, val/loss and loss show one quantity on several parts of the
//     data: the words of parts are set aside;
//   - grad/layer1 and grad/layer2 are a family: numbers are set aside;
//   - of system metrics, subject and unit count: disk and megabytes.
func groups(metrics []Metric) []group {
	byName := map[string]*group{}
	for _, m := range metrics {
		name, g, mem := placeMetric(m)
		if byName[name] == nil {
			byName[name] = &g
		}
		byName[name].members = append(byName[name].members, mem)
	}
	var list []group
	for _, g := range byName {
		if !slices.ContainsFunc(g.members, func(m member) bool { return m.points > 1 }) {
			continue
		}
		slices.SortFunc(g.members, func(a, b member) int { return Natural(a.key, b.key) })
		g.entitle()
		list = append(list, g.parts()...)
	}
	slices.SortFunc(list, func(a, b group) int {
		if a.system != b.system {
			return cmp.Compare(btoi(a.system), btoi(b.system))
		}
		return cmp.Or(Natural(strings.ToLower(a.title), strings.ToLower(b.title)), Natural(a.members[0].key, b.members[0].key))
	})
	return list
}

// placeMetric says in which group a metric belongs.
func placeMetric(m Metric) (name string, g group, mem member) {
	if System(m.Key) {
		return placeSystem(m)
	}
	base := setAside(m.Key)
	name = numbers.ReplaceAllString(strings.ToLower(base), "*")
	return name, group{format: formatMetric}, member{key: m.Key, label: m.Key, base: base, points: m.Points}
}

var (
	numbers = regexp.MustCompile(`[0-9]+`)
	// part is a word for a part of the data, at one end of a key.
	partFirst = regexp.MustCompile(`(?i)^(?:train|training|val|valid|validation|test|testing|eval|evaluation|dev)[/_.\- ](.+)$`)
	partLast  = regexp.MustCompile(`(?i)^(.+)[/_.\- ](?:train|training|val|valid|validation|test|testing|eval|evaluation|dev)$`)
)

// setAside takes the word for a part of the data off a key.
func setAside(key string) string {
	if m := partFirst.FindStringSubmatch(key); m != nil {
		return m[1]
	}
	if m := partLast.FindStringSubmatch(key); m != nil {
		return m[1]
	}
	return key
}

// entitle names a group after what its members have in common.
func (g *group) entitle() {
	first := g.members[0]
	same := func(m member) bool { return m.base == first.base }
	switch {
	case g.title != "":
	case len(g.members) == 1:
		g.title = first.key
	case !slices.ContainsFunc(g.members, func(m member) bool { return !same(m) }):
		g.title = first.base
	default:
		g.title = numbers.ReplaceAllString(first.base, "*")
	}
}

// parts splits a group that has more members than there are colours.
func (g *group) parts() []group {
	if len(g.members) <= slots {
		return []group{*g}
	}
	var list []group
	for from := 0; from < len(g.members); from += slots {
		part := *g
		part.members = g.members[from:min(from+slots, len(g.members))]
		part.title = fmt.Sprintf("%s (%d–%d)", g.title, from+1, from+len(part.members))
		list = append(list, part)
	}
	return list
}

// units are the last words of system metrics, as MLflow writes them.
var units = map[string]string{"percentage": formatPercent, "megabytes": formatMegabytes}

// placeSystem groups by subject and unit: system/disk_usage_megabytes belongs
// to disk and megabytes, system/run_disk_read_megabytes to the run's disk.
func placeSystem(m Metric) (name string, g group, mem member) {
	words := strings.Split(strings.TrimPrefix(m.Key, systemPrefix), "_")
	if len(words) > 1 && words[0] == "system" {
		words = words[1:] // system/system_memory_usage_percentage
	}
	unit := words[len(words)-1]
	format, known := units[unit]
	if !known {
		format = formatMetric
	}
	if known || unit == "watts" {
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		words = []string{unit}
	}
	subject := words[:1]
	if words[0] == "run" {
		subject = words[:min(2, len(words))]
	}
	title := shown(subject)
	if format == formatPercent {
		title += ", %"
	}
	g = group{title: title, format: format, system: true}
	return systemPrefix + strings.Join(subject, "_") + " " + unit, g, member{key: m.Key, label: shown(words), base: m.Key, points: m.Points}
}

// shown writes the words of a system metric for people.
func shown(words []string) string {
	text := strings.Join(words, " ")
	for _, short := range []string{"cpu", "gpu"} {
		text = regexp.MustCompile(`\b`+short+`\b`).ReplaceAllString(text, strings.ToUpper(short))
	}
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// Natural orders layer2 before layer10.
func Natural(a, b string) int {
	for a != "" && b != "" {
		an, bn := digits(a), digits(b)
		if an > 0 && bn > 0 {
			x, y := strings.TrimLeft(a[:an], "0"), strings.TrimLeft(b[:bn], "0")
			if c := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y), cmp.Compare(an, bn)); c != 0 {
				return c
			}
			a, b = a[an:], b[bn:]
			continue
		}
		if c := cmp.Compare(a[0], b[0]); c != 0 {
			return c
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
