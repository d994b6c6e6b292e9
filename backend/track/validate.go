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
	maxExperimentTag = 5000
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

func checkKey(field, what, key string) error {
	switch {
	case !keyPattern.MatchString(key):
		return invalidValue(field, key, "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).")
	case key == "" || path.Clean(key) != key || key == "." || strings.HasPrefix(key, "..") || strings.HasPrefix(key, "/"):
		return invalidValue(field, key, fmt.Sprintf("Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '%s'", path.Clean(key)))
	}
	return checkLength(what, maxKey, key)
}

func checkLength(what string, limit int, value string) error {
	if n := utf8.RuneCountInString(value); n > limit {
		return fault.New(fault.Invalid, "%s '%s' had length %d, which exceeded length limit of %d", what, shorten(value, 250), n, limit)
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
	if utf8.RuneCountInString(s) <= n {
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
	if n := utf8.RuneCountInString(name); n > maxName {
		return fault.New(fault.Invalid, "'name' exceeds the maximum length of %d characters", maxName)
	}
	return nil
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
	seen := map[string]bool{}
	for i, p := range params {
		if err := checkKey(fmt.Sprintf("params[%d].key", i), "Param key", p.Key); err != nil {
			return err
		}
		if seen[p.Key] {
			return fault.New(fault.Invalid, "Duplicate parameter keys have been submitted: ['%s']. Please ensure the request contains only one param value per param key.", p.Key)
		}
		seen[p.Key] = true
	}
	return nil
}
