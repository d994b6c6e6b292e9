package index

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dgraph-io/badger/v4/table"
	"golang.org/x/sys/unix"
)

// letGoOf takes the pages of mapped tables out of the memory of this process. What was
// written to them stays in the system's cache, and is mapped again when it is read.
func letGoOf(dir string, tables map[uint64]bool) {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real // the system names files by where they are
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return // then they stay in memory
	}
	defer maps.Close()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		path, from, to, ok := mapping(lines.Text())
		if !ok || filepath.Dir(path) != dir {
			continue
		}
		if id, isTable := table.ParseFileID(path); isTable && tables[id] {
			// The file's pages are shared, so that this frees nothing that was written.
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, from, to-from, unix.MADV_DONTNEED)
		}
	}
}

// mapping reads a line of /proc/self/maps: which file is mapped where.
func mapping(line string) (path string, from, to uintptr, ok bool) {
	if at := strings.IndexByte(line, '/'); at > 0 { // what stands before it has no slash
		path, line = line[at:], line[:at]
	}
	var rights string
	n, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &rights)
	return path, from, to, err == nil && n == 3 && path != "" && strings.HasSuffix(rights, "s")
}
