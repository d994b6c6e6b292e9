package track

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Limits and messages are MLflow's (mlflow/utils/validation.py): its clients
// show them, and its tests assert them.
const (
	maxKey           = 250
	maxParam         = 6000
	maxTag           = 8000
	maxExperimentTag = 20000
	maxName          = 500
	maxBatch         = 1000
	maxBatchParams   = 100
	maxBatchTags     = 100
	maxDatasets      = 1000
)

var (
	keyPattern   = regexp.MustCompile(`^[/\p{L}\p{N}_.\- :]*$`)
	runPattern   = regexp.MustCompile(`^[a-zA-Z0-9][\w\-]{0,255}$`)
	digitPattern = regexp.MustCompile(`^[0-9]{1,18}$`)
)

// invalidValue is MLflow's sentence for a value that it refuses.
func invalidValue(field string, value any, why string) *fault.Error {
	text, _ := json.Marshal(value)
	message := fmt.Sprintf("Invalid value %s for parameter '%s' supplied", text, field)
	if why != "" {
		message += ": " + why
	} else {
		message += "."
	}
	return &fault.Error{Kind: fault.Invalid, Message: message}
}

// field names a part of a request, for messages only: it is written out when
// something is wrong with it, not for each of a thousand points.
type field struct {
	list string // "metrics"; empty if the request has no lists
	i    int
	name string
}

func (f field) String() string {
	if f.list == "" {
		return f.name
	}
	return fmt.Sprintf("%s[%d].%s", f.list, f.i, f.name)
}

// checkKey checks the name of a metric, param or tag. limited is how MLflow
// calls it when it is too long; empty: as the field.
func checkKey(f field, limited, key string) error {
	switch {
	case !plainKey(key) && !keyPattern.MatchString(key):
		return invalidValue(f.String(), key, "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).")
	case resolvesElsewhere(key):
		return elsewhereName(f.String(), key)
	}
	if limited == "" {
		limited = f.String()
	}
	return checkLength(limited, maxKey, key)
}

func elsewhereName(field, name string) error {
	return invalidValue(field, name, "Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to "+quote(path.Clean(name)))
}

// plainKey is keyPattern for ASCII, without the cost of an expression.
func plainKey(key string) bool {
	for i := range len(key) {
		switch c := key[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '-' <= c && c <= ':', c == '_', c == ' ':
		default:
			return false
		}
	}
	return true
}

func resolvesElsewhere(key string) bool {
	if key == "" || key == "." || strings.HasPrefix(key, "..") {
		return true
	}
	return strings.IndexByte(key, '/') >= 0 && (key[0] == '/' || path.Clean(key) != key)
}

// quote writes a string as Python's repr does, which MLflow's messages use.
func quote(s string) string {
	mark := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		mark = `"`
	}
	return mark + strings.NewReplacer("\\", "\\\\", "\n", "\\n", "\r", "\\r", "\t", "\\t", mark, "\\"+mark).Replace(s) + mark
}

func checkLength(what string, limit int, value string) error {
	if len(value) > limit && utf8.RuneCountInString(value) > limit {
		return fault.New(fault.Invalid, "'%s' exceeds the maximum length of %d characters", what, limit)
	}
	return nil
}

func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "..."
}

// cut shortens a value to MLflow's limit, as its server does by default
// (MLFLOW_TRUNCATE_LONG_VALUES).
func cut(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

func checkRunID(id string) error {
	if !runPattern.MatchString(id) {
		return invalidValue("run_id", id, "")
	}
	return nil
}

func checkExperimentID(id string) error {
	if !digitPattern.MatchString(id) {
		return fault.New(fault.Invalid, "Invalid experiment ID '%s'. Experiment ID must be a valid integer.", id)
	}
	return nil
}

func checkExperimentName(name string) error {
	if strings.TrimSpace(name) == "" {
		return fault.New(fault.Invalid, "Invalid experiment name: '%s'", name)
	}
	return checkLength("name", maxName, name)
}

func checkBatch(metrics, params, tags int) error {
	limits := []struct {
		what         string
		limit, count int
	}{{"metrics", maxBatch, metrics}, {"params", maxBatchParams, params}, {"tags", maxBatchTags, tags}, {"metrics, params, and tags", maxBatch, metrics + params + tags}}
	for _, l := range limits {
		if l.count > l.limit {
			return fault.New(fault.Invalid, "A batch logging request can contain at most %d %s. Got %d %s. Please split up %s across multiple requests and try again.",
				l.limit, l.what, l.count, l.what, l.what)
		}
	}
	return nil
}

func checkParams(params []event.Param) error {
	for i, p := range params {
		if err := checkKey(field{"params", i, "key"}, "Param key", p.Key); err != nil {
			return err
		}
	}
	return checkUnique(params)
}

func checkUnique(params []event.Param) error {
	seen := make(map[string]bool, len(params))
	var twice []string
	for _, p := range params {
		if seen[p.Key] {
			twice = append(twice, quote(p.Key))
		}
		seen[p.Key] = true
	}
	if len(twice) > 0 {
		return fault.New(fault.Invalid, "Duplicate parameter keys have been submitted: [%s]. Please ensure the request contains only one param value per param key.", strings.Join(twice, ", "))
	}
	return nil
}
