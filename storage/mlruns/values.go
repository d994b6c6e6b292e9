package mlruns

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
	"dev.varve/storage/aside"
)

// Limits of what a hostile folder can cost.
const (
	maxValue  = 1 << 20    // bytes of a param or tag that are read
	maxLine   = 16 << 10   // bytes of a line of a metric
	maxPoints = 20_000_000 // of one run
	maxDeep   = 32         // slashes in a name
	maxNames  = 200_000    // in one folder of a run
)

// keys calls fn with each file below a folder: a name with slashes is a file in
// folders.
func (s *Source) keys(root *os.Root, rel, folder string, r *imports.Report, fn func(key, name string)) {
	left := maxNames
	var in func(below string, deep int)
	in = func(below string, deep int) {
		entries, err := aside.List(root, filepath.Join(rel, folder, below))
		if errors.Is(err, fs.ErrNotExist) && below == "" {
			return
		}
		if r.Fail(s.named(root, rel, folder, below), err) {
			return
		}
		for _, e := range entries {
			at := path.Join(below, e.Name())
			left--
			switch {
			case left < 0 || deep > maxDeep:
				r.Skip(s.named(root, rel, folder, at), "there are more, or deeper, names than a run can have")
				return
			case e.IsDir():
				in(at, deep+1)
			case strings.HasPrefix(e.Name(), ".nfs") || e.Name() == ".DS_Store":
			default:
				fn(imports.Text([]byte(at)), filepath.Join(rel, folder, filepath.FromSlash(at)))
			}
		}
	}
	in("", 0)
}

// named says where something is, for people.
func (s *Source) named(root *os.Root, parts ...string) string {
	name := filepath.Join(append([]string{root.Name()}, parts...)...)
	if rel, err := filepath.Rel(filepath.Dir(s.dir), name); err == nil {
		return rel
	}
	return name
}

// values reads a folder of files that hold one value each.
func (s *Source) values(root *os.Root, rel, folder string, r *imports.Report) map[string]string {
	values := map[string]string{}
	s.keys(root, rel, folder, r, func(key, name string) {
		data, err := readSmall(root, name, maxValue+1)
		if r.Fail(s.named(root, name), err) {
			return
		}
		if len(data) > maxValue {
			r.Skip(s.named(root, name), "it is longer than %d bytes: the rest is cut off", maxValue)
			data = data[:maxValue]
		}
		values[key] = imports.Text(data)
	})
	return values
}

// metrics reads the points of a run.
func (s *Source) metrics(root *os.Root, r *imports.Report) (list []track.PastSeries) {
	total := 0
	s.keys(root, "", "metrics", r, func(key, name string) {
		var subjects []track.PastSeries // nearly always one
		err := s.lines(root, name, r, func(l line) {
			if total++; total > maxPoints {
				return
			}
			for i := range subjects {
				if subjects[i].Dataset == l.dataset && subjects[i].Digest == l.digest {
					subjects[i].Points = append(subjects[i].Points, l.point)
					return
				}
			}
			subjects = append(subjects, track.PastSeries{Key: key, Dataset: l.dataset, Digest: l.digest, Points: []event.Point{l.point}})
		})
		r.Fail(s.named(root, name), err)
		list = append(list, subjects...)
	})
	if total > maxPoints {
		r.Skip(s.named(root, "metrics"), "a run cannot have more than %d points", maxPoints)
	}
	return list
}

// line is one line of a metric's file.
type line struct {
	point           event.Point
	run             string // in the folder of a logged model
	dataset, digest string
}

// lines reads a file of points. Lines that say nothing are counted and left out,
// and so is a last one that was cut off.
func (s *Source) lines(root *os.Root, name string, r *imports.Report, fn func(line)) error {
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return errors.Join(err, errors.New("it is no file"))
	}
	in := bufio.NewReaderSize(f, maxLine)
	bad, first, n := 0, 0, 0
	for {
		text, err := in.ReadSlice('\n')
		whole := err == nil
		for errors.Is(err, bufio.ErrBufferFull) { // whatever it is, it is no point
			text = nil
			_, err = in.ReadSlice('\n')
		}
		n++
		if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 || !whole && err == nil {
			l, ok := parseLine(trimmed)
			switch {
			case ok && whole:
				fn(l)
			default:
				if bad++; bad == 1 {
					first = n
				}
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	switch {
	case bad == 1:
		r.Skip(s.named(root, name), "line %d is no point, or cut off", first)
	case bad > 1:
		r.Skip(s.named(root, name), "%d lines are no points, line %d first", bad, first)
	}
	return nil
}

// parseLine reads a line: time, value, step (since MLflow 1.0), then the run (in
// the folder of a logged model), then name and digest of a data set.
func parseLine(text []byte) (l line, ok bool) {
	time, rest, _ := cutSpace(text)
	value, rest, more := cutSpace(rest)
	var err error
	if l.point.Time, err = strconv.ParseInt(string(time), 10, 64); err != nil || l.point.Time < 0 {
		return l, false
	}
	if l.point.Value, err = strconv.ParseFloat(string(value), 64); err != nil && !errors.Is(err, strconv.ErrRange) {
		return l, false
	}
	if !more {
		return l, true
	}
	step, rest, more := cutSpace(rest)
	if l.point.Step, err = strconv.ParseInt(string(step), 10, 64); err != nil {
		return l, false
	}
	if !more {
		return l, true
	}
	words := strings.Fields(imports.Text(rest))
	if len(words)%2 == 1 {
		l.run, words = words[0], words[1:]
	}
	if n := len(words); n >= 2 {
		l.dataset, l.digest = strings.Join(words[:n-1], " "), words[n-1]
	}
	return l, true
}

func cutSpace(text []byte) (word, rest []byte, more bool) {
	i := bytes.IndexByte(text, ' ')
	if i < 0 {
		return text, nil, false
	}
	return text[:i], bytes.TrimLeft(text[i:], " "), true
}
