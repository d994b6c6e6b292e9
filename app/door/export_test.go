package door

import (
	"net/http"

	"dev.varve/app/guard"
)

// Patterns are all routes, as they were registered.
func (d *Door) Patterns() []string { return d.routes.patterns }

// Admit is the guard alone.
func (d *Door) Admit(r *http.Request) error {
	_, err := d.admit(r)
	return err
}

// LimitBody sets the limits of a body.
func (d *Door) LimitBody(w http.ResponseWriter, r *http.Request, uploads bool) {
	demand := known
	if uploads {
		demand = upload
	}
	d.limitBody(w, r, demand)
}

// OwnHost and ProblemOf are what tests look at by themselves.
var (
	OwnHost   = guard.Host
	ProblemOf = problemOf
	Statuses  = statuses
)

// TooManyGroups refuses what nobody can look through.
func TooManyGroups(n int, field string) error { return tooManyGroups(n, field) }
