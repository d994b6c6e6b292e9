package disk

import "os"

// extend lengthens a file where blocks cannot be reserved.
func extend(f *os.File, size int64) error {
	info, err := f.Stat()
	if err != nil || info.Size() >= size {
		return err
	}
	return f.Truncate(size)
}
