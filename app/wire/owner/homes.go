package owner

import (
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
)

// homes are where this person's state and caches lie.
type homes struct {
	state, cache string
	// passing is set if they are lost sooner or later: the home folder cannot be
	// written to.
	passing bool
}

func theHomes() homes { return homesOf(xdg.StateHome, xdg.CacheHome) }

// homesOf uses the usual places, and those of the session where they cannot be
// written to. All programs of one person choose alike, so that they find each
// other.
func homesOf(state, cache string) homes {
	h := homes{state: filepath.Join(state, "varve"), cache: filepath.Join(cache, "varve")}
	if canMake(h.state) && canMake(h.cache) {
		return h
	}
	spare := spareHome()
	if spare == "" {
		return h // the error names the folder that is meant
	}
	return homes{state: filepath.Join(spare, "state"), cache: filepath.Join(spare, "cache"), passing: true}
}

// canMake reports whether a folder is there and can be written to, or can be
// made. It changes nothing.
func canMake(dir string) bool {
	for {
		if info, err := os.Stat(dir); err == nil {
			return info.IsDir() && writable(dir)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}
