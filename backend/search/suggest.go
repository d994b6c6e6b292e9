package search

import (
	"cmp"
	"slices"
	"strings"
)

const maxSuggestions = 50

// ranked is a suggestion with how well it fits to what is written.
type ranked struct {
	Suggestion
	rank int
}

func lowered(t token) string { return strings.ToLower(t.text) }

// suggest collects what fits at the place of the cursor.
func (c *completer) suggest() {
	switch c.place {
	case atCondition:
		c.keys()
		c.offer(SuggestWord, 0, "NOT")
	case inAggregate:
		c.keysOf(Metric, "metrics.")
	case afterName:
		c.operators()
	case afterIs:
		c.offer(SuggestOperator, 0, "NULL", "NOT NULL")
	case afterNot:
		c.offer(SuggestOperator, 0, "IN", "LIKE", "ILIKE", "MATCHES", "BETWEEN")
	case atValue:
		c.values()
	case atList:
		if c.field.typ == queryTime || c.field.typ == queryDate {
			c.offer(SuggestValue, 0, "last 24 hours", "last 7 days", "last 30 days", "today", "yesterday")
		}
		c.offer(SuggestOperator, 0, "(")
	case inList:
		c.values()
	case afterAnswer:
		c.offer(SuggestWord, 0, "AND", "OR")
		if c.partial != "" {
			c.keys() // the AND may be missing
		}
	}
}

// keys offers all that a condition may be about.
func (c *completer) keys() {
	c.keysOf(Metric, "metrics.")
	c.keysOf(Param, "params.")
	c.keysOf(Tag, "tags.")
	c.keysOf(Data, "data.")
	c.offer(SuggestKey, 0, plainAttributes...)
	c.offer(SuggestKey, 0, "min(", "max(", "last(")
}

// plainAttributes are the properties that are offered: of several names for one
// thing the shortest.
var plainAttributes = []string{
	"status", "name", "started", "duration", "data", "user", "experiment", "note", "parent", "children", "ended", "reason", "exit_code", "source", "artifact_uri", "id",
}

// keysOf offers the names of a kind. A name is found by its own beginning, too.
func (c *completer) keysOf(kind Kind, prefix string) {
	if c.names == nil {
		return
	}
	for _, name := range c.names.Keys(kind) {
		if kind == Tag && !Searched(name.Text) && !strings.HasPrefix(strings.ToLower(c.partial), "tags.") {
			continue // MLflow's own tags, unless somebody is after them
		}
		written, ok := writeKey(name.Text)
		if !ok {
			continue
		}
		rank := min(rankOf(c.partial, prefix+written), rankOf(strings.Trim(c.partial, "`"), name.Text))
		c.add(SuggestKey, prefix+written, name.Runs, rank)
	}
}

// writeKey puts back ticks around a key that needs them.
func writeKey(key string) (string, bool) {
	if key != "" && strings.IndexFunc(key, func(r rune) bool { return !isBare(r) }) < 0 && key[0] != '.' && key[len(key)-1] != '.' {
		return key, true
	}
	return "`" + key + "`", key != "" && !strings.Contains(key, "`")
}

// writeText puts quotes around a text. One that holds both kinds cannot be
// written.
func writeText(s string) (string, bool) {
	for _, quote := range []string{"'", `"`} {
		if !strings.Contains(s, quote) && !strings.HasSuffix(s, `\`) {
			return quote + s + quote, true
		}
	}
	return "", false
}

// operators offers what can be asked of the name before.
func (c *completer) operators() {
	switch c.field.typ {
	case queryNumber, queryDuration:
		c.offer(SuggestOperator, 0, "<", "<=", ">", ">=", "=", "!=", "BETWEEN", "IN")
	case queryTime, queryDate:
		c.offer(SuggestOperator, 0, "in last 7 days", "in last 24 hours", ">", ">=", "<", "<=", "=", "BETWEEN")
	case queryMixed, queryVersion:
		c.offer(SuggestOperator, 0, "=", "!=", "<", "<=", ">", ">=", "IN", "LIKE", "ILIKE", "MATCHES", "BETWEEN")
	default:
		c.offer(SuggestOperator, 0, "=", "!=", "IN", "LIKE", "ILIKE", "MATCHES")
	}
	c.offer(SuggestOperator, 0, "IS NULL", "IS NOT NULL")
	if c.field.Kind == Metric && c.field.typ == queryNumber {
		c.offer(SuggestOperator, 0, "AT")
	}
	if c.field.Kind == Loose { // it may have been a word to look for
		c.offer(SuggestWord, 0, "AND", "OR")
	}
}

// values offers what the name before can be compared with.
func (c *completer) values() {
	switch c.field.typ {
	case queryState:
		c.offer(SuggestValue, 0, stateWords...)
		return
	case queryTime, queryDate:
		c.offer(SuggestValue, 0, "today", "yesterday")
		return
	case queryNumber, queryDuration:
		return
	}
	if c.names == nil {
		return
	}
	partial := strings.Trim(c.partial, "'\"")
	for _, value := range c.names.Values(c.field.Column) {
		written, ok := writeText(value.Text)
		if c.field.typ == queryMixed && isNumber(token{kind: tokName, text: value.Text}) || c.field.typ == queryVersion {
			written, ok = value.Text, true
		}
		if ok {
			c.add(SuggestValue, written, value.Runs, rankOf(partial, value.Text))
		}
	}
}

// offer adds what is always there.
func (c *completer) offer(kind SuggestionKind, runs int, words ...string) {
	for _, word := range words {
		c.add(kind, word, runs, rankOf(c.partial, word))
	}
}

func (c *completer) add(kind SuggestionKind, insert string, runs, rank int) {
	if rank < noFit {
		c.found = append(c.found, ranked{Suggestion{Insert: insert, From: c.from, To: c.to, Kind: kind, Runs: runs}, rank})
	}
}

const noFit = 3

// rankOf tells how well a word fits to what is written: the same, its
// beginning, a part of it, or not at all. Case does not count.
func rankOf(written, word string) int {
	written, word = strings.ToLower(written), strings.ToLower(word)
	switch {
	case written == word:
		return 0
	case strings.HasPrefix(word, written):
		return 1
	case strings.Contains(word, written):
		return 2
	}
	return noFit
}

// ranked returns the best suggestions, those that fit equally well in the order
// in which they were found.
func (c *completer) ranked() []Suggestion {
	slices.SortStableFunc(c.found, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	var out []Suggestion
	seen := map[string]bool{}
	for _, s := range c.found {
		if len(out) == maxSuggestions {
			break
		}
		if !seen[s.Insert] {
			seen[s.Insert] = true
			out = append(out, s.Suggestion)
		}
	}
	return out
}
