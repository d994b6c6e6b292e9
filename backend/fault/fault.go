// Package fault is the one vocabulary of errors in Varve.
//
// A fault says what kind of thing went wrong, in which operation, on which
// object, and what a person can do about it. Every edge (command line, HTTP,
// MLflow, window) has exactly one table that turns a Kind into its own code;
// nothing else looks inside an error.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is the identity of a fault. It is itself an error, so that
// errors.Is(err, fault.NotFound) asks for the kind of a wrapped fault.
type Kind string

// The kinds. Each names the situation, not the place where it was noticed.
const (
	NotFound    Kind = "not found"      // the named thing does not exist
	Invalid     Kind = "invalid"        // the request itself is wrong; sending it again cannot help
	Exists      Kind = "already exists" // something of that name is there already
	Conflict    Kind = "conflict"       // true and false at once: the request contradicts the record
	State       Kind = "wrong state"    // right request, wrong moment (a deleted run, a live owner)
	Denied      Kind = "denied"         // the operating system, or the guard, says no
	Locked      Kind = "locked"         // another process holds it
	NoSpace     Kind = "no space"       // the disk is full
	Corrupt     Kind = "corrupt"        // bytes do not say what they said when they were written
	Newer       Kind = "newer format"   // written by a later version of Varve
	Untrusted   Kind = "untrusted"      // it came from elsewhere and nobody has approved it
	Unavailable Kind = "unavailable"    // not now: the other side does not answer
	Unsupported Kind = "unsupported"    // Varve does not do this
	Cancelled   Kind = "cancelled"      // the person asked to stop
	Internal    Kind = "internal"       // a defect of Varve
)

// Error makes a Kind usable as the target of errors.Is.
func (k Kind) Error() string { return string(k) }

// Error is a fault with its story. Message is one sentence without a final
// full stop; Hint says what the person can do and may be empty.
type Error struct {
	Kind    Kind
	Op      string // what was being done: "open workspace"
	Object  string // to what: a path, an id, a name
	Message string
	Hint    string
	Err     error // the cause, if there is one
	field   string
	instead string
}

// New makes a fault of a kind with a sentence for the person.
func New(kind Kind, format string, args ...any) *Error {
	e := &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
	for _, a := range args {
		if cause, ok := a.(error); ok {
			e.Err = cause
		}
	}
	return e
}

// Wrap gives a cause a kind and says what was being done to which object. A
// cause that already is a fault keeps its own kind. Wrap(nil) is nil.
func Wrap(err error, kind Kind, op, object string) error {
	if err == nil {
		return nil
	}
	e := &Error{Kind: kind, Op: op, Object: object, Err: err}
	var inner *Error
	if errors.As(err, &inner) {
		e.Kind, e.Hint, e.field, e.instead = inner.Kind, inner.Hint, inner.field, inner.instead
	}
	return e
}

// WithHint adds what the person can do about it.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// WithField names the field of the person's request that is wrong.
func (e *Error) WithField(name string) *Error {
	e.field = name
	return e
}

// Field is the field of the person's request that is wrong, or empty.
func (e *Error) Field() string { return e.field }

// WithInstead names a value that would do in the place of the wrong one.
func (e *Error) WithInstead(value string) *Error {
	e.instead = value
	return e
}

// Instead is a value that would do in the place of the wrong one, or empty.
func (e *Error) Instead() string { return e.instead }

// On adds the operation and the object.
func (e *Error) On(op, object string) *Error {
	e.Op, e.Object = op, object
	return e
}

// Error is the whole story in one line: operation, object, message or cause.
func (e *Error) Error() string {
	var parts []string
	if e.Op != "" {
		parts = append(parts, strings.TrimSpace(e.Op+" "+e.Object))
	}
	switch {
	case e.Message != "":
		parts = append(parts, e.Message)
	case e.Err != nil:
		parts = append(parts, e.Err.Error())
	default:
		parts = append(parts, string(e.Kind))
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is this fault's kind.
func (e *Error) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && k == e.Kind
}

// KindOf returns the kind of the outermost fault in err, and Internal for an
// error that is not a fault: what nobody classified is a defect.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	var k Kind
	if errors.As(err, &k) {
		return k
	}
	return Internal
}

// HintOf returns the hint of the outermost fault in err that has one.
func HintOf(err error) string {
	var e *Error
	for errors.As(err, &e) {
		if e.Hint != "" {
			return e.Hint
		}
		err = e.Err
	}
	return ""
}
