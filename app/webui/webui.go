// Package webui carries the built pages of frontend/ inside the programs.
package webui

import (
	"embed"
	"errors"
	"io/fs"
	"net/http"

	"dev.varve/app/door"
	"dev.varve/backend/fault"
)

//go:embed all:files
var embedded embed.FS

//go:embed missing
var missing embed.FS

// Handler serves the pages. In a program that was built without them it serves
// one page that says so: recording does not depend on them.
func Handler() (http.Handler, error) {
	pages, err := Files()
	if errors.Is(err, fault.Unsupported) {
		pages, err = fs.Sub(missing, "missing")
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "read", "pages")
	}
	return door.Pages(pages), nil
}

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
