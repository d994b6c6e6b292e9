// Package search reads MLflow's filter and order expressions and applies them.
//
// A filter is a text such as
//
//	metrics.rmse < 0.8 AND params.model = 'elastic' AND tags.`my note` LIKE '%good%'
//
// Parse turns it into a Filter by the rules of one kind of entity, a Schema:
// Runs, Experiments, LoggedModels, RegisteredModels or ModelVersions. The
// Filter then answers for any number of rows, without allocating:
//
//	filter, err := search.Parse(search.Runs, text)
//	order, err := search.ParseOrder(search.Runs, []string{"metrics.rmse ASC"})
//	for _, row := range rows {
//		if filter.Match(row) { found = append(found, row) }
//	}
//	search.Sort(order, found)
//
// The package knows nothing of how rows are stored: whoever has them
// implements Row. Columns tells which of a row's values a filter or an order
// reads, for those who keep values by column.
//
// The meaning is that of MLflow 3 on SQLite, proved against recorded answers
// (testdata/generate.py). The few deliberate differences are listed, each with
// its reason, in docs/search.md and in exceptions_test.go.
//
// The way of a text is: lex.go cuts it into tokens with positions, parse.go
// makes a tree of them that knows nothing of entities, check.go gives every
// comparison its meaning by a Schema, condition.go evaluates. A wider grammar
// adds nodes to the tree and conditions beside the present ones.
//
// All errors are fault.Invalid. Their message has MLflow's words, which its
// clients and tests know; errors.As finds an *Error with the place in the text.
package search
