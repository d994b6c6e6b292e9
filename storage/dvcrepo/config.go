package dvcrepo

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

const maxConfig = 1 << 20 // bytes

// config is what the files .dvc/config and .dvc/config.local say of where contents
// lie.
type config struct {
	cache   string
	remotes []remote
}

type remote struct{ name, url string }

// read reads one file; what it says replaces what was said before. Lines that mean
// nothing here are left alone.
func (c *config) read(text string) {
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			section = strings.TrimSpace(line[1 : len(line)-1])
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		key, value = strings.TrimSpace(key), unquote(strings.TrimSpace(value))
		name, isRemote := remoteName(section)
		switch {
		case section == "cache" && key == "dir":
			c.cache = value
		case isRemote && key == "url":
			c.remotes = slices.DeleteFunc(c.remotes, func(r remote) bool { return r.name == name })
			c.remotes = append(c.remotes, remote{name, value})
		}
	}
}

// remoteName is the name in a section of a remote: 'remote "name"', in quotation
// marks or not.
func remoteName(section string) (string, bool) {
	section = unquote(section)
	rest, ok := strings.CutPrefix(section, "remote ")
	return unquote(strings.TrimSpace(rest)), ok
}

func unquote(s string) string {
	for _, mark := range []string{`"`, `'`} {
		if len(s) > 1 && strings.HasPrefix(s, mark) && strings.HasSuffix(s, mark) {
			return s[1 : len(s)-1]
		}
	}
	return s
}

// folderOf is the folder that a remote is, if it is one.
func folderOf(at string) (string, bool) {
	if rest, ok := strings.CutPrefix(at, "file://"); ok {
		return rest, true
	}
	if strings.Contains(at, "://") || at == "" {
		return "", false
	}
	return at, !isHost(at)
}

// isHost reports whether something is a place on another machine, as scp writes
// it: host:path. C:\data is none.
func isHost(at string) bool {
	i := strings.IndexByte(at, ':')
	return i > 1 && !strings.ContainsAny(at[:i], `/\`) && filepath.VolumeName(at) == ""
}

// public is the address of a remote without name and password.
func (r remote) public() string {
	u, err := url.Parse(r.url)
	if err != nil {
		return "an address that cannot be read"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}
