package watch

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/zeebo/blake3"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// Seen is what a look at a folder has seen, without reading files: two that are equal
// say that nothing was changed in between.
type Seen struct {
	Sum   [32]byte
	Files int64
}

// look looks at everything in a file or folder.
func look(ctx context.Context, src content.Source) (Seen, error) {
	dir, file, err := src.Open(ctx)
	if err != nil {
		return Seen{}, err
	}
	defer dir.Close()
	l := looker{ctx: ctx, sum: blake3.New()}
	if file != "" {
		err = l.entry(dir, file)
	} else {
		err = l.folder(dir)
	}
	var s Seen
	l.sum.Sum(s.Sum[:0])
	s.Files = l.files
	return s, err
}

type looker struct {
	ctx   context.Context
	sum   *blake3.Hasher
	files int64
	text  []byte
}

func (l *looker) folder(dir content.SourceFolder) error {
	names, err := dir.Names()
	if err != nil {
		return err
	}
	slices.Sort(names)
	for _, name := range names {
		if err := content.Cancelled(l.ctx); err != nil {
			return err
		}
		if err := l.entry(dir, name); err != nil && !errors.Is(err, fault.NotFound) { // gone meanwhile
			return err
		}
	}
	return nil
}

// entry takes in all that says whether something was changed.
func (l *looker) entry(dir content.SourceFolder, name string) error {
	i, err := dir.Lstat(name)
	if err != nil {
		return err
	}
	l.text = append(binary.AppendUvarint(l.text[:0], uint64(len(name))), name...)
	for _, n := range []int64{
		int64(i.Type), int64(i.Mode), i.Size, i.ModTime.UnixNano(), i.ChangeTime.UnixNano(), int64(i.Device), int64(i.Inode),
	} {
		l.text = binary.AppendVarint(l.text, n)
	}
	l.sum.Write(l.text)
	if i.Type != content.Folder {
		l.files++
		return nil
	}
	sub, err := dir.Folder(name)
	if err != nil {
		return err
	}
	defer sub.Close()
	if err := l.folder(sub); err != nil {
		return err
	}
	l.sum.Write([]byte{0}) // no name has no length: what follows lies beside it
	return nil
}
