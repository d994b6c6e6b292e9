package lfsrepo

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxPointer is the most bytes that a pointer of git-lfs has.
const maxPointer = 1024

// pointer is what Git has in the place of a file.
type pointer struct {
	oid  string // SHA-256 of the content, 64 hex digits
	size int64
}

var (
	lfsVersions = []string{"https://git-lfs.github.com/spec/v1", "https://hawser.github.com/spec/v1"}
	oidText     = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// parsePointer reads a pointer. ok is false for any other text, and for pointers to
// what a program of the person's own has changed on the way (ext-…), which only that
// program can change back.
func parsePointer(data []byte) (p pointer, ok bool) {
	if len(data) > maxPointer {
		return p, false
	}
	lines := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	version, found := strings.CutPrefix(lines[0], "version ")
	if !found || !slices.Contains(lfsVersions, version) {
		return p, false
	}
	sized := false
	for _, line := range lines[1:] {
		key, value, _ := strings.Cut(line, " ")
		switch {
		case key == "oid":
			p.oid = strings.TrimPrefix(value, "sha256:")
		case key == "size":
			size, err := strconv.ParseInt(value, 10, 64)
			p.size, sized = size, err == nil && size >= 0
		case strings.HasPrefix(key, "ext-"):
			return pointer{}, false
		}
	}
	return p, sized && oidText.MatchString(p.oid)
}
