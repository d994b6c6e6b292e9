package search

import (
	"maps"
	"slices"
	"strings"
)

// Limits of a search. Texts come from outside; within these bounds reading one
// takes milliseconds, and nothing in it is recursive without a bound.
const (
	maxText    = 1 << 20 // bytes of a filter or of one order clause
	maxClauses = 1000    // conditions of a filter, clauses of an order
	maxNesting = 100     // parentheses in a list
)

// Schema is the rules for searching one kind of entity: which names a filter
// and an order may use, with which operators and values.
type Schema struct {
	entity     string           // "runs"
	prefixes   map[string]Kind  // "metrics" in metrics.loss
	keyed      map[Kind]field   // what holds for every metric, param, tag
	attributes map[string]field // filterable attributes and their aliases
	datasets   map[string]field // the properties of a dataset input
	orderable  map[string]field // attributes and their aliases in an order
	orderKinds map[Kind]bool    // what else an order may name
	ties       []sortKey        // appended to every order that lacks them
	defaults   []sortKey        // the order if none is asked for; nil: the ties
	repeats    bool             // whether an order may name something twice
	bareValues bool             // whether a text may stand without quotes
	prompts    bool             // whether prompts hide unless asked for
	words      wording
}

// field is what may be compared with what.
type field struct {
	Column
	typ valueType
	ops opSet
}

// brief is the field with a name that fits into a message.
func (f field) brief() field {
	f.Name = shorten(f.Name)
	return f
}

// valueType is how the values of a field are read and compared.
type valueType uint8

const (
	typeText    valueType = iota
	typeNumber            // an unquoted number
	typeInteger           // an unquoted number without a fraction
	typeVersion           // an integer, which may be quoted
	typeID                // a quoted decimal number of any length: 007 is 7
	typeStatus            // the status of a logged model: sorted by progress, not by letter

	// Only in orders of Varve's own:
	typeNatural      // a text in natural order
	typeState        // what a run does
	typeInput        // its first data set
	typeInputVersion // the number of the version of a data set
)

func (t valueType) isNumber() bool {
	return t == typeNumber || t == typeInteger || t == typeVersion
}

// opSet is a set of operators.
type opSet uint16

func ops(list ...operator) opSet {
	var s opSet
	for _, op := range list {
		s |= 1 << op
	}
	return s
}

func (s opSet) has(op operator) bool { return op != opUnknown && s&(1<<op) != 0 }

var (
	opsNumber   = ops(opEqual, opNotEqual, opLess, opLessEqual, opGreater, opGreaterEqual)
	opsText     = ops(opEqual, opNotEqual, opLike, opILike)
	opsList     = opsText | ops(opIn, opNotIn)
	opsNullable = opsText | ops(opIsNull, opIsNotNull)
	opsID       = ops(opEqual, opNotEqual, opIn, opNotIn)
)

// Runs is the schema of runs. Attributes that a Row answers: run_id, run_name,
// user_id, status, artifact_uri (texts), start_time, end_time (numbers).
var Runs = &Schema{
	entity: "runs",
	prefixes: prefixes(map[Kind]string{
		Metric:       "metric metrics",
		Param:        "parameter parameters param params",
		Tag:          "tag tags",
		Attribute:    "attribute attributes attr run",
		DatasetInput: "dataset datasets",
	}),
	keyed: map[Kind]field{
		Metric: {typ: typeNumber, ops: opsNumber},
		Param:  {ops: opsNullable},
		Tag:    {ops: opsNullable},
	},
	attributes: join(
		attribute("run_id", typeText, opsList),
		attribute("run_name", typeText, opsText, "run name", "Run name", "Run Name"),
		attribute("user_id", typeText, opsText),
		attribute("status", typeText, opsText),
		attribute("artifact_uri", typeText, opsText),
		attribute("start_time", typeNumber, opsNumber, "created", "Created"),
		attribute("end_time", typeNumber, opsNumber),
	),
	datasets: map[string]field{
		"name":    {Column: Column{DatasetInput, "name"}, ops: opsList},
		"digest":  {Column: Column{DatasetInput, "digest"}, ops: opsList},
		"context": {Column: Column{DatasetInput, "context"}, ops: opsList},
	},
	orderable: join(
		attribute("run_id", typeText, 0),
		attribute("run_name", typeText, 0),
		attribute("user_id", typeText, 0),
		attribute("status", typeText, 0),
		attribute("artifact_uri", typeText, 0),
		attribute("start_time", typeNumber, 0, "created", "Created"),
		attribute("end_time", typeNumber, 0),
	),
	orderKinds: map[Kind]bool{Metric: true, Param: true, Tag: true},
	ties:       []sortKey{by("start_time", typeNumber, true), by("run_id", typeText, false)},
	words:      runWords,
}

// Experiments is the schema of experiments. Attributes: name, experiment_id
// (texts), creation_time, last_update_time (numbers).
var Experiments = &Schema{
	entity:   "experiments",
	prefixes: prefixes(map[Kind]string{Attribute: "attribute", Tag: "tag tags"}),
	keyed:    map[Kind]field{Tag: {ops: opsNullable}},
	attributes: join(
		attribute("name", typeText, opsText),
		attribute("experiment_id", typeID, opsID),
		attribute("creation_time", typeInteger, opsNumber),
		attribute("last_update_time", typeInteger, opsNumber),
	),
	orderable: join(
		attribute("name", typeText, 0),
		attribute("experiment_id", typeID, 0),
		attribute("creation_time", typeNumber, 0),
		attribute("last_update_time", typeNumber, 0),
	),
	ties:     []sortKey{by("experiment_id", typeID, true)},
	defaults: []sortKey{by("creation_time", typeNumber, true), by("experiment_id", typeID, false)},
	repeats:  true,
	words:    experimentWords,
}

// RegisteredModels is the schema of registered models. Attributes: name (text),
// last_updated_timestamp (number). Models that are prompts match only a filter
// that asks for prompts.
var RegisteredModels = &Schema{
	entity:     "registered models",
	prefixes:   prefixes(map[Kind]string{Attribute: "attribute", Tag: "tag tags"}),
	keyed:      map[Kind]field{Tag: {ops: opsText}},
	attributes: attribute("name", typeText, opsList),
	orderable: join(
		attribute("name", typeText, 0),
		attribute("last_updated_timestamp", typeNumber, 0, "timestamp"),
	),
	ties:    []sortKey{by("name", typeText, false)},
	prompts: true,
	words:   registryWords,
}

// ModelVersions is the schema of model versions. Attributes: name, run_id,
// source_path (texts), version_number, creation_timestamp,
// last_updated_timestamp (numbers). Versions that are prompts match only a
// filter that asks for prompts.
var ModelVersions = &Schema{
	entity:   "model versions",
	prefixes: prefixes(map[Kind]string{Attribute: "attribute", Tag: "tag tags"}),
	keyed:    map[Kind]field{Tag: {ops: opsText}},
	attributes: join(
		attribute("name", typeText, opsList),
		attribute("run_id", typeText, opsList),
		attribute("source_path", typeText, opsText),
		attribute("version_number", typeVersion, opsNumber),
	),
	orderable: join(
		attribute("name", typeText, 0),
		attribute("version_number", typeNumber, 0),
		attribute("creation_timestamp", typeNumber, 0),
		attribute("last_updated_timestamp", typeNumber, 0),
	),
	ties: []sortKey{by("name", typeText, false), by("version_number", typeNumber, true)},
	defaults: []sortKey{
		by("last_updated_timestamp", typeNumber, true), by("name", typeText, false), by("version_number", typeNumber, true),
	},
	prompts: true,
	words:   versionWords,
}

// LoggedModels is the schema of logged models, whose rows are ModelRows.
// Attributes: name, model_id, model_type, status (PENDING, READY or FAILED),
// status_message, source_run_id, experiment_id, artifact_location,
// lifecycle_stage (texts), creation_timestamp, last_updated_timestamp (numbers).
var LoggedModels = &Schema{
	entity:   "logged models",
	prefixes: prefixes(map[Kind]string{Attribute: "attributes", Metric: "metrics", Param: "params", Tag: "tags"}),
	keyed: map[Kind]field{
		Metric: {typ: typeNumber, ops: opsNumber},
		Param:  {ops: opsList},
		Tag:    {ops: opsList},
	},
	attributes: modelAttributes,
	// An experiment id is a number where MLflow sorts by it.
	orderable:  join(modelAttributes, attribute("experiment_id", typeID, 0)),
	orderKinds: map[Kind]bool{Metric: true},
	ties:       []sortKey{by("creation_timestamp", typeNumber, true), by("model_id", typeText, false)},
	repeats:    true,
	bareValues: true,
	words:      modelWords,
}

var modelAttributes = join(
	attribute("name", typeText, opsList),
	attribute("model_id", typeText, opsList),
	attribute("model_type", typeText, opsList),
	attribute("status", typeStatus, opsList),
	attribute("status_message", typeText, opsList),
	attribute("source_run_id", typeText, opsList),
	attribute("experiment_id", typeText, opsList),
	attribute("artifact_location", typeText, opsList),
	attribute("lifecycle_stage", typeText, opsList),
	attribute("creation_timestamp", typeNumber, opsNumber, "creation_time", "creation_timestamp_ms"),
	attribute("last_updated_timestamp", typeNumber, opsNumber, "last_updated_timestamp_ms"),
)

// attribute makes one field, known by its name and its aliases.
func attribute(name string, typ valueType, allowed opSet, aliases ...string) map[string]field {
	f := field{Column: Column{Attribute, name}, typ: typ, ops: allowed}
	out := map[string]field{name: f}
	for _, alias := range aliases {
		out[alias] = f
	}
	return out
}

func join(fields ...map[string]field) map[string]field {
	out := map[string]field{}
	for _, f := range fields {
		maps.Copy(out, f)
	}
	return out
}

func prefixes(words map[Kind]string) map[string]Kind {
	out := map[string]Kind{}
	for kind, list := range words {
		for _, word := range strings.Fields(list) {
			out[word] = kind
		}
	}
	return out
}

// names lists the names of fields as Python shows a set, but sorted.
func names(fields map[string]field) string {
	return "{'" + strings.Join(slices.Sorted(maps.Keys(fields)), "', '") + "'}"
}
