package ignore

import "strings"

// Rules are the lines of one file. They hold for paths below the folder that
// the file lies in.
type Rules []rule

// rule is one line.
type rule struct {
	keep    bool // it began with !
	folders bool // it ended with /: only folders are meant
	base    bool // there is no other slash: the last name of a path is meant
	parts   []part
}

// part matches one name of a path, or any number of them: **.
type part struct {
	any  bool
	name glob
}

// Parse reads the lines of a file. A line that git would never match anything
// with is passed over.
func Parse(text string) Rules {
	var rules Rules
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		if r, ok := parseRule(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")); ok {
			rules = append(rules, r)
		}
	}
	return rules
}

func parseRule(line string) (r rule, ok bool) {
	if strings.HasPrefix(line, "#") {
		return r, false
	}
	line = trimSpaces(line)
	line, r.keep = strings.CutPrefix(line, "!")
	line, r.folders = strings.CutSuffix(line, "/")
	if line == "" {
		return r, false
	}
	r.base = !strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	for more := true; more; {
		before := line
		var g glob
		if g, line, more, ok = parseGlob(line); !ok {
			return r, false
		}
		if stars := before[:len(before)-len(line)]; !r.base && isAnyDepth(stars) {
			r.parts = append(r.parts, part{any: true})
			if strings.HasSuffix(stars, `\/`) { // to git, this means one name at least
				r.parts = append(r.parts, part{name: glob{{many: true}}})
			}
			continue
		}
		r.parts = append(r.parts, part{name: g})
	}
	// a/** means what is in a, and not a.
	if r.parts[len(r.parts)-1].any {
		r.parts = append(r.parts, part{name: glob{{many: true}}})
	}
	return r, true
}

// isAnyDepth reports whether a part with its slash is **, or more stars.
func isAnyDepth(text string) bool {
	text = strings.TrimSuffix(strings.TrimSuffix(text, "/"), `\`)
	return len(text) >= 2 && strings.Trim(text, "*") == ""
}

// trimSpaces takes the spaces at the end away, except after a backslash.
func trimSpaces(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			continue
		case '\\':
			i++
		}
		end = min(i+1, len(line))
	}
	return line[:end]
}

// verdict is what rules say about something.
type verdict byte

const (
	silent verdict = iota
	leave
	keep
)

// judge says what becomes of something by its path, given as names. The last
// rule that matches decides.
func (rules Rules) judge(names []string, folder bool) verdict {
	for i := len(rules) - 1; i >= 0; i-- {
		r := &rules[i]
		if r.folders && !folder || !r.match(names) {
			continue
		}
		if r.keep {
			return keep
		}
		return leave
	}
	return silent
}

func (r *rule) match(names []string) bool {
	if r.base {
		names = names[len(names)-1:]
	}
	// As in glob.match, with names for bytes.
	i, deep, from := 0, -1, 0
	for n := 0; n < len(names); {
		switch {
		case i < len(r.parts) && r.parts[i].any:
			deep, from = i, n
			i++
		case i < len(r.parts) && r.parts[i].name.match(names[n]):
			i++
			n++
		case deep >= 0:
			from++
			i, n = deep+1, from
		default:
			return false
		}
	}
	for i < len(r.parts) && r.parts[i].any {
		i++
	}
	return i == len(r.parts)
}
