package owner

import (
	"io"
	"path/filepath"

	"dev.varve/backend/tabular"
	"dev.varve/storage/spreadsheet"
)

// mostUnpacked is how large a workbook may be when it is unpacked to be looked at.
const mostUnpacked = 1 << 30

// workbook reads a workbook that is to be looked at. Parts of a large one lie in the
// cache until the end.
func (o *Owner) workbook(name, sheet string, r io.Reader) (tabular.Table, func() error, error) {
	return spreadsheet.OpenWorkbook(name, r, spreadsheet.Options{Sheet: sheet, Scratch: filepath.Join(o.places.Cache, "previews"), Unpacked: mostUnpacked})
}
