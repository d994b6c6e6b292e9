package ignore

import "strings"

// glob is a pattern for one name: nothing in it matches a slash.
type glob []token

// token is one byte of a name, or any number of them.
type token struct {
	many bool
	set  [4]uint64 // which bytes match; not of many
}

func (t *token) add(c byte)      { t.set[c>>6] |= 1 << (c & 63) }
func (t *token) has(c byte) bool { return t.set[c>>6]>>(c&63)&1 == 1 }

func (t *token) addRange(from, to byte) {
	for c := int(from); c <= int(to); c++ {
		t.add(byte(c))
	}
}

func (t *token) negate() {
	for i := range t.set {
		t.set[i] = ^t.set[i]
	}
}

// match takes the least for each star and more only if the rest does not fit,
// which needs at most len(g)·len(name) steps.
func (g glob) match(name string) bool {
	i, star, from := 0, -1, 0
	for n := 0; n < len(name); {
		switch {
		case i < len(g) && g[i].many:
			star, from = i, n
			i++
		case i < len(g) && g[i].has(name[n]):
			i++
			n++
		case star >= 0:
			from++
			i, n = star+1, from
		default:
			return false
		}
	}
	for i < len(g) && g[i].many {
		i++
	}
	return i == len(g)
}

// parseGlob reads a pattern up to the next slash. ok is false for one that is
// not finished, such as [a: it matches nothing.
func parseGlob(text string) (g glob, rest string, slash, ok bool) {
	for text != "" {
		var t token
		c := text[0]
		text = text[1:]
		switch c {
		case '/':
			return g, text, true, true
		case '*':
			t.many = true
			if len(g) > 0 && g[len(g)-1].many {
				continue // two of them are no more than one
			}
		case '?':
			t.negate()
		case '[':
			if text, ok = t.parseSet(text); !ok {
				return nil, "", false, false
			}
		case '\\':
			if text == "" {
				return nil, "", false, false
			}
			if c, text = text[0], text[1:]; c == '/' {
				return g, text, true, true
			}
			t.add(c)
		default:
			t.add(c)
		}
		g = append(g, t)
	}
	return g, "", false, true
}

// parseSet reads what stands behind [, as git does: the first ] is a letter of
// its own, and so is a dash at either end.
func (t *token) parseSet(text string) (rest string, ok bool) {
	negated := false
	if text != "" && (text[0] == '!' || text[0] == '^') {
		negated, text = true, text[1:]
	}
	var previous byte // 0: no range can begin here
	for first := true; ; first = false {
		if text == "" {
			return "", false
		}
		c := text[0]
		text = text[1:]
		switch {
		case c == ']' && !first:
			if negated {
				t.negate()
			}
			return text, true
		case c == '\\':
			if text == "" {
				return "", false
			}
			c, text = text[0], text[1:]
			t.add(c)
		case c == '-' && previous != 0 && text != "" && text[0] != ']':
			if c, text = text[0], text[1:]; c == '\\' {
				if text == "" {
					return "", false
				}
				c, text = text[0], text[1:]
			}
			t.addRange(previous, c)
			c = 0
		case c == '[' && strings.HasPrefix(text, ":"):
			name, after, closed := strings.Cut(text[1:], "]")
			if !closed {
				return "", false
			}
			if class, is := strings.CutSuffix(name, ":"); is {
				if !t.addClass(class) {
					return "", false
				}
				c, text = 0, after
				break
			}
			t.add('[')
		default:
			t.add(c)
		}
		previous = c
	}
}

// addClass adds the bytes of a class such as digit, of ASCII.
func (t *token) addClass(class string) bool {
	switch class {
	case "alnum":
		return t.addClass("alpha") && t.addClass("digit")
	case "alpha":
		return t.addClass("upper") && t.addClass("lower")
	case "blank":
		t.add(' ')
		t.add('\t')
	case "cntrl":
		t.addRange(0, 31)
		t.add(127)
	case "digit":
		t.addRange('0', '9')
	case "graph":
		t.addRange('!', '~')
	case "lower":
		t.addRange('a', 'z')
	case "print":
		t.addRange(' ', '~')
	case "punct":
		t.addRange('!', '/')
		t.addRange(':', '@')
		t.addRange('[', '`')
		t.addRange('{', '~')
	case "space":
		t.addRange('\t', '\r')
		t.add(' ')
	case "upper":
		t.addRange('A', 'Z')
	case "xdigit":
		t.addRange('0', '9')
		t.addRange('a', 'f')
		t.addRange('A', 'F')
	default:
		return false
	}
	return true
}
