package door

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"dev.varve/backend/fault"
)

// pageTypes are the content types of the pages' files. They are not asked of
// the system: on Windows, a registry entry can make text of a script, which
// then does not run.
var pageTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".json": "application/json", ".webmanifest": "application/manifest+json",
	".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2", ".wasm": "application/wasm",
	".txt": "text/plain; charset=utf-8",
}

// Pages serves the built pages: files with a hash in their name for ever, all
// others asked for anew each time.
func Pages(files fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" {
			name = "index.html"
		}
		data, err := fs.ReadFile(files, name)
		kind := pageTypes[path.Ext(name)]
		if err != nil || kind == "" {
			writeProblem(w, r, problemOf(fault.New(fault.NotFound, "there is no page %s", shorten(r.URL.Path, 200))))
			return
		}
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Cache-Control", "no-cache")
		if strings.HasPrefix(name, "assets/") {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	})
}
