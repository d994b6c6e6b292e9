package api

import "dev.varve/backend/fault"

// Error makes a Problem the error of a handler; it is its title.
func (p *Problem) Error() string { return p.Title }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// Kind is the kind of fault that the code names.
func (p *Problem) Kind() fault.Kind { return fault.Kind(p.Code) }
