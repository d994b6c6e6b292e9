package describe

import (
	"slices"
	"strings"

	"github.com/github/go-spdx/v2/spdxexp/spdxlicenses"
)

// Licence is a licence that is proposed for data.
type Licence struct{ ID, Name, Words string }

// Proposed are licences that repositories know and that fit data, the freest first.
func Proposed() []Licence {
	return []Licence{
		{"CC0-1.0", "Creative Commons Zero 1.0", "no conditions at all"},
		{"CC-BY-4.0", "Creative Commons Attribution 4.0", "free for everything, if you are named"},
		{"CC-BY-SA-4.0", "Creative Commons Attribution ShareAlike 4.0", "you are named, and what is made of it is shared alike"},
		{"CC-BY-NC-4.0", "Creative Commons Attribution NonCommercial 4.0", "you are named, and nobody earns money with it"},
		{"CC-BY-NC-SA-4.0", "Creative Commons Attribution NonCommercial ShareAlike 4.0", "both"},
		{"CC-BY-ND-4.0", "Creative Commons Attribution NoDerivatives 4.0", "you are named, and it is passed on unchanged only"},
		{"PDDL-1.0", "Open Data Commons Public Domain Dedication", "no conditions, for databases"},
		{"ODC-By-1.0", "Open Data Commons Attribution", "you are named, for databases"},
		{"ODbL-1.0", "Open Data Commons Open Database", "you are named and it is shared alike, for databases"},
		{"CDLA-Permissive-2.0", "Community Data License Agreement, permissive 2.0", "few conditions, made for data of machine learning"},
		{"MIT", "MIT", "for software"},
		{"Apache-2.0", "Apache 2.0", "for software"},
		{"GPL-3.0-or-later", "GNU General Public License 3 or later", "for software"},
	}
}

// Licences are the ids of all licences of the SPDX list.
func Licences() []string {
	ids := spdxlicenses.GetLicenses()
	slices.SortFunc(ids, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return ids
}

// LicenceAddress is the page of SPDX about a licence.
func LicenceAddress(id string) string { return "https://spdx.org/licenses/" + id }

// licence finds an id whatever its case, bare or as an address of SPDX or, for those
// that are pasted most, of Creative Commons.
func (c *cleaner) licence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	id := strings.TrimSuffix(strings.TrimSuffix(text, "/"), ".html")
	if at, ok := strings.CutPrefix(id, "https://creativecommons.org/licenses/"); ok {
		id = "CC-" + strings.ReplaceAll(at, "/", "-")
	} else if strings.HasPrefix(id, "https://creativecommons.org/publicdomain/zero/1.0") {
		id = "CC0-1.0"
	} else {
		id = id[strings.LastIndexByte(id, '/')+1:]
	}
	known := slices.Concat(spdxlicenses.GetLicenses(), spdxlicenses.GetDeprecated())
	if i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, id) }); i >= 0 {
		return known[i]
	}
	c.wrong("licence", "Repositories name licences by their id on spdx.org/licenses, such as CC-BY-4.0.", "%q is no licence of the SPDX list", shorten(text))
	return text
}
