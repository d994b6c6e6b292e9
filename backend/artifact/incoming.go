package artifact

import (
	"errors"
	"fmt"
	"io"
)

// Incoming is a file on its way to Put. It remembers what went wrong with it: it is
// not the store's fault if whoever sends it breaks off.
type Incoming struct {
	From   io.Reader
	Size   int64 // bytes that have come
	Broken error // never io.EOF
}

// Read reads on.
func (i *Incoming) Read(p []byte) (int, error) {
	n, err := i.From.Read(p)
	i.Size += int64(n)
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	i.Broken = err
	// Not the cause itself: io.ErrUnexpectedEOF means the end of a file to some.
	return n, fmt.Errorf("what came broke off: %v", err) //nolint:errorlint // see above
}
