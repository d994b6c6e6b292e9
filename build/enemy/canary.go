package enemy

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Canary is a tree of files around a workspace that nobody has named to Varve.
type Canary struct {
	Dir     string // its own folder
	base    string
	skip    []string // folders in base that are Varve's
	content string   // of each of its files
	name    string   // of one of them, which no request names
	before  map[string]string
}

// PlantCanary puts canaries into a folder that holds a workspace, and what else is
// Varve's by the names given, and into a folder beside them.
func PlantCanary(base string, varves ...string) (*Canary, error) {
	c := &Canary{Dir: filepath.Join(base, "canary"), base: base, content: "tweet-8f14e45fceea167a5a36dedd4bea2543", name: "unnamed-c9f0f895fb98ab9159f51fd0297e236d"}
	for _, name := range varves {
		c.skip = append(c.skip, filepath.Join(base, name))
	}
	for _, dir := range []string{c.Dir, base, filepath.Join(c.Dir, "artifacts")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		for _, name := range []string{"secret.txt", c.name, "MLmodel"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(c.content), 0o644); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// Lead puts links that lead to the canary into a folder of artifacts.
func (c *Canary) Lead(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	up, err := filepath.Rel(folder, c.base)
	if err != nil {
		return err
	}
	for name, to := range map[string]string{
		"link": filepath.Join(up, "canary"), "file": filepath.Join(up, "secret.txt"), "up": up, "absolute": c.Dir, "loop": "loop", "dangling": filepath.Join(up, "nothing"),
	} {
		if err := os.Symlink(to, filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// Remember notes how everything is that nobody may change.
func (c *Canary) Remember() (err error) {
	c.before, err = c.look()
	return err
}

// Changes are what is not as it was, in words.
func (c *Canary) Changes() (list []string, err error) {
	now, err := c.look()
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if was, there := c.before[name]; !there || was != now[name] {
			list = append(list, name+" is new, or another one")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.before)) {
		if _, there := now[name]; !there {
			list = append(list, name+" is gone")
		}
	}
	return list, err
}

// look lists everything but the insides of what is Varve's.
func (c *Canary) look() (map[string]string, error) {
	seen := map[string]string{}
	err := filepath.WalkDir(c.base, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if slices.Contains(c.skip, name) {
			return fs.SkipDir
		}
		what := e.Type().String()
		if e.Type().IsRegular() {
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			what = fmt.Sprintf("%x", sha256.Sum256(data))
		}
		seen[name] = what
		return nil
	})
	return seen, err
}

// Told reports whether a text holds what only the canary's files hold.
func (c *Canary) Told(text string) bool {
	return strings.Contains(text, c.content) || strings.Contains(text, c.name)
}
