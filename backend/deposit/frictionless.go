package deposit

import (
	"fmt"
	"regexp"
	"strings"

	"dev.varve/backend/describe"
	"dev.varve/backend/event"
)

// mostNamed is how many files a description names one by one: beyond that, nobody
// opens it any more. Files that are named are tables first, then in the order of
// their paths.
const mostNamed = 20_000

// dataPackage is a Data Package of version 2 of the standard.
type dataPackage struct {
	Schema       string        `json:"$schema"`
	Name         string        `json:"name"`
	Title        string        `json:"title"`
	Description  string        `json:"description,omitempty"`
	Version      string        `json:"version"`
	Created      string        `json:"created"`
	Homepage     string        `json:"homepage,omitempty"`
	Keywords     []string      `json:"keywords,omitempty"`
	Licenses     []licenseOf   `json:"licenses,omitempty"`
	Contributors []contributor `json:"contributors,omitempty"`
	Sources      []source      `json:"sources,omitempty"`
	Resources    []resource    `json:"resources"`
}

type licenseOf struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

type contributor struct {
	Title        string   `json:"title"`
	Roles        []string `json:"roles"`
	Path         string   `json:"path,omitempty"`
	Email        string   `json:"email,omitempty"`
	Organization string   `json:"organization,omitempty"`
}

type source struct {
	Title string `json:"title"`
	Path  string `json:"path"`
}

type resource struct {
	Name      string   `json:"name"`
	Path      string   `json:"path"`
	Type      string   `json:"type,omitempty"`
	Format    string   `json:"format,omitempty"`
	Mediatype string   `json:"mediatype"`
	Encoding  string   `json:"encoding,omitempty"`
	Bytes     int64    `json:"bytes,omitempty"`
	Hash      string   `json:"hash"`
	Dialect   *dialect `json:"dialect,omitempty"`
	Schema    *schema  `json:"schema,omitempty"`
}

type dialect struct {
	Delimiter string `json:"delimiter"`
}

type schema struct {
	Fields []schemaField `json:"fields"`
}

type schemaField struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Format string `json:"format,omitempty"`
}

// frictionlessTypes are the names of kinds there.
var frictionlessTypes = map[kind]string{text: "string", whole: "integer", number: "number", truth: "boolean", day: "date", moment: "datetime"}

func (w *writer) frictionless() error {
	d := &w.subject.Description
	p := dataPackage{
		Schema: "https://datapackage.org/profiles/2.0/datapackage.json", Name: Slug(w.subject.Name), Title: w.subject.title(), Description: d.Text, Version: w.subject.version(),
		Created: w.subject.Created.UTC().Format("2006-01-02T15:04:05Z"), Homepage: own(d), Keywords: d.Keywords, Resources: []resource{},
	}
	if d.Licence != "" {
		p.Licenses = []licenseOf{{d.Licence, describe.LicenceAddress(d.Licence)}}
	}
	for _, c := range d.Creators {
		p.Contributors = append(p.Contributors, contributor{Title: c.Name, Roles: []string{"author"}, Path: orcidAddress(c), Organization: c.Affiliation})
	}
	if d.Contact != "" || d.Email != "" {
		p.Contributors = append(p.Contributors, contributor{Title: firstOf(d.Contact, d.Email), Roles: []string{"contactPerson"}, Email: d.Email})
	}
	for _, r := range d.Related {
		if r.Relation == "IsDerivedFrom" {
			p.Sources = append(p.Sources, source{Title: r.Identifier, Path: describe.Address(r.Identifier)})
		}
	}
	names := map[string]int{}
	for _, e := range w.named() {
		p.Resources = append(p.Resources, e.resource(names))
	}
	return w.beside("datapackage.json", asJSON(p))
}

// resource describes a file.
func (e *entry) resource(names map[string]int) resource {
	r := resource{Name: unlike(names, Slug(stem(e.path))), Path: e.path, Mediatype: mediaType(e.path), Bytes: e.size, Hash: "sha256:" + e.hash()}
	if e.table == nil {
		return r
	}
	r.Type, r.Format, r.Schema = "table", "csv", &schema{}
	switch {
	case e.table.comma == 0:
		r.Format, r.Bytes = "parquet", 0 // readers that check it do not know how many they have read
	case e.table.comma == '\t':
		r.Format = "tsv"
	}
	if e.table.comma != 0 {
		r.Encoding, r.Dialect = "utf-8", &dialect{Delimiter: string(e.table.comma)}
	}
	for _, c := range e.table.columns {
		f := schemaField{Name: c.name, Type: frictionlessTypes[c.kind]}
		if c.kind == moment {
			f.Format = "any" // the default wants UTC
		}
		r.Schema.Fields = append(r.Schema.Fields, f)
	}
	return r
}

// named are the files that a description names.
func (w *writer) named() []*entry {
	var tables, others []*entry
	for i := range w.files {
		if e := &w.files[i]; e.table != nil {
			tables = append(tables, e)
		} else {
			others = append(others, e)
		}
	}
	all := append(tables, others...)
	n := min(len(all), mostNamed)
	w.done.Unnamed = int64(len(all) - n)
	return all[:n]
}

var unslug = regexp.MustCompile(`[^a-z0-9._-]+`)

// Slug is a name of small letters, digits, dots, dashes and underscores.
func Slug(name string) string {
	s := strings.Trim(unslug.ReplaceAllString(strings.ToLower(name), "-"), "-.")
	if s == "" {
		return "data"
	}
	return s
}

// unlike makes a name unlike those before it.
func unlike(names map[string]int, name string) string {
	for first := name; names[name] > 0; {
		names[first]++
		name = fmt.Sprintf("%s-%d", first, names[first])
	}
	names[name] = 1
	return name
}

func firstOf(list ...string) string {
	for _, one := range list {
		if one != "" {
			return one
		}
	}
	return ""
}

func orcidAddress(c event.Creator) string {
	if c.ORCID == "" {
		return ""
	}
	return describe.ORCIDPrefix + c.ORCID
}

// own is the address under which the data itself is published, if it is.
func own(d *event.Description) string {
	for _, r := range d.Related {
		if r.Relation == describe.Own {
			return describe.Address(r.Identifier)
		}
	}
	return ""
}
