package contract

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/jsontext"
	"dev.varve/backend/track"
)

// Words of a line that are no metrics.
const (
	wordName  = "name"
	wordKey   = "key"
	wordValue = "value"
	wordStep  = "step"
	wordTime  = "time"
	wordStamp = "timestamp" // as MLflow calls the time
	wordTags  = "tags"
	wordParam = "params"
)

// reader reads lines, each of which is a JSON object: of one metric by name and
// value, or of several, each by its own name. Beyond JSON it takes what printf and
// its likes make of numbers that are none: nan, inf, and .5 or +1.
type reader struct {
	jsontext.Cursor
	members []member
	names   jsontext.Names
}

// member is one member of a line.
type member struct {
	name  string
	text  string // of a string
	raw   []byte // of everything else but tags and params
	pairs []event.Param
}

// line reads one line and adds what it says to a batch. at is the time, ms since
// 1970, of points that name none. The error is a sentence about the line, and the
// batch is as it was.
func (r *reader) line(text []byte, at int64, into *track.Batch) error {
	r.Rest, r.members = text, r.members[:0]
	if err := r.object(); err != nil {
		return err
	}
	point := event.Point{Time: at}
	if err := r.when(&point); err != nil {
		return err
	}
	now := track.Batch{Metrics: into.Metrics, Params: into.Params, Tags: into.Tags}
	if err := r.metrics(point, &now); err != nil {
		return err
	}
	fresh := track.Batch{Metrics: now.Metrics[len(into.Metrics):], Params: now.Params[len(into.Params):], Tags: now.Tags[len(into.Tags):]}
	if len(fresh.Metrics)+len(fresh.Params)+len(fresh.Tags) == 0 {
		return wrong("it names no metric")
	}
	if err := fresh.Check(); err != nil {
		return err
	}
	into.Metrics, into.Params, into.Tags = now.Metrics, now.Params, now.Tags
	return nil
}

func wrong(format string, args ...any) error { return fault.New(fault.Invalid, format, args...) }

// object reads the members of a line.
func (r *reader) object() error {
	if !r.Take('{') {
		return wrong("it is no JSON object, which begins with {")
	}
	for first := true; !r.Take('}'); first = false {
		if !first && !r.Take(',') {
			return wrong("there is no comma, and no } at its end")
		}
		name, err := r.text()
		if err != nil {
			return err
		}
		if !r.Take(':') {
			return wrong("there is no colon behind %.60q", name)
		}
		if err := r.value(name); err != nil {
			return err
		}
	}
	if r.Next() != 0 {
		return wrong("something stands behind its }")
	}
	return nil
}

func (r *reader) value(name string) (err error) {
	m := member{name: name}
	switch c := r.Next(); {
	case c == '"':
		m.text, err = r.text()
	case name == wordTags || name == wordParam:
		m.pairs, err = r.pairs(name)
	default:
		if m.raw = r.word(); len(m.raw) == 0 {
			err = notANumber(name)
		}
	}
	r.members = append(r.members, m)
	return err
}

func notANumber(name string) error { return wrong("the value of %.60q is no number", name) }

// when takes step and time out of the members.
func (r *reader) when(p *event.Point) (err error) {
	r.members = slices.DeleteFunc(r.members, func(m member) bool {
		switch m.name {
		case wordStep:
			step, ok := m.whole()
			if p.Step = step; !ok && err == nil {
				err = wrong("its step is no whole number")
			}
		case wordTime, wordStamp:
			at, ok := m.time()
			if p.Time = at; !ok && err == nil {
				err = wrong("its time is neither seconds nor milliseconds since 1970, nor like 2026-05-03T10:00:00Z")
			}
		default:
			return false
		}
		return true
	})
	return err
}

func (r *reader) metrics(p event.Point, into *track.Batch) error {
	name, value, named := r.byName()
	for _, m := range r.members {
		switch {
		case named && m.name == wordValue:
			v, ok := value.number()
			if !ok {
				return notANumber(name)
			}
			p.Value = v
			into.Metrics = append(into.Metrics, track.Metric{Key: name, Point: p})
		case named && (m.name == wordName || m.name == wordKey):
		case m.pairs != nil && m.name == wordTags:
			into.Tags = append(into.Tags, m.pairs...)
		case m.pairs != nil:
			into.Params = append(into.Params, m.pairs...)
		case named:
			return wrong("%.60q stands beside a name and its value", m.name)
		default:
			v, ok := m.number()
			if !ok && m.raw == nil && (m.name == wordName || m.name == wordKey) {
				return wrong("there is no value beside its name")
			}
			if !ok {
				return notANumber(m.name)
			}
			p.Value = v
			into.Metrics = append(into.Metrics, track.Metric{Key: m.name, Point: p})
		}
	}
	return nil
}

// byName reports whether the line names one metric: its name is a text.
func (r *reader) byName() (name string, value member, ok bool) {
	valued := false
	for _, m := range r.members {
		switch {
		case (m.name == wordName || m.name == wordKey) && m.raw == nil && m.pairs == nil:
			name, ok = r.names.Of([]byte(m.text)), true
		case m.name == wordValue:
			value, valued = m, true
		}
	}
	return name, value, ok && valued
}

// number reads what stands for a number, in quotation marks or without. null is
// what JavaScript, R and others write for one that is none.
func (m member) number() (float64, bool) {
	if m.pairs != nil {
		return 0, false
	}
	text := m.text
	if m.raw != nil {
		if bytes.Equal(m.raw, []byte("null")) {
			return math.NaN(), true
		}
		text = string(m.raw) // does not escape: ParseFloat keeps nothing
	}
	v, err := strconv.ParseFloat(text, 64)
	if err == nil || math.IsInf(v, 0) { // it is beyond all numbers
		return v, true
	}
	if text = strings.TrimLeft(text, "+-"); strings.EqualFold(text, "nan") || text == "NA" {
		return math.NaN(), true
	}
	return 0, false
}

func (m member) whole() (int64, bool) {
	text := m.text
	if m.raw != nil {
		text = string(m.raw)
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	v, ok := m.number()
	const edge = 1 << 63 // the first that int64 does not hold
	if !ok || v != math.Trunc(v) || v < -edge || v >= edge {
		return 0, false
	}
	return int64(v), true
}

// late divides seconds from milliseconds: as seconds it is in the year 5138, as
// milliseconds in 1973.
const late = 1e11

func (m member) time() (int64, bool) {
	if v, ok := m.number(); ok {
		if v < late {
			v *= 1000
		}
		if !(v >= 0 && v < 1<<53) {
			return 0, false
		}
		return int64(v), true
	}
	at, err := time.Parse(time.RFC3339Nano, m.text)
	return at.UnixMilli(), err == nil
}

// pairs reads an object of texts and the like.
func (r *reader) pairs(name string) ([]event.Param, error) {
	d := json.NewDecoder(bytes.NewReader(r.Rest))
	values := map[string]json.RawMessage{}
	if err := d.Decode(&values); err != nil || values == nil {
		return nil, wrong("%q is no object of names and values", name)
	}
	r.Rest = r.Rest[d.InputOffset():]
	pairs := make([]event.Param, 0, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		text := string(values[key])
		if text[0] == '"' {
			if err := json.Unmarshal(values[key], &text); err != nil {
				return nil, wrong("%q is no object of names and values", name)
			}
		}
		pairs = append(pairs, event.Param{Key: key, Value: text})
	}
	return pairs, nil
}
