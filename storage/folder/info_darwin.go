package folder

import (
	"io/fs"
	"syscall"
	"time"

	"dev.varve/backend/content"
)

// identify adds what only the system knows.
func identify(info *content.Info, fi fs.FileInfo) {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		info.Device, info.Inode = uint64(st.Dev), st.Ino
		info.ChangeTime = time.Unix(st.Ctimespec.Unix())
	}
}
