package owner

import (
	"context"
	"path/filepath"

	"dev.varve/app/door/api"
	"dev.varve/backend/imports"
	"dev.varve/backend/results"
	"dev.varve/storage/spreadsheet"
)

// openTable opens a table of results.
func (o importer) openTable(ctx context.Context, want api.Import) (imports.Source, error) {
	var said api.ImportTable
	if want.Table != nil {
		said = *want.Table
	}
	return spreadsheet.Open(ctx, want.From, spreadsheet.Options{Sheet: said.Sheet, Scratch: filepath.Join(o.places.Cache, "imports")},
		results.Options{Experiment: said.Experiment, Map: said.Columns, Reading: results.Reading{Decimal: said.Decimal, Dates: said.Dates}})
}

// planOfTable says what a table has.
func planOfTable(s *spreadsheet.Source) *api.ImportPlanTable {
	v := s.Survey
	out := &api.ImportPlanTable{
		Sheet: v.Sheet, Sheets: v.Sheets, Encoding: v.Encoding, Separator: v.Separator, Decimal: v.Decimal(), Dates: v.Dates(), Header: v.Header,
		Experiment: s.Experiment, KnownBy: s.KnownBy(), Columns: make([]api.ImportColumn, len(v.Columns)), Preview: s.Preview(),
	}
	for i, c := range v.Columns {
		out.Columns[i] = api.ImportColumn{Name: c.Name, Key: c.Key, Kind: string(c.Kind), Why: c.Why, Filled: c.Filled, Numbers: c.Numbers, Distinct: c.Distinct}
	}
	return out
}
