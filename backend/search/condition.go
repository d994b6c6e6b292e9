package search

// condition is one thing that a row must fulfil. match neither allocates nor
// changes the condition, so that one filter serves many goroutines.
type condition interface {
	match(r Row) bool
	column() Column // what it reads
}

// numberTest compares a number. A NaN fulfils != and nothing else.
type numberTest struct {
	op   operator
	want float64
}

func (t numberTest) holds(have float64) bool {
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
	default: // opGreaterEqual
		return have >= t.want
	}
}

// textTest compares a text, byte for byte.
type textTest struct {
	op   operator
	want string
	set  map[string]struct{} // for IN and NOT IN
	like *likePattern        // for LIKE and ILIKE
}

func (t *textTest) holds(have string) bool {
	switch t.op {
	case opEqual:
		return have == t.want
	case opNotEqual:
		return have != t.want
	case opIn:
		_, ok := t.set[have]
		return ok
	case opNotIn:
		_, ok := t.set[have]
		return !ok
	default: // opLike, opILike
		return t.like.match(have)
	}
}

// numberIs is a condition on a metric or a numeric attribute.
type numberIs struct {
	Column
	numberTest
}

func (c *numberIs) column() Column { return c.Column }

func (c *numberIs) match(r Row) bool {
	have, ok := c.number(r)
	return ok && c.holds(have)
}

// textIs is a condition on a param, a tag or an attribute. A row that lacks it
// never matches, whatever the operator.
type textIs struct {
	Column
	textTest
	id bool // whether the text is a decimal number
}

func (c *textIs) column() Column { return c.Column }

func (c *textIs) match(r Row) bool {
	have, ok := c.text(r)
	if c.id {
		have = trimZeros(have)
	}
	return ok && c.holds(have)
}

// trimZeros makes decimal numbers that are equal equal as texts.
func trimZeros(s string) string {
	for len(s) > 1 && s[0] == '0' {
		s = s[1:]
	}
	return s
}

// exists is IS NOT NULL or, negated, IS NULL.
type exists struct {
	Column
	want bool
}

func (c *exists) column() Column { return c.Column }

func (c *exists) match(r Row) bool {
	_, ok := c.text(r)
	return ok == c.want
}

// datasetIs is a condition that one of a run's inputs must fulfil. Several of
// them may be fulfilled by different inputs.
type datasetIs struct {
	Column
	textTest
}

func (c *datasetIs) column() Column { return c.Column }

func (c *datasetIs) match(r Row) bool {
	inputs := r.Datasets()
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

func (c *pointIs) match(r Row) bool {
	model, ok := r.(ModelRow)
	if !ok {
		return false
	}
	points := model.Points()
	for i := range points {
		if p := &points[i]; (c.key == "" || p.Key == c.key && c.holds(finite(p.Value))) && c.within(p) {
			return true
		}
	}
	return false
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

func (notPrompt) match(r Row) bool {
	v, _ := r.Tag(promptTag)
	return v != "true"
}
