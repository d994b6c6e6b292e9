package search

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/fault"
)

// exception is a deliberate difference from MLflow. Each is explained in
// docs/search.md under its name.
type exception struct {
	name string
	// most is how many recorded searches it may explain. Without a bound, a rule
	// about odd searches could hide that ordinary ones are misread.
	most int
	// applies is asked only about searches that are answered differently.
	applies func(d difference) bool
}

// difference is a search that MLflow and Varve answer differently.
type difference struct {
	*recorded
	schema *Schema
	ours   answer
	text   string // the filter and the order
}

// wider: MLflow refuses and Varve understands.
func (d difference) wider() bool { return d.Refused != nil && d.ours.refused == nil }

// mended: MLflow fails by an internal error and Varve answers.
func (d difference) mended() bool { return d.Crashed != nil && d.ours.refused == nil }

// stricter: MLflow accepts and Varve refuses.
func (d difference) stricter() bool { return d.Found != nil && d.ours.refused != nil }

// other: both accept, and find different rows.
func (d difference) other() bool { return d.Found != nil && d.ours.refused == nil }

func (d difference) has(pattern *regexp.Regexp) bool { return pattern.MatchString(d.text) }

// at returns the text from where Varve sees the error.
func (d difference) at() string {
	var e *Error
	if !errors.As(d.ours.refused, &e) {
		return ""
	}
	return e.Text[e.Offset:]
}

var (
	digitPart    = regexp.MustCompile(`\.\d`)
	reservedPart = regexp.MustCompile(`(?i)\.\s*(case|in|values|using|from|as)\b`)
	programFloat = regexp.MustCompile(`(?i)(\d\.|\.\d+|\d)e[+-]?\d`)
	notNullGap   = regexp.MustCompile(`(?i)\bnot(\s{2,}|[^\S ])null\b`)
	anyList      = regexp.MustCompile(`(?is)\bin\s*\(.*['"]`)
	largeInteger = regexp.MustCompile(`\d{19}`)
	ilikeBeyond  = regexp.MustCompile(`(?is)\bilike\b.*[^\x00-\x7f]`)
	smallLike    = regexp.MustCompile(`(?i)\bi?like\b`)
	modelStatus  = regexp.MustCompile(`\bstatus\b`)
	prefixedName = regexp.MustCompile(`\battributes?\.`)
	bareText     = regexp.MustCompile(`(?i)(=|like)\s*[a-z]`)
	oddKey       = regexp.MustCompile("\\.(\\W|$)|::|#|\"\\w")
	quotedKey    = regexp.MustCompile(`\."|metrics\.` + "`")
	quotedName   = regexp.MustCompile("[`\"]")
)

var exceptions = []exception{
	{"bare keys", 20, func(d difference) bool {
		return d.wider() && (d.has(digitPart) || d.has(reservedPart))
	}},
	{"numbers as programs write them", 20, func(d difference) bool {
		return d.wider() && d.has(programFloat)
	}},
	{"spaces between words", 20, func(d difference) bool {
		return d.wider() && d.has(notNullGap)
	}},
	{"small letters", 20, func(d difference) bool {
		return d.wider() && d.schema == Experiments && d.has(smallLike)
	}},
	{"names are written alike everywhere", 20, func(d difference) bool {
		return d.wider() && d.has(quotedName) || d.other() && d.schema == LoggedModels && d.has(quotedKey) ||
			(d.wider() || d.mended()) && d.schema != Runs && d.has(prefixedName)
	}},
	{"texts in logged models", 20, func(d difference) bool {
		return d.schema == LoggedModels && (d.other() && strings.Contains(d.Filter, `"`) || d.wider() && d.has(bareText))
	}},
	{"lists are lists of texts", 20, func(d difference) bool {
		listError := d.stricter() && strings.Contains(d.ours.refused.Error(), "ill-formed list")
		return d.has(anyList) && (listError || d.wider() || d.other() || d.mended())
	}},
	{"case beyond ASCII", 20, func(d difference) bool {
		return d.other() && d.has(ilikeBeyond)
	}},
	{"status of logged models", 20, func(d difference) bool {
		return d.other() && d.schema == LoggedModels && d.has(modelStatus)
	}},
	{"integers beyond 64 bits", 20, func(d difference) bool {
		return d.mended() && d.has(largeInteger)
	}},
	{"AND before IS and IN", 20, func(d difference) bool {
		return d.stricter() && strings.HasPrefix(fault.HintOf(d.ours.refused), "Write AND")
	}},
	{"what no key can hold", 20, func(d difference) bool {
		rest := d.at()
		if d.stricter() && d.Order != nil {
			return d.has(oddKey) && strings.HasPrefix(d.ours.refused.Error(), "Invalid order")
		}
		return d.stricter() && rest != "" && (strings.ContainsRune(".[(:@$%?*#\\´`<>=!~+/-\"", []rune(rest)[0]) || isWord([]rune(rest)[0]))
	}},
	{"tags.name orders nothing", 20, func(d difference) bool {
		return d.stricter() && d.schema == ModelVersions && slices.ContainsFunc(d.clauses(), func(c string) bool {
			return strings.HasPrefix(c, "tag")
		})
	}},
}

// TestDifferencesAreDocumented keeps the manual and the table together.
func TestDifferencesAreDocumented(t *testing.T) {
	manual, err := os.ReadFile("../../docs/search.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range exceptions {
		if !strings.Contains(string(manual), "\n| "+e.name+" |") {
			t.Errorf("docs/search.md does not explain %q", e.name)
		}
	}
}

// explain finds the exception for a difference, or nil.
func explain(s *Schema, c *recorded, got answer) *exception {
	d := difference{recorded: c, schema: s, ours: got, text: c.Filter + "\n" + strings.Join(c.clauses(), "\n")}
	for i := range exceptions {
		if exceptions[i].applies(d) {
			return &exceptions[i]
		}
	}
	return nil
}
