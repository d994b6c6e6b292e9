package packs_test

import (
	"sync/atomic"
	"testing"
	"time"

	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/host"
)

// slow is a disk that takes its time to make a full pack durable: until passed
// is closed.
type slow struct {
	host.Disk
	waits  atomic.Bool
	passed chan struct{}
}

func (s *slow) Create(name string) (host.File, error) {
	f, err := s.Disk.Create(name)
	return &slowFile{f, s}, err
}

type slowFile struct {
	host.File
	disk *slow
}

func (f *slowFile) Sync() error {
	if size, err := f.Size(); err == nil && size > 32<<20 {
		f.disk.waits.Store(true)
		<-f.disk.passed
	}
	return f.File.Sync()
}

// TestAFullPackIsSealedBesideTheWriting: who fills a pack goes on while it becomes
// durable; who flushes, or closes, has waited for it.
func TestAFullPackIsSealedBesideTheWriting(t *testing.T) {
	memory := newDisk(t)
	d := &slow{Disk: memory, passed: make(chan struct{})}
	o := objects{}
	s := open(t, options(d, owner))
	written := make(chan struct{})
	go func() {
		defer close(written)
		for i := range uint64(70) { // MiB: a pack holds 64
			o.put(t, s, contenttest.Bytes(i, 1<<20))
		}
	}()
	select {
	case <-written:
	case <-time.After(time.Minute):
		close(d.passed)
		t.Fatal("the writing waits for the disk")
	}
	o.allIn(t, s)
	for deadline := time.Now().Add(time.Minute); !d.waits.Load(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no full pack is made durable")
		}
	}
	flushed := make(chan error, 1)
	go func() { flushed <- s.Flush(t.Context()) }()
	select {
	case err := <-flushed:
		t.Fatalf("flushed before the disk was done: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(d.passed)
	noError(t, <-flushed)
	o.allIn(t, open(t, options(memory.PowerCut(nil), owner)))
	noError(t, s.Close())
	clean(t, open(t, options(memory, owner)), len(o))
}
