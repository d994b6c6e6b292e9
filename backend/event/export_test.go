package event

import (
	"maps"
	"slices"
)

// Types lists the names of all types of bodies, sorted.
func Types() []string { return slices.Sorted(maps.Keys(bodies)) }

// NewBody makes an empty body of a type.
func NewBody(name string) Body { return bodies[name]() }
