package deposit

import (
	"path"
	"strings"
)

// media are types of files by their ends. They are written down here, because what
// the system knows differs from machine to machine.
var media = map[string]string{
	".csv": csvType, ".tsv": tsvType, ".tab": tsvType, ".parquet": parquetType,
	".json": "application/json", ".jsonl": "application/jsonl", ".geojson": "application/geo+json", ".xml": "application/xml", ".yaml": "application/yaml", ".yml": "application/yaml",
	".txt": "text/plain", ".log": "text/plain", ".md": "text/markdown", ".html": "text/html", ".pdf": "application/pdf", ".rtf": "application/rtf",
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".tif": "image/tiff", ".tiff": "image/tiff", ".bmp": "image/bmp", ".webp": "image/webp", ".svg": "image/svg+xml",
	".wav": "audio/wav", ".mp3": "audio/mpeg", ".flac": "audio/flac", ".mp4": "video/mp4", ".mov": "video/quicktime", ".avi": "video/x-msvideo",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xls": "application/vnd.ms-excel", ".ods": "application/vnd.oasis.opendocument.spreadsheet",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".h5":   "application/x-hdf5", ".hdf5": "application/x-hdf5", ".nc": "application/netcdf", ".fits": "application/fits", ".npy": "application/x-npy", ".npz": "application/x-npz",
	".zip": "application/zip", ".gz": "application/gzip", ".tar": "application/x-tar", ".sqlite": "application/vnd.sqlite3", ".arrow": "application/vnd.apache.arrow.file",
	".py": "text/x-python", ".ipynb": "application/x-ipynb+json", ".r": "text/x-r",
}

const (
	csvType     = "text/csv"
	tsvType     = "text/tab-separated-values"
	parquetType = "application/vnd.apache.parquet"
	anyType     = "application/octet-stream"
)

// mediaType is the type of a file by its name.
func mediaType(name string) string {
	if t := media[strings.ToLower(path.Ext(name))]; t != "" {
		return t
	}
	return anyType
}
