package faultdisk

import "dev.varve/backend/host"

// file is an open file whose calls are checked against the disk's rules.
type file struct {
	disk  *Disk
	name  string
	inner host.File
}

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	if _, err := f.disk.check(ReadAt, f.name); err != nil {
		return 0, err
	}
	return f.inner.ReadAt(p, off)
}

func (f *file) WriteAt(p []byte, off int64) (int, error) {
	part, err := f.disk.check(WriteAt, f.name)
	if err == nil {
		return f.inner.WriteAt(p, off)
	}
	n := 0
	if part > 0 {
		n, _ = f.inner.WriteAt(p[:min(part, len(p))], off)
	}
	return n, err
}

// failer is what a disk implements that wants to know of failed syncs.
type failer interface{ failSync() }

func (f *file) Sync() error {
	if _, err := f.disk.check(Sync, f.name); err != nil {
		// A dead process has not tried to sync: its bytes are still waiting.
		if m, ok := f.inner.(failer); ok && !f.disk.Dead() {
			m.failSync()
		}
		return err
	}
	return f.inner.Sync()
}

func (f *file) Truncate(size int64) error {
	if _, err := f.disk.check(Truncate, f.name); err != nil {
		return err
	}
	return f.inner.Truncate(size)
}

func (f *file) Preallocate(size int64) error {
	if _, err := f.disk.check(Preallocate, f.name); err != nil {
		return err
	}
	return f.inner.Preallocate(size)
}

func (f *file) Size() (int64, error) {
	if _, err := f.disk.check(Size, f.name); err != nil {
		return 0, err
	}
	return f.inner.Size()
}

// Close always closes the inner file, also when the call is made to fail: a
// dead process's files are closed, too.
func (f *file) Close() error {
	_, err := f.disk.check(Close, f.name)
	if inner := f.inner.Close(); err == nil {
		err = inner
	}
	return err
}
