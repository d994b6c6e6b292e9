// Package array reads arrays of numbers that scripts log as files: NumPy's
// .npy, JSON of numbers, tables as JSON or CSV. Scripts need no call of ours for
// that: what their files are called says what they are, and of which step.
package array

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Name says what a file of arrays holds.
type Name struct {
	Key     string // the path without the step: equal for all steps of an array
	Step    int64
	Stepped bool
}

// types are the ends of names of files that may hold arrays.
var types = []string{".npy", ".json", ".csv", ".tsv"}

// The ways in which people write a step: step_10, epoch=3, iter-7 anywhere in a
// path; a number at the end of the name; a folder, or a name, that is a number.
var (
	said    = regexp.MustCompile(`(?i)(^|[^a-z0-9])((?:global_?)?(?:step|epoch|iteration|iter)s?[_=+ -]?)([0-9]{1,18})`)
	atEnd   = regexp.MustCompile(`([_=+ -])([0-9]{1,18})$`)
	numeric = regexp.MustCompile(`(^|/)([0-9]{1,18})(/[^/]*|)$`)
)

// Parse reads the path of a file; ok is false if it cannot hold arrays.
func Parse(file string) (n Name, ok bool) {
	end := path.Ext(file)
	if !slices.Contains(types, strings.ToLower(end)) {
		return n, false
	}
	stem := strings.TrimSuffix(file, end)
	n.Key = file
	if all := said.FindAllStringSubmatchIndex(stem, -1); len(all) > 0 {
		m := all[len(all)-1]
		n.Step, n.Stepped = step(stem[m[6]:m[7]])
		n.Key = tidy(stem[:m[4]]+stem[m[7]:], end)
	} else if m := atEnd.FindStringSubmatchIndex(stem); m != nil {
		n.Step, n.Stepped = step(stem[m[4]:m[5]])
		n.Key = tidy(stem[:m[2]], end)
	} else if m := numeric.FindStringSubmatchIndex(stem); m != nil {
		n.Step, n.Stepped = step(stem[m[4]:m[5]])
		n.Key = tidy(stem[:m[4]]+strings.TrimPrefix(stem[m[5]:], "/"), end)
	}
	return n, true
}

func step(digits string) (int64, bool) {
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil
}

// tidy takes away what stood between a name and its step.
func tidy(stem, end string) string {
	folders := strings.Split(stem, "/")
	kept := folders[:0]
	for _, f := range folders {
		if f = strings.Trim(f, "_=+- ."); f != "" {
			kept = append(kept, f)
		}
	}
	if len(kept) == 0 {
		return "array" + end
	}
	return strings.Join(kept, "/") + end
}

// columnMark stands between the name of a file and that of a column in it.
const columnMark = "#"

// Join names a column of a file; a file that holds but one array has none.
func Join(key, column string) string {
	if column == "" {
		return key
	}
	return key + columnMark + column
}

// Split takes a name apart that Join made.
func Split(name string) (key, column string) {
	for _, end := range types {
		if i := strings.Index(strings.ToLower(name), end+columnMark); i >= 0 {
			i += len(end)
			return name[:i], name[i+1:]
		}
	}
	return name, ""
}
