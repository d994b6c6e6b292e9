// Package describe says what may stand in the description of a version of data: it
// brings what people write into one form, and names what is wrong with it in words.
//
// People paste an ORCID or a DOI as an address as often as bare; both become the
// bare form. What cannot be checked without asking the world is left to them.
package describe

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Limits, in characters and elements: generous for people, and small beside what the
// journal takes.
const (
	maxLine     = 500
	maxText     = 20_000
	maxCreators = 1000
	maxList     = 200
)

// Problem is what is wrong with one field.
type Problem struct {
	Field   string // such as title, or creators[1].orcid
	Message string // without a final full stop
	Hint    string
}

// Refusal is the first problem as an error, or nil.
func Refusal(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	p := problems[0]
	return fault.New(fault.Invalid, "%s", p.Message).WithField(p.Field).WithHint("%s", p.Hint)
}

// Clean returns a description in the form that is kept: without white space around
// texts and without empty elements, identifiers bare. It lists all that is wrong;
// what is wrong stays as it was.
func Clean(d event.Description) (event.Description, []Problem) {
	c := &cleaner{}
	d.Title = c.line("title", d.Title)
	d.Text = c.text("description", d.Text)
	d.Creators = cleanList(c, "creators", maxCreators, d.Creators, c.creator)
	d.Licence = c.licence(d.Licence)
	d.Keywords = unique(cleanList(c, "keywords", maxList, d.Keywords, c.keyword))
	d.Funding = cleanList(c, "funding", maxList, d.Funding, c.funding)
	d.Related = cleanList(c, "related", maxList, d.Related, c.related)
	d.Language = c.language(d.Language)
	d.Contact = c.line("contact", d.Contact)
	d.Email = c.email(d.Email)
	d.Label = c.line("version", d.Label)
	if isEmpty(d) {
		c.wrong("title", "Fill in what you know: title, description, creators, licence.", "there is nothing in the description")
	}
	return d, c.problems
}

// isEmpty reports whether a clean description says nothing.
func isEmpty(d event.Description) bool {
	return d.Title+d.Text+d.Licence+d.Language+d.Contact+d.Email+d.Label == "" &&
		len(d.Creators)+len(d.Keywords)+len(d.Funding)+len(d.Related) == 0
}

// Lacks lists the fields that repositories ask for and that are empty.
func Lacks(d event.Description) (fields []string) {
	for _, f := range []struct {
		name  string
		empty bool
	}{{"title", d.Title == ""}, {"description", d.Text == ""}, {"creators", len(d.Creators) == 0}, {"licence", d.Licence == ""}} {
		if f.empty {
			fields = append(fields, f.name)
		}
	}
	return fields
}

type cleaner struct{ problems []Problem }

func (c *cleaner) wrong(field, hint, format string, args ...any) {
	c.problems = append(c.problems, Problem{Field: field, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// line cleans a text of one line.
func (c *cleaner) line(field, text string) string {
	text = strings.TrimSpace(text)
	if strings.ContainsFunc(text, unicode.IsControl) {
		c.wrong(field, "Write it in one line.", "%s has line breaks or control characters in it", last(field))
	}
	c.check(field, text, maxLine)
	return text
}

// text cleans a text of many lines.
func (c *cleaner) text(field, text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		c.wrong(field, "Paste it as plain text.", "%s has control characters in it", last(field))
	}
	c.check(field, text, maxText)
	return text
}

func (c *cleaner) check(field, text string, most int) {
	switch n := utf8.RuneCountInString(text); {
	case !utf8.ValidString(text):
		c.wrong(field, "Save the file as UTF-8.", "%s is not text in UTF-8", last(field))
	case n > most:
		c.wrong(field, "Shorten it.", "%s has %d characters; there is room for %d", last(field), n, most)
	}
}

// last is how people call a field: creators[1].orcid is the orcid.
func last(field string) string {
	name := field[strings.LastIndexByte(field, '.')+1:]
	if list, _, ok := strings.Cut(name, "["); ok {
		name = "one of the " + list
		return name
	}
	return "the " + name
}

// cleanList cleans the elements of a list and drops the empty ones. fn answers
// whether there is anything in one.
func cleanList[T any](c *cleaner, field string, most int, list []T, fn func(field string, of T) (T, bool)) []T {
	var kept []T
	for _, one := range list {
		// Elements are counted as they are kept, which is how a form shows them.
		if one, some := fn(fmt.Sprintf("%s[%d]", field, len(kept)), one); some {
			kept = append(kept, one)
		}
	}
	if len(kept) > most {
		c.wrong(field, "Keep the most important ones.", "there are %d %s; there is room for %d", len(kept), field, most)
	}
	return kept
}

func unique(list []string) (kept []string) {
	seen := map[string]bool{}
	for _, one := range list {
		if key := strings.ToLower(one); !seen[key] {
			seen[key] = true
			kept = append(kept, one)
		}
	}
	return kept
}

func (c *cleaner) creator(field string, p event.Creator) (event.Creator, bool) {
	p.Name, p.Affiliation = c.line(field+".name", p.Name), c.line(field+".affiliation", p.Affiliation)
	p.ORCID = c.orcid(field+".orcid", p.ORCID)
	some := p.Name+p.ORCID+p.Affiliation != ""
	if some && p.Name == "" {
		c.wrong(field+".name", "Write it as on a paper.", "a creator needs a name")
	}
	return p, some
}

func (c *cleaner) keyword(field, word string) (string, bool) {
	word = c.line(field, word)
	return word, word != ""
}

func (c *cleaner) funding(field string, f event.Funding) (event.Funding, bool) {
	f.Funder, f.Award, f.Title = c.line(field+".funder", f.Funder), c.line(field+".award", f.Award), c.line(field+".title", f.Title)
	some := f.Funder+f.Award+f.Title != ""
	if some && f.Funder == "" {
		c.wrong(field+".funder", "Such as Deutsche Forschungsgemeinschaft.", "funding needs the name of the funder")
	}
	return f, some
}

func (c *cleaner) related(field string, r event.Related) (event.Related, bool) {
	id := strings.TrimSpace(r.Identifier)
	if id == "" {
		return r, false
	}
	r.Relation = c.relation(field+".relation", r.Relation)
	r.Identifier = c.identifier(field+".identifier", id)
	return r, true
}

func (c *cleaner) language(tag string) string {
	tag = strings.TrimSpace(tag)
	if tag == "" {
		return ""
	}
	parsed, err := language.Parse(tag)
	if err != nil || parsed == language.Und {
		c.wrong("language", "Write its short code: en, de, pt-BR.", "%q is no code of a language", shorten(tag))
		return tag
	}
	return parsed.String()
}

func (c *cleaner) email(address string) string {
	address = c.line("email", strings.TrimPrefix(strings.TrimSpace(address), "mailto:"))
	if address == "" {
		return ""
	}
	name, host, ok := strings.Cut(address, "@")
	if !ok || name == "" || !strings.Contains(strings.Trim(host, "."), ".") || strings.ContainsAny(address, " \t<>,;") || strings.Contains(host, "@") {
		c.wrong("email", "Such as ada@example.org.", "%q is no address for e-mail", shorten(address))
	}
	return address
}

func shorten(text string) string {
	if r := []rune(text); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return text
}
