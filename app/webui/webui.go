// Package webui carries the built pages of frontend/ inside the programs.
package webui

import (
	"embed"
	"io/fs"

	"dev.varve/backend/fault"
)

//go:embed all:files
var embedded embed.FS

// Files returns the pages: index.html at the root, everything else beside it.
// A program that was built without them says so with fault.Unsupported.
func Files() (fs.FS, error) {
	return pagesIn(embedded)
}

func pagesIn(all fs.FS) (fs.FS, error) {
	pages, err := fs.Sub(all, "files")
	if err == nil {
		_, err = fs.Stat(pages, "index.html")
	}
	if err != nil {
		return nil, fault.New(fault.Unsupported, "this program was built without its pages").
			WithHint("run make build")
	}
	return pages, nil
}
