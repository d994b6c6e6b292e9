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
	seq     uint64 // last sequence number given out
	commit  uint64 // commit number of the pending batch
	closed  bool

	// Only the leader touches what follows.
	seg         *openedSegment
	prev        *previous // what the next segment's header says about the one before
	number      uint64    // of the last segment that exists
	reserve     int64     // bytes to reserve for the next segment
	acked       uint64    // last sequence number that is durable
	incarnation event.Writer
}

// batch is one group commit.
type batch struct {
	buf    bytes.Buffer
	commit uint64
	last   uint64
	events uint64
	done   chan struct{}
	err    error
}

// Open recovers the end of the writer's log and makes it ready to append. It
// writes nothing. The returned position is where the log ends.
func Open(c Config, onDamage func(Damage)) (*Log, Position, error) {
	l := &Log{Config: c, disk: c.Disk, lead: make(chan struct{}, 1), reserve: c.First}
	if onDamage == nil {
		onDamage = func(Damage) {}
	}
	if l.reserve == 0 {
		l.reserve = defaultFirst
	}
	if _, err := io.ReadFull(c.Random, l.incarnation[:]); err != nil {
		return nil, Position{}, fault.Wrap(err, fault.Internal, "draw", "random bytes")
	}
	end, err := l.recover(onDamage)
	if err != nil {
		return nil, Position{}, err
	}
	l.seq, l.acked, l.commit = end.Last, end.Last, end.Commit+1
	return l, end, nil
}

// Incarnation is the random id of this opening.
func (l *Log) Incarnation() event.Writer { return l.incarnation }

// Append numbers the drafts, writes them and returns when they are durable.
// They become durable together with whatever arrives meanwhile, and are
// adjacent in the log. On an error none of them counts.
func (l *Log) Append(ctx context.Context, drafts ...event.Draft) ([]*event.Event, error) {
	if err := ctx.Err(); err != nil {
		return nil, fault.Wrap(err, fault.Cancelled, "record", "events")
	}
	bodies := make([][]byte, len(drafts))
	for i, d := range drafts {
		body, err := event.Marshal(d.Body)
		if err != nil {
			return nil, fault.Wrap(err, fault.Internal, "encode", d.Body.Type())
		}
		bodies[i] = body
	}
	b, events, err := l.enqueue(drafts, bodies)
	if err != nil {
		return nil, err
	}
	return events, l.settle(b)
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
			ID: event.ID{Writer: l.Writer, Seq: seq}, Count: 1, Commit: b.commit,
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

// appendFold puts a fold frame into the log and waits until it is durable.
func (l *Log) appendFold(f *fold) error {
	l.mu.Lock()
	b, err := l.pendingBatch()
	if err != nil {
		l.mu.Unlock()
		return err
	}
	f.Writer, f.Commit = l.Writer, b.commit
	frame, err := appendFrame(nil, f)
	if err == nil {
		b.buf.Write(frame)
	}
	l.mu.Unlock()
	if err != nil {
		return err
	}
	return l.settle(b)
}

func (l *Log) pendingBatch() (*batch, error) {
	if l.closed {
		return nil, fault.New(fault.Unavailable, "the record is being closed")
	}
	if l.pending == nil {
		l.pending = &batch{commit: l.commit, last: l.seq, done: make(chan struct{})}
		l.commit++
	}
	return l.pending, nil
}

func appendEvent(buf *bytes.Buffer, e *event.Event) error {
	start := buf.Len()
	var gap [prefix]byte
	buf.Write(gap[:])
	if err := e.Encode(buf); err != nil {
		return fault.Wrap(err, fault.Internal, "encode", e.Type)
	}
	return finish(buf.Bytes()[start:])
}

// settle waits until b is durable. A waiting caller leads: whoever gets the
// token writes and syncs the batch of everybody who came meanwhile.
func (l *Log) settle(b *batch) error {
	for {
		select {
		case <-b.done:
			return b.err
		case l.lead <- struct{}{}:
			l.mu.Lock()
			next := l.pending
			l.pending = nil
			l.mu.Unlock()
			if next != nil {
				next.err = l.write(next)
				close(next.done)
			}
			<-l.lead
		}
	}
}

// Close seals the log. Appending afterwards is refused.
func (l *Log) Close() error {
	l.mu.Lock()
	l.closed = true
	last := l.pending
	l.mu.Unlock()
	if last != nil {
		if err := l.settle(last); err != nil {
			return err
		}
	}
	l.lead <- struct{}{}
	defer func() { <-l.lead }()
	if l.seg == nil {
		return nil
	}
	return l.sealSegment()
}
