package search

import (
	"math"
	"regexp"
	"slices"
	"strings"
)

// condition is one thing that a row may fulfil. known is whether the row has
// what the condition asks about; without it, holds means nothing. ask does not
// change the condition, so that one filter serves many goroutines.
type condition interface {
	ask(r Row) (holds, known bool)
	column() Column // what it reads
}

// thing is something that a row has or lacks.
type thing interface {
	column() Column
	has(r Row) bool
}

// quantity is a thing that is a number. A text that is none counts as NaN.
type quantity interface {
	thing
	number(r Row) (float64, bool)
}

// numberTest compares a number. A NaN fulfils != and nothing else, unless NaN
// is what is asked for.
type numberTest struct {
	op   operator
	want float64
	to   float64   // for opBetween the greatest, for opWithin the first beyond
	list []float64 // for opIn, sorted
}

func (t *numberTest) holds(have float64) bool {
	switch t.op {
	case opEqual:
		return have == t.want
	case opNotEqual:
		return have != t.want
	case opLess:
		return have < t.want
	case opLessEqual:
		return have <= t.want
	case opGreater:
		return have > t.want
	case opBetween:
		return t.want <= have && have <= t.to
	case opWithin:
		return t.want <= have && have < t.to
	case opIsNaN:
		return math.IsNaN(have)
	case opIn:
		// NaN is equal to nothing, whatever the search says.
		i, ok := slices.BinarySearch(t.list, have)
		return ok && t.list[i] == have
	default: // opGreaterEqual
		return have >= t.want
	}
}

// textTest compares a text: byte for byte, or by letters of which the case does
// not count.
type textTest struct {
	op      operator
	want    string
	fold    bool                 // for = and !=: case does not count
	set     map[string]struct{}  // for IN and NOT IN
	folded  map[string]struct{}  // for IN: without case, by foldText
	numbers map[float64]struct{} // for IN: as numbers
	like    *likePattern         // for LIKE and ILIKE
	re      *regexp.Regexp       // for MATCHES
	size    int                  // of re, in instructions
}

func (t *textTest) holds(have string) bool {
	switch t.op {
	case opEqual:
		return t.equals(have)
	case opNotEqual:
		return !t.equals(have)
	case opIn:
		return t.lists(have)
	case opNotIn:
		return !t.lists(have)
	case opMatches:
		return t.re.MatchString(have)
	default: // opLike, opILike
		return t.like.match(have)
	}
}

func (t *textTest) equals(have string) bool {
	if t.fold {
		return strings.EqualFold(have, t.want)
	}
	return have == t.want
}

func (t *textTest) lists(have string) bool {
	if _, ok := t.set[have]; ok {
		return true
	}
	if len(t.folded) > 0 {
		if _, ok := t.folded[foldText(have)]; ok {
			return true
		}
	}
	if len(t.numbers) > 0 {
		if f, ok := numberOf(have); ok {
			_, ok = t.numbers[f]
			return ok
		}
	}
	return false
}

// foldText makes texts equal that differ only in case.
func foldText(s string) string { return strings.Map(foldRune, s) }

// numberIs is a condition on a number.
type numberIs struct {
	of quantity
	numberTest
}

func (c *numberIs) column() Column { return c.of.column() }

func (c *numberIs) ask(r Row) (holds, known bool) {
	have, ok := c.of.number(r)
	return ok && c.holds(have), ok
}

// textIs is a condition on a param, a tag or an attribute.
type textIs struct {
	Column
	textTest
	id bool // whether the text is a decimal number
}

func (c *textIs) ask(r Row) (holds, known bool) {
	have, ok := c.text(r)
	if c.id {
		have = trimZeros(have)
	}
	return ok && c.holds(have), ok
}

// trimZeros makes decimal numbers that are equal equal as texts.
func trimZeros(s string) string {
	for len(s) > 1 && s[0] == '0' {
		s = s[1:]
	}
	return s
}

// exists is IS NOT NULL or, negated, IS NULL. Every row knows what it has.
type exists struct {
	of   thing
	want bool
}

func (c *exists) column() Column { return c.of.column() }

func (c *exists) ask(r Row) (holds, known bool) { return c.of.has(r) == c.want, true }

// datasetIs is a condition that one of a run's inputs must fulfil. Several of
// them may be fulfilled by different inputs.
type datasetIs struct {
	Column
	textTest
}

func (c *datasetIs) ask(r Row) (holds, known bool) {
	inputs := r.Datasets()
	return c.among(inputs), len(inputs) > 0
}

func (c *datasetIs) among(inputs []Dataset) bool {
	for i := range inputs {
		have, ok := inputs[i].Name, true
		switch c.Name {
		case "digest":
			have = inputs[i].Digest
		case "context":
			have, ok = inputs[i].Context, inputs[i].HasContext
		}
		if ok && c.holds(have) {
			return true
		}
	}
	return false
}

// pointIs is a condition that any point of a metric of a logged model must
// fulfil, among those on given datasets. Without a key, being on one is enough.
type pointIs struct {
	key string
	numberTest
	datasets []DatasetRef
}

func (c *pointIs) column() Column { return Column{Metric, c.key} }

func (c *pointIs) ask(r Row) (holds, known bool) {
	model, ok := r.(ModelRow)
	if !ok {
		return false, false
	}
	points := model.Points()
	for i := range points {
		if p := &points[i]; (c.key == "" || p.Key == c.key && c.holds(finite(p.Value))) && c.within(p) {
			return true, true
		}
	}
	return false, true
}

func (c *pointIs) within(p *Point) bool {
	for _, d := range c.datasets {
		if d.holds(p) {
			return true
		}
	}
	return len(c.datasets) == 0
}

// promptTag marks registered models and versions that are prompts.
const promptTag = "mlflow.prompt.is_prompt"

// notPrompt keeps prompts out of a search for models.
type notPrompt struct{}

func (notPrompt) column() Column { return Column{Tag, promptTag} }

func (notPrompt) ask(r Row) (holds, known bool) {
	v, _ := r.Tag(promptTag)
	return v != "true", true
}
