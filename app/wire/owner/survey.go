package owner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
	"dev.varve/storage/disk"
	"dev.varve/storage/journal"
	"dev.varve/storage/packs"
)

// survey is what reading all logs shows: what may go, and what has to stay.
type survey struct {
	o       *Owner
	weights []journal.Weight // of the own log
	bytes   int64            // that may go, of the own log
	foreign int              // other logs that hold what was purged
	live    map[content.ID]struct{}
	removed map[string]bool         // versions of data, each with whether its content may go
	kept    map[content.ID]struct{} // what removed ones still have; live does not count on it
	broken  error                   // why it cannot be told which content has to stay; nil if it can
}

// survey reads all logs. The own one comes last: what is taken into it meanwhile is
// seen in it, if it was not seen before.
//
// Versions of data that were removed before a time keep nothing; those that were
// removed later keep what is still there of them.
func (o *Owner) survey(ctx context.Context, drop journal.Drop, removed time.Time) (*survey, error) {
	s := &survey{o: o, live: map[content.ID]struct{}{}, removed: o.removedData(removed), kept: map[content.ID]struct{}{}}
	keep := func(e *event.Event) error { return s.mark(ctx, e) }
	writers, err := journal.Writers(o.disk, o.ws.Journal())
	if err != nil {
		return nil, err
	}
	read := func(w event.Writer) ([]journal.Weight, error) {
		opts := journal.Options{Live: true, OnDamage: s.damaged}
		return journal.Weigh(ctx, o.disk, journal.Dir(o.ws.Journal(), w), w, opts, drop, keep)
	}
	for _, w := range writers {
		if w == o.device {
			continue
		}
		list, err := read(w)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return nil, err
		}
		for _, one := range list {
			if one.Events > 0 {
				s.foreign++
				break
			}
		}
	}
	if s.weights, err = read(o.device); errors.Is(err, fault.NotFound) {
		return s, nil // nothing was ever recorded
	}
	for _, w := range s.weights {
		s.bytes += w.Bytes
	}
	return s, err
}

// damaged notes that events may be missing that name content.
func (s *survey) damaged(d journal.Damage) {
	s.o.onDamage(d)
	s.breaks(fault.New(fault.Corrupt, "a part of the journal is damaged"))
}

func (s *survey) breaks(why error) {
	if s.broken == nil {
		s.broken = why
	}
}

// mark notes all content that an event names.
func (s *survey) mark(ctx context.Context, e *event.Event) error {
	switch e.Type {
	case event.ArtifactPut{}.Type(), event.DatasetVersion{}.Type(), event.RunCode{}.Type():
	default:
		if !event.Knows(e) {
			s.breaks(event.ErrUnknown)
		}
		return nil
	}
	body, err := e.DecodeBody()
	if err == nil {
		err = s.reach(ctx, body)
	}
	switch fault.KindOf(err) {
	case fault.NotFound, fault.Corrupt, fault.Newer:
		s.breaks(err)
		return nil
	}
	return err
}

func (s *survey) reach(ctx context.Context, body event.Body) error {
	r := s.into(s.live)
	switch b := body.(type) {
	case *event.ArtifactPut:
		return reachFile(ctx, r, b.Content, b.Path)
	case *event.DatasetVersion:
		switch mayGo, removed := s.removed[b.ID]; {
		case mayGo:
			return nil
		case removed:
			if err := reachTree(ctx, s.into(s.kept), b.Root, "a removed version"); !errors.Is(err, fault.NotFound) {
				return err
			}
			return nil // some of it was freed before
		}
		return reachTree(ctx, r, b.Root, "a data set's version")
	case *event.RunCode:
		if err := reachFile(ctx, r, b.Patch, "the changes since commit "+b.Commit); err != nil || len(b.Root) == 0 {
			return err
		}
		return reachTree(ctx, r, b.Root, "a run's code")
	}
	return nil
}

// into notes what is reached in a set, and passes nothing twice.
func (s *survey) into(set map[content.ID]struct{}) content.Reach {
	return content.Reach{Store: s.o.packs, Enter: func(id content.ID) bool {
		_, seen := set[id]
		set[id] = struct{}{}
		return !seen
	}}
}

// reachFile reaches the content that a reference names, if there is one.
func reachFile(ctx context.Context, r content.Reach, reference []byte, of string) error {
	if _, outside := content.OutsideOf(reference); outside || len(reference) == 0 {
		return nil
	}
	var ref content.Ref
	if err := event.Unmarshal(reference, &ref); err != nil {
		return fault.Wrap(err, fault.Corrupt, "read the reference of", of)
	}
	return r.File(ctx, ref)
}

func reachTree(ctx context.Context, r content.Reach, root []byte, of string) error {
	if len(root) != content.Size {
		return fault.New(fault.Corrupt, "the root of %s is no name of content", of)
	}
	return r.Tree(ctx, content.ID(root))
}

func (s *survey) isLive(id content.ID) bool {
	_, live := s.live[id]
	_, kept := s.kept[id]
	return live || kept
}

// left says in sentences what has to stay although it was purged.
func (s *survey) left() []string {
	list := []string{}
	if s.foreign > 0 {
		list = append(list, fmt.Sprintf("%s of other devices or running agents still %s events of what was deleted; only they can remove those.",
			say.Count(s.foreign, "log"), map[bool]string{true: "holds", false: "hold"}[s.foreign == 1]))
	}
	if s.broken != nil {
		list = append(list, fmt.Sprintf("Files were left as they are, since it cannot be told which ones are still needed: %v. Run varve doctor.", s.broken))
	}
	return list
}

// mayClean says whose packs may be cleaned: the own ones, and those of agents that
// have ended and were taken in.
func (o *Owner) mayClean() packs.Touch {
	return func(w packs.Writer, _ string) bool {
		if event.Writer(w) == o.device {
			return true
		}
		_, err := o.disk.Stat(journal.Dir(o.ws.Journal(), event.Writer(w)))
		return errors.Is(err, fault.NotFound)
	}
}

// takes is how many bytes of the disk the record takes: journal, packs and index.
// Room that is reserved for what comes does not count.
func (o *Owner) takes() (total int64, err error) {
	for _, dir := range []string{o.ws.Journal(), o.ws.Packs(), o.indexDir()} {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				var info fs.FileInfo
				if info, err = e.Info(); err == nil {
					total += disk.Room(info)
				}
			}
			if errors.Is(err, fs.ErrNotExist) {
				return nil // there is none yet, or it has just gone
			}
			return disk.Classify(err, "look at", path)
		})
		if err != nil {
			return 0, err
		}
	}
	return total - o.reserved(), nil
}

// reserved is the room at the end of the own log that nothing is written to yet.
func (o *Owner) reserved() int64 {
	end := o.journal.End()
	if end.Segment == 0 {
		return 0
	}
	info, err := o.disk.Stat(journal.SegmentPath(journal.Dir(o.ws.Journal(), o.device), end.Segment))
	if err != nil {
		return 0
	}
	return max(disk.Room(info)-end.Offset, 0)
}
