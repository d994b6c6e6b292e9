// Package webhook tells other programs what happens to registered models, as
// MLflow's server does: an HTTPS request to an address that somebody has named, with
// a signature by a secret that both sides know.
//
// Webhooks belong to a device, not to the record (docs/adr/0012-webhooks.md): a Book
// keeps them in a file of the machine, and a Courier delivers for what is changed
// here. How requests are sent, and what a host name means, comes in as a Poster.
package webhook

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dev.varve/backend/fault"
)

// Event is what a webhook can be told of, in MLflow's words.
type Event struct {
	Entity string `json:"entity"` // MODEL_VERSION
	Action string `json:"action"` // CREATED
}

// Statuses of a webhook.
const (
	Active   = "ACTIVE"
	Disabled = "DISABLED"
)

// Webhook is an address that is told of events.
type Webhook struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	URL         string  `json:"url"`
	Events      []Event `json:"events"`
	Description string  `json:"description,omitempty"`
	Secret      string  `json:"secret,omitempty"`
	Status      string  `json:"status"`
	Created     int64   `json:"created"` // ms since 1970
	Updated     int64   `json:"updated"`
}

// entities are what MLflow's webhooks may be about, by its numbers, with the actions
// of each.
var entities = []struct {
	name    string
	actions []string
}{
	1: {"REGISTERED_MODEL", []string{"CREATED"}},
	2: {"MODEL_VERSION", []string{"CREATED"}},
	3: {"MODEL_VERSION_TAG", []string{"DELETED", "SET"}},
	4: {"MODEL_VERSION_ALIAS", []string{"CREATED", "DELETED"}},
	5: {"PROMPT", []string{"CREATED"}},
	6: {"PROMPT_VERSION", []string{"CREATED"}},
	7: {"PROMPT_TAG", []string{"DELETED", "SET"}},
	8: {"PROMPT_VERSION_TAG", []string{"DELETED", "SET"}},
	9: {"PROMPT_ALIAS", []string{"CREATED", "DELETED"}},
}

// actions are MLflow's actions by its numbers.
var actions = []string{1: "CREATED", 2: "UPDATED", 3: "DELETED", 4: "SET"}

// Named reads an event whose words may be MLflow's numbers for them.
func Named(entity, action string) Event {
	e := Event{entity, action}
	if n, err := strconv.Atoi(entity); err == nil && n > 0 && n < len(entities) {
		e.Entity = entities[n].name
	}
	if n, err := strconv.Atoi(action); err == nil && n > 0 && n < len(actions) {
		e.Action = actions[n]
	}
	return e
}

// check refuses events that do not exist.
func (e Event) check() error {
	for _, entity := range entities {
		if entity.name != e.Entity || e.Entity == "" {
			continue
		}
		if slices.Contains(entity.actions, e.Action) {
			return nil
		}
		return fault.New(fault.Invalid, "Invalid action '%s' for entity '%s'. Valid actions are: ['%s']",
			strings.ToLower(e.Action), strings.ToLower(e.Entity), strings.ToLower(strings.Join(entity.actions, "', '")))
	}
	return fault.New(fault.Invalid, "There is no event %s of %s.", e.Action, e.Entity)
}

func checkEvents(events []Event) error {
	if len(events) == 0 {
		return fault.New(fault.Invalid, "Webhook events must be a non-empty list of WebhookEvent objects: [].")
	}
	for _, e := range events {
		if err := e.check(); err != nil {
			return err
		}
	}
	return nil
}

var namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$`)

func checkName(name string) error {
	if !namePattern.MatchString(strings.ToLower(name)) {
		return fault.New(fault.Invalid, "Webhook name '%s' is invalid. It must start and end with a letter or digit, be less than 63 characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-).", name)
	}
	return nil
}

func checkStatus(status string) error {
	if status != Active && status != Disabled {
		return fault.New(fault.Invalid, "A webhook is %s or %s, not %q.", Active, Disabled, status)
	}
	return nil
}
