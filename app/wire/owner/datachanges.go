package owner

import (
	"context"

	"dev.varve/backend/artifact"
	"dev.varve/backend/content"
)

// Changes compares two versions.
func (d data) Changes(ctx context.Context, id, from, to string, limit int) (content.Difference, error) {
	s := d.o.datasets()
	before, err := s.Find(id, from)
	if err != nil {
		return content.Difference{}, err
	}
	after, err := s.Find(id, to)
	if err != nil {
		return content.Difference{}, err
	}
	return s.Changes(ctx, before, after, content.DiffOptions{Limit: limit})
}

// Open opens a file of a version.
func (d data) Open(ctx context.Context, id, version, path string) (artifact.Content, error) {
	s := d.o.datasets()
	v, err := s.Find(id, version)
	if err != nil {
		return artifact.Content{}, err
	}
	r, err := s.Open(ctx, v, content.FromText(path))
	if err != nil {
		return artifact.Content{}, err
	}
	return artifact.Content{File: artifact.File{Path: path, Size: r.Size()}, ReadSeekCloser: opened{r}}, nil
}

// opened is a content that needs no closing.
type opened struct{ *content.Reader }

func (opened) Close() error { return nil }

// Text reads a file of a version whose lines can be compared.
func (d data) Text(ctx context.Context, id, version, path string) (string, error) {
	s := d.o.datasets()
	v, err := s.Find(id, version)
	if err != nil {
		return "", err
	}
	return s.Text(ctx, v, content.FromText(path))
}
