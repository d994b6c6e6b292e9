package mlflow

import (
	"bytes"
	"reflect"
	"strconv"
	"unicode/utf8"

	"dev.varve/backend/jsontext"
)

// Clients that log in a loop send thousands of points, and encoding/json's way
// through a struct takes longer than everything else that is done with them. So
// requests that log are read by hand if they have the usual form; whatever is
// unusual, and whatever is wrong, is left to encoding/json (FuzzQuick compares
// the two).

// quick is a request that can be read by hand. readQuick returns false, with
// anything in the request, if encoding/json has to read it.
type quick interface {
	readQuick(s *scanner) bool
}

// readQuick reads a body by hand. If it returns false the request is empty.
func readQuick(body []byte, req quick) bool {
	s := scanner{Cursor: jsontext.Cursor{Rest: body}}
	if req.readQuick(&s) && s.Next() == 0 && len(s.Rest) == 0 {
		return true
	}
	reflect.ValueOf(req).Elem().SetZero()
	return false
}

func (r *logMetric) readQuick(s *scanner) bool {
	return s.object(func(name []byte) bool {
		return r.runRef.member(s, name) || r.metric.member(s, name)
	})
}

func (r *logBatch) readQuick(s *scanner) bool {
	return s.object(func(name []byte) bool {
		switch string(name) {
		case "metrics":
			return r.Metrics == nil && list(s, &r.Metrics, (*metric).member)
		case "params":
			return r.Params == nil && list(s, &r.Params, (*tag).member)
		case "tags":
			return r.Tags == nil && list(s, &r.Tags, (*tag).member)
		}
		return r.runRef.member(s, name)
	})
}

func (r *newRun) readQuick(s *scanner) bool {
	return s.object(func(name []byte) bool {
		switch string(name) {
		case "experiment_id":
			return s.string(&r.ExperimentID)
		case "user_id":
			return s.string(&r.UserID)
		case "run_name":
			return s.string(&r.RunName)
		case "start_time":
			return s.whole(&r.StartTime)
		case "tags":
			return r.Tags == nil && list(s, &r.Tags, (*tag).member)
		}
		return false
	})
}

func (r *runRef) member(s *scanner, name []byte) bool {
	switch string(name) {
	case "run_id":
		return s.string(&r.RunID)
	case "run_uuid":
		return s.string(&r.RunUUID)
	}
	return false
}

func (t *tag) member(s *scanner, name []byte) bool {
	switch string(name) {
	case "key":
		return s.string(&t.Key)
	case "value":
		return s.string(&t.Value)
	}
	return false
}

func (m *metric) member(s *scanner, name []byte) bool {
	switch string(name) {
	case "value":
		number, ok := s.number()
		if !ok {
			return false
		}
		f, err := strconv.ParseFloat(string(number), 64)
		m.Value = real{f, true}
		return err == nil
	case "timestamp":
		return s.whole(&m.Timestamp)
	case "step":
		return s.whole(&m.Step)
	case "key":
		return s.shared(&m.Key)
	case "model_id":
		return s.shared(&m.ModelID)
	case "dataset_name":
		return s.shared(&m.DatasetName)
	case "dataset_digest":
		return s.shared(&m.DatasetDigest)
	}
	return false
}

// scanner walks over JSON. Its methods return false for what they leave to
// encoding/json, which is all that is not valid, and more.
type scanner struct {
	jsontext.Cursor
	keys jsontext.Names
}

// object takes an object; member takes the value of a member.
func (s *scanner) object(member func(name []byte) bool) bool {
	if !s.Take('{') {
		return false
	}
	for first := true; !s.Take('}'); first = false {
		if !first && !s.Take(',') {
			return false
		}
		name, ok := s.text()
		if !ok || !s.Take(':') || !member(name) {
			return false
		}
	}
	return true
}

// list takes a list of objects.
func list[T any](s *scanner, into *[]T, member func(*T, *scanner, []byte) bool) bool {
	if !s.Take('[') {
		return false
	}
	items := make([]T, 0, bytes.Count(s.Rest, []byte{'{'}))
	for !s.Take(']') {
		if len(items) > 0 && !s.Take(',') {
			return false
		}
		items = append(items, *new(T))
		item := &items[len(items)-1]
		if !s.object(func(name []byte) bool { return member(item, s, name) }) {
			return false
		}
	}
	*into = items
	return true
}

// text takes a string that has no escapes.
func (s *scanner) text() ([]byte, bool) {
	if !s.Take('"') {
		return nil, false
	}
	plain := true
	for i, c := range s.Rest {
		switch {
		case c == '"':
			text := s.Rest[:i]
			s.Rest = s.Rest[i+1:]
			return text, plain || utf8.Valid(text)
		case c == '\\' || c < ' ':
			return nil, false
		case c >= utf8.RuneSelf:
			plain = false
		}
	}
	return nil, false
}

func (s *scanner) string(into *string) bool {
	text, ok := s.text()
	*into = string(text)
	return ok
}

func (s *scanner) shared(into *string) bool {
	text, ok := s.text()
	if !ok {
		return false
	}
	*into = s.keys.Of(text)
	return true
}

// number takes a number that is not in quotes, as JSON writes it.
func (s *scanner) number() ([]byte, bool) {
	s.Next()
	i := 0
	digits := func() bool {
		begun := i
		for i < len(s.Rest) && s.Rest[i] >= '0' && s.Rest[i] <= '9' {
			i++
		}
		return i > begun
	}
	has := func(set string) bool {
		if i < len(s.Rest) && bytes.IndexByte([]byte(set), s.Rest[i]) >= 0 {
			i++
			return true
		}
		return false
	}
	has("-")
	if !has("0") && !digits() {
		return nil, false
	}
	if has(".") && !digits() {
		return nil, false
	}
	if has("eE") {
		if has("+-"); !digits() {
			return nil, false
		}
	}
	number := s.Rest[:i]
	s.Rest = s.Rest[i:]
	return number, true
}

func (s *scanner) whole(into *whole) bool {
	number, ok := s.number()
	if !ok {
		return false
	}
	n, err := strconv.ParseInt(string(number), 10, 64)
	*into = whole{n, true}
	return err == nil
}
