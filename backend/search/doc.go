// Package search reads filters and orders and applies them.
//
// There are two grammars. MLflow's, for what its clients send, is read by Parse
// by the rules of one kind of entity, a Schema: Runs, Experiments, LoggedModels,
// RegisteredModels or ModelVersions. Varve's own, for people who look for runs,
// holds it and is read by ParseQuery; docs/search.md is its manual. Both give a
// Filter, which answers for any number of rows:
//
//	filter, err := search.ParseQuery("elastic metrics.rmse < 0.8", given)
//	order, err := search.ParseQueryOrder([]string{"metrics.rmse ASC"}, given)
//	for _, row := range rows {
//		if filter.Match(row) { found = append(found, row) }
//	}
//	search.Sort(order, found)
//
// The package knows nothing of how rows are stored: whoever has them implements
// Row, or RunRow for all that Varve's grammar can ask. Find does the same over
// columns (backend/table), a thousand rows at a time; Match is what it is
// measured against. Complete and Advise serve the box that filters are written
// in.
//
// The meaning of MLflow's grammar is that of MLflow 3 on SQLite, proved against
// recorded answers (testdata/generate.py). The few deliberate differences are
// listed, each with its reason, in docs/search.md and in exceptions_test.go.
//
// The way of a text in MLflow's grammar is: lex.go cuts it into tokens with
// positions, parse.go makes a tree of them that knows nothing of entities,
// check.go gives every comparison its meaning by a Schema. That of a query is:
// querylex.go, queryparse.go (structure), queryfield.go (names), querycompare.go
// with queryvalue.go and querytime.go (values). Both end in the conditions of
// condition.go and runcondition.go, under the AND and OR of expr.go.
//
// All errors are fault.Invalid; errors.As finds an *Error with the place in the
// text. Parse uses MLflow's words, which its clients and tests know.
package search
