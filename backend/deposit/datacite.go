package deposit

import (
	"slices"

	"dev.varve/backend/describe"
	"dev.varve/backend/event"
)

// The form of DataCite's own interface for metadata in JSON, schema 4: what a
// repository sends when it asks for a DOI.
type dataCite struct {
	DOI         string        `json:"doi,omitempty"`
	Creators    []citeCreator `json:"creators"`
	Titles      []citeTitle   `json:"titles"`
	Publisher   citePublisher `json:"publisher"`
	Year        string        `json:"publicationYear"`
	Subjects    []citeSubject `json:"subjects,omitempty"`
	Contributor []citeCreator `json:"contributors,omitempty"`
	Dates       []citeDate    `json:"dates"`
	Language    string        `json:"language,omitempty"`
	Types       citeTypes     `json:"types"`
	Related     []citeRelated `json:"relatedIdentifiers,omitempty"`
	Sizes       []string      `json:"sizes"`
	Formats     []string      `json:"formats"`
	Version     string        `json:"version"`
	Rights      []citeRights  `json:"rightsList,omitempty"`
	Texts       []citeText    `json:"descriptions,omitempty"`
	Funding     []citeFunding `json:"fundingReferences,omitempty"`
	Schema      string        `json:"schemaVersion"`
}

type citeCreator struct {
	Name        string            `json:"name"`
	NameType    string            `json:"nameType,omitempty"`
	Type        string            `json:"contributorType,omitempty"`
	Identifiers []citeIdentifier  `json:"nameIdentifiers,omitempty"`
	Affiliation []citeAffiliation `json:"affiliation,omitempty"`
}

type citeIdentifier struct {
	ID     string `json:"nameIdentifier"`
	Scheme string `json:"nameIdentifierScheme"`
	URI    string `json:"schemeUri"`
}

type citeAffiliation struct {
	Name string `json:"name"`
}

type citeTitle struct {
	Title string `json:"title"`
}

type citePublisher struct {
	Name string `json:"name"`
}

type citeSubject struct {
	Subject string `json:"subject"`
}

type citeDate struct {
	Date string `json:"date"`
	Type string `json:"dateType"`
}

type citeTypes struct {
	General string `json:"resourceTypeGeneral"`
	Type    string `json:"resourceType"`
}

type citeRelated struct {
	ID       string `json:"relatedIdentifier"`
	Type     string `json:"relatedIdentifierType"`
	Relation string `json:"relationType"`
}

type citeRights struct {
	Rights string `json:"rights"`
	URI    string `json:"rightsUri"`
	ID     string `json:"rightsIdentifier"`
	Scheme string `json:"rightsIdentifierScheme"`
	Of     string `json:"schemeUri"`
}

type citeText struct {
	Text string `json:"description"`
	Type string `json:"descriptionType"`
}

type citeFunding struct {
	Funder string `json:"funderName"`
	Number string `json:"awardNumber,omitempty"`
	Title  string `json:"awardTitle,omitempty"`
}

// unknown is what DataCite writes for a value that is not there yet.
const unknown = ":unav"

func (w *writer) dataCite() error {
	d := &w.subject.Description
	c := dataCite{
		Titles: []citeTitle{{w.subject.title()}}, Publisher: citePublisher{unknown}, Year: w.subject.day()[:4],
		Dates: []citeDate{{w.subject.day(), "Created"}}, Language: d.Language, Types: citeTypes{"Dataset", "Dataset"},
		Sizes: []string{decimal(w.done.Files) + " files", decimal(w.done.Bytes) + " bytes"}, Formats: w.mediaTypes(), Version: w.subject.version(),
		Schema: "http://datacite.org/schema/kernel-4",
	}
	for _, p := range d.Creators {
		c.Creators = append(c.Creators, citeCreatorOf(p))
	}
	for _, word := range d.Keywords {
		c.Subjects = append(c.Subjects, citeSubject{word})
	}
	if d.Contact != "" {
		c.Contributor = []citeCreator{{Name: d.Contact, Type: "ContactPerson"}}
	}
	for _, r := range d.Related {
		switch doi := describe.IsDOI(r.Identifier); {
		case doi && r.Relation == describe.Own && c.DOI == "":
			c.DOI = r.Identifier
		case doi:
			c.Related = append(c.Related, citeRelated{r.Identifier, "DOI", r.Relation})
		default:
			c.Related = append(c.Related, citeRelated{r.Identifier, "URL", r.Relation})
		}
	}
	if d.Licence != "" {
		c.Rights = []citeRights{{d.Licence, describe.LicenceAddress(d.Licence), d.Licence, "SPDX", "https://spdx.org/licenses/"}}
	}
	if d.Text != "" {
		c.Texts = []citeText{{d.Text, "Abstract"}}
	}
	for _, f := range d.Funding {
		c.Funding = append(c.Funding, citeFunding{f.Funder, f.Award, f.Title})
	}
	return w.beside("datacite.json", asJSON(c))
}

func citeCreatorOf(p event.Creator) citeCreator {
	c := citeCreator{Name: p.Name}
	if p.ORCID != "" {
		c.NameType = "Personal" // only persons have one
		c.Identifiers = []citeIdentifier{{describe.ORCIDPrefix + p.ORCID, "ORCID", "https://orcid.org"}}
	}
	if p.Affiliation != "" {
		c.Affiliation = []citeAffiliation{{p.Affiliation}}
	}
	return c
}

// mediaTypes are those of all files, sorted.
func (w *writer) mediaTypes() []string {
	types := []string{}
	seen := map[string]bool{}
	for i := range w.files {
		if t := mediaType(w.files[i].path); !seen[t] {
			seen[t] = true
			types = append(types, t)
		}
	}
	slices.Sort(types)
	return types
}
