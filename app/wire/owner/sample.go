package owner

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"dev.varve/backend/dataset"
	"dev.varve/backend/fault"
	"dev.varve/examples"
	"dev.varve/storage/disk"
)

const (
	sampleFolder = "Varve sample" // beside the workspace
	sampleData   = "wine-sample"
)

// Sample lays the sample beside the workspace, with its data as a data set, and
// returns its folder. One that is there already, perhaps changed, is left as it
// is.
func (p projects) Sample(ctx context.Context) (string, error) {
	dest := filepath.Join(filepath.Dir(p.o.Dir), sampleFolder)
	if _, err := os.Lstat(dest); errors.Is(err, fs.ErrNotExist) {
		if err := laySample(dest); err != nil {
			return "", err
		}
	}
	if err := p.Open(ctx, dest); err != nil {
		return "", err
	}
	_, _, err := p.o.tracker.FindVersion(sampleData, 0)
	if fault.KindOf(err) != fault.NotFound {
		return dest, err
	}
	_, err = p.o.datasets().Add(ctx, dataset.Addition{
		Name: sampleData, Path: filepath.Join(dest, examples.SampleData), Message: "White wines, as they came with the sample",
	}, nil)
	return dest, err
}

// laySample makes the folder whole or not at all.
func laySample(dest string) (err error) {
	files, err := examples.Sample()
	if err != nil {
		return err
	}
	unfinished, err := os.MkdirTemp(filepath.Dir(dest), ".varve-sample-")
	if err != nil {
		return disk.Classify(err, "make", dest)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(unfinished))
		}
	}()
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(unfinished, f.Path), f.Content, 0o644); err != nil {
			return disk.Classify(err, "write", filepath.Join(dest, f.Path))
		}
	}
	if err := os.Chmod(unfinished, 0o755); err != nil {
		return disk.Classify(err, "make", dest)
	}
	return disk.Classify(os.Rename(unfinished, dest), "make", dest)
}
