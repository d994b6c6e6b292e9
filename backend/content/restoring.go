package content

import (
	"context"
	"io"
)

// RestoreOptions directs how a tree is laid into a folder. The zero value
// fills an empty or new folder with all of it.
type RestoreOptions struct {
	Only     []string // paths within the tree; none: all of it
	Over     bool     // also over a folder in which there is something
	Look     bool     // change nothing, only say what would be done
	Progress func(Progress)
}

// Overlay says what a restore does to a folder, or would do. Links count as
// files.
type Overlay struct {
	New    Tally // not there yet
	Over   Tally // there with another content; bytes are those that are written
	Same   Tally // there as they are in the version, and not written
	Beside Tally // neither: left alone. Counted by a look only
}

// TallyNames is how many names a Tally has at most.
const TallyNames = 200

// Tally counts files and names the first of them.
type Tally struct {
	Files, Bytes int64
	First        []string // paths within the folder
}

// Add counts one file.
func (t *Tally) Add(path string, size int64) {
	t.Files, t.Bytes = t.Files+1, t.Bytes+size
	if len(t.First) < TallyNames {
		t.First = append(t.First, path)
	}
}

// DigestOf reads to the end and returns the digest that a file of this
// content has.
func DigestOf(ctx context.Context, r io.Reader) (Digest, error) {
	ref, err := digestOf(ctx, r)
	return ref.Digest, err
}
