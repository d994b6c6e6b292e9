package deposit

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"dev.varve/backend/describe"
)

// mostObjects is how many files Croissant names one by one; of more, those that are
// no tables are summed up by their type and place.
const mostObjects = 1000

type croissant struct {
	Context      json.RawMessage   `json:"@context"`
	Type         string            `json:"@type"`
	ConformsTo   string            `json:"conformsTo"`
	Name         string            `json:"name"`
	Description  string            `json:"description"`
	License      string            `json:"license"`
	URL          string            `json:"url,omitempty"`
	CiteAs       string            `json:"citeAs,omitempty"`
	Creator      any               `json:"creator"`
	Published    string            `json:"datePublished"`
	Version      string            `json:"version"`
	Language     string            `json:"inLanguage,omitempty"`
	Keywords     []string          `json:"keywords,omitempty"`
	Live         bool              `json:"isLiveDataset"`
	Distribution []croissantFile   `json:"distribution"`
	RecordSets   []croissantRecord `json:"recordSet,omitempty"`
}

type croissantPerson struct {
	Type        string        `json:"@type"`
	Name        string        `json:"name"`
	URL         string        `json:"url,omitempty"`
	Affiliation *croissantOrg `json:"affiliation,omitempty"`
}

type croissantOrg struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

type croissantFile struct {
	Type     string `json:"@type"`
	ID       string `json:"@id"`
	Name     string `json:"name"`
	Text     string `json:"description,omitempty"`
	URL      string `json:"contentUrl,omitempty"`
	Size     string `json:"contentSize,omitempty"`
	Encoding string `json:"encodingFormat"`
	SHA256   string `json:"sha256,omitempty"`
	Includes string `json:"includes,omitempty"`
}

type croissantRecord struct {
	Type   string           `json:"@type"`
	ID     string           `json:"@id"`
	Name   string           `json:"name"`
	Fields []croissantField `json:"field"`
}

type croissantField struct {
	Type     string          `json:"@type"`
	ID       string          `json:"@id"`
	Name     string          `json:"name"`
	DataType string          `json:"dataType"`
	Source   croissantSource `json:"source"`
}

type croissantSource struct {
	Object  croissantRef     `json:"fileObject"`
	Extract croissantExtract `json:"extract"`
}

type croissantRef struct {
	ID string `json:"@id"`
}

type croissantExtract struct {
	Column string `json:"column"`
}

// croissantContext maps the words of version 1.1 to their vocabularies.
const croissantContext = `{
    "@language": "en", "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/", "dct": "http://purl.org/dc/terms/", "rai": "http://mlcommons.org/croissant/RAI/", "sc": "https://schema.org/",
    "arrayShape": "cr:arrayShape", "citeAs": "cr:citeAs", "column": "cr:column", "conformsTo": "dct:conformsTo", "containedIn": "cr:containedIn",
    "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty", "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field",
    "fileObject": "cr:fileObject", "fileProperty": "cr:fileProperty", "fileSet": "cr:fileSet", "format": "cr:format", "includes": "cr:includes",
    "isArray": "cr:isArray", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key", "md5": "cr:md5", "name": {"@container": "@language"},
    "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet", "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated",
    "replace": "cr:replace", "samplingRate": "cr:samplingRate", "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField", "transform": "cr:transform"
  }`

var croissantTypes = map[kind]string{text: "sc:Text", whole: "sc:Integer", number: "sc:Float", truth: "sc:Boolean", day: "sc:Date", moment: "sc:DateTime"}

func (w *writer) croissant() error {
	d := &w.subject.Description
	c := croissant{
		Context: json.RawMessage(croissantContext), Type: "sc:Dataset", ConformsTo: "http://mlcommons.org/croissant/1.1",
		Name: w.subject.title(), Description: d.Text, License: describe.LicenceAddress(d.Licence), URL: own(d), CiteAs: own(d), Creator: oneOrMany(w.croissantPeople()),
		Published: w.subject.day(), Version: w.subject.version(), Language: d.Language, Keywords: d.Keywords, Distribution: []croissantFile{},
	}
	names := map[string]int{}
	sets := newFileSets()
	room := mostObjects
	if len(w.files) > mostObjects {
		room = 0
	}
	for i := range w.files {
		e := &w.files[i]
		if e.table == nil && room == 0 {
			sets.add(e)
			w.done.Unnamed++
			continue
		}
		c.Distribution = append(c.Distribution, e.croissantObject())
		if e.plain() {
			c.RecordSets = append(c.RecordSets, e.croissantRecord(unlike(names, Slug(stem(e.path)))))
		}
	}
	c.Distribution = append(c.Distribution, sets.all()...)
	return w.beside("croissant.json", asJSON(c))
}

func (w *writer) croissantPeople() (people []croissantPerson) {
	for _, p := range w.subject.Description.Creators {
		one := croissantPerson{Type: "sc:Person", Name: p.Name, URL: orcidAddress(p)}
		if p.Affiliation != "" {
			one.Affiliation = &croissantOrg{"sc:Organization", p.Affiliation}
		}
		people = append(people, one)
	}
	return people
}

func (e *entry) croissantObject() croissantFile {
	f := croissantFile{
		Type: "cr:FileObject", ID: reference(e.path), Name: e.base(), URL: e.path, Size: decimal(e.size) + " B", Encoding: mediaType(e.path), SHA256: e.hash(),
	}
	if f.Encoding == parquetType {
		f.Encoding = "application/x-parquet" // readers of Croissant know the older name
	}
	return f
}

// plain reports whether readers of Croissant find the columns: they are told no
// separator, and take that of the file's type.
func (e *entry) plain() bool {
	if e.table == nil || len(e.table.columns) == 0 {
		return false
	}
	switch mediaType(e.path) {
	case csvType:
		return e.table.comma == ','
	case tsvType:
		return e.table.comma == '\t'
	}
	return true
}

func (e *entry) croissantRecord(id string) croissantRecord {
	r := croissantRecord{Type: "cr:RecordSet", ID: id, Name: stem(e.path)}
	names := map[string]int{}
	for _, c := range e.table.columns {
		r.Fields = append(r.Fields, croissantField{
			Type: "cr:Field", ID: id + "/" + unlike(names, Slug(c.name)), Name: c.name, DataType: croissantTypes[c.kind],
			Source: croissantSource{croissantRef{reference(e.path)}, croissantExtract{c.name}},
		})
	}
	return r
}

// fileSets sums up files by type and by the folder at the top that they lie in.
type fileSets struct {
	sets  map[string]*croissantFile
	count map[string]int64
}

func newFileSets() *fileSets { return &fileSets{map[string]*croissantFile{}, map[string]int64{}} }

func (s *fileSets) add(e *entry) {
	folder, end := payload, path.Ext(e.path)
	if top, _, below := strings.Cut(strings.TrimPrefix(e.path, payload+"/"), "/"); below {
		folder += "/" + top
	}
	includes := blank(folder) + "/*" + blank(end)
	if s.sets[includes] == nil {
		s.sets[includes] = &croissantFile{Type: "cr:FileSet", Encoding: mediaType(e.path), Includes: includes}
	}
	s.count[includes]++
}

// blank replaces what a pattern takes for more than itself by what stands for any
// character.
func blank(name string) string {
	return strings.NewReplacer("*", "?", "[", "?", "]", "?", "{", "?", "}", "?").Replace(name)
}

func (s *fileSets) all() (list []croissantFile) {
	names := map[string]int{}
	var patterns []string
	for includes := range s.sets {
		patterns = append(patterns, includes)
	}
	slices.Sort(patterns)
	for _, includes := range patterns {
		set := s.sets[includes]
		set.ID = "files-" + unlike(names, Slug(includes))
		set.Name, set.Text = set.ID, decimal(s.count[includes])+" files"
		list = append(list, *set)
	}
	return list
}
