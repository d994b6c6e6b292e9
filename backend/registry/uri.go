package registry

import (
	"strings"
	"unicode"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// uri is an address in parts, cut as Python's urllib does, which MLflow uses:
// nothing is decoded, and nothing is refused.
type uri struct {
	scheme, host, path string
	rest               string // from the first ? or # on
}

func splitURI(s string) uri {
	var u uri
	if i := strings.IndexByte(s, ':'); i > 0 && isScheme(s[:i]) {
		u.scheme, s = strings.ToLower(s[:i]), s[i+1:]
	}
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		s, u.rest = s[:i], s[i:]
	}
	if after, ok := strings.CutPrefix(s, "//"); ok {
		u.host, s, _ = cutBefore(after, "/")
	}
	u.path = s
	return u
}

func cutBefore(s, sep string) (before, from string, found bool) {
	if i := strings.Index(s, sep); i >= 0 {
		return s[:i], s[i:], true
	}
	return s, "", false
}

func isScheme(s string) bool {
	for i, c := range s {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || !('0' <= c && c <= '9' || strings.ContainsRune("+-.", c))) {
			return false
		}
	}
	return true
}

// ModelURI is a models:/ address in parts. Only one of ID, Version, Stage and Alias
// is set; a name alone means its highest version.
type ModelURI struct {
	ID      string // of a logged model
	Name    string // of a registered model
	Version string // digits
	Stage   string
	Alias   string
}

// ParseModelURI reads models:/<id of a logged model>, models:/<name>/<version, stage
// or latest> and models:/<name>@<alias>.
func ParseModelURI(text string) (ModelURI, error) {
	u := splitURI(text)
	bad := func() (ModelURI, error) {
		return ModelURI{}, fault.New(fault.Invalid, "Not a proper models:/ URI: %s. Models URIs must be of the form 'models:/name/suffix' or 'models:/name@alias' where suffix is a version, stage, or the string 'latest' and where alias is a registered model alias. Only one of suffix or alias can be defined at a time.", text)
	}
	if u.scheme != "models" || len(u.path) <= 1 || u.path[0] != '/' {
		return bad()
	}
	parts := strings.Split(strings.TrimLeft(u.path, "/"), "/")
	first := parts[0]
	switch {
	case len(parts) > 2 || strings.TrimSpace(first) == "":
		return bad()
	case len(parts) == 2:
		suffix := parts[1]
		switch {
		case strings.TrimSpace(suffix) == "":
			return bad()
		case strings.Trim(suffix, "0123456789") == "":
			return ModelURI{Name: first, Version: suffix}, nil
		case strings.EqualFold(suffix, "latest"):
			return ModelURI{Name: first}, nil
		}
		return ModelURI{Name: first, Stage: suffix}, nil
	}
	if i := strings.LastIndexByte(first, '@'); i >= 0 {
		if strings.TrimSpace(first[i+1:]) == "" {
			return bad()
		}
		return ModelURI{Name: first[:i], Alias: first[i+1:]}, nil
	}
	return ModelURI{ID: first}, nil
}

// find finds the version that the address of a registered model means.
func (u ModelURI) find(r track.Registry) (*track.ModelVersion, error) {
	switch {
	case u.Alias != "":
		return r.ByAlias(u.Name, u.Alias)
	case u.Version != "":
		number, err := track.VersionNumber(u.Version)
		if err != nil {
			return nil, err
		}
		return r.Version(u.Name, number)
	}
	m, err := r.Model(u.Name)
	if err != nil {
		return nil, err
	}
	if u.Stage == "" {
		if v := r.Latest(m); v != nil {
			return v, nil
		}
		return nil, fault.New(fault.NotFound, "No versions of model with name '%s' found", u.Name)
	}
	stage, err := track.CanonicalStage(u.Stage)
	if err != nil {
		return nil, err
	}
	for _, v := range r.LatestByStage(m) {
		if v.Stage() == stage {
			return v, nil
		}
	}
	return nil, fault.New(fault.NotFound, "No versions of model with name '%s' and stage '%s' found", u.Name, u.Stage)
}

// parseRunURI reads runs:/<id>/<path>.
func parseRunURI(text string) (run, path string, err error) {
	u := splitURI(text)
	rest, ok := strings.CutPrefix(u.path, "/")
	run, path, _ = strings.Cut(rest, "/")
	if u.scheme != "runs" || u.host != "" || !ok || run == "" {
		return "", "", fault.New(fault.Invalid, "Not a proper runs:/ URI: %s. Runs URIs must be of the form 'runs:/<run_id>/run-relative/path/to/artifact'", text)
	}
	return run, path, nil
}

// unescape decodes percent escapes until none is left, as MLflow does, and says
// whether what came out can be looked at: control characters cannot.
func unescape(s string, plus bool) (plain string, clean bool) {
	for {
		next := unescapeOnce(s, plus)
		if next == s {
			return s, !strings.ContainsFunc(s, unicode.IsControl)
		}
		s = next
	}
}

func unescapeOnce(s string, plus bool) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+' && plus:
			b.WriteByte(' ')
			continue
		case s[i] == '%' && i+2 < len(s):
			high, ok1 := hexDigit(s[i+1])
			low, ok2 := hexDigit(s[i+2])
			if ok1 && ok2 {
				b.WriteByte(high<<4 | low)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
