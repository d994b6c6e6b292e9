package contract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"dev.varve/backend/artifact"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// Record is the record of runs. *track.Tracker is one.
type Record interface {
	artifact.Names
	LogAll(ctx context.Context, run string, b track.Batch) error
	CheckParams(run string, params []event.Param) error
	Run(id string, fn func(*track.Run)) error
	Gone(r *track.Run) bool
}

// File is the file of metrics, open, as it is now.
type File interface {
	io.ReaderAt
	io.Closer
	// Now is how many bytes it has, and when they were written, ms since 1970.
	Now() (size, written int64, err error)
}

// Tags of a run that say what was left out, and why.
const (
	TagMetrics   = "varve.leftOut.metrics"
	TagArtifacts = "varve.leftOut.artifacts"
)

const inAll = " In all, " // after what is said of the first line

const (
	// LongestLine is how many bytes a line may have. What is read at once is as
	// much: so few points are recorded together that others need not wait.
	LongestLine = 1 << 20
	checked     = 64 // bytes before a position that tell whether the file is still the same
)

// Metrics follows the file to which the program of a run appends its metrics.
// What it records, and how far it has read, are one event each time: whoever goes
// on after it, in another process, repeats nothing and leaves nothing out.
type Metrics struct {
	run    string
	record Record
	open   func() (File, error)

	at     event.MetricsRead
	beyond int64  // of a line that is too long, bytes that are known to belong to it
	shown  string // the tag TagMetrics
	reader reader
	buffer []byte
}

// Follow returns a Metrics that goes on where the record of the run says. open
// opens the file; it fails with fault.NotFound while there is none.
func Follow(run string, record Record, open func() (File, error)) (*Metrics, error) {
	m := &Metrics{run: run, record: record, open: open}
	err := record.Run(run, func(r *track.Run) {
		m.at = r.Read
		m.shown, _ = r.Labels.Tag(TagMetrics)
	})
	return m, err
}

// Look records what was appended since the last time, up to the last whole line,
// and reports whether there is more. After an error nothing counts as read, and
// the next Look tries again.
func (m *Metrics) Look(ctx context.Context) (more bool, err error) {
	_, more, err = m.look(ctx, false)
	return more, err
}

// Finish records all that is left: the program has ended, so that what stands
// behind the last whole line is a line, too.
func (m *Metrics) Finish(ctx context.Context) error {
	size, more, err := m.look(ctx, true)
	for err == nil && more && m.at.Bytes+m.beyond < size { // whoever still writes is not followed for ever
		_, more, err = m.look(ctx, true)
	}
	first, _, _ := strings.Cut(m.shown, inAll)
	all := first + fmt.Sprintf(inAll+"%d lines were.", m.at.Left)
	if err != nil || m.at.Left < 2 || m.shown == all {
		return err
	}
	return m.record.LogAll(ctx, m.run, track.Batch{Tags: []event.Param{{Key: TagMetrics, Value: all}}})
}

// look reads a part of the file, whose size it returns.
func (m *Metrics) look(ctx context.Context, last bool) (size int64, more bool, err error) {
	f, err := m.open()
	if errors.Is(err, fault.NotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	defer f.Close()
	size, written, err := f.Now()
	if err == nil {
		err = m.compare(f, size)
	}
	if err != nil || size <= m.at.Bytes+m.beyond {
		return size, false, err
	}
	if m.buffer == nil {
		m.buffer = make([]byte, LongestLine)
	}
	chunk := m.buffer[:min(size-m.at.Bytes-m.beyond, LongestLine)]
	n, err := f.ReadAt(chunk, m.at.Bytes+m.beyond)
	if err != nil && !errors.Is(err, io.EOF) {
		return size, false, err
	}
	chunk = chunk[:n] // it may have become shorter a moment ago
	whole := bytes.LastIndexByte(chunk, '\n') + 1
	end := m.at.Bytes + m.beyond + int64(n)
	switch {
	case last && end == size:
		whole = n
	case whole == 0 && m.beyond+int64(n) < LongestLine: // it is being written
		return size, false, nil
	case whole == 0:
		m.beyond += int64(n)
		return size, end < size, nil
	}
	p := passage{Metrics: m, next: m.at, written: written}
	p.take(chunk[:whole])
	return size, end < size, p.commit(ctx, f)
}

// compare begins anew if the file is not the one that was read.
func (m *Metrics) compare(f File, size int64) error {
	same := size >= m.at.Bytes
	if same {
		check, err := checkOf(f, m.at.Bytes)
		if err != nil {
			return err
		}
		same = check == m.at.Check
	}
	if !same {
		m.at = event.MetricsRead{Begun: m.at.Begun + 1, Left: m.at.Left}
	}
	if !same || size < m.at.Bytes+m.beyond {
		m.beyond = 0
	}
	return nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checkOf is the check of a position.
func checkOf(f io.ReaderAt, at int64) (uint64, error) {
	last := make([]byte, min(at, checked))
	n, err := f.ReadAt(last, at-int64(len(last)))
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	return uint64(crc32.Checksum(last[:n], castagnoli)), nil
}
