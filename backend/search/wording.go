package search

import "strings"

// wording is what MLflow says when a filter or an order of one entity is wrong.
// Its clients and their users' scripts look for parts of these sentences, so
// that they differ between entities as they do there.
type wording struct {
	badPrefix   func(prefix string) string
	badOperator func(f field, op string) string
	notText     func(f field, value string) string // a text was expected
	notNumber   func(f field, value string) string // a number was expected
	notInteger  func(f field, value string) string // a number without fraction was expected
	noList      string                             // IN with an attribute that has no lists
	noNull      func(f field) string               // IS NULL where it is not allowed
	badKey      func(f field, valid string) string // no such attribute
	badOrder    func(c Column, name string) string // an order names what cannot be ordered by
	badOrderKey func(key, valid string) string     // an order names an unknown attribute
	syntax      func(filter, part string) string   // a part of the filter fits nowhere
	operator1st bool                               // whether the operator is checked before the value
}

var runWords = wording{
	syntax: func(_, part string) string { return "Invalid clause(s) in filter string: '" + part + "'" },
	badPrefix: func(prefix string) string {
		return "Invalid entity type '" + prefix + "'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']"
	},
	badOperator: notOneOf,
	notText:     quotedText,
	notNumber:   numericType,
	noList:      "Only ['run_id'] attributes support comparison with a list of quoted string values.",
	noNull: func(f field) string {
		return "IS NULL / IS NOT NULL is only supported for tags and params, not for '" + f.Kind.String() + "' '" + f.Name + "'"
	},
	badKey:      attributeKey,
	badOrderKey: unknownKey,
	badOrder:    func(c Column, _ string) string { return "Invalid identifier type '" + c.Kind.String() + "'" },
}

var experimentWords = wording{
	syntax:    invalidClauses,
	badPrefix: narrowPrefix,
	badOperator: func(f field, op string) string {
		switch {
		case f.Kind == Tag:
			return "Invalid comparator for tag: " + op
		case f.typ == typeID:
			return "Invalid comparator for experiment_id: " + op
		}
		return notOneOf(f, op)
	},
	notText:   quotedText,
	notNumber: numericType,
	notInteger: func(f field, value string) string {
		return "Invalid value for numeric attribute '" + f.Name + "': '" + value + "'"
	},
	noList: "Only ['experiment_id'] attributes support comparison with a list of quoted string values.",
	noNull: func(f field) string {
		return "IS NULL / IS NOT NULL is only supported for tags, not for attribute '" + f.Name + "'"
	},
	badKey:      attributeKey,
	badOrderKey: unknownKey,
	badOrder:    func(c Column, _ string) string { return "Invalid order_by entity: " + c.Kind.String() },
}

var registryWords = wording{
	syntax:      invalidClauses,
	badPrefix:   narrowPrefix,
	badOperator: comparatorFor,
	notText:     textOrList,
	notNumber:   textOrList,
	noList:      "Only ['name'] attributes support comparison with a list of quoted string values.",
	noNull:      func(f field) string { return comparatorFor(f, "IS NULL") },
	badKey:      attributeKey,
	badOrderKey: func(key, _ string) string {
		return "Invalid order by key '" + key + "' specified. Valid keys are '{'name', 'timestamp'}'"
	},
	badOrder: func(_ Column, name string) string {
		return "Invalid order by key '" + name + "' specified. Valid keys are '{'name', 'timestamp'}'"
	},
}

var versionWords = wording{
	syntax:      invalidClauses,
	badPrefix:   narrowPrefix,
	badOperator: comparatorFor,
	notText: func(f field, value string) string {
		if f.Kind == Attribute && numberLength(value) == len(value) {
			return "Only the '{'creation_timestamp', 'last_updated_timestamp', 'version_number'}' attributes support comparison with numeric values."
		}
		return textOrList(f, value)
	},
	notNumber: textOrList,
	notInteger: func(f field, value string) string {
		return "Invalid value for numeric attribute '" + f.Name + "': " + value
	},
	noList:      "Only ['name', 'run_id'] attributes support comparison with a list of quoted string values.",
	noNull:      func(f field) string { return comparatorFor(f, "IS NULL") },
	badKey:      attributeKey,
	badOrderKey: unknownKey,
	badOrder: func(c Column, _ string) string {
		return "Invalid order by key '" + shorten(c.Name) + "' specified. " +
			"Valid keys are {'creation_timestamp', 'last_updated_timestamp', 'name', 'version_number'}"
	},
}

var modelWords = wording{
	badPrefix: func(prefix string) string {
		return "Invalid entity type: '" + prefix + "'. Expected one of ['attributes', 'metrics', 'params', 'tags']."
	},
	badOperator: func(f field, op string) string {
		expected := "('=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN')"
		if f.typ.isNumber() {
			expected = "('<', '<=', '>', '>=', '=', '!=')"
		}
		kind := map[Kind]string{Metric: "metrics", Param: "params", Tag: "tags", Attribute: "attributes"}[f.Kind]
		return "Invalid comparison operator for " + kind + "." + f.Name + ": '" + op + "'. Expected one of " + expected + "."
	},
	notText:   quotedText,
	notNumber: numericType,
	noNull: func(f field) string {
		return "Invalid comparison: " + f.Name + " IS NULL. Expected a comparison with 3 tokens."
	},
	badKey:      attributeKey,
	badOrderKey: func(key, _ string) string { return "Invalid order by field name: " + key },
	badOrder: func(_ Column, name string) string {
		return "Invalid order by field name: " + name + ". Only metrics are supported."
	},
	syntax: func(filter, part string) string {
		return "Invalid filter string: " + quote(filter) + ". Expected a list of comparisons separated by 'AND' " +
			"(e.g. 'metrics.loss > 0.1 AND params.lr = 0.01'). Invalid clause: " + quote(part)
	},
	operator1st: true,
}

func invalidClauses(_, part string) string { return "Invalid clause(s) in filter string: " + part }

func narrowPrefix(prefix string) string {
	return "Invalid entity type '" + prefix + "'. Valid entity types are ('attribute', 'tag', 'tags')"
}

func attributeKey(f field, valid string) string {
	if f.Kind == DatasetInput {
		return "Invalid dataset key '" + f.Name + "' specified. Valid keys are '" + valid + "'"
	}
	return unknownKey(f.Name, valid)
}

func unknownKey(key, valid string) string {
	return "Invalid attribute key '" + key + "' specified. Valid keys are '" + valid + "'"
}

func notOneOf(f field, op string) string {
	return "Invalid comparator '" + op + "' not one of '" + f.ops.String() + "'"
}

func comparatorFor(f field, op string) string {
	switch {
	case f.Kind == Tag:
		return "Invalid comparator for tag: " + op
	case f.typ.isNumber():
		return "Invalid comparator for attribute " + f.Name + ": " + op
	}
	return "Invalid comparator for attribute: " + op
}

func quotedText(f field, value string) string {
	switch f.Kind {
	case Attribute:
		return "Expected a quoted string value for attributes. Got value " + value
	case DatasetInput:
		return "Expected a quoted string value for dataset attributes. Got value " + value
	}
	return "Expected a quoted string value for " + f.Kind.String() + " (e.g. 'my-value'). Got value " + value
}

func textOrList(f field, value string) string {
	if f.Kind == Attribute {
		return "Expected a quoted string value or a list of quoted string values for attributes. Got value " + value
	}
	return quotedText(f, value)
}

func numericType(f field, value string) string {
	if f.Kind == Attribute {
		return "Expected numeric value type for numeric attribute: " + f.Name + ". Found " + value
	}
	return "Expected numeric value type for metric. Found " + value
}

// String lists the operators of a set as Python shows a set, but sorted.
func (s opSet) String() string {
	var words []string
	for _, o := range [...]struct {
		op   operator
		word string
	}{
		{opNotEqual, "!="}, {opLess, "<"}, {opLessEqual, "<="}, {opEqual, "="}, {opGreater, ">"}, {opGreaterEqual, ">="},
		{opILike, "ILIKE"}, {opIn, "IN"}, {opIsNotNull, "IS NOT NULL"}, {opIsNull, "IS NULL"}, {opLike, "LIKE"}, {opNotIn, "NOT IN"},
	} {
		if s.has(o.op) {
			words = append(words, "'"+o.word+"'")
		}
	}
	return "{" + strings.Join(words, ", ") + "}"
}

// quote shows a text as Python's repr does, in the common cases.
func quote(s string) string {
	q := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		q = `"`
	}
	return q + shorten(s) + q
}
