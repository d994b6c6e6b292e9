package window

import (
	"unicode/utf8"

	"dev.varve/backend/fault"
)

// NotifyRequest asks the desktop to show a notification.
type NotifyRequest struct {
	// ID comes back with the event "notified" when the person chooses it.
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Notified is the event that says which notification was chosen; the window has
// come to the front.
type Notified struct {
	ID string `json:"id"`
}

// A desktop shows a few words; the rest would be cut somewhere.
const maxTitle, maxText = 120, 300

func notify(d desktop, q NotifyRequest) error {
	if q.ID == "" || q.Title == "" {
		return fault.New(fault.Invalid, "a notification has an id and a title")
	}
	q.Title, q.Text = shortened(q.Title, maxTitle), shortened(q.Text, maxText)
	return d.notify(q)
}

// shortened cuts a text to at most so many characters.
func shortened(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
