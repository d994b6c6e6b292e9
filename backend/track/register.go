package track

import (
	"slices"
	"strings"

	"dev.varve/backend/event"
)

// Applied says how far each writer's events have been applied to a record.
type Applied map[event.Writer]uint64

// done reports whether an event has been applied.
func (a Applied) done(id event.ID) bool { return id.Seq <= a[id.Writer] }

// Register is one value that people and programs change. Every setting names
// those that it replaces; of settings that nobody replaced, the latest in
// merge order is shown. The others stay as Heads until somebody decides.
type Register[T any] struct {
	Heads []Setting[T] `cbor:"1,keyasint"`           // merge order, the shown one last
	Early []event.ID   `cbor:"2,keyasint,omitempty"` // replaced before they arrived
}

// Setting is one value with its place in merge order.
type Setting[T any] struct {
	Stamp event.Stamp `cbor:"1,keyasint"`
	Value T           `cbor:"2,keyasint"`
}

// set applies one setting. applied is the record's state before this event.
func (r *Register[T]) set(e *event.Event, value T, applied Applied) {
	for _, old := range e.Replaces {
		if !applied.done(old) && !slices.Contains(r.Early, old) {
			r.Early = append(r.Early, old)
			slices.SortFunc(r.Early, compareID)
		}
		r.Heads = slices.DeleteFunc(r.Heads, func(s Setting[T]) bool { return s.Stamp.ID == old })
	}
	if i := slices.Index(r.Early, e.ID); i >= 0 {
		r.Early = slices.Delete(r.Early, i, i+1)
		return
	}
	r.Heads = append(r.Heads, Setting[T]{Stamp: e.Stamp(), Value: value})
	slices.SortFunc(r.Heads, func(a, b Setting[T]) int { return a.Stamp.Compare(b.Stamp) })
}

func compareID(a, b event.ID) int {
	return event.Stamp{ID: a}.Compare(event.Stamp{ID: b})
}

// Get returns the shown value; ok is false if it was never set.
func (r *Register[T]) Get() (value T, ok bool) {
	if r == nil || len(r.Heads) == 0 {
		return value, false
	}
	return r.Heads[len(r.Heads)-1].Value, true
}

// ids are the settings that the next one replaces.
func (r *Register[T]) ids() []event.ID {
	if r == nil {
		return nil
	}
	ids := make([]event.ID, len(r.Heads))
	for i, s := range r.Heads {
		ids[i] = s.Stamp.ID
	}
	return ids
}

// Label is a value of a label, or its absence.
type Label struct {
	Value string `cbor:"1,keyasint,omitempty"`
	Gone  bool   `cbor:"2,keyasint,omitempty"`
	First bool   `cbor:"3,keyasint,omitempty"` // it came with the creation
}

// Labels are the labels of one thing, by key: its name, its tags, the trash.
type Labels map[string]*Register[Label]

// get returns the shown value of a label; ok is false if it has none.
func (l Labels) get(key string) (string, bool) {
	v, ok := l[key].Get()
	return v.Value, ok && !v.Gone
}

// set applies a setting of a label.
func (l *Labels) set(e *event.Event, key string, value Label, applied Applied) {
	if *l == nil {
		*l = Labels{}
	}
	r := (*l)[key]
	if r == nil {
		r = &Register[Label]{}
		(*l)[key] = r
	}
	r.set(e, value, applied)
}

// first sets the labels that an event of creation brings along.
func (l *Labels) first(e *event.Event, name string, tags map[string]string, applied Applied) {
	if name != "" {
		l.set(e, event.LabelName, Label{Value: name, First: true}, applied)
	}
	for k, v := range tags {
		l.set(e, event.TagPrefix+k, Label{Value: v, First: true}, applied)
	}
}

// aliases are the ids of versions by alias, whether these are still there or not.
func (l Labels) aliases() map[string]string {
	out := map[string]string{}
	for key := range l {
		alias, is := strings.CutPrefix(key, event.AliasPrefix)
		if id, set := l.get(key); is && set {
			out[alias] = id
		}
	}
	return out
}

// Tags returns the shown tags.
func (l Labels) Tags() map[string]string {
	tags := map[string]string{}
	for key, r := range l {
		if len(key) <= len(event.TagPrefix) || key[:len(event.TagPrefix)] != event.TagPrefix {
			continue
		}
		if v, ok := r.Get(); ok && !v.Gone {
			tags[key[len(event.TagPrefix):]] = v.Value
		}
	}
	return tags
}

// Tag returns the shown value of a tag; ok is false if there is none.
func (l Labels) Tag(key string) (value string, ok bool) { return l.get(event.TagPrefix + key) }

// trashed reports whether the thing lies in the trash.
func (l Labels) trashed() bool {
	v, ok := l.get(event.LabelTrash)
	return ok && v != ""
}
