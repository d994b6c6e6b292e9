//go:build unix

package disk

import (
	"io/fs"
	"syscall"
)

// Room is how many bytes of the disk a file takes: whole blocks, and no holes.
func Room(info fs.FileInfo) int64 {
	const block = 512 // that st_blocks counts, whatever blocks the file system has
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Blocks * block
	}
	return info.Size()
}
