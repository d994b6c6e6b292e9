package owner

import (
	"context"
	"errors"
	"testing"

	"dev.varve/backend/fault"
)

func TestDrainWaitsForThoseWhoWereThere(t *testing.T) {
	p := newPuts()
	none := func(int) {}
	if err := p.drain(t.Context(), none); err != nil {
		t.Fatal(err)
	}
	first, second := p.enter(), p.enter()
	waiting, done := make(chan int, 10), make(chan error, 1)
	go func() { done <- p.drain(t.Context(), func(n int) { waiting <- n }) }()
	if n := <-waiting; n != 2 {
		t.Fatalf("%d are waited for", n)
	}
	late := p.enter() // is not waited for
	first()
	if n := <-waiting; n != 1 {
		t.Fatalf("then %d are waited for", n)
	}
	second()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.drain(ctx, none); !errors.Is(err, fault.Cancelled) {
		t.Fatalf("it did not wait, or for ever: %v", err)
	}
	late()
	if err := p.drain(t.Context(), none); err != nil {
		t.Fatal(err)
	}
}
