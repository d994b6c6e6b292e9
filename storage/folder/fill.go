package folder

import (
	"context"
	"io/fs"
	"os"

	"dev.varve/backend/content"
)

// filling writes the content of a file that is not at its place yet.
type filling struct {
	part    *content.Part
	root    *os.Root
	name    string                           // of its own, within root
	durable bool                             // before it gets its place
	wrote   func(bytes int)                  // is told of each piece
	failed  func(err error, op string) error // names the file that it is to become
	file    *os.File
}

// fill writes and checks the content, gives the file its permissions and time, and
// closes it.
func (f *filling) fill(ctx context.Context, e content.Entry) error {
	err := f.part.WriteTo(ctx, e, f)
	if err == nil {
		err = f.failed(f.file.Chmod(fs.FileMode(e.Mode)), "set permissions of")
	}
	if err == nil && f.durable {
		err = f.failed(f.file.Sync(), "write")
	}
	if closeErr := f.file.Close(); err == nil {
		err = f.failed(closeErr, "write")
	}
	if err == nil {
		err = f.failed(setTime(f.root, f.name, e.ModTime), "set the time of")
	}
	return err
}

// Write writes on.
func (f *filling) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	f.wrote(n)
	return n, f.failed(err, "write")
}
