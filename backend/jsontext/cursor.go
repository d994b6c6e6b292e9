// Package jsontext has what hand-written readers of JSON share: those that read
// what comes many times a second, where encoding/json takes most of the time.
package jsontext

// Cursor walks over a text of JSON.
type Cursor struct {
	Rest []byte // what is still to be read
}

// Next returns the next byte that is not white space, without taking it; 0 at
// the end.
func (c *Cursor) Next() byte {
	for len(c.Rest) > 0 {
		switch b := c.Rest[0]; b {
		case ' ', '\t', '\n', '\r':
			c.Rest = c.Rest[1:]
		default:
			return b
		}
	}
	return 0
}

// Take takes the next byte if it is b.
func (c *Cursor) Take(b byte) bool {
	if c.Next() != b {
		return false
	}
	c.Rest = c.Rest[1:]
	return true
}

// manyNames is how many names are kept.
const manyNames = 4096

// Names makes one string of all equal texts, so that the points of a metric share
// its name. The zero value is ready.
type Names struct {
	known map[string]string
}

// Of is the string of a text.
func (n *Names) Of(text []byte) string {
	if known, ok := n.known[string(text)]; ok {
		return known
	}
	if n.known == nil || len(n.known) >= manyNames {
		n.known = map[string]string{}
	}
	known := string(text)
	n.known[known] = known
	return known
}
