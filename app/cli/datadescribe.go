package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

// description is what describe is asked to write.
type description struct {
	api.Description
	file                       string
	creators, funding, related []string
	keywords                   string
	remove                     bool
}

func (a *App) dataDescribe() *cobra.Command {
	var d description
	c := &cobra.Command{
		Use:   "describe NAME[@VERSION]",
		Short: "Say what data is, as repositories ask it",
		Long: `Describes a version, the newest if none is named: title, description, creators, licence
and what else repositories ask. Later versions inherit it until one is described itself.
'varve data export' writes it beside the files.

Without flags it prints the description as YAML, or a form to fill in if there is none.
--file reads such a file, or with - what comes in, and replaces the whole description;
the other flags change one field of it each. An empty value empties the field. ORCIDs,
licences, DOIs and languages are checked. docs/data.md explains the fields.

Exit codes: 0; 201 if there is no such data set or version; 202 if something in the
description is wrong, which is said.`,
		Example: `  varve data describe wine-quality > wine.yaml
  varve data describe wine-quality --file wine.yaml
  varve data describe wine-quality --title "White wines" --licence CC-BY-4.0 \
    --creator "Ada Lovelace; 0000-0002-1825-0097; Institute of Wine"
  varve data describe wine-quality --related "IsSupplementTo 10.1016/j.dss.2009.05.016"
  varve data describe wine-quality@2 --remove`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.describeData(c, args[0], &d) },
	}
	f := c.Flags()
	f.StringVar(&d.file, "file", "", "a YAML file with the whole description; - reads standard input")
	f.StringVar(&d.Title, "title", "", "what the data is called")
	f.StringVar(&d.Text, "description", "", "what it is, how it was made, what its columns mean; Markdown")
	f.StringArrayVar(&d.creators, "creator", nil, "\"name; ORCID; affiliation\"; may be repeated, and replaces all creators")
	f.StringVar(&d.Licence, "licence", "", "an id of spdx.org/licenses, such as CC-BY-4.0")
	f.StringVar(&d.keywords, "keywords", "", "words with commas between")
	f.StringArrayVar(&d.funding, "funding", nil, "\"funder; number; title of the grant\"; may be repeated")
	f.StringArrayVar(&d.related, "related", nil, "\"RELATION DOI-or-address\"; may be repeated")
	f.StringVar(&d.Language, "language", "", "of the data: en, de")
	f.StringVar(&d.Contact, "contact", "", "name of whom to ask")
	f.StringVar(&d.Email, "email", "", "address of whom to ask")
	f.StringVar(&d.Version, "label", "", "what people call the version, such as 1.2.0")
	f.BoolVar(&d.remove, "remove", false, "take the version's own description away, so that it inherits again")
	return a.jsonFlag(c)
}

func (a *App) describeData(c *cobra.Command, ref string, d *description) error {
	set, v, err := a.findVersion(c, ref)
	if err != nil {
		return err
	}
	cl, err := a.connect(c.Context())
	if err != nil {
		return err
	}
	at := "/datasets/" + set.ID + "/versions/" + v.ID + "/description"
	var now api.Described
	if err := cl.Get(c.Context(), at, nil, &now); err != nil {
		return err
	}
	changed := false
	switch {
	case d.remove:
		changed, err = true, cl.Delete(c.Context(), at, nil)
	case c.Flags().Changed("file"):
		var whole api.Description
		if whole, err = readDescription(c, d.file); err == nil {
			changed, err = true, cl.Put(c.Context(), at, whole, nil)
		}
	case d.over(c, &now.Description):
		changed, err = true, cl.Put(c.Context(), at, now.Description, nil)
	}
	if err != nil {
		return err
	}
	if changed {
		now = api.Described{}
		if err := cl.Get(c.Context(), at, nil, &now); err != nil {
			return err
		}
	}
	switch {
	case a.json:
		return a.printJSON(now)
	case changed:
		_, err = fmt.Fprintln(a.Out, describedWords(set.Name, v.Number, now))
		return err
	}
	return a.printDescription(set.Name, now)
}

// over writes the fields that flags name over a description, and reports whether
// there are any.
func (d *description) over(c *cobra.Command, to *api.Description) (any bool) {
	for flag, take := range map[string]func(){
		"title":       func() { to.Title = d.Title },
		"description": func() { to.Text = d.Text },
		"creator":     func() { to.Creators = creatorsOf(d.creators) },
		"licence":     func() { to.Licence = d.Licence },
		"keywords":    func() { to.Keywords = strings.Split(d.keywords, ",") },
		"funding":     func() { to.Funding = fundingOf(d.funding) },
		"related":     func() { to.Related = relatedOf(d.related) },
		"language":    func() { to.Language = d.Language },
		"contact":     func() { to.Contact = d.Contact },
		"email":       func() { to.Email = d.Email },
		"label":       func() { to.Version = d.Version },
	} {
		if c.Flags().Changed(flag) {
			take()
			any = true
		}
	}
	return any
}

// three are the parts of a text with semicolons between.
func three(text string) (parts [3]string) {
	copy(parts[:], strings.SplitN(text, ";", 3))
	return parts
}

func creatorsOf(list []string) (out []api.Creator) {
	for _, text := range list {
		p := three(text)
		out = append(out, api.Creator{Name: p[0], ORCID: p[1], Affiliation: p[2]})
	}
	return out
}

func fundingOf(list []string) (out []api.Funding) {
	for _, text := range list {
		p := three(text)
		out = append(out, api.Funding{Funder: p[0], Award: p[1], Title: p[2]})
	}
	return out
}

func relatedOf(list []string) (out []api.Related) {
	for _, text := range list {
		relation, identifier, _ := strings.Cut(strings.TrimSpace(text), " ")
		if identifier == "" && text != "" {
			relation, identifier = "", relation // the owner says which relations there are
		}
		out = append(out, api.Related{Relation: relation, Identifier: identifier})
	}
	return out
}

// describedWords says what holds now, and what is still missing.
func describedWords(name string, number int, now api.Described) string {
	switch {
	case now.From == "":
		return fmt.Sprintf("Version %d of %s has no description.", number, name)
	case now.Inherited:
		return fmt.Sprintf("Version %d of %s has the description of version %d.", number, name, now.Number)
	case len(now.Lacks) > 0:
		return fmt.Sprintf("Version %d of %s is described. Repositories will ask for more: %s.", number, name, strings.Join(now.Lacks, ", "))
	}
	return fmt.Sprintf("Version %d of %s is described.", number, name)
}

// maxDescription is how large a file with a description may be, in bytes.
const maxDescription = 1 << 20

func readDescription(c *cobra.Command, file string) (d api.Description, err error) {
	in := c.InOrStdin()
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return d, fault.Wrap(err, fault.NotFound, "read", file)
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxDescription+1))
	if err != nil {
		return d, fault.Wrap(err, fault.Denied, "read", file)
	}
	return parseDescription(text)
}

// parseDescription reads YAML. Names that are not fields are refused: they would be
// lost, and are misspelt most of the time.
func parseDescription(text []byte) (d api.Description, err error) {
	if len(text) > maxDescription {
		return d, fault.New(fault.Invalid, "a description has at most %d bytes", maxDescription)
	}
	file, err := parser.ParseBytes(text, 0)
	if err == nil && len(file.Docs) > 0 && file.Docs[0].Body != nil {
		err = yaml.NodeToValue(asTexts(file.Docs[0].Body), &d, yaml.DisallowUnknownField())
	}
	if err != nil {
		return d, fault.New(fault.Invalid, "the description cannot be read:\n%s", strings.TrimSpace(yaml.FormatError(err, false, true))).
			WithHint("`varve data describe NAME` prints one that can.")
	}
	return d, nil
}

// asTexts makes texts of numbers, as they are written: all fields are texts, and
// version 1.10 is not 1.1.
func asTexts(node ast.Node) ast.Node {
	switch n := node.(type) {
	case *ast.MappingNode:
		for _, value := range n.Values {
			value.Value = asTexts(value.Value)
		}
	case *ast.MappingValueNode:
		n.Value = asTexts(n.Value)
	case *ast.SequenceNode:
		for i, value := range n.Values {
			n.Values[i] = asTexts(value)
		}
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return ast.String(n.GetToken())
	}
	return node
}

const emptyDescription = `# What repositories ask about data. Fill in what you know, drop what you do not need,
# and give it back:  varve data describe %s --file FILE
title: ""
description: ""
creators:
  - name: ""
    orcid: ""
    affiliation: ""
licence: "" # an id of spdx.org/licenses: CC-BY-4.0, CC0-1.0
keywords: []
funding:
  - funder: ""
    award: ""
    title: ""
related:
  - relation: IsSupplementTo # or IsDerivedFrom, IsNewVersionOf, Cites, IsDocumentedBy
    identifier: "" # a DOI or an address
language: en
contact: ""
email: ""
version: ""
`

// printDescription prints what --file reads.
func (a *App) printDescription(name string, now api.Described) error {
	if now.From == "" {
		_, err := fmt.Fprintf(a.Out, emptyDescription, name)
		return err
	}
	text, err := yaml.MarshalWithOptions(now.Description, yaml.UseLiteralStyleIfMultiline(true), yaml.IndentSequence(true))
	if err != nil {
		return fault.Wrap(err, fault.Internal, "print", "description")
	}
	if now.Inherited {
		fmt.Fprintf(a.Out, "# That of version %d.\n", now.Number)
	}
	_, err = a.Out.Write(text)
	return err
}
