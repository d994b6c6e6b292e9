package mlflow

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// metrics is the list of points of a batch. Clients that log in a loop send a
// thousand at once, and encoding/json's way through a struct takes longer than
// everything else that is done with them. So points of the usual form are read
// by hand, from bytes that encoding/json has found to be valid JSON; whatever
// is unusual is left to it (FuzzMetrics compares the two).
type metrics []metric

// UnmarshalJSON reads a list of points.
func (m *metrics) UnmarshalJSON(b []byte) error {
	s := metricScanner{rest: b, keys: map[string]string{}}
	list, ok := s.list()
	if !ok {
		list = nil
		if err := json.Unmarshal(b, &list); err != nil {
			return err
		}
	}
	*m = list
	return nil
}

// metricScanner walks over valid JSON. Its methods return false for what they
// leave to encoding/json.
type metricScanner struct {
	rest []byte
	keys map[string]string // one string for all points of a metric
}

// next returns the next byte that is not white space, without taking it.
func (s *metricScanner) next() byte {
	for len(s.rest) > 0 {
		switch c := s.rest[0]; c {
		case ' ', '\t', '\n', '\r':
			s.rest = s.rest[1:]
		default:
			return c
		}
	}
	return 0
}

// take takes the next byte if it is c.
func (s *metricScanner) take(c byte) bool {
	if s.next() != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *metricScanner) list() ([]metric, bool) {
	if !s.take('[') {
		return nil, false
	}
	list := make([]metric, 0, bytes.Count(s.rest, []byte{'{'}))
	for !s.take(']') {
		if len(list) > 0 && !s.take(',') {
			return nil, false
		}
		list = append(list, metric{})
		if !s.point(&list[len(list)-1]) {
			return nil, false
		}
	}
	return list, true
}

func (s *metricScanner) point(m *metric) bool {
	if !s.take('{') {
		return false
	}
	for first := true; !s.take('}'); first = false {
		if !first && !s.take(',') {
			return false
		}
		name, ok := s.text()
		if !ok || !s.take(':') || !s.member(m, name) {
			return false
		}
	}
	return true
}

func (s *metricScanner) member(m *metric, name []byte) bool {
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

// text takes a string that has no escapes.
func (s *metricScanner) text() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	end := bytes.IndexByte(s.rest, '"')
	if end < 0 {
		return nil, false
	}
	text := s.rest[:end]
	s.rest = s.rest[end+1:]
	return text, bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text)
}

func (s *metricScanner) shared(into *string) bool {
	text, ok := s.text()
	if !ok {
		return false
	}
	known, ok := s.keys[string(text)]
	if !ok {
		known = string(text)
		s.keys[known] = known
	}
	*into = known
	return true
}

// number takes a number that is not in quotes.
func (s *metricScanner) number() ([]byte, bool) {
	if c := s.next(); c != '-' && (c < '0' || c > '9') {
		return nil, false
	}
	end := bytes.IndexAny(s.rest, ",} \t\n\r")
	if end < 0 {
		return nil, false
	}
	number := s.rest[:end]
	s.rest = s.rest[end:]
	return number, true
}

func (s *metricScanner) whole(into *whole) bool {
	number, ok := s.number()
	if !ok {
		return false
	}
	n, err := strconv.ParseInt(string(number), 10, 64)
	*into = whole{n, true}
	return err == nil
}
