package event

// DatasetDescribed says what a version of a data set is, in the words of people.
// Later versions inherit it until one of them is described itself.
type DatasetDescribed struct {
	Of string `cbor:"1,keyasint"` // id of the version
	// Description is absent when the version's own one is taken away.
	Description *Description `cbor:"2,keyasint,omitempty"`
}

// Description is what a repository asks about data. backend/describe says what may
// stand in it.
type Description struct {
	Title    string    `cbor:"1,keyasint,omitempty"`
	Text     string    `cbor:"2,keyasint,omitempty"`
	Creators []Creator `cbor:"3,keyasint,omitempty"`
	Licence  string    `cbor:"4,keyasint,omitempty"` // id of SPDX
	Keywords []string  `cbor:"5,keyasint,omitempty"`
	Funding  []Funding `cbor:"6,keyasint,omitempty"`
	Related  []Related `cbor:"7,keyasint,omitempty"`
	Language string    `cbor:"8,keyasint,omitempty"`  // of the data, a tag of BCP 47
	Contact  string    `cbor:"9,keyasint,omitempty"`  // name of whom to ask
	Email    string    `cbor:"10,keyasint,omitempty"` // of the contact
	Label    string    `cbor:"11,keyasint,omitempty"` // what people call the version, such as 1.2.0
}

// Creator is somebody who made the data.
type Creator struct {
	Name        string `cbor:"1,keyasint"`
	ORCID       string `cbor:"2,keyasint,omitempty"` // 0000-0000-0000-000X
	Affiliation string `cbor:"3,keyasint,omitempty"`
}

// Funding is who paid for the data.
type Funding struct {
	Funder string `cbor:"1,keyasint"`
	Award  string `cbor:"2,keyasint,omitempty"` // number of the grant
	Title  string `cbor:"3,keyasint,omitempty"` // of the grant
}

// Related is something that the data has to do with.
type Related struct {
	Relation   string `cbor:"1,keyasint"` // of DataCite, seen from the data: Cites, IsDerivedFrom
	Identifier string `cbor:"2,keyasint"` // a DOI that begins with 10., or an address
}

// Type and Version of the body.
func (DatasetDescribed) Type() string    { return "dataset.described" }
func (DatasetDescribed) Version() uint64 { return 1 }
