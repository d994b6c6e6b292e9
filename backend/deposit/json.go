package deposit

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/url"
	"path"
	"strconv"
	"strings"

	"dev.varve/backend/fault"
)

// asJSON writes a value as people read it.
func asJSON(value any) func(io.Writer) error {
	return func(out io.Writer) error {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return fault.Wrap(e.Encode(value), fault.Internal, "write", "description")
	}
}

// lined writes a text of lines.
func lined(fill func(*bufio.Writer)) func(io.Writer) error {
	return func(out io.Writer) error {
		b := bufio.NewWriterSize(out, 64<<10)
		fill(b)
		return b.Flush()
	}
}

// reference is a path, or a name, as an address relative to the package. Letters of all
// languages stay as they are.
func reference(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r <= ' ' || strings.ContainsRune("\"#%<>?[\\]^`{|}", r) {
			b.WriteString(url.PathEscape(string(r)))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func decimal[T int64 | uint64](n T) string { return strconv.FormatInt(int64(n), 10) }

func (e *entry) hash() string { return hex.EncodeToString(e.sum[:]) }

// base is the name of a file in its folder.
func (e *entry) base() string { return path.Base(e.path) }

// oneOrMany is one value as it is, and several as a list: a list of one is read as
// something else by some.
func oneOrMany[T any](list []T) any {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return list
}

// words joins what is there.
func words(separator string, list ...string) string {
	var some []string
	for _, one := range list {
		if one != "" {
			some = append(some, one)
		}
	}
	return strings.Join(some, separator)
}
