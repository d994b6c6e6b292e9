package track

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// An event that only a later Varve understands is kept. If it must be
// understood, everything that follows on its stream is kept, too: the record
// stays as it was, and says so, until Varve is updated.

// keepUnknown keeps an event for after an update.
func (s *state) keepUnknown(e *event.Event) error {
	value, err := event.Marshal(e)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "keep event", e.Type)
	}
	s.unknown = append(s.unknown, Pair{Key: unknownKey(e), Value: value})
	return nil
}

func unknownKey(e *event.Event) string {
	return fmt.Sprintf("%s%s\x00%s\x00%016x", unknownPrefix, e.Stream, e.ID.Writer, e.ID.Seq)
}

// retryUnknown applies what an earlier Varve kept and this one understands.
func (s *state) retryUnknown() error {
	kept := map[string][]*event.Event{}
	err := s.store.Scan(unknownPrefix, func(key string, value []byte) error {
		stream, _, _ := strings.Cut(strings.TrimPrefix(key, unknownPrefix), "\x00")
		e := &event.Event{}
		if err := event.Unmarshal(value, e); err != nil {
			return err
		}
		e.Body = slices.Clone(e.Body)
		kept[stream] = append(kept[stream], e)
		return nil
	})
	if err != nil {
		return err
	}
	for stream, events := range kept {
		if s.stopped[stream] = slices.ContainsFunc(events, stops); s.stopped[stream] {
			continue
		}
		for _, e := range events {
			before := len(s.unknown)
			if err := s.applyOwn(e, decode(e)); err != nil { // the record may have seen later ones
				return err
			}
			if len(s.unknown) == before {
				s.unknown = append(s.unknown, Pair{Key: unknownKey(e)})
			}
		}
	}
	return nil
}

// stops reports whether an event is one that must be understood and is not.
func stops(e *event.Event) bool {
	_, err := e.DecodeBody()
	return e.Must && errors.Is(err, fault.Newer)
}

// keepBehind keeps an event on a stream that is stopped, unless it came before
// the one that stopped it and is only being read again.
func (s *state) keepBehind(e *event.Event) error {
	if body, err := e.DecodeBody(); err == nil {
		h, err := s.headOf(e.Stream, body)
		if err != nil || h != nil && h.Applied.done(e.ID) {
			return err
		}
	}
	return s.keepUnknown(e)
}

// headOf returns what is known of the record that an event is folded into; nil
// if nothing is.
func (s *state) headOf(stream string, body event.Body) (*Head, error) {
	if put, ok := body.(*event.ArtifactPut); ok {
		a, err := s.artifact(artifactKey(stream, put.Path))
		return &a.Head, err
	}
	kind, id, _ := strings.Cut(stream, "/")
	switch kind + "/" {
	case runPrefix:
		r, err := s.run(id)
		return &r.Head, err
	case experimentPrefix:
		return &s.experiment(id).Head, nil
	case modelPrefix:
		return &s.model(id).Head, nil
	case datasetPrefix:
		return &s.dataset(id).Head, nil
	case projectPrefix:
		return &s.project(id).Head, nil
	case registeredPrefix:
		return &s.registry.model(id).Head, nil
	case versionPrefix:
		return &s.registry.version(id).Head, nil
	case workspaceStream + "/":
		return &s.workspace.Head, nil
	}
	return nil, nil
}

// refuseStopped says in words why a record cannot be changed.
func (s *state) refuseStopped(stream string) error {
	if s.stopped[stream] {
		return fault.New(fault.Newer, "a later version of Varve has written to this record").On("change", stream).
			WithHint("Update Varve on this computer, then try again.")
	}
	return nil
}
