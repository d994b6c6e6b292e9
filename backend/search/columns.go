package search

import "strings"

// prefixes of names, by the kind of their column.
var columnPrefixes = map[Kind]string{Metric: "metrics.", MetricMin: "min(metrics.", MetricMax: "max(metrics.", Param: "params.", Tag: "tags.", Data: "data."}

// Written is the name of a param, a tag, a metric or its extreme, or a data set
// as a query takes it. ok is false if none can be written: no quotes are left
// for a key with back ticks in it.
func (c Column) Written() (name string, ok bool) {
	prefix, known := columnPrefixes[c.Kind]
	if !known {
		return c.Name, c.Kind == Attribute
	}
	key, ok := writeKey(c.Name)
	if strings.HasSuffix(prefix, "(metrics.") {
		key += ")"
	}
	return prefix + key, ok
}

// Numbered is an entry with the number of its text, NaN if that is none.
func (c Entry) Numbered() Entry { return c.withNumber() }
