package content

import (
	"io"
	"iter"
)

// looked is what a look at a thing in a folder gave.
type looked struct {
	info Info
	err  error
	read *readFile // nil: whoever wants its content reads it
}

// readFile is a small file that was read whole, in a state that it really had.
type readFile struct {
	info Info
	data []byte
}

const (
	lookBatch = 64      // things that are looked at in one go
	readBatch = 1 << 20 // bytes that are read in one go, about
	looksLead = 4       // batches that may wait
)

// lookAhead looks at the things in a folder, one after the other, and reads the small
// files in it if they are wanted. In all but small folders that is done while what was
// seen before is worked on: the system takes as long for its part as Varve for the rest.
func lookAhead(dir SourceFolder, names []string, read bool) iter.Seq2[string, looked] {
	if len(names) < lookBatch {
		return func(yield func(string, looked) bool) {
			for _, name := range names {
				info, err := dir.Lstat(name)
				if !yield(name, looked{info: info, err: err}) {
					return
				}
			}
		}
	}
	return func(yield func(string, looked) bool) {
		batches, stop := make(chan []looked, looksLead), make(chan struct{})
		go func() {
			defer close(batches)
			for rest := names; len(rest) > 0; {
				batch := lookAtSome(dir, rest, read)
				rest = rest[len(batch):]
				select {
				case batches <- batch:
				case <-stop:
					return
				}
			}
		}()
		defer func() { // the folder is closed next
			close(stop)
			for range batches { //nolint:revive // until it is closed
			}
		}()
		i := 0
		for batch := range batches {
			for _, is := range batch {
				if !yield(names[i], is) {
					return
				}
				i++
			}
		}
	}
}

// lookAtSome looks at the first of some things.
func lookAtSome(dir SourceFolder, names []string, read bool) []looked {
	batch, bytes := make([]looked, 0, min(lookBatch, len(names))), 0
	for _, name := range names[:cap(batch)] {
		if bytes >= readBatch {
			break
		}
		var is looked
		if is.info, is.err = dir.Lstat(name); read && is.err == nil && is.info.Type == File && is.info.Size < wholeLimit {
			if is.read = readSmall(dir, name, is.info); is.read != nil {
				bytes += len(is.read.data)
			}
		}
		batch = append(batch, is)
	}
	return batch
}

// readSmall returns nil for a file that cannot be read, or that changes meanwhile.
func readSmall(dir SourceFolder, name string, info Info) *readFile {
	f, err := dir.File(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	before, err := f.Info()
	if err != nil || !before.sameThing(info) || before.Size >= wholeLimit {
		return nil
	}
	data := make([]byte, before.Size)
	if _, err := io.ReadFull(f, data); err != nil {
		return nil
	}
	after, err := f.Info()
	if err != nil || !after.same(before) {
		return nil
	}
	return &readFile{after, data}
}
