package fault_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"dev.varve/backend/fault"
)

func TestKindSurvivesWrapping(t *testing.T) {
	err := fmt.Errorf("outer: %w", fault.New(fault.NotFound, "run %s is not here", "ab").WithHint("look again"))
	if !errors.Is(err, fault.NotFound) || errors.Is(err, fault.Invalid) {
		t.Fatalf("errors.Is lost the kind of %v", err)
	}
	if got := fault.KindOf(err); got != fault.NotFound {
		t.Fatalf("KindOf = %q", got)
	}
	if got := fault.HintOf(err); got != "look again" {
		t.Fatalf("HintOf = %q", got)
	}
}

func TestWrapKeepsTheInnerKind(t *testing.T) {
	inner := fault.New(fault.NoSpace, "the disk is full").WithHint("free some space")
	err := fault.Wrap(inner, fault.Internal, "append to", "journal")
	if fault.KindOf(err) != fault.NoSpace || fault.HintOf(err) != "free some space" {
		t.Fatalf("Wrap changed the kind: %v, hint %q", fault.KindOf(err), fault.HintOf(err))
	}
	if got, want := err.Error(), "append to journal: the disk is full"; got != want {
		t.Fatalf("Error() = %q, want %q", got, want)
	}
	if fault.Wrap(nil, fault.Internal, "x", "y") != nil {
		t.Fatal("Wrap(nil) is not nil")
	}
}

func TestUnclassifiedIsInternal(t *testing.T) {
	if got := fault.KindOf(io.ErrUnexpectedEOF); got != fault.Internal {
		t.Fatalf("KindOf = %q", got)
	}
	if err := fault.New(fault.Unavailable, "no answer: %v", io.EOF); !errors.Is(err, io.EOF) {
		t.Fatal("New forgot the cause among its arguments")
	}
}
