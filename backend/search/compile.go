package search

import (
	"strings"

	"dev.varve/backend/table"
)

// compiler turns the conditions of a filter into tests of blocks of one table.
// What it makes is good for one stride: afterwards columns may be others.
type compiler struct {
	source   Source
	table    *table.Table
	children map[string]int // by the id of the parent; nil if nobody asks
	seen     [][]uint8      // what text columns remember, used again in the next stride
	used     int
}

// remember is room for what a text column says of each text.
func (c *compiler) remember(column *table.Texts) []uint8 {
	n := max(1, column.Codes())
	if c.used == len(c.seen) {
		c.seen = append(c.seen, nil)
	}
	room := c.seen[c.used]
	if cap(room) < n {
		room = make([]uint8, n+n/8)
	}
	room = room[:n]
	clear(room)
	c.seen[c.used] = room
	c.used++
	return room
}

func (c *compiler) numbers(kind Kind, name string) *table.Numbers {
	return c.table.Numbers(TableKey(kind, name))
}

// texts is a column of texts. The name of a run, which MLflow also keeps as a
// tag, is a property only.
func (c *compiler) texts(kind Kind, name string) *table.Texts {
	if kind == Tag && name == nameTag {
		kind, name = Attribute, "run_name"
	}
	return c.table.Texts(TableKey(kind, name))
}

// nameTag is MLflow's tag for the name of a run.
const nameTag = "mlflow.runName"

// plan is a filter over the blocks of a table.
type plan interface {
	// match finds among the rows of mask those that fulfil the filter for sure, and
	// those that may.
	match(block int, mask table.Bits) (sure, possible table.Bits)
}

type allPlans []plan

func (n allPlans) match(block int, mask table.Bits) (sure, possible table.Bits) {
	sure = mask
	for _, kid := range n {
		if mask.Empty() {
			return table.Bits{}, mask
		}
		var s table.Bits
		s, mask = kid.match(block, mask)
		sure.And(&s)
	}
	return sure, mask
}

type anyPlans []plan

func (n anyPlans) match(block int, mask table.Bits) (sure, possible table.Bits) {
	for _, kid := range n {
		if mask.Empty() {
			break
		}
		s, p := kid.match(block, mask)
		sure.Or(&s)
		possible.Or(&p)
		mask.AndNot(&s)
	}
	return sure, possible
}

// testPlan is one condition or its opposite.
type testPlan struct {
	test blockTest
	not  bool
}

func (n *testPlan) match(block int, mask table.Bits) (sure, possible table.Bits) {
	var v verdict
	n.test.ask(block, &mask, &v)
	sure = v.known
	if n.not {
		sure.AndNot(&v.holds)
	} else {
		sure.And(&v.holds)
	}
	sure.And(&mask)
	possible = v.maybe
	possible.And(&mask)
	sure.AndNot(&possible)
	possible.Or(&sure)
	return sure, possible
}

// compile makes the tree for one stride. Cheap conditions come first: those
// behind them have less to look at.
func (c *compiler) compile(e expr) plan {
	switch e := e.(type) {
	case *leaf:
		return &testPlan{c.test(e.condition), e.not}
	case allOf:
		return allPlans(c.kids(e))
	case anyOf:
		return anyPlans(c.kids(e))
	}
	return &testPlan{test: unknowable{}}
}

func (c *compiler) kids(list []expr) []plan {
	var cheap, dear []plan
	for _, e := range list {
		if l, ok := e.(*leaf); ok && isCheap(l.condition) {
			cheap = append(cheap, c.compile(e))
		} else {
			dear = append(dear, c.compile(e))
		}
	}
	return append(cheap, dear...)
}

// isCheap reports whether a condition looks at numbers only.
func isCheap(cond condition) bool {
	c, ok := cond.(*numberIs)
	return ok && (c.column().Kind == Metric || c.column().Kind == Attribute)
}

// unknowable is a test that only the whole record can answer.
type unknowable struct{}

func (unknowable) ask(_ int, _ *table.Bits, v *verdict) { v.maybe = everyRow }

// test makes the test of one condition.
func (c *compiler) test(cond condition) blockTest {
	switch cond := cond.(type) {
	case *numberIs:
		return c.numberTest(cond)
	case *textIs:
		return c.textTest(cond)
	case *exists:
		return c.existsTest(cond)
	case *datasetIs:
		return c.inputsTest(func(list []Dataset) (bool, bool) { return cond.among(list), len(list) > 0 })
	case *inputIs:
		return c.inputsTest(cond.among)
	case *wordIs:
		return c.wordTest(cond)
	}
	return unknowable{}
}

func (c *compiler) numberTest(cond *numberIs) blockTest {
	switch of := cond.of.(type) {
	case Column:
		return c.numberOfColumn(of, &cond.numberTest)
	case duration:
		return &computedTest{numberRule: newNumberRule(&cond.numberTest), value: c.durations(of)}
	case metricAt:
		return c.stepTest(of)
	}
	return unknowable{}
}

func (c *compiler) numberOfColumn(of Column, test *numberTest) blockTest {
	switch of.Kind {
	case Metric:
		return &numberColumn{c.numbers(Metric, of.Name), newNumberRule(test)}
	case MetricMin, MetricMax:
		return &extremeColumn{c.numbers(of.Kind, of.Name), c.numbers(Metric, of.Name), newNumberRule(test)}
	case Param, Tag:
		column := c.texts(of.Kind, of.Name)
		return newTextColumn(column, c.remember(column), numberRuleOfText(test), 0)
	case Loose:
		return firstOf{
			c.numberOfColumn(Column{Metric, of.Name}, test),
			c.numberOfColumn(Column{Param, of.Name}, test),
			c.numberOfColumn(Column{Tag, of.Name}, test),
		}
	case Attribute:
		if of.Name == "children" {
			return &computedTest{numberRule: newNumberRule(test), value: c.childrenOf}
		}
		return &numberColumn{c.numbers(Attribute, of.Name), newNumberRule(test)}
	}
	return unknowable{}
}

// numberRuleOfText tests texts as numbers. A long one may be a number with many
// digits.
func numberRuleOfText(test *numberTest) func(string, bool) uint8 {
	return func(text string, long bool) uint8 {
		if long {
			return textMaybe
		}
		f, _ := numberOf(text)
		return saying(test.holds(f), true)
	}
}

func saying(holds, known bool) (s uint8) {
	if holds {
		s |= textHolds
	}
	if known {
		s |= textKnown
	}
	return s
}

func (c *compiler) textTest(cond *textIs) blockTest {
	rule := func(text string, long bool) uint8 {
		if long {
			return cond.ofBeginning(text)
		}
		return saying(cond.holds(text), true)
	}
	switch cond.Kind {
	case Param, Tag:
		column := c.texts(cond.Kind, cond.Name)
		return newTextColumn(column, c.remember(column), rule, 0)
	case Loose:
		params, tags := c.texts(Param, cond.Name), c.texts(Tag, cond.Name)
		return firstOf{newTextColumn(params, c.remember(params), rule, 0), newTextColumn(tags, c.remember(tags), rule, 0)}
	}
	switch cond.Name {
	case stateAttribute:
		column := c.texts(Attribute, "status")
		return newTextColumn(column, c.remember(column), func(text string, _ bool) uint8 {
			state, ok := states[text]
			return saying(ok && cond.holds(state), ok)
		}, 0)
	case "run_id":
		return c.idTest(cond)
	case "artifact_uri", "experiment":
		return &derivedTest{source: c.source, attribute: cond.Name, test: &cond.textTest}
	}
	column := c.texts(Attribute, cond.Name)
	absent := uint8(0)
	if neverAbsent[cond.Name] {
		absent = rule("", false)
	}
	return newTextColumn(column, c.remember(column), rule, absent)
}

// neverAbsent are the properties that every run has, if only as an empty text.
var neverAbsent = map[string]bool{"run_name": true, "user_id": true, "run_id": true, "artifact_uri": true, "experiment": true}

// ofBeginning is what the beginning of a long text tells about a test.
func (t *textTest) ofBeginning(text string) uint8 {
	switch {
	case t.fold, t.op != opEqual && t.op != opNotEqual, strings.HasPrefix(t.want, text):
		return textMaybe
	}
	return saying(t.op == opNotEqual, true)
}

func (c *compiler) existsTest(cond *exists) blockTest {
	here := c.thingTest(cond.of)
	if cond.want {
		return here
	}
	return absence{here}
}

// absence is the opposite of existence, which every row knows.
type absence struct{ blockTest }

func (a absence) ask(block int, mask *table.Bits, v *verdict) {
	a.blockTest.ask(block, mask, v)
	has := v.holds
	v.holds = v.known
	v.holds.AndNot(&has)
}

// thingTest asks whether rows have something. All of them know.
func (c *compiler) thingTest(of thing) blockTest {
	switch of := of.(type) {
	case dataInputs:
		return c.inputsTest(func(list []Dataset) (bool, bool) {
			for i := range list {
				if of.all || list[i].Name == of.name {
					return true, true
				}
			}
			return false, true
		})
	case duration:
		return &computedTest{numberRule: newNumberRule(anyNumber), value: c.durations(of), existence: true}
	case metricAt:
		return existence{c.stepTest(of)}
	case Column:
		return c.columnTest(of)
	}
	return unknowable{}
}

// anyNumber holds every number but NaN.
var anyNumber = &numberTest{op: opBetween, want: everyNumber.lo, to: everyNumber.hi}

func (c *compiler) columnTest(of Column) blockTest {
	here := func(column *table.Texts) blockTest {
		return newTextColumn(column, c.remember(column), func(text string, _ bool) uint8 {
			return saying(of.Kind != Attribute || text != "", true)
		}, textKnown)
	}
	switch of.Kind {
	case Metric:
		return existence{&numberColumn{c.numbers(Metric, of.Name), newNumberRule(anyNumber)}}
	case MetricMin, MetricMax:
		return existence{c.numberOfColumn(of, anyNumber)}
	case Param, Tag:
		return here(c.texts(of.Kind, of.Name))
	case Loose:
		return anyTest{c.columnTest(Column{Metric, of.Name}), here(c.texts(Param, of.Name)), here(c.texts(Tag, of.Name))}
	case DatasetInput:
		return here(c.texts(DatasetInput, ""))
	}
	switch of.Name {
	case "run_id", "children":
		return existence{always{}}
	case "artifact_uri", "experiment":
		return &derivedTest{source: c.source, attribute: of.Name}
	case stateAttribute:
		return here(c.texts(Attribute, "status"))
	case "start_time", "end_time", "exit_code":
		return existence{&numberColumn{c.numbers(Attribute, of.Name), newNumberRule(anyNumber)}}
	}
	return here(c.texts(Attribute, of.Name))
}

// inputsTest asks about the inputs of runs, each different list once.
func (c *compiler) inputsTest(rule func([]Dataset) (holds, known bool)) blockTest {
	column := c.texts(DatasetInput, "")
	return newTextColumn(column, c.remember(column), func(text string, _ bool) uint8 {
		return saying(rule(UnpackDatasets(text)))
	}, saying(rule(nil)))
}

// stepTest finds the runs of which the history has to be read: those that have
// the metric at all.
func (c *compiler) stepTest(of metricAt) blockTest { return historyTest{c.numbers(Metric, of.key)} }
