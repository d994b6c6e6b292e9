package packs

import (
	"errors"
	"io"
	"sync"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// files keeps packs open for reading: opening one for each object would cost
// more than reading it.
type files struct {
	disk host.Disk

	mu    sync.Mutex
	open  map[string]*readFile
	clock uint64
}

// readFile is open as long as somebody uses it or it is in the map.
type readFile struct {
	host.File
	users   int
	used    uint64
	dropped bool
}

const keepOpen = 16

func newFiles(disk host.Disk) *files { return &files{disk: disk, open: map[string]*readFile{}} }

// readAt reads as many bytes as there are, up to len(p).
func (f *files) readAt(path string, p []byte, off int64) (int, error) {
	file, err := f.acquire(path)
	if err != nil {
		return 0, err
	}
	defer f.release(file)
	n, err := file.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, fault.Wrap(err, fault.Unavailable, "read", path)
	}
	return n, nil
}

func (f *files) acquire(path string) (*readFile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clock++
	if file, ok := f.open[path]; ok {
		file.users, file.used = file.users+1, f.clock
		return file, nil
	}
	inner, err := f.disk.Open(path)
	if err != nil {
		return nil, err
	}
	if len(f.open) >= keepOpen {
		f.evict()
	}
	file := &readFile{File: inner, users: 1, used: f.clock}
	f.open[path] = file
	return file, nil
}

// evict drops the file that was used longest ago.
func (f *files) evict() {
	oldest := ""
	for path, file := range f.open {
		if oldest == "" || file.used < f.open[oldest].used {
			oldest = path
		}
	}
	f.dropLocked(oldest)
}

func (f *files) release(file *readFile) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if file.users--; file.users == 0 && file.dropped {
		file.Close() // open for reading only: nothing can be lost
	}
}

// drop closes a file that is about to be deleted: Windows insists.
func (f *files) drop(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dropLocked(path)
}

func (f *files) dropLocked(path string) {
	file, ok := f.open[path]
	if !ok {
		return
	}
	delete(f.open, path)
	file.dropped = true
	if file.users == 0 {
		file.Close() // open for reading only: nothing can be lost
	}
}

func (f *files) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for path := range f.open {
		f.dropLocked(path)
	}
}
