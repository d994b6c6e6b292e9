package deposits

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/klauspost/compress/zip"

	"dev.varve/storage/disk"
)

// archive is a zip file that is written from its beginning to its end, without a
// second look at anything.
type archive struct {
	file *os.File
	zip  *zip.Writer
	top  string
}

func newZip(parent, pattern, top string) (string, inner, error) {
	file, err := os.CreateTemp(parent, pattern)
	if err != nil {
		return "", nil, disk.Classify(err, "write to", parent)
	}
	if top != "" {
		top += "/"
	}
	return file.Name(), &archive{file: file, zip: zip.NewWriter(file), top: top}, nil
}

// Times that a zip file can hold.
var (
	earliest = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2099, 12, 31, 0, 0, 0, 0, time.UTC)
)

// Folder makes an empty folder.
func (a *archive) Folder(path string) error {
	_, err := a.zip.CreateHeader(&zip.FileHeader{Name: a.top + path + "/", Modified: earliest})
	return disk.Classify(err, "write", a.file.Name())
}

// File writes a file, always compressed: programs that read a zip file as a stream
// find the end of one that is not only if its size stands before it.
func (a *archive) File(path string, modified time.Time, fill func(io.Writer) error) error {
	switch modified = modified.UTC(); {
	case modified.Before(earliest):
		modified = earliest
	case modified.After(latest):
		modified = latest
	}
	h := &zip.FileHeader{Name: a.top + path, Method: zip.Deflate, Modified: modified}
	h.SetMode(0o644)
	out, err := a.zip.CreateHeader(h)
	if err == nil {
		err = fill(out)
	}
	return classify(err, a.file.Name())
}

func (a *archive) finish() error {
	err := a.zip.Close()
	err = errors.Join(err, a.file.Chmod(0o644))
	err = errors.Join(err, a.file.Sync())
	return disk.Classify(errors.Join(err, a.file.Close()), "write", a.file.Name())
}

func (a *archive) abandon() error {
	if err := a.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return disk.Classify(err, "close", a.file.Name())
	}
	return nil
}
