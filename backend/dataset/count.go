package dataset

import (
	"context"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/ignore"
)

// Counted is how much there is in a file or folder.
type Counted struct {
	Files, Bytes int64
	Left         ignore.Left // what its .varveignore leaves out
	Whole        bool        // false: the time was over before all was seen
}

// Count looks how much there is in a file or folder, without reading it. When
// ctx ends first, it returns what it has seen so far.
func (s *Service) Count(ctx context.Context, path string) (Counted, error) {
	n := Counted{Whole: true}
	folder, name, err := ignore.Source(s.Folders.Source(path), ignore.Options{}, &n.Left).Open(ctx)
	if err != nil {
		return Counted{}, err
	}
	defer folder.Close()
	if name != "" {
		info, err := folder.Lstat(name)
		n.Files, n.Bytes = 1, info.Size
		return n, err
	}
	c := counter{ctx: ctx}
	err = c.folder(folder)
	n.Files, n.Bytes = c.files, c.bytes
	if fault.KindOf(err) == fault.Cancelled {
		n.Whole, err = false, nil
	}
	return n, err
}

type counter struct {
	ctx          context.Context
	files, bytes int64
}

func (c *counter) folder(f content.SourceFolder) error {
	names, err := f.Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := content.Cancelled(c.ctx); err != nil {
			return err
		}
		info, err := f.Lstat(name)
		if err != nil {
			continue // gone, or not for us: adding it will say so
		}
		switch info.Type {
		case content.Folder:
			if err := c.below(f, name); err != nil {
				return err
			}
		default:
			c.files++
			c.bytes += info.Size
		}
	}
	return nil
}

func (c *counter) below(f content.SourceFolder, name string) error {
	sub, err := f.Folder(name)
	if err != nil {
		return nil //nolint:nilerr // gone, or not for us: adding it will say so
	}
	defer sub.Close()
	return c.folder(sub)
}
