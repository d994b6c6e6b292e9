package search

import (
	"slices"
	"strings"
)

// Advice is a remark about a filter that is correct, and that hardly means what
// it says. It is for whoever wonders why nothing was found.
type Advice struct {
	Offset, End int    // the part of the text that it is about, in bytes
	Message     string // a sentence
	Hint        string // what to write instead; may be empty
	Instead     string // what was probably meant in place of the part; may be empty
}

// Advise looks for names that no run has, and for words in quotes that MLflow
// never uses for a status. The filter is the text that ParseQuery accepted.
func Advise(query string, names Names) []Advice {
	if len(query) > maxText {
		return nil
	}
	a := adviser{names: names, toks: queryTokens(query)}
	for i, t := range a.toks {
		if t.kind == tokName && i+1 < len(a.toks) {
			a.look(i, t)
		}
	}
	return a.found
}

type adviser struct {
	names Names
	toks  []token
	found []Advice
	lists map[Kind]map[string]bool
}

// look checks a word if it is the name of a condition.
func (a *adviser) look(i int, t token) {
	p := queryParser{resolver: resolver{text: text{s: t.text}}, tokens: a.toks, pos: i}
	inAggregate := i > 1 && a.toks[i-1].kind == tokOpen && aggregates[lowered(a.toks[i-2])] != 0 && a.toks[i+1].kind == tokClose
	if !inAggregate && (!p.operatorFollows(1) || t.is("NOT") || t.is("AND") || t.is("OR")) {
		return
	}
	f, err := p.resolve(token{kind: t.kind, text: t.text, at: span{0, len(t.text)}})
	if err != nil {
		return
	}
	if inAggregate {
		f.Kind = Metric
	}
	if f.typ == queryState {
		a.status(i)
		return
	}
	kinds := []Kind{f.Kind}
	switch f.Kind {
	case Metric, Param, Data:
	case Loose:
		kinds = []Kind{Metric, Param, Tag}
	case Tag:
		if f.typ != queryMixed { // a note, a parent
			return
		}
	default:
		return
	}
	if f.Name != "" && !a.known(f.Name, kinds) {
		a.unknown(t, f, kinds)
	}
}

// known reports whether any run has the name in one of the kinds.
func (a *adviser) known(name string, kinds []Kind) bool {
	for _, kind := range kinds {
		if a.lists[kind] == nil {
			if a.lists == nil {
				a.lists = map[Kind]map[string]bool{}
			}
			a.lists[kind] = map[string]bool{}
			for _, n := range a.names.Keys(kind) {
				a.lists[kind][n.Text] = true
			}
		}
		if a.lists[kind][name] {
			return true
		}
	}
	return false
}

func (a *adviser) unknown(t token, f queryField, kinds []Kind) {
	what := map[Kind]string{Metric: "metric", Param: "param", Tag: "tag", Data: "data set", Loose: "metric, param or tag"}[f.Kind]
	advice := Advice{Offset: t.at.from, End: t.at.to, Message: "No run has a " + what + " called " + shorten(f.Name)}
	var like []string
	for _, kind := range kinds {
		for name := range a.lists[kind] {
			like = append(like, name)
		}
	}
	if f.Kind == Loose {
		for name := range queryAttributes {
			like = append(like, name)
		}
	}
	slices.Sort(like)
	if near := nearest(f.Name, like); near != "" {
		if written, ok := writeKey(near); ok {
			prefix, _, dotted := strings.Cut(t.text, ".")
			if dotted && f.Kind != Loose {
				written = prefix + "." + written
			}
			advice.Hint, advice.Instead = "Did you mean "+written+"?", written
		}
	}
	a.found = append(a.found, advice)
}

// status checks the word that a status is compared with.
func (a *adviser) status(i int) {
	op, t := a.toks[i+1], a.toks[min(i+2, len(a.toks)-1)]
	word, quoted := t.isQuotedWhole()
	if !quoted || op.text != "=" && op.text != "!=" || states[word] != "" {
		return
	}
	advice := Advice{Offset: t.at.from, End: t.at.to, Message: "In quotes stand MLflow's words for a status, in capitals: " + shorten(word) + " is none",
		Hint: "Without quotes: " + strings.Join(stateWords, ", ") + "."}
	for _, state := range stateWords {
		if strings.EqualFold(word, state) {
			advice.Hint, advice.Instead = "Write "+state+" without quotes.", state
		}
	}
	a.found = append(a.found, advice)
}
