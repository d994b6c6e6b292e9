package dataset

import (
	"context"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// Count looks how much there is in a file or folder, without reading it. When
// ctx ends first, it returns what it has seen so far, and whole is false.
func (s *Service) Count(ctx context.Context, path string) (files, bytes int64, whole bool, err error) {
	folder, name, err := s.Folders.Source(path).Open(ctx)
	if err != nil {
		return 0, 0, false, err
	}
	defer folder.Close()
	c := counter{ctx: ctx}
	if name != "" {
		info, err := folder.Lstat(name)
		return 1, info.Size, true, err
	}
	err = c.folder(folder)
	if fault.KindOf(err) == fault.Cancelled {
		return c.files, c.bytes, false, nil
	}
	return c.files, c.bytes, true, err
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
