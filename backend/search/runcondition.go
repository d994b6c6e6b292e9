package search

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// metricAt is a metric at one step.
type metricAt struct {
	key  string
	step int64
}

func (m metricAt) column() Column {
	return Column{MetricAt, m.key + " AT " + strconv.FormatInt(m.step, 10)}
}

func (m metricAt) number(r Row) (float64, bool) {
	if run, ok := r.(RunRow); ok {
		f, ok := run.At(m.key, m.step)
		return finite(f), ok
	}
	return 0, false
}

func (m metricAt) has(r Row) bool {
	_, ok := m.number(r)
	return ok
}

// duration is how long a run took, in milliseconds; of a running one, until
// now. Nobody knows how long a lost run took.
type duration struct{ now float64 }

func (duration) column() Column { return Column{Attribute, "duration"} }

func (d duration) number(r Row) (float64, bool) {
	start, ok := Column{Attribute, "start_time"}.number(r)
	if !ok {
		return 0, false
	}
	end, ok := Column{Attribute, "end_time"}.number(r)
	if !ok {
		if state, _ := stateOf(r); state != "running" {
			return 0, false
		}
		end = d.now
	}
	return max(0, end-start), true
}

func (d duration) has(r Row) bool {
	_, ok := d.number(r)
	return ok
}

// states are Varve's words for what a run does, by MLflow's.
var states = map[string]string{
	"SCHEDULED": "waiting", "RUNNING": "running", "FINISHED": "finished", "FAILED": "failed", "KILLED": "stopped",
}

// stateOf is Varve's word for what a run does. A row that knows no more than
// MLflow cannot tell a lost run from a failed one.
func stateOf(r Row) (string, bool) {
	if v, ok := r.Attribute(stateAttribute); ok {
		return v.AsText()
	}
	v, _ := r.Attribute("status")
	state, ok := states[v.text]
	return state, ok
}

// dataInputs is the data sets that a run read: those of a name, or all.
type dataInputs struct {
	name string
	all  bool
}

func (i dataInputs) column() Column { return Column{Data, i.name} }

func (i dataInputs) has(r Row) bool {
	for _, d := range r.Datasets() {
		if i.all || d.Name == i.name {
			return true
		}
	}
	return false
}

// inputIs is a condition on data sets that a run read: one of them must fulfil
// it, whatever the others do. Only one of number and text is there.
type inputIs struct {
	dataInputs
	numbers versionNumbers
	number  *numberTest // the number of the version
	text    *textTest   // the digest; of all inputs also the name, and name@version
}

func (c *inputIs) ask(r Row) (holds, known bool) { return c.among(r.Datasets()) }

func (c *inputIs) among(list []Dataset) (holds, known bool) {
	for i := range list {
		if d := &list[i]; c.all || d.Name == c.name {
			known = true
			if c.holds(d) {
				return true, true
			}
		}
	}
	return false, known
}

func (c *inputIs) holds(d *Dataset) bool {
	switch {
	case c.number != nil:
		n := c.numbers.of(d)
		return n > 0 && c.number.holds(float64(n))
	case !c.all:
		return c.text.holds(d.Digest)
	case c.text.holds(d.Name):
		return true
	}
	n := c.numbers.of(d)
	return n > 0 && c.text.holds(versionName(d, n)) || d.Digest != "" && c.text.holds(d.Name+"@"+d.Digest)
}

// versionName is how people write a version of a data set.
func versionName(d *Dataset, number int64) string {
	return d.Name + "@" + strconv.FormatInt(number, 10)
}

// versionNumbers tells the number of a version: Given.VersionNumber.
type versionNumbers func(dataset, version string) int64

// of is the number of the version that an input is, or 0.
func (f versionNumbers) of(d *Dataset) int64 {
	if f == nil || d.Version == "" {
		return 0
	}
	return f(d.ID, d.Version)
}

// wordIs is free text: letters that stand somewhere in a run's name, note,
// params or tags, whatever their case, or the beginning of its id.
type wordIs struct {
	want string // folded
	find *runeFinder
	// plain is whether want is ASCII, and special whether it holds one of the two
	// ASCII letters that are the same as others beyond ASCII.
	plain, special bool
	id             bool // whether it may be the beginning of an id
}

// newWord prepares a text that is looked for. ok is false if it is too long.
func newWord(text string) (w *wordIs, ok bool) {
	if utf8.RuneCountInString(text) > maxFloating {
		return nil, false
	}
	w = &wordIs{want: foldText(text), plain: true}
	for _, r := range w.want {
		w.plain = w.plain && r < utf8.RuneSelf
	}
	w.special = strings.ContainsAny(w.want, "ks")
	w.id = len(w.want) >= shortestID && strings.Trim(w.want, "0123456789abcdef") == ""
	if w.want != "" {
		w.find = newRuneFinder([]rune(w.want))
	}
	return w, true
}

func (*wordIs) column() Column { return Column{Kind: FreeText} }

func (w *wordIs) ask(r Row) (holds, known bool) { return w.in(r), true }

func (w *wordIs) in(r Row) bool {
	if id, ok := r.Attribute("run_id"); ok && w.begins(id.text) {
		return true
	}
	if name, ok := r.Attribute("run_name"); ok && w.within(name.text) {
		return true
	}
	run, ok := r.(RunRow)
	if !ok {
		note, ok := r.Tag(noteTag)
		return ok && w.within(note)
	}
	for _, value := range run.Params {
		if w.within(value) {
			return true
		}
	}
	for key, value := range run.Tags {
		if Searched(key) && w.within(value) {
			return true
		}
	}
	return false
}

// begins reports whether a run's id begins with the word, which must be of
// hexadecimal digits as ids are. A short one would find runs by accident.
func (w *wordIs) begins(id string) bool {
	return w.id && len(id) >= len(w.want) && strings.EqualFold(id[:len(w.want)], w.want)
}

// shortestID is how many digits of an id find a run.
const shortestID = 8

// within reports whether the word stands somewhere in a text.
func (w *wordIs) within(s string) bool {
	switch {
	case w.find == nil:
		return true
	case !w.plain, w.special && strings.ContainsAny(s, "\u212a\u017f"):
		return w.find.end(s, true) >= 0
	}
	first, rest := w.want[0], w.want[1:]
	upper := first
	if 'a' <= first && first <= 'z' {
		upper -= 'a' - 'A'
	}
	for i := range max(0, len(s)-len(rest)) {
		if (s[i] == first || s[i] == upper) && sameLetters(s[i+1:], rest) {
			return true
		}
	}
	return false
}

// sameLetters reports whether s, which is as long at least, begins with letters
// that are given in lower case.
func sameLetters(s, lowered string) bool {
	for i := range len(lowered) {
		if lower(s[i]) != lowered[i] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// Searched reports whether free text is looked for in a tag. MLflow's own tags
// are not, but for the note: nobody wrote them, and every run has them.
func Searched(tag string) bool { return tag == noteTag || !strings.HasPrefix(tag, "mlflow.") }

// numberOf reads a param or a tag as a number, as programs write them. A text
// that is none is NaN, and not ok.
func numberOf(s string) (float64, bool) {
	if s == "" || numeric[s[0]] == 0 {
		return math.NaN(), false
	}
	s = strings.TrimSpace(s)
	digits := strings.TrimPrefix(s, "+")
	if n := numberLength(digits); n == 0 || n != len(digits) || len(s)-len(digits) == 1 && digits[0] == '-' {
		return specialNumber(s)
	}
	f, _ := strconv.ParseFloat(digits, 64)
	return finite(f), true
}

// numeric has the bytes with which a number may begin: most texts are refused
// by their first one.
var numeric = func() (out [256]uint8) {
	for _, c := range []byte("0123456789+-.iInN \t\n\v\f\r") {
		out[c] = 1
	}
	for c := utf8.RuneSelf; c < 256; c++ {
		out[c] = 1 // perhaps a space
	}
	return out
}()

// specialNumber reads what is a number and has no digits.
func specialNumber(s string) (float64, bool) {
	if len(s) > len("-infinity") {
		return math.NaN(), false
	}
	switch strings.ToLower(s) {
	case "inf", "+inf", "infinity", "+infinity":
		return math.MaxFloat64, true
	case "-inf", "-infinity":
		return -math.MaxFloat64, true
	case "nan":
		return math.NaN(), true
	}
	return math.NaN(), false
}
