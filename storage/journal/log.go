// Package journal is the append-only truth of a workspace: one segmented log
// per writer, synced before anybody is told yes. docs/format/journal.md
// describes every byte.
package journal

import (
	"bytes"
	"context"
	"io"
	"sync"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Config says who writes, where and with what.
type Config struct {
	Disk      host.Disk
	Clock     host.Clock
	Random    host.Random
	Dir       string       // folder of this writer's log; made when there is something to write
	Writer    event.Writer // who writes
	Device    event.Writer
	Workspace event.Writer
	Person    string // label of the person, in every event
	Program   string // name and version, in every header
	First     int64  // bytes of the first segment; 0 means 1 MiB
}

const (
	defaultFirst = 1 << 20
	largest      = 64 << 20
	smallest     = 64 << 10 // below this much free space nothing is begun
)

// Log is the log of one writer, open for appending. All methods may be called
// from several goroutines.
type Log struct {
	Config
	disk host.Disk
	lead chan struct{} // holds a token while somebody writes and syncs

	mu      sync.Mutex // guards what follows
	pending *batch
	spare   bytes.Buffer // for the next batch
	seq     uint64       // last sequence number given out
	commit  uint64       // commit number of the pending batch
	closed  bool

	// Only the leader touches what follows.
	seg         *openedSegment
	prev        *previous // what the next segment's header says about the one before
	unsaid      bool      // a segment was abandoned, and no header says so yet
	doubt       *doubt    // what an earlier opening may have left unsynced
	number      uint64    // of the last segment that exists
	reserve     int64     // bytes to reserve for the next segment
	acked       uint64    // last sequence number that is durable
	incarnation event.Writer
}

// batch is one group commit.
type batch struct {
	buf    bytes.Buffer
	commit uint64
	last   uint64 // sequence number of its last event; 0 if it has none
	events uint64
	done   chan struct{}
	err    error
}

// Open recovers the end of the writer's log and makes it ready to append. It
// writes nothing. The returned position is where the log ends. Nobody else may
// have the log open for appending; the workspace's lock sees to that.
func Open(c Config, onDamage func(Damage)) (*Log, Position, error) {
	if c.Writer.IsZero() || len(c.Program) > maxProgram {
		return nil, Position{}, fault.New(fault.Internal, "a log needs a writer and a program name of at most %d bytes", maxProgram)
	}
	l := &Log{Config: c, disk: c.Disk, lead: make(chan struct{}, 1), reserve: c.First}
	if l.reserve <= 0 {
		l.reserve = defaultFirst
	}
	if _, err := io.ReadFull(c.Random, l.incarnation[:]); err != nil {
		return nil, Position{}, fault.Wrap(err, fault.Internal, "draw", "random bytes")
	}
	end, err := l.recover(onDamage)
	if err != nil {
		return nil, Position{}, err
	}
	return l, end, nil
}

// Incarnation is the random id of this opening.
func (l *Log) Incarnation() event.Writer { return l.incarnation }

// Append numbers the drafts, writes them and returns when they are durable.
// They become durable together with whatever arrives meanwhile, and are
// adjacent in the log.
//
// On an error none of them counts: whatever of them reached the disk is left
// out by the header of the next segment, which the next Append that succeeds,
// or Close, writes. Only if the process ends before may they turn up again.
func (l *Log) Append(ctx context.Context, drafts ...event.Draft) ([]*event.Event, error) {
	if err := ctx.Err(); err != nil {
		return nil, fault.Wrap(err, fault.Cancelled, "record", "events")
	}
	if len(drafts) == 0 {
		return nil, nil
	}
	bodies := make([][]byte, len(drafts))
	for i, d := range drafts {
		if d.Stream == "" || d.Body == nil {
			return nil, fault.New(fault.Internal, "an event needs a stream and a body")
		}
		body, err := event.EncodeBody(d.Body)
		if err != nil {
			return nil, err
		}
		bodies[i] = body
	}
	b, events, err := l.enqueue(drafts, bodies)
	if err != nil {
		return nil, err
	}
	if err := l.settle(b); err != nil {
		return nil, err
	}
	return events, nil
}

// enqueue puts the drafts into the pending batch.
func (l *Log) enqueue(drafts []event.Draft, bodies [][]byte) (*batch, []*event.Event, error) {
	now := l.Clock.Now().UnixNano()
	l.mu.Lock()
	defer l.mu.Unlock()
	b, err := l.pendingBatch()
	if err != nil {
		return nil, nil, err
	}
	start, seq := b.buf.Len(), l.seq
	events := make([]*event.Event, len(drafts))
	for i, d := range drafts {
		seq++
		e := &event.Event{
			ID: event.ID{Writer: l.Writer, Seq: seq}, Count: 1, Commit: b.commit, Before: uint64(b.buf.Len()),
			Stream: d.Stream, Type: d.Body.Type(), Version: d.Body.Version(), Must: true,
			Device: l.Device, Person: l.Person, Time: now, Replaces: d.Replaces, Body: bodies[i],
		}
		if err := appendEvent(&b.buf, e); err != nil {
			b.buf.Truncate(start)
			return nil, nil, err
		}
		events[i] = e
	}
	l.seq, b.last = seq, seq
	b.events += uint64(len(drafts))
	return b, events, nil
}

func appendEvent(buf *bytes.Buffer, e *event.Event) error {
	start := buf.Len()
	var gap [prefix]byte
	buf.Write(gap[:])
	if err := e.Encode(buf); err != nil {
		return fault.Wrap(err, fault.Internal, "encode", e.Type)
	}
	return finish(buf.Bytes()[start:], maxEvent)
}

// appendFold puts a fold frame into the log and waits until it is durable.
func (l *Log) appendFold(f *fold) error {
	b, err := l.enqueueFold(f)
	if err != nil {
		return err
	}
	return l.settle(b)
}

func (l *Log) enqueueFold(f *fold) (*batch, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, err := l.pendingBatch()
	if err != nil {
		return nil, err
	}
	f.Writer, f.Commit, f.Before = l.Writer, b.commit, uint64(b.buf.Len())
	frame, err := appendFrame(nil, f)
	if err != nil {
		return nil, err
	}
	b.buf.Write(frame)
	return b, nil
}

// pendingBatch returns the batch that collects what arrives. It may stay empty
// if its first caller's events are refused.
func (l *Log) pendingBatch() (*batch, error) {
	if l.closed {
		return nil, fault.New(fault.Unavailable, "the record is being closed")
	}
	if l.pending == nil {
		l.pending = &batch{buf: l.spare, commit: l.commit, done: make(chan struct{})}
		l.spare = bytes.Buffer{}
		l.commit++
	}
	return l.pending, nil
}

// settle waits until b is durable. A waiting caller leads: whoever gets the
// token writes and syncs the batch of everybody who came meanwhile.
func (l *Log) settle(b *batch) error {
	for {
		select {
		case <-b.done:
			return b.err
		case l.lead <- struct{}{}:
			l.takeLead(b)
			<-l.lead
		}
	}
}

// takeLead writes the pending batch, unless b is done: then its own callers
// can lead, and b's need not wait for them.
func (l *Log) takeLead(b *batch) {
	select {
	case <-b.done:
		return
	default:
	}
	l.mu.Lock()
	next := l.pending
	l.pending = nil
	l.mu.Unlock()
	if next != nil {
		next.err = l.write(next)
		close(next.done)
		l.keep(next.buf)
	}
}

// maxSpare is how large a buffer may be that waits for the next batch.
const maxSpare = 1 << 20

// keep leaves the buffer of a batch that was written to the next one.
func (l *Log) keep(buf bytes.Buffer) {
	if buf.Cap() > maxSpare {
		return
	}
	buf.Reset()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spare = buf
}

// Close seals the log. Appending afterwards is refused. An error says that the
// end could not be marked as clean; it takes nothing back that was promised.
func (l *Log) Close() error {
	l.mu.Lock()
	l.closed = true
	last := l.pending
	l.mu.Unlock()
	if last != nil {
		_ = l.settle(last) // those who wait for it are told
	}
	l.lead <- struct{}{}
	defer func() { <-l.lead }()
	if l.seg == nil && l.unsaid {
		if err := l.createSegment(0, l.nextCommit()); err != nil {
			return err
		}
	}
	if l.seg == nil {
		return nil
	}
	return l.sealSegment()
}

// nextCommit gives out the number of a commit that holds no events.
func (l *Log) nextCommit() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.commit++
	return l.commit - 1
}
