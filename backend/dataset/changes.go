package dataset

import (
	"bytes"
	"context"
	"strings"
	"unicode/utf8"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
)

// MostText is how large a file may be whose lines are compared, in bytes.
const MostText = 1 << 20

// Changes compares two versions.
func (s *Service) Changes(ctx context.Context, from, to event.DatasetVersion, o content.DiffOptions) (content.Difference, error) {
	before, err := s.Tree(ctx, from)
	if err != nil {
		return content.Difference{}, err
	}
	after, err := s.Tree(ctx, to)
	if err != nil {
		return content.Difference{}, err
	}
	return content.Diff(ctx, before, after, o)
}

// Text reads a file of a version whose lines can be compared. It fails with
// fault.Unsupported for what is no text, or too much.
func (s *Service) Text(ctx context.Context, v event.DatasetVersion, path string) (string, error) {
	tree, err := s.Tree(ctx, v)
	if err != nil {
		return "", err
	}
	e, err := tree.Lookup(ctx, path)
	switch {
	case err != nil:
		return "", err
	case e.Type != content.File:
		return "", fault.New(fault.Unsupported, "%s is a %s, which has no lines", content.Show(path), e.Type).
			WithHint("Name a file that has changed.")
	case e.Ref.Size > MostText:
		return "", fault.New(fault.Unsupported, "%s has %s; only the lines of files up to %s are compared",
			content.Show(path), say.Bytes(e.Ref.Size), say.Bytes(MostText)).
			WithHint("Restore both versions and compare the files with a program of your own.")
	}
	var b bytes.Buffer
	if err := tree.WriteTo(ctx, e, &b); err != nil {
		return "", err
	}
	// No text has a zero byte, and almost every other file has one.
	if bytes.IndexByte(b.Bytes(), 0) >= 0 {
		return "", fault.New(fault.Unsupported, "%s is not text, so that it has no lines to compare", content.Show(path)).
			WithHint("Restore both versions and compare the files with the program that they are made for.")
	}
	return strings.ToValidUTF8(b.String(), string(utf8.RuneError)), nil
}
