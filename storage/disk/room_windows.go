package disk

import "io/fs"

// Room is how many bytes of the disk a file takes, as far as it says so.
func Room(info fs.FileInfo) int64 { return info.Size() }
