package mlflow

import (
	"path"
	"strings"
)

// types are the content types of files by the end of their names. They do not
// come from the machine, where every system has others. What a browser could
// run is plain text, as it is to MLflow's server.
var types = map[string]string{
	".csv": "text/csv", ".tsv": "text/tab-separated-values", ".html": "text/html", ".htm": "text/html",
	".json": "application/json", ".pdf": "application/pdf", ".zip": "application/zip", ".gz": "application/gzip",
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
	".svg": "image/svg+xml", ".bmp": "image/bmp", ".tif": "image/tiff", ".tiff": "image/tiff",
	".mp4": "video/mp4", ".webm": "video/webm", ".mp3": "audio/mpeg", ".wav": "audio/wav", ".ogg": "audio/ogg",
	".parquet": "application/vnd.apache.parquet", ".geojson": "application/geo+json",
}

// plainText are ends of names of texts that people read.
var plainText = map[string]bool{
	".txt": true, ".log": true, ".md": true, ".rst": true, ".py": true, ".r": true, ".jl": true, ".js": true, ".ts": true,
	".yaml": true, ".yml": true, ".toml": true, ".ini": true, ".cfg": true, ".conf": true, ".sh": true, ".sql": true,
	".xml": true, ".out": true, ".err": true, ".properties": true,
}

func contentType(name string) string {
	end := strings.ToLower(path.Ext(name))
	switch {
	case types[end] != "":
		return types[end]
	case plainText[end], name == "MLmodel", name == "MLproject", name == "requirements.txt":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
