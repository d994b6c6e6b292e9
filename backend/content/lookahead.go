package content

import "iter"

// looked is what a look at a thing in a folder gave.
type looked struct {
	info Info
	err  error
}

const (
	lookBatch = 256 // names that are looked at in one go
	looksLead = 4   // batches that may wait
)

// lookAhead looks at the things in a folder, one after the other. In a large folder that
// is done while what was seen before is worked on: the system takes as long for a look
// as Varve for the rest of a file that has not changed.
func lookAhead(dir SourceFolder, names []string) iter.Seq2[string, looked] {
	if len(names) < 2*lookBatch {
		return func(yield func(string, looked) bool) {
			for _, name := range names {
				info, err := dir.Lstat(name)
				if !yield(name, looked{info, err}) {
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
				batch := make([]looked, min(lookBatch, len(rest)))
				for i := range batch {
					batch[i].info, batch[i].err = dir.Lstat(rest[i])
				}
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
