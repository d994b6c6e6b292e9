package window

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// place is where a window stands and how large it is, in the desktop's pixels.
type place struct {
	X      int `json:"x"`
	Y      int `json:"y"`
	Width  int `json:"width"`
	Height int `json:"height"`
	// Maximised windows keep the place that they had before.
	Maximised bool `json:"maximised"`
	// Placed is false as long as only the size is known.
	Placed bool `json:"placed"`
}

const (
	defaultWidth, defaultHeight = 1280, 800
	minWidth, minHeight         = 720, 480

	// reach is how much of the title bar must lie on a screen, so that a window
	// can be taken hold of.
	reach = 100
)

// loadPlace reads what savePlace wrote. What is missing, broken or absurd
// becomes the default: a window never fails to open because of it.
func loadPlace(name string) place {
	p := place{Width: defaultWidth, Height: defaultHeight}
	if name == "" {
		return p
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return p
	}
	var saved place
	if json.Unmarshal(data, &saved) != nil || saved.Width <= 0 || saved.Height <= 0 {
		return p
	}
	return saved
}

func savePlace(name string, p place) error {
	if name == "" {
		return nil
	}
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	temp := name + ".new"
	if err := os.WriteFile(temp, append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(temp, name)
}

// fit makes a place usable on the screens that there are now: no larger than
// the screen that it is mostly on, and with its title bar within reach.
// Without a screen that shows it, the desktop chooses where it stands.
func (p place) fit(screens []place) place {
	if len(screens) == 0 {
		p.Width, p.Height = max(p.Width, minWidth), max(p.Height, minHeight)
		return p
	}
	best, seen := screens[0], 0
	for _, s := range screens {
		if area := p.overlap(s); area > seen {
			best, seen = s, area
		}
	}
	p.Width = max(min(p.Width, best.Width), minWidth)
	p.Height = max(min(p.Height, best.Height), minHeight)
	if seen == 0 {
		p.Placed = false
		return p
	}
	p.X = min(max(p.X, best.X-p.Width+reach), best.X+best.Width-reach)
	p.Y = min(max(p.Y, best.Y), best.Y+best.Height-reach)
	return p
}

// overlap is the area that two places share.
func (p place) overlap(q place) int {
	w := min(p.X+p.Width, q.X+q.Width) - max(p.X, q.X)
	h := min(p.Y+p.Height, q.Y+q.Height) - max(p.Y, q.Y)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}
