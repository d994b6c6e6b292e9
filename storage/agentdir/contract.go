package agentdir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"dev.varve/backend/content"
	"dev.varve/backend/contract"
	"dev.varve/backend/execute"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/storage/folder"
)

// Files are what the child finds in the folder (docs/contract.md).
func (d Dir) Files() execute.Files {
	in := func(name string) string { return filepath.Join(d.Path, name) }
	return execute.Files{Params: in(paramsName), Data: in(dataName), Metrics: in(metricsName), Artifacts: in(artifactsName)}
}

// Offer makes them, before the child starts.
func (d Dir) Offer(params, data []byte) error {
	f := d.Files()
	return errors.Join(
		d.Disk.WriteFile(f.Params, params, 0o644), d.Disk.WriteFile(f.Data, data, 0o644),
		d.Disk.WriteFile(f.Metrics, nil, 0o644), d.Disk.MkdirAll(f.Artifacts),
	)
}

// OpenMetrics opens the file of metrics; NotFound if there is no such file.
func (d Dir) OpenMetrics() (contract.File, error) {
	name := d.Files().Metrics
	info, err := d.Disk.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // whoever opened a pipe would wait for its other end
		return nil, fault.New(fault.NotFound, "%s is no file", name)
	}
	f, err := d.Disk.Open(name)
	return metrics{f, info}, err
}

var _ contract.Folder = Dir{}

type metrics struct {
	host.File
	info fs.FileInfo
}

func (m metrics) Now() (size, written int64, err error) {
	size, err = m.Size()
	return size, m.info.ModTime().UnixMilli(), err
}

// Artifacts is the folder of artifacts.
func (d Dir) Artifacts() content.Source { return folder.NewSource(d.Files().Artifacts) }

// RemoveArtifacts removes the folder of artifacts, even if the child has left
// folders in it that may not be written to.
func (d Dir) RemoveArtifacts() error {
	top := d.Files().Artifacts
	if d.Disk.RemoveAll(top) == nil {
		return nil
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "open", top)
	}
	defer root.Close()
	err = fs.WalkDir(root.FS(), ".", func(path string, e fs.DirEntry, err error) error {
		if e != nil && e.IsDir() && err == nil {
			return root.Chmod(path, 0o700)
		}
		return nil
	})
	return errors.Join(err, d.Disk.RemoveAll(top))
}
