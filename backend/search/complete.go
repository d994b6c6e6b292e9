package search

import "unicode/utf8"

// Names is what the runs that a filter is written for have, for whoever writes
// it.
type Names interface {
	// Keys returns the names of a kind: Metric, Param, Tag, or Data for the names
	// of data sets; the most frequent first.
	Keys(kind Kind) []Name
	// Values returns texts that runs have in a column, the most frequent first,
	// and nothing for numbers. It is not asked for the states of runs.
	Values(column Column) []Name
}

// Name is a key or a value, with the number of runs that have it; 0 if nobody
// counted.
type Name struct {
	Text string
	Runs int
}

// SuggestionKind is the sort of a Suggestion.
type SuggestionKind string

// The kinds of suggestions.
const (
	SuggestKey      SuggestionKind = "key"      // what a condition is about
	SuggestOperator SuggestionKind = "operator" // what is asked of it
	SuggestValue    SuggestionKind = "value"    // what it is compared with
	SuggestWord     SuggestionKind = "word"     // what joins conditions
)

// Suggestion is something that can stand in a filter.
type Suggestion struct {
	Insert string // what to put in place of the bytes From to To of the text
	From   int
	To     int
	Kind   SuggestionKind
	Runs   int // that have the key or the value; 0 if nobody counted
}

// Complete returns what can stand at a place of a filter in Varve's grammar,
// the likeliest first: names, then operators, values, and what joins
// conditions. cursor is a number of bytes. The word before it narrows the
// choice, and is replaced with its rest behind the cursor.
func Complete(query string, cursor int, names Names) []Suggestion {
	cursor = max(0, min(cursor, len(query)))
	for cursor > 0 && cursor < len(query) && !utf8.RuneStart(query[cursor]) {
		cursor--
	}
	if cursor > maxText {
		return nil
	}
	toks := queryTokens(query[:cursor])
	toks = toks[:len(toks)-1]
	c := completer{names: names, from: cursor, to: cursor}
	if n := len(toks); n > 0 && toks[n-1].at.to == cursor && toks[n-1].isText() {
		c.partial, c.from = toks[n-1].text, toks[n-1].at.from
		c.to = endOfToken(query, c.from, cursor)
		toks = toks[:n-1]
	}
	c.read(toks)
	c.suggest()
	return c.ranked()
}

// isText reports whether a token is a word or a text, perhaps unfinished.
func (t token) isText() bool {
	return t.kind == tokName || t.kind == tokString || t.kind == tokUnclosed
}

// endOfToken is where the token ends that begins at from and reaches to the
// cursor or beyond. A quote that is not closed is taken for one being written.
func endOfToken(query string, from, cursor int) int {
	l := queryLexer{s: query, pos: from}
	if kind := l.scan(); kind != tokName && kind != tokString {
		return cursor
	}
	return max(cursor, l.pos)
}

// place is what is expected somewhere in a filter.
type place uint8

const (
	atCondition place = iota
	inAggregate       // the metric of min(…)
	afterName         // an operator
	afterIs           // NULL
	afterNot          // an operator that NOT may stand before
	atValue
	atPattern   // a text of LIKE, which nobody can guess
	atList      // after IN
	inList      // a value of a list, or a comma
	atNumber    // a number, which nobody can guess
	afterAnswer // AND, OR
)

// completer finds out what stands before the cursor, and what fits there.
type completer struct {
	names    Names
	partial  string // the word before the cursor
	from, to int    // where it stands
	place    place
	field    queryField
	between  int // values of BETWEEN still to come
	found    []ranked
}

// read goes through the tokens before the word at the cursor.
func (c *completer) read(toks []token) {
	for i, t := range toks {
		switch c.place {
		case atCondition, afterAnswer:
			c.begin(toks, i)
		case inAggregate:
			c.aggregate(t)
		case afterName:
			if !c.operator(t) {
				c.begin(toks, i) // the name was a word to look for
			}
		case afterIs:
			if t.is("NULL") {
				c.place = afterAnswer
			}
		case afterNot:
			c.operator(t)
		case atList:
			c.place = inList
			if t.kind != tokOpen {
				c.place = atNumber // last 7
				if u := c.unit(t); u {
					c.place = afterAnswer
				}
			}
		case inList:
			if t.kind == tokClose {
				c.place = afterAnswer
			}
		case atNumber:
			if t.kind != tokName || c.unit(t) || c.field.typ != queryTime && c.field.typ != queryDate {
				c.place = afterAnswer
			}
		case atValue, atPattern:
			if t.is("AND") {
				continue // of BETWEEN
			}
			if c.between--; c.between <= 0 {
				c.place = afterAnswer
			}
		}
	}
}

// unit reports whether a token ends a span such as last 7 days.
func (c *completer) unit(t token) bool {
	_, unit, ok := lastWord(t)
	return ok && unit != "" || calendar(t.text) != "" || dateWord(t)
}

func dateWord(t token) bool {
	return t.kind == tokString || t.is("today") || t.is("yesterday") || digits(t.text) >= 4
}

// begin reads a token where a condition may begin.
func (c *completer) begin(toks []token, i int) {
	t := toks[i]
	c.place = atCondition
	switch {
	case t.kind != tokName || t.is("AND") || t.is("OR") || t.is("NOT"):
		if t.kind == tokClose || t.kind == tokString {
			c.place = afterAnswer
		}
	case aggregates[lowered(t)] != 0 && i+1 < len(toks) && toks[i+1].kind == tokOpen:
		c.place = inAggregate
		c.field = queryField{Column: Column{Kind: aggregates[lowered(t)]}, typ: queryNumber}
	default:
		r := resolver{text: text{s: t.text}}
		f, err := r.resolve(token{kind: t.kind, text: t.text, at: span{0, len(t.text)}})
		if c.place = afterName; err != nil {
			c.place = afterAnswer
		}
		c.field = f
	}
}

func (c *completer) aggregate(t token) {
	switch t.kind {
	case tokName:
		c.field.Name = nameOf(t).key
	case tokClose:
		c.place = afterName
	}
}

// operator reads a token where an operator is expected; false if it is none.
func (c *completer) operator(t token) bool {
	c.between = 1
	switch {
	case t.kind == tokComparison:
		c.place = atValue
		if op := comparisons[t.text]; op.operator == opMatches {
			c.place = atPattern
		}
	case t.is("LIKE"), t.is("ILIKE"), t.is("MATCHES"):
		c.place = atPattern
	case t.is("IN"):
		c.place = atList
	case t.is("BETWEEN"):
		c.place, c.between = atValue, 2
	case t.is("IS"):
		c.place = afterIs
	case t.is("NOT") && c.place == afterName:
		c.place = afterNot
	case t.is("AT") && c.place == afterName:
		c.field.typ = queryNumber // the step is read as the name is
	case t.is("last"):
		c.place = atNumber
	case c.field.typ == queryNumber && isNumber(t) && c.place == afterName:
		// the step of AT
	default:
		return false
	}
	return true
}
