package search

import "dev.varve/backend/table"

// Source is one table of runs, with what its columns do not hold. Its columns
// are those that TableKey names:
//
//   - Metric: numbers, the latest value. MetricMin and MetricMax: numbers,
//     only in rows where they differ from the latest one; NaN is not among them.
//   - Param, Tag: texts. A name of a run is an attribute, not a tag.
//   - Attribute: the texts run_name, user_id, status (MLflow's words, as
//     recorded), source and reason; the numbers start_time and end_time (ms
//     since 1970, the latter only of what has ended), exit_code, and trashed: 1
//     in the trash, else absent.
//   - DatasetInput, without a name: texts, all inputs of the run as
//     PackDatasets writes them.
//
// An empty attribute is absent. All methods but Stride are called inside Stride.
type Source interface {
	// Stride calls fn while nobody changes the table. fn is short: 64 blocks, or
	// 64 calls of Row.
	Stride(fn func())
	Table() *table.Table
	// ID is the id of the run of a row.
	ID(row int) string
	// Row is the whole run, perhaps from the disk; nil if it has gone.
	Row(row int) Row
	// Ask says of which rows the columns do not tell the truth: Row does.
	Ask(block int) table.Bits
	// Derived is a text attribute that no column holds: artifact_uri, experiment.
	Derived(attribute string, row int) (string, bool)
}

// TableKey names the column of a table that holds a column of a search.
func TableKey(kind Kind, name string) table.Key { return table.Key{Kind: table.Kind(kind), Name: name} }
