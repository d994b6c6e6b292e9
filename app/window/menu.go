package window

import (
	"regexp"
	"slices"

	"dev.varve/backend/fault"
)

// MenuBar is what the pages want in the window's menus: their own commands, as
// they stand now. A chosen one comes back as the event "menu".
type MenuBar struct {
	Menus []Menu `json:"menus"`
	// Theme is that of the pages, "light", "dark", or "system" if they follow the
	// desktop. The colours are theirs, too, "rgb(1, 2, 3)": the bar lies right above
	// them.
	Theme  string `json:"theme"`
	Ground string `json:"ground"`
	Text   string `json:"text"`
	Line   string `json:"line"`
}

// Menu is one of the bar.
type Menu struct {
	Title string     `json:"title"`
	Items []MenuItem `json:"items"`
}

// MenuItem is a command, or without an id a line between commands.
type MenuItem struct {
	ID    string `json:"id,omitempty"`
	Title string `json:"title,omitempty"`
	// Keys are shown beside it, as they are printed. The page hears them itself.
	Keys     string `json:"keys,omitempty"`
	Disabled bool   `json:"disabled,omitempty"`
}

// MenuChosen is the event "menu".
type MenuChosen struct {
	ID string `json:"id"`
}

// EditRequest does to what has the focus what a key would: "cut", "copy",
// "paste", "all", "undo" or "redo". A script may not, for some of them.
type EditRequest struct {
	Command string `json:"command"`
}

var editCommands = []string{"cut", "copy", "paste", "all", "undo", "redo"}

// mostItems bounds what a page may ask for.
const mostItems = 400

var colour = regexp.MustCompile(`^rgb\(\d{1,3}, \d{1,3}, \d{1,3}\)$`)

func setMenu(d desktop, bar MenuBar) (struct{}, error) {
	n := 0
	for _, m := range bar.Menus {
		n += len(m.Items)
	}
	if n > mostItems || len(bar.Menus) > mostItems {
		return struct{}{}, fault.New(fault.Invalid, "a menu bar has at most %d commands", mostItems)
	}
	for _, c := range []string{bar.Ground, bar.Text, bar.Line} {
		if !colour.MatchString(c) {
			return struct{}{}, fault.New(fault.Invalid, "%q is not a colour", c)
		}
	}
	if !slices.Contains([]string{"system", "light", "dark"}, bar.Theme) {
		return struct{}{}, fault.New(fault.Invalid, "there is no theme %q", bar.Theme)
	}
	return struct{}{}, d.menu(bar)
}

func edit(d desktop, q EditRequest) (struct{}, error) {
	if !slices.Contains(editCommands, q.Command) {
		return struct{}{}, fault.New(fault.Invalid, "there is no way to %q", q.Command)
	}
	return struct{}{}, d.edit(q.Command)
}
