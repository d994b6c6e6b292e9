package owner

import (
	"context"
	"errors"
	"runtime/debug"
	"slices"
	"strings"

	"dev.varve/app/machine"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
	"dev.varve/storage/agentdir"
	"dev.varve/storage/index"
	"dev.varve/storage/journal"
)

// replayGC keeps little garbage while a journal is read that may be a hundred
// times larger than what comes of it.
const replayGC = 50 // percent

// manyEvents leave so much garbage that it is given back at once.
const manyEvents = 100_000

const positionPrefix = "position/"

func positionKey(w event.Writer) string { return positionPrefix + w.String() }

// openRecords opens index and tracker. An index that is damaged, or that
// nobody can vouch for, is deleted and built again from the journal.
func (o *Owner) openRecords() error {
	if o.Rebuild {
		if err := index.Wipe(o.disk, o.indexDir()); err != nil {
			return err
		}
	}
	err := o.tryRecords()
	if !errors.Is(err, fault.Corrupt) && !errors.Is(err, fault.Conflict) {
		return err
	}
	o.log.Warn("the index is built again from the journal", "why", err)
	o.Rebuilt = err.Error()
	if err := index.Wipe(o.disk, o.indexDir()); err != nil {
		return err
	}
	if err := o.tryRecords(); err != nil {
		return err
	}
	return o.keepShrunk()
}

func (o *Owner) tryRecords() (err error) {
	soon, cancel := context.WithTimeout(context.Background(), index.Patience)
	defer cancel()
	o.index, err = index.Open(index.Config{Disk: o.disk, Dir: o.indexDir(), Workspace: o.ws.ID, Boot: o.boot})
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			o.index.Close() // the first error counts
		}
	}()
	o.tracker, err = track.Open(track.Config{
		Journal: o.journal, Store: o.index, Clock: o.clock, Random: o.random, Workspace: o.ws.ID,
		Created: o.ws.Created, Person: o.person, Watch: o.watch, ArtifactRoot: o.ArtifactRoot,
	})
	if err != nil {
		return err
	}
	if err := o.recallShrunk(); err != nil {
		return err
	}
	if err := o.replayAll(); err != nil {
		return err
	}
	if err := o.index.Vouch(soon); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil // it goes on, and what is asked for is read before it is answered
}

// replayAll applies what the index has not seen yet, of all logs.
func (o *Owner) replayAll() error {
	defer machine.CollectEagerly(replayGC)()
	o.tracker.Spare(true)
	defer o.tracker.Spare(false)
	writers, err := journal.Writers(o.disk, o.ws.Journal())
	if err != nil {
		return err
	}
	// The own log may have lost its end, which by itself looks torn.
	known, err := o.position(o.device)
	if err != nil {
		return err
	}
	if known.Segment == o.began.Segment && known.Offset > o.began.Offset {
		why := fault.New(fault.Conflict, "more of the record was read before than is there now")
		return errors.Join(why, o.noteShrunk(o.device))
	}
	read := 0
	for _, w := range writers {
		n, err := o.readLog(w, w != o.device)
		if err != nil {
			return err
		}
		read += n
	}
	if read > manyEvents {
		defer debug.FreeOSMemory()
	}
	if err := o.missDevices(writers); err != nil {
		return err
	}
	return o.tracker.Flush(nil)
}

// replayBatch bounds what is held in memory between two flushes: bytes of events,
// of which each counts as perEvent more than its body. What comes of so many fits
// one transaction of the index, with the position behind them: an owner that dies
// while it reads goes on from there.
const (
	replayBatch = 448 << 10
	perEvent    = 500
)

// readLog applies the new events of one log, the position in it with them. It
// returns how many there were.
func (o *Owner) readLog(w event.Writer, live bool) (int, error) {
	from, err := o.position(w)
	if err != nil {
		return 0, err
	}
	n, held := 0, 0
	flushes := flusher{tracker: o.tracker}
	opts := journal.Options{Live: live, OnDamage: o.onDamage, Behind: func(at journal.Position) error {
		if held < replayBatch {
			return nil
		}
		held = 0
		if err := flushes.wait(); err != nil {
			return err
		}
		if err := o.markPosition(w, at); err != nil {
			return err
		}
		flushes.start()
		return nil
	}}
	to, err := journal.Read(o.disk, journal.Dir(o.ws.Journal(), w), w, from, opts, func(e *event.Event) error {
		n++
		if err := o.tracker.Apply(e); err != nil {
			o.onDamage(journal.Damage{File: w.String(), Sentence: err.Error()})
		}
		held += len(e.Body) + perEvent
		return nil
	})
	err = errors.Join(err, flushes.wait())
	if errors.Is(err, fault.Conflict) {
		if live && o.agents != nil {
			return n, o.distrust(w, err)
		}
		return n, errors.Join(err, o.noteShrunk(w))
	}
	if err != nil || to == from {
		return n, err
	}
	return n, o.markPosition(w, to)
}

func (o *Owner) markPosition(w event.Writer, at journal.Position) error {
	mark, err := event.Marshal(at)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode", "position")
	}
	o.tracker.Mark(positionKey(w), mark)
	return nil
}

// flusher writes one batch to the index while the next is read.
type flusher struct {
	tracker *track.Tracker
	done    chan error
}

func (f *flusher) start() {
	done := make(chan error, 1)
	go func() { done <- f.tracker.Flush(nil) }()
	f.done = done
}

func (f *flusher) wait() error {
	if f.done == nil {
		return nil
	}
	err := <-f.done
	f.done = nil
	return err
}

// noteShrunk names a log that no longer holds what was read from it. That of
// an agent may do so without damage: its sync failed.
func (o *Owner) noteShrunk(w event.Writer) error {
	dir := journal.Dir(o.ws.Journal(), w)
	_, isAgent, err := agentdir.Dir{Disk: o.disk, Path: dir}.Read()
	if err == nil && !isAgent {
		o.shrunk = append(o.shrunk, w)
		o.onDamage(shrunkLog(dir))
	}
	return err
}

func shrunkLog(dir string) journal.Damage {
	return journal.Damage{
		File:     dir,
		Sentence: "this log holds less than was read from it before: a file is missing or cut off, or an older copy was put in its place",
	}
}

// Only the index that was built before knows that a log has shrunk, and it is
// built again then. So the new one is told, and says so until a person has it
// built again.
const shrunkPrefix = "shrunk/"

func (o *Owner) keepShrunk() error {
	for _, w := range o.shrunk {
		o.tracker.Mark(shrunkPrefix+w.String(), []byte{1})
	}
	return o.tracker.Flush(nil)
}

func (o *Owner) recallShrunk() error {
	return o.index.Scan(shrunkPrefix, func(key string, _ []byte) error {
		w, err := event.ParseWriter(strings.TrimPrefix(key, shrunkPrefix))
		if err == nil {
			o.onDamage(shrunkLog(journal.Dir(o.ws.Journal(), w)))
		}
		return err
	})
}

// The index remembers the logs of devices, which are never deleted: one whose
// folder is gone was taken away. Those of agents are folded into others.
const devicePrefix = "device/"

func (o *Owner) missDevices(writers []event.Writer) error {
	for _, w := range writers {
		_, isAgent, err := agentdir.Dir{Disk: o.disk, Path: journal.Dir(o.ws.Journal(), w)}.Read()
		if err == nil && !isAgent {
			o.tracker.Mark(devicePrefix+w.String(), []byte{1})
		}
	}
	return o.index.Scan(devicePrefix, func(key string, _ []byte) error {
		w, err := event.ParseWriter(strings.TrimPrefix(key, devicePrefix))
		if err == nil && !slices.Contains(writers, w) {
			o.onDamage(journal.Damage{File: journal.Dir(o.ws.Journal(), w), Sentence: "the log of a device is missing that was read before"})
		}
		return err
	})
}

func (o *Owner) position(w event.Writer) (journal.Position, error) {
	var p journal.Position
	mark, err := o.tracker.MarkOf(positionKey(w))
	if err != nil || mark == nil {
		return p, err
	}
	return p, event.Unmarshal(mark, &p)
}

// distrust is what follows when a log no longer holds what was read from it: a
// live agent's sync failed after its frames had been seen. The log is read
// again from the beginning, which repeats nothing; and the next owner builds
// the index anew, without what was never acknowledged.
func (o *Owner) distrust(w event.Writer, why error) error {
	o.log.Warn("a log is read again", "agent", w, "why", why)
	o.index.Distrust()
	return o.markPosition(w, journal.Position{})
}
