package deposit

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"
	"time"

	"dev.varve/backend/describe"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

const crateVersion = "https://w3id.org/ro/crate/1.3"

// entity is a thing of a crate. Each has its own of the fields.
type entity struct {
	ID          string `json:"@id"`
	Type        string `json:"@type"`
	ConformsTo  *ref   `json:"conformsTo,omitempty"`
	About       *ref   `json:"about,omitempty"`
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
	Identifier  any    `json:"identifier,omitempty"`
	Published   string `json:"datePublished,omitempty"`
	Modified    string `json:"dateModified,omitempty"`
	License     *ref   `json:"license,omitempty"`
	Author      any    `json:"author,omitempty"`
	Contact     *ref   `json:"contactPoint,omitempty"`
	Keywords    any    `json:"keywords,omitempty"`
	Version     string `json:"version,omitempty"`
	Language    string `json:"inLanguage,omitempty"`
	Funder      any    `json:"funder,omitempty"`
	Funding     any    `json:"funding,omitempty"`
	Citation    any    `json:"citation,omitempty"`
	BasedOn     any    `json:"isBasedOn,omitempty"`
	PartOf      any    `json:"isPartOf,omitempty"`
	SameAs      any    `json:"sameAs,omitempty"`
	Mentions    any    `json:"mentions,omitempty"`
	HasPart     any    `json:"hasPart,omitempty"`
	Size        string `json:"contentSize,omitempty"`
	Encoding    string `json:"encodingFormat,omitempty"`
	SHA256      string `json:"sha256,omitempty"`
	Affiliation *ref   `json:"affiliation,omitempty"`
	Email       string `json:"email,omitempty"`
	ContactType string `json:"contactType,omitempty"`
	URL         string `json:"url,omitempty"`
	Value       string `json:"value,omitempty"`
	Instrument  *ref   `json:"instrument,omitempty"`
	Object      any    `json:"object,omitempty"`
	Result      any    `json:"result,omitempty"`
	Start       string `json:"startTime,omitempty"`
	End         string `json:"endTime,omitempty"`
	Status      *ref   `json:"actionStatus,omitempty"`
}

type ref struct {
	ID string `json:"@id"`
}

// crate gathers the things of a crate, each once.
type crate struct {
	*writer
	things []entity
	known  map[string]bool
}

func (w *writer) roCrate() error {
	c := &crate{writer: w, known: map[string]bool{}}
	root := c.root()
	files := w.named()
	data := entity{ID: payload + "/", Type: "Dataset", Name: "The files", Description: decimal(w.done.Files) + " files"}
	if w.done.Unnamed > 0 {
		data.Description += ", of which " + decimal(int64(len(files))) + " are described here"
	}
	parts := make([]ref, len(files))
	for i, e := range files {
		parts[i] = ref{reference(e.path)}
	}
	data.HasPart = oneOrMany(parts)
	return w.beside("ro-crate-metadata.json", func(out io.Writer) error {
		g := graph{out: bufio.NewWriterSize(out, 64<<10)}
		g.begin()
		g.add(entity{ID: "ro-crate-metadata.json", Type: "CreativeWork", ConformsTo: &ref{crateVersion}, About: &ref{"./"}})
		g.add(root)
		g.add(data)
		for _, e := range files {
			g.add(e.crateFile())
		}
		for _, thing := range c.things {
			g.add(thing)
		}
		return g.end()
	})
}

func (e *entry) crateFile() entity {
	return entity{
		ID: reference(e.path), Type: "File", Name: e.base(), Size: decimal(e.size), Encoding: mediaType(e.path), SHA256: e.hash(),
		Modified: e.modified.UTC().Format(time.RFC3339),
	}
}

// root is the data as a whole.
func (c *crate) root() entity {
	s, d := &c.subject, &c.subject.Description
	contact := c.contact(d)
	root := entity{
		ID: "./", Type: "Dataset", Name: s.title(), Description: d.Text, Published: s.day(), Version: s.version(), Language: d.Language,
		License: c.licence(d.Licence), Author: c.people(d.Creators, d.Contact, contact), Contact: contact, Keywords: oneOrMany(d.Keywords), HasPart: &ref{payload + "/"},
	}
	if address := own(d); address != "" {
		root.Identifier = c.add(entity{ID: "#identifier", Type: "PropertyValue", Name: "Where the data is published", Value: address, URL: address})
	}
	root.Funder, root.Funding = c.funding(d.Funding)
	mentions := c.related(&root, d.Related)
	root.Mentions = oneOrMany(append(mentions, c.runs()...))
	return root
}

// add adds a thing, unless it is there.
func (c *crate) add(e entity) *ref {
	if !c.known[e.ID] {
		c.known[e.ID] = true
		c.things = append(c.things, e)
	}
	return &ref{e.ID}
}

// local names a thing that has no address, the same one always the same.
func local(kind, name string) string { return "#" + kind + "-" + reference(name) }

func (c *crate) licence(id string) *ref {
	if id == "" {
		return nil
	}
	at := describe.LicenceAddress(id)
	return c.add(entity{ID: at, Type: "CreativeWork", Name: id, Description: "Licence " + id + " of the SPDX list", Identifier: id, URL: at})
}

// people are the creators; whom to ask is one of them, most of the time.
func (c *crate) people(list []event.Creator, asked string, contact *ref) any {
	var refs []ref
	for _, p := range list {
		e := entity{ID: firstOf(orcidAddress(p), local("person", p.Name)), Type: "Person", Name: p.Name}
		if p.Affiliation != "" {
			e.Affiliation = c.organisation(p.Affiliation)
		}
		if p.Name == asked {
			e.Contact = contact
		}
		refs = append(refs, *c.add(e))
	}
	return oneOrMany(refs)
}

func (c *crate) organisation(name string) *ref {
	return c.add(entity{ID: local("organisation", name), Type: "Organization", Name: name})
}

func (c *crate) contact(d *event.Description) *ref {
	switch {
	case d.Email != "":
		return c.add(entity{ID: "mailto:" + d.Email, Type: "ContactPoint", Name: d.Contact, Email: d.Email, ContactType: "data"})
	case d.Contact != "":
		return c.add(entity{ID: local("contact", d.Contact), Type: "ContactPoint", Name: d.Contact, ContactType: "data"})
	}
	return nil
}

func (c *crate) funding(list []event.Funding) (funders, grants any) {
	var who, what []ref
	seen := map[string]bool{}
	for _, f := range list {
		funder := c.organisation(f.Funder)
		if !seen[funder.ID] {
			seen[funder.ID] = true
			who = append(who, *funder)
		}
		if f.Award+f.Title == "" {
			continue
		}
		grant := entity{ID: local("grant", f.Funder+"-"+f.Award+f.Title), Type: "Grant", Name: firstOf(f.Title, f.Award), Funder: funder}
		if f.Award != "" {
			grant.Identifier = f.Award
		}
		what = append(what, *c.add(grant))
	}
	return oneOrMany(who), oneOrMany(what)
}

// related says what else there is. What the vocabulary has no word for is mentioned.
func (c *crate) related(root *entity, list []event.Related) (mentions []ref) {
	by := map[string][]ref{}
	for _, r := range list {
		at := describe.Address(r.Identifier)
		thing := c.add(entity{ID: at, Type: "CreativeWork", Name: r.Identifier, URL: at})
		by[r.Relation] = append(by[r.Relation], *thing)
		switch r.Relation {
		case "Cites", "References", "IsSupplementTo", "IsDocumentedBy", "IsDerivedFrom", "IsPartOf", describe.Own:
		default:
			mentions = append(mentions, *thing)
		}
	}
	for _, relation := range []string{"IsSupplementTo", "IsDocumentedBy", "Cites", "References"} {
		by["citation"] = append(by["citation"], by[relation]...)
	}
	root.Citation, root.BasedOn = oneOrMany(by["citation"]), oneOrMany(by["IsDerivedFrom"])
	root.PartOf, root.SameAs = oneOrMany(by["IsPartOf"]), oneOrMany(by[describe.Own])
	return mentions
}

// runs says which runs made files of the version, as the profiles for runs of
// processes do.
func (c *crate) runs() (refs []ref) {
	for _, r := range c.subject.Runs {
		e := entity{ID: "#run-" + r.ID, Type: "CreateAction", Name: firstOf(r.Name, r.ID), Description: "A run, recorded by Varve", Instrument: c.program(r)}
		var results, inputs []ref
		for _, path := range r.Made {
			results = append(results, ref{reference(c.name(path))})
		}
		for _, in := range r.Inputs {
			what := entity{ID: local("input", in.Name+"-"+in.Digest), Type: "Dataset", Name: in.Name}
			if in.Digest != "" {
				what.Identifier = in.Digest
			}
			inputs = append(inputs, *c.add(what))
		}
		e.Result, e.Object = oneOrMany(results), oneOrMany(inputs)
		e.Start, e.End = instant(r.Start), instant(r.End)
		switch {
		case r.Failed:
			e.Status = c.status("Failed")
		case !r.End.IsZero():
			e.Status = c.status("Completed")
		}
		refs = append(refs, *c.add(e))
	}
	return refs
}

func (c *crate) status(name string) *ref {
	return c.add(entity{ID: "http://schema.org/" + name + "ActionStatus", Type: "ActionStatusType", Name: name})
}

// program is what ran. It is an application only if it can be found again, by the
// repository and the commit of its code.
func (c *crate) program(r Run) *ref {
	name := firstOf(r.Program, "program of run "+firstOf(r.Name, r.ID))
	e := entity{ID: local("program", words("-", name, r.Commit)), Type: "CreativeWork", Name: name, Version: r.Commit}
	if r.Commit != "" && strings.Contains(r.Remote, "://") {
		e.Type, e.URL = "SoftwareApplication", r.Remote
	}
	return c.add(e)
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// graph writes things one by one, so that many files need no memory.
type graph struct {
	out *bufio.Writer
	n   int
	err error
}

func (g *graph) begin() {
	_, _ = g.out.WriteString("{\n  \"@context\": \"" + crateVersion + "/context\",\n  \"@graph\": [\n") // Flush answers with the error
}

func (g *graph) add(e entity) {
	if g.err != nil {
		return
	}
	before := "    "
	if g.n++; g.n > 1 {
		before = ",\n    "
	}
	text, err := json.MarshalIndent(e, "    ", "  ")
	g.err = fault.Wrap(err, fault.Internal, "write", "description")
	_, _ = g.out.WriteString(before)
	_, _ = g.out.Write(text)
}

func (g *graph) end() error {
	_, _ = g.out.WriteString("\n  ]\n}\n")
	if g.err != nil {
		return g.err
	}
	return g.out.Flush()
}
