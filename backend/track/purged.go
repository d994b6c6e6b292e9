package track

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// What was purged is gone for good: its record, all that the store keeps of it,
// and whatever is said about it later. Only the fact itself stays, an entry for
// each stream.

const purgedPrefix = "purged/"

// gone reports whether the thing that a stream is about was purged.
func (s *state) gone(stream string) bool {
	_, gone := s.purged[stream]
	return gone
}

func (s *state) loadPurged(stream string, value []byte) error {
	var stamp event.Stamp
	err := event.Unmarshal(value, &stamp)
	s.purged[stream] = stamp
	return err
}

// applyPurge forgets what a stream is about. Of several purges the first in
// merge order is kept.
func (s *state) applyPurge(e *event.Event) error {
	if _, err := e.DecodeBody(); err != nil {
		return err
	}
	was, again := s.purged[e.Stream]
	if again && was.Compare(e.Stamp()) <= 0 {
		return nil
	}
	kind, id, _ := strings.Cut(e.Stream, "/")
	switch kind + "/" {
	case runPrefix:
		s.forgetRun(id)
	case experimentPrefix:
		s.forgetExperiment(id)
	case modelPrefix:
		delete(s.models, id)
	case registeredPrefix:
		s.forgetRegistered(id)
	case versionPrefix:
		s.forgetVersion(id)
	default:
		return misplaced(e)
	}
	s.purged[e.Stream] = e.Stamp()
	s.buried = append(s.buried, e.Stream)
	s.forgetPending(e.Stream)
	s.touched(e.Stream, Facts)
	return nil
}

func (s *state) forgetRun(id string) {
	key, _ := keyOf(id)
	s.tables.drop(key)
	s.shelf.forget(id)
	s.points.Drop(id)
	for model, m := range s.models {
		n := len(m.Metrics)
		m.Metrics = slices.DeleteFunc(m.Metrics, func(v Stamped[ModelMetric]) bool { return v.Value.Run == id })
		switch {
		case len(m.Metrics) == n:
		case len(m.Metrics) == 0 && len(m.Applied) == 0: // nothing else was ever heard of it
			delete(s.models, model)
			s.buryEmpty(modelPrefix + model)
		default:
			s.dirty[modelPrefix+model] = m
		}
	}
}

// buryEmpty takes the record of a model out of the store that is there only
// because a purged run has measured on it. The model itself is not purged.
func (s *state) buryEmpty(stream string) {
	delete(s.dirty, stream)
	delete(s.flushing, stream)
	s.unknown = append(s.unknown, Pair{Key: stream})
}

func (s *state) forgetExperiment(id string) {
	x, ok := s.experiments[id]
	if !ok {
		return
	}
	delete(s.experiments, id)
	if name := x.Name(); s.names[name] == id {
		delete(s.names, name)
		for _, other := range s.experiments { // of the same name, made elsewhere
			if other.Name() == name {
				s.index(other)
			}
		}
	}
}

// forgetPending drops what is on its way to the store.
func (s *state) forgetPending(stream string) {
	delete(s.dirty, stream)
	delete(s.flushing, stream)
	delete(s.stopped, stream)
	ours := func(p Pair) bool { return p.Value != nil && streamOf(p.Key) == stream }
	s.changes, s.changing = slices.DeleteFunc(s.changes, ours), slices.DeleteFunc(s.changing, ours)
	s.unknown = slices.DeleteFunc(s.unknown, ours)
	for _, list := range []map[string]*Artifact{s.artifacts, s.writing} {
		maps.DeleteFunc(list, func(key string, _ *Artifact) bool { return streamOf(key) == stream })
	}
}

// dropRows takes the rows out of restored tables whose runs were purged since.
func (s *state) dropRows() {
	for stream := range s.purged {
		if id, ok := strings.CutPrefix(stream, runPrefix); ok {
			key, _ := keyOf(id)
			s.tables.drop(key)
		}
	}
}

// drop takes a row away.
func (t *tables) drop(key runKey) {
	p, ok := t.at[key]
	if !ok {
		return
	}
	t.list[p.table].Remove(int(p.row))
	delete(t.at, key)
	delete(t.odd, key)
	t.changed++
}

// Entries of the store that belong to a stream: beside the record itself these
// keys and prefixes. The points have theirs by the run's id.
var (
	runsOwn  = []string{pointsPrefix, levelPrefix, sheafPrefix}
	everyone = []string{changePrefix, artifactPrefix, unknownPrefix}
)

// streamOf is the stream that an entry of the store belongs to.
func streamOf(key string) string {
	for _, prefix := range runsOwn {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			id, _, _ := strings.Cut(rest, "\x00")
			return runPrefix + id
		}
	}
	for _, prefix := range everyone {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			stream, _, _ := strings.Cut(rest, "\x00")
			return stream
		}
	}
	return key
}

// entriesOf are the beginnings of all keys that belong to a stream.
func entriesOf(stream string) (prefixes []string) {
	for _, prefix := range everyone {
		prefixes = append(prefixes, prefix+stream+"\x00")
	}
	if id, ok := strings.CutPrefix(stream, runPrefix); ok {
		for _, prefix := range runsOwn {
			prefixes = append(prefixes, prefix+id)
		}
	}
	return append(prefixes, stream)
}

// forget replaces what is to be written of purged streams by the deletion of all
// that the store has of them.
func (t *Tracker) forget(pairs []Pair, buried []string) ([]Pair, error) {
	if len(buried) == 0 {
		return pairs, nil
	}
	gone := make(map[string]bool, len(buried))
	for _, stream := range buried {
		gone[stream] = true
	}
	pairs = slices.DeleteFunc(pairs, func(p Pair) bool { return gone[streamOf(p.Key)] })
	for _, stream := range buried {
		for _, prefix := range entriesOf(stream) {
			err := t.Store.Scan(prefix, func(key string, _ []byte) error {
				if streamOf(key) == stream {
					pairs = append(pairs, Pair{Key: key})
				}
				return nil
			})
			if err != nil {
				return nil, fault.Wrap(err, fault.Internal, "purge", stream)
			}
		}
	}
	return pairs, nil
}

// Through are the last events of each writer that purged something.
type Through []event.Through

// clean notes how far a device is. Of one device the last word counts.
func (w *Workspace) clean(e *event.Event, b *event.PurgeDone) {
	if w.Clean == nil {
		w.Clean = map[event.Writer]Through{}
	}
	w.Clean[e.ID.Writer] = b.Through
}

// Purges returns the last purge of each writer, and whether a device has still
// to carry some of them out.
func (t *Tracker) Purges(device event.Writer) (all Through, pending bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	last := map[event.Writer]uint64{}
	for _, stamp := range t.state.purged {
		last[stamp.ID.Writer] = max(last[stamp.ID.Writer], stamp.ID.Seq)
	}
	done := map[event.Writer]uint64{}
	for _, d := range t.state.workspace.Clean[device] {
		done[d.Writer] = d.Seq
	}
	for w, seq := range last {
		all = append(all, event.Through{Writer: w, Seq: seq})
		pending = pending || seq > done[w]
	}
	slices.SortFunc(all, func(a, b event.Through) int { return cmp.Compare(a.Writer.String(), b.Writer.String()) })
	return all, pending
}

// IsPurged reports whether what a stream is about was purged.
func (t *Tracker) IsPurged(stream string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.state.gone(stream)
}
