package api

// Description is what a repository asks about a version of data. In YAML, as the
// command line reads it, the names are the same.
type Description struct {
	Title    string    `json:"title,omitempty" yaml:"title,omitempty"`
	Text     string    `json:"description,omitempty" yaml:"description,omitempty" doc:"In Markdown"`
	Creators []Creator `json:"creators,omitempty" yaml:"creators,omitempty" doc:"Who made the data, in the order in which they are named"`
	Licence  string    `json:"licence,omitempty" yaml:"licence,omitempty" doc:"Id of SPDX, such as CC-BY-4.0"`
	Keywords []string  `json:"keywords,omitempty" yaml:"keywords,omitempty"`
	Funding  []Funding `json:"funding,omitempty" yaml:"funding,omitempty"`
	Related  []Related `json:"related,omitempty" yaml:"related,omitempty"`
	Language string    `json:"language,omitempty" yaml:"language,omitempty" doc:"Of the data: en, pt-BR"`
	Contact  string    `json:"contact,omitempty" yaml:"contact,omitempty" doc:"Name of whom to ask"`
	Email    string    `json:"email,omitempty" yaml:"email,omitempty" doc:"Of the contact"`
	Version  string    `json:"version,omitempty" yaml:"version,omitempty" doc:"What people call the version, such as 1.2.0"`
}

// Creator is somebody who made the data.
type Creator struct {
	Name        string `json:"name" yaml:"name"`
	ORCID       string `json:"orcid,omitempty" yaml:"orcid,omitempty" doc:"0000-0002-1825-0097, or its address"`
	Affiliation string `json:"affiliation,omitempty" yaml:"affiliation,omitempty"`
}

// Funding is a grant.
type Funding struct {
	Funder string `json:"funder" yaml:"funder"`
	Award  string `json:"award,omitempty" yaml:"award,omitempty" doc:"Its number"`
	Title  string `json:"title,omitempty" yaml:"title,omitempty"`
}

// Related is something that the data has to do with.
type Related struct {
	Relation   string `json:"relation" yaml:"relation" doc:"In DataCite's words, seen from the data: IsSupplementTo, IsDerivedFrom"`
	Identifier string `json:"identifier" yaml:"identifier" doc:"A DOI or an address"`
}

// Described is the description that holds for a version.
type Described struct {
	Description
	From      string   `json:"from,omitempty" doc:"Id of the version whose own it is; empty: there is none"`
	Number    int      `json:"number,omitempty" doc:"Of that version"`
	Inherited bool     `json:"inherited" doc:"It is that of an earlier version"`
	Written   int64    `json:"written,omitempty" doc:"When, ms since 1970"`
	Lacks     []string `json:"lacks" doc:"Fields that repositories ask for and that are empty"`
}

// Redescribed is what a version's own description was before.
type Redescribed struct {
	Before *Description `json:"before,omitempty" doc:"Absent: it had none of its own"`
}

// CheckedDescription is what is wrong with a description.
type CheckedDescription struct {
	Problems []FieldProblem `json:"problems"`
}

// FieldProblem is what is wrong with one field.
type FieldProblem struct {
	Field   string `json:"field" doc:"Such as title, or creators[1].orcid"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// DescriptionChoices is what can be chosen in a description.
type DescriptionChoices struct {
	Licences  []LicenceChoice  `json:"licences" doc:"Those that are proposed for data"`
	Others    []string         `json:"others" doc:"Ids of all other licences of the SPDX list"`
	Relations []RelationChoice `json:"relations"`
	Forms     []FormChoice     `json:"forms" doc:"What data can be exported as"`
}

// LicenceChoice is a licence that is proposed.
type LicenceChoice struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Words string `json:"words" doc:"What it is for"`
}

// RelationChoice is what something can be to the data.
type RelationChoice struct {
	Name  string `json:"name"`
	Words string `json:"words" doc:"After: This data…"`
}

// FormChoice is a form of package.
type FormChoice struct {
	Name  string   `json:"name"`
	Needs []string `json:"needs" doc:"Fields of the description without which it cannot be written"`
}

// Deposit asks for a version as a package for a repository.
type Deposit struct {
	As   string `json:"as" enum:"ro-crate,croissant,frictionless,datacite,bagit,folder"`
	Dest string `json:"dest" doc:"Folder or zip file that is made, absolute"`
	Zip  bool   `json:"zip,omitempty" doc:"A zip file instead of a folder"`
	Over bool   `json:"over,omitempty" doc:"Replace a zip file, or an earlier export of the same form"`
}
