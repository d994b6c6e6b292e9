package search

import (
	"context"

	"dev.varve/backend/table"
)

// Selection is all rows of some sources that fulfil a filter.
type Selection struct {
	rows     [][]table.Bits // by source and block
	Matching int            // rows that fulfil the filter
	All      int            // rows that were looked at
}

// Select finds all rows that fulfil a filter, as Find does. shown returns which
// rows of a block are looked at, and is called inside Stride; nil: all.
func Select(ctx context.Context, sources []Source, filter *Filter, shown func(source, block int) table.Bits) (*Selection, error) {
	none := &Order{}
	f := finder{
		Search: Search{Filter: filter, Order: none, Shown: shown}, blocks: filter.blocksAtOnce(), top: newTopmost(none, nil, 0),
		selected: &Selection{rows: make([][]table.Bits, len(sources))},
	}
	if f.asksForChildren() {
		f.children = countChildren(sources)
	}
	for i, source := range sources {
		if err := f.source(ctx, i, source); err != nil {
			return nil, err
		}
	}
	f.selected.Matching, f.selected.All = f.found.Matching, f.found.All
	return f.selected, nil
}

// block is the bits of a block.
func (s *Selection) block(source, block int) *table.Bits {
	for len(s.rows[source]) <= block {
		s.rows[source] = append(s.rows[source], table.Bits{})
	}
	return &s.rows[source][block]
}

// put adds one row.
func (s *Selection) put(source, row int) {
	s.block(source, row/table.BlockRows).Set(row % table.BlockRows)
}

// walker looks at the rows of a selection. All methods are called inside Stride.
type walker interface {
	begin(number int, source Source)
	take(block int, rows *table.Bits)
	end() // of a part of a source: what was learned of its columns is good no longer
}

// walk shows the rows of a selection that are still there to a walker.
func (s *Selection) walk(ctx context.Context, sources []Source, w walker) error {
	for number, source := range sources {
		for done := 0; done < len(s.rows[number]); done += strideBlocks {
			if err := ctx.Err(); err != nil {
				return err
			}
			source.Stride(func() {
				w.begin(number, source)
				defer w.end()
				in := source.Table()
				for block := done; block < min(done+strideBlocks, len(s.rows[number])); block++ {
					rows, there := s.rows[number][block], in.Present(block)
					if rows.And(&there); !rows.Empty() {
						w.take(block, &rows)
					}
				}
			})
		}
	}
	return nil
}
