package owner

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
)

// Artifacts that were imported by reference lie in folders of this computer. The
// record may come from elsewhere, too, and must not make this process read other
// files than those in folders that the person here has named: a list of them is
// kept among the things of this machine.

const outsideName = "outside.json" // in the state folder

func (o *Owner) outsideFolders() (folders []string) {
	data, err := o.disk.ReadFile(filepath.Join(o.places.State, outsideName))
	if err == nil && json.Unmarshal(data, &folders) != nil {
		folders = nil // nothing may be read then, which is said when it is
	}
	return folders
}

// allowOutside lets the files of folders be read through references.
func (o *Owner) allowOutside(folders []string) error {
	all := append(o.outsideFolders(), folders...)
	slices.Sort(all)
	data, err := json.Marshal(slices.Compact(all))
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode", outsideName)
	}
	return o.disk.WriteFile(filepath.Join(o.places.State, outsideName), append(data, '\n'), 0o600)
}

// openOutside opens a file that a reference names, if it is still the same.
func (o *Owner) openOutside(ref content.Outside) (io.ReadSeekCloser, error) {
	for _, folder := range o.outsideFolders() {
		rel, err := filepath.Rel(folder, ref.Path)
		if err != nil || !filepath.IsLocal(rel) {
			continue
		}
		root, err := os.OpenRoot(folder)
		if err != nil {
			return nil, goneOutside(ref, disk.Classify(err, "open", folder))
		}
		defer root.Close()
		f, err := root.Open(rel)
		if err != nil {
			return nil, goneOutside(ref, disk.Classify(err, "open", ref.Path))
		}
		info, err := f.Stat()
		if err != nil || !info.Mode().IsRegular() || info.Size() != ref.Size || info.ModTime().UnixNano() != ref.Modified {
			f.Close()
			return nil, fault.New(fault.Corrupt, "%s is another file than it was when it was imported by reference", ref.Path)
		}
		return f, nil
	}
	return nil, fault.New(fault.NotFound, "%s was imported by reference: it lies on the computer where that was done", ref.Path)
}

func goneOutside(ref content.Outside, err error) error {
	return fault.New(fault.KindOf(err), "%s was imported by reference, and is not there any more: %v", ref.Path, err).
		WithHint("Bring the folder back to its place, or import it again without --reference.")
}
