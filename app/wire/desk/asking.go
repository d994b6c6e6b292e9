package desk

import "dev.varve/app/wire/owner"

// Asking remembers whether a person wants to be asked before a window with runs
// closes: once, until they say otherwise.
type Asking struct{}

// Asks reports whether to ask.
func (Asking) Asks() bool { return !owner.Shelf().Asked().Closing }

// SetAsks keeps what the person wants.
func (Asking) SetAsks(on bool) error {
	a := owner.Shelf().Asked()
	a.Closing = !on
	return owner.Shelf().Remember(a)
}
