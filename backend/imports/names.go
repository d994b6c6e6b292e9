package imports

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// Limits of what is taken; longer values are cut, which is said.
const (
	maxKey   = 250
	maxValue = 64 << 10
	maxName  = 500
)

// Text makes UTF-8 of text that a program wrote in the encoding of its computer.
// Bytes that are no UTF-8 are taken for Windows-1252, which nearly all old text
// of Western Europe is.
func Text(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return string(text)
}

// badKey says why a param, metric or tag cannot have a name.
func badKey(key string) string {
	switch {
	case key == "":
		return "it has no name"
	case utf8.RuneCountInString(key) > maxKey:
		return fmt.Sprintf("its name has more than %d characters", maxKey)
	case !utf8.ValidString(key) || strings.ContainsFunc(key, unicode.IsControl):
		return "its name has characters that are no text"
	case path.Clean(key) != key || strings.HasPrefix(key, "/") || key == ".." || strings.HasPrefix(key, "../"):
		return "its name is a path that leads elsewhere"
	}
	return ""
}

// cleaner leaves out, or cuts, what a run cannot have.
type cleaner struct {
	where string
	r     *Report
}

func (c cleaner) key(what, key string) bool {
	why := badKey(key)
	if why != "" {
		c.r.Skip(fmt.Sprintf("%s: %s %q", c.where, what, short(key)), "%s", why)
	}
	return why == ""
}

func (c cleaner) value(what, key, value string) string {
	value = strings.ToValidUTF8(value, "\uFFFD")
	if len(value) <= maxValue {
		return value
	}
	c.r.Skip(fmt.Sprintf("%s: %s %q", c.where, what, short(key)), "its value has %d bytes: it is cut to %d", len(value), maxValue)
	return strings.ToValidUTF8(value[:maxValue], "")
}

func (c cleaner) tags(tags map[string]string) map[string]string {
	clean := make(map[string]string, len(tags))
	for key, value := range tags {
		if c.key("tag", key) {
			clean[key] = c.value("tag", key, value)
		}
	}
	return clean
}

// params keeps the first of several of one name.
func (c cleaner) params(params []event.Param) (clean []event.Param) {
	seen := map[string]bool{}
	for _, p := range params {
		if seen[p.Key] {
			c.r.Skip(fmt.Sprintf("%s: param %q", c.where, short(p.Key)), "it is there twice: the first one counts")
			continue
		}
		seen[p.Key] = true
		if c.key("param", p.Key) {
			clean = append(clean, event.Param{Key: p.Key, Value: c.value("param", p.Key, p.Value)})
		}
	}
	return clean
}

func (c cleaner) metrics(list []track.PastSeries) (clean []track.PastSeries) {
	for _, s := range list {
		if len(s.Points) > 0 && c.key("metric", s.Key) {
			clean = append(clean, s)
		}
	}
	return clean
}

func (c cleaner) datasets(list []event.DatasetInput) (clean []event.DatasetInput) {
	for _, d := range list {
		if d.Name == "" || d.Digest == "" {
			c.r.Skip(fmt.Sprintf("%s: data set %q", c.where, short(d.Name)), "it has no name or no digest")
			continue
		}
		clean = append(clean, d)
	}
	return clean
}

// run makes a run fit to be taken. The name of MLflow's tag is the run's own.
func (c cleaner) run(p *track.PastRun) {
	const named = "mlflow.runName"
	p.Tags = c.tags(p.Tags)
	if name := p.Tags[named]; name != "" {
		p.Name = name
	}
	delete(p.Tags, named)
	p.Name = cutName(strings.ToValidUTF8(p.Name, "\uFFFD"))
	p.Params, p.Metrics, p.Datasets = c.params(p.Params), c.metrics(p.Metrics), c.datasets(p.Datasets)
	switch p.Status {
	case "RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED":
	default:
		c.r.Skip(c.where, "its status %q is none of MLflow's: it counts as finished", short(p.Status))
		p.Status = "FINISHED"
	}
}

func cutName(name string) string {
	if r := []rune(name); len(r) > maxName {
		return string(r[:maxName])
	}
	return name
}

func short(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}
