package provenance

import (
	"slices"
	"strings"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// aside are folders without code of a person's own.
var aside = []string{"__pycache__", "node_modules", "mlruns", "mlartifacts", "renv", "site-packages"}

// maxDeep is how many folders in one another are looked into.
const maxDeep = 40

// folder goes through a folder and those below it.
func (c *capture) folder(dir content.SourceFolder, path string, depth int) error {
	names, err := dir.Names()
	if err != nil {
		c.leave(path + "/")
		return nil
	}
	if c.listed == nil && slices.Contains(names, "pyvenv.cfg") {
		return nil // an environment of Python
	}
	slices.Sort(names)
	for _, name := range names {
		if err := c.ctx.Err(); err != nil {
			return fault.Wrap(err, fault.Cancelled, "capture", "code")
		}
		if err := c.entry(dir, name, path, depth); err != nil {
			return err
		}
	}
	return nil
}

func (c *capture) entry(dir content.SourceFolder, name, folder string, depth int) error {
	path := name
	if folder != "" {
		path = folder + "/" + name
	}
	if c.listed != nil && !c.listed[path] || content.CheckName(name) != nil {
		return nil
	}
	if c.looked++; c.looked > maxLook {
		c.note("The project's folder has so many files that not all were looked at for code.")
		return nil
	}
	info, err := dir.Lstat(name)
	if err != nil {
		return nil // deleted since git listed it
	}
	switch {
	case info.Type == content.File && IsCode(name):
		return c.file(dir, name, path, info)
	case info.Type == content.Folder && depth < maxDeep && (c.listed != nil || !Aside(name)):
		below, err := dir.Folder(name)
		if err != nil {
			c.leave(path + "/")
			return nil
		}
		defer below.Close()
		return c.folder(below, path, depth+1)
	}
	return nil
}

// Aside reports whether a folder of a project has nothing of a person's own in it, by
// its name: where no git says what belongs to the project, it is not looked into.
func Aside(name string) bool { return strings.HasPrefix(name, ".") || slices.Contains(aside, name) }
