package describe

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

var orcidForm = regexp.MustCompile(`^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$`)

// ORCIDPrefix is what stands before an ORCID in its address.
const ORCIDPrefix = "https://orcid.org/"

// orcid cleans an ORCID, bare or as an address, with or without its dashes.
func (c *cleaner) orcid(field, text string) string {
	text = strings.TrimSpace(text)
	id := strings.ToUpper(strings.TrimSuffix(text, "/"))
	id = id[strings.LastIndexByte(id, '/')+1:]
	if bare := strings.ReplaceAll(id, "-", ""); len(bare) == 16 {
		id = bare[:4] + "-" + bare[4:8] + "-" + bare[8:12] + "-" + bare[12:]
	}
	switch {
	case text == "":
		return ""
	case !orcidForm.MatchString(id):
		c.wrong(field, "It has sixteen digits, such as 0000-0002-1825-0097.", "%q is no ORCID", shorten(text))
	case checkDigit(id) != id[len(id)-1]:
		c.wrong(field, "Compare it with the page at orcid.org.", "%s is no ORCID: there is a digit wrong in it", id)
	default:
		return id
	}
	return text
}

// checkDigit is the last digit that an ORCID has to have (ISO 7064, mod 11-2).
func checkDigit(id string) byte {
	total := 0
	for _, digit := range id[:len(id)-1] {
		if digit != '-' {
			total = (total + int(digit-'0')) * 2
		}
	}
	switch left := (12 - total%11) % 11; left {
	case 10:
		return 'X'
	default:
		return byte('0' + left)
	}
}

var (
	doiForm   = regexp.MustCompile(`^10\.\d{4,9}(\.\d+)*/[^\s\p{Cc}]+$`)
	doiBefore = regexp.MustCompile(`^(?i:(https?://)?(dx\.)?doi\.org/|doi:\s*)`)
	arxivForm = regexp.MustCompile(`^(?i:arxiv:\s*)(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v\d+)?$`)
)

// IsDOI reports whether a clean identifier is a DOI.
func IsDOI(identifier string) bool { return doiForm.MatchString(identifier) }

// Address is where a clean identifier leads to.
func Address(identifier string) string {
	if IsDOI(identifier) {
		return "https://doi.org/" + (&url.URL{Path: identifier}).EscapedPath()
	}
	return identifier
}

// identifier cleans a DOI, a number of arXiv (which has a DOI, too) or an address.
func (c *cleaner) identifier(field, text string) string {
	if m := arxivForm.FindStringSubmatch(text); m != nil {
		return "10.48550/arXiv." + m[1]
	}
	id := text
	if before := doiBefore.FindString(id); before != "" {
		id = strings.TrimSpace(id[len(before):])
		if plain, err := url.PathUnescape(id); err == nil && strings.Contains(before, "/") {
			id = plain
		}
	}
	if IsDOI(id) && len(id) <= maxLine {
		return id
	}
	if u, err := url.Parse(text); err == nil && id == text && len(text) <= maxLine && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && !strings.ContainsAny(text, " \t") {
		return u.String()
	}
	c.wrong(field, "Write a DOI, such as 10.1234/abcd, or an address that begins with https://.", "%q is neither a DOI nor an address", shorten(text))
	return text
}

// Relation is what something can be to the data.
type Relation struct {
	Name  string // in DataCite's words
	Words string // after "This data…"; empty: nobody is offered it
}

// Own is the relation of what names the data itself, such as the DOI that a
// repository gave it.
const Own = "IsIdenticalTo"

// Relations are those of DataCite, first those that are offered.
func Relations() []Relation { return slices.Clone(relations) }

var relations = []Relation{
	{"IsSupplementTo", "belongs to the article"},
	{"IsDerivedFrom", "was made from"},
	{"IsNewVersionOf", "is a newer version of"},
	{"IsPartOf", "is a part of"},
	{"Cites", "cites"},
	{"IsCitedBy", "is cited by"},
	{"IsDocumentedBy", "is documented by"},
	{"IsSourceOf", "was used to make"},
	{Own, "is itself published as"},
	{"IsSupplementedBy", ""}, {"IsContinuedBy", ""}, {"Continues", ""}, {"IsDescribedBy", ""}, {"Describes", ""}, {"HasMetadata", ""}, {"IsMetadataFor", ""},
	{"HasVersion", ""}, {"IsVersionOf", ""}, {"IsPreviousVersionOf", ""}, {"HasPart", ""}, {"IsPublishedIn", ""}, {"IsReferencedBy", ""},
	{"References", ""}, {"Documents", ""}, {"IsCompiledBy", ""}, {"Compiles", ""}, {"IsVariantFormOf", ""}, {"IsOriginalFormOf", ""}, {"IsReviewedBy", ""},
	{"Reviews", ""}, {"IsRequiredBy", ""}, {"Requires", ""}, {"IsObsoletedBy", ""}, {"Obsoletes", ""}, {"IsCollectedBy", ""}, {"Collects", ""},
}

func (c *cleaner) relation(field, name string) string {
	name = strings.TrimSpace(name)
	for _, r := range relations {
		if strings.EqualFold(r.Name, name) {
			return r.Name
		}
	}
	c.wrong(field, "Such as IsSupplementTo for the article that it belongs to, or IsDerivedFrom for what it was made from.", "%q is no relation that repositories know", shorten(name))
	return name
}
