package track

import (
	"encoding/binary"
	"testing"

	"dev.varve/backend/table"
)

// framed packs frames into one text, each behind its length of two bytes.
func framed(frames ...[]byte) (out []byte) {
	for _, f := range frames {
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(f))), f...)
	}
	return out
}

// FuzzSnapshot gives the tables of runs frames that nobody wrote. Their checksums
// are right, so they come this far only if a defect wrote them: they are refused,
// or can be read to the end.
func FuzzSnapshot(f *testing.F) {
	in := newTables().table("7")
	row := in.Add()
	in.runs = append(in.runs, runKey{1, 2, 3})
	in.SetNumber(attributeColumn(attributeTouched), row, 5)
	in.SetText(attributeColumn("status"), row, "RUNNING", true)
	columns := in.Columns()
	seed := [][]byte{{frameCode, runCode}, in.appendRows(nil)}
	for _, c := range columns {
		seed = append(seed, in.AppendColumn([]byte{frameColumn}, c, in.Rows()))
	}
	f.Add(framed(seed...))
	f.Add(framed(append(seed, append([]byte{frameOdd}, "odd"...))...))
	f.Add(framed([]byte{frameTable, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}))
	f.Add(framed([]byte{frameTable, 0, 0, 0, 0, 0}, []byte{frameColumn}))
	f.Fuzz(func(t *testing.T, data []byte) {
		tables := newTables()
		for len(data) >= 2 {
			n := min(int(binary.BigEndian.Uint16(data)), len(data)-2)
			if n == 0 {
				break // an empty frame ends a snapshot
			}
			if tables.restore(data[2:2+n]) != nil {
				return
			}
			data = data[2+n:]
		}
		if !tables.sound() {
			return
		}
		for _, in := range tables.list {
			for row := range in.Blocks() * table.BlockRows {
				if in.Has(row) {
					_ = tables.id(in.runs[row])
				}
			}
			for range in.live() {
			}
			for _, c := range in.Columns() {
				in.AppendColumn(nil, c, in.Rows())
			}
		}
	})
}
