package dataset

import (
	"context"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Open opens a file of a version. ctx holds for all reads. It fails with
// fault.Unsupported for a folder or a link.
func (s *Service) Open(ctx context.Context, v event.DatasetVersion, path string) (*content.Reader, error) {
	tree, err := s.Tree(ctx, v)
	if err != nil {
		return nil, err
	}
	e, err := tree.Lookup(ctx, path)
	if err != nil {
		return nil, err
	}
	if e.Type != content.File {
		return nil, fault.New(fault.Unsupported, "%s is a %s, not a file", content.Show(path), e.Type).
			WithHint("Name a file of the version.")
	}
	return tree.Open(ctx, e)
}
