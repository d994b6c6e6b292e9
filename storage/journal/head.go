package journal

import (
	"errors"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Head returns the incarnation that wrote the newest segment of a log; ok is
// false if the log has none.
func Head(disk host.Disk, dir string, writer event.Writer) (incarnation event.Writer, ok bool, err error) {
	numbers, err := segmentNumbers(disk, dir)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			err = nil
		}
		return incarnation, false, err
	}
	for i := len(numbers) - 1; i >= 0; i-- {
		seg, err := openSegment(disk, dir, numbers[i], writer)
		if errors.Is(err, errUnused) {
			continue
		}
		if err != nil {
			return incarnation, false, err
		}
		seg.file.Close()
		return seg.header.Incarnation, true, nil
	}
	return incarnation, false, nil
}
