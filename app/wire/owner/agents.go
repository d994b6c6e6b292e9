package owner

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"

	"dev.varve/app/machine"
	"dev.varve/backend/contract"
	"dev.varve/backend/event"
	"dev.varve/backend/execute"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
	"dev.varve/storage/agentdir"
	"dev.varve/storage/journal"
	"dev.varve/storage/packs"
)

// lookEvery is how often the owner looks at the logs of agents, whether they
// have said something or not.
const lookEvery = 2 * time.Second

// agents follows the logs of agents, takes in those that have ended, and knows
// which of them live.
type agents struct {
	o       *Owner
	mu      sync.Mutex              // one look, or one catch-up, at a time
	where   sync.Mutex              // for changes of live and left, and for those who do not wait for a look
	live    map[string]event.Writer // by run
	left    map[string]event.Writer // ended, and not taken in yet, by run
	settled map[event.Writer]bool   // logs of other devices, which do not change
	leaving map[event.Writer]bool   // agents whose run has ended, and whose own end is awaited
	lost    map[string]lostRun      // as derived last, by run
	makers  map[string]event.Writer // of live runs that no agent was started for, by run
}

func newAgents(o *Owner) *agents {
	return &agents{o: o, live: map[string]event.Writer{}, left: map[string]event.Writer{}, settled: map[event.Writer]bool{o.device: true},
		leaving: map[event.Writer]bool{}, lost: map[string]lostRun{}, makers: map[string]event.Writer{}}
}

func (a *agents) dir(w event.Writer) agentdir.Dir {
	return agentdir.Dir{Disk: a.o.disk, Path: journal.Dir(a.o.ws.Journal(), w)}
}

// look visits every log once.
func (a *agents) look(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	writers, err := journal.Writers(a.o.disk, a.o.ws.Journal())
	if err != nil {
		return err
	}
	var errs []error
	for _, w := range writers {
		if ctx.Err() == nil && !a.settled[w] {
			errs = append(errs, fault.Wrap(a.visit(ctx, w), fault.Internal, "take in the log of agent", w.String()))
		}
	}
	a.deriveLost()
	return errors.Join(errs...)
}

// visit brings one log up to date and takes it in when its agent has ended.
func (a *agents) visit(ctx context.Context, w event.Writer) error {
	// In this order: an agent describes itself first, so that a log without a
	// description is that of a device, and does not change.
	begun, err := journal.Begun(a.o.disk, a.o.ws.Journal(), w)
	if err != nil {
		return err
	}
	info, isAgent, err := a.dir(w).Read()
	if err != nil {
		return err
	}
	if !isAgent && !begun {
		return nil
	}
	alive := isAgent && machine.Alive(identity(info.Agent))
	n, err := a.o.readLog(w, alive)
	if err != nil {
		return err
	}
	switch {
	case !isAgent:
		a.settled[w] = true
	case alive:
		a.move(info.Run, w, a.live)
		a.o.hub.Log(info.Run)
		a.awaitEnd(w, info)
		if n > 0 {
			return a.o.packs.Refresh(ctx)
		}
	default:
		a.move(info.Run, w, a.left)
		if err := a.takeIn(ctx, w, info); err != nil {
			return err
		}
		a.move(info.Run, w, nil)
	}
	return nil
}

// move says where a run's agent is from now on: in live, in left, or nowhere.
func (a *agents) move(run string, w event.Writer, to map[string]event.Writer) {
	a.where.Lock()
	defer a.where.Unlock()
	delete(a.live, run)
	delete(a.left, run)
	if to != nil {
		to[run] = w
	}
}

// CatchUp reads what one agent has written so far. Of a short run, all of it may
// have been taken in before somebody asks.
func (a *agents) CatchUp(ctx context.Context, w event.Writer) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.settled[w] {
		return nil
	}
	if _, err := a.o.disk.Stat(a.dir(w).Path); errors.Is(err, fs.ErrNotExist) || fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return a.visit(ctx, w)
}

// awaitEnd takes in an agent whose run has ended as soon as it has gone, instead
// of at the next look. An agent that stays, because its program goes on after it
// has ended the run itself, is left to the looks.
func (a *agents) awaitEnd(w event.Writer, info agentdir.Info) {
	over := false
	err := a.o.tracker.Run(info.Run, func(r *track.Run) { over = track.Terminal(r.End().Status) })
	if err != nil || !over || a.leaving[w] {
		return
	}
	a.leaving[w] = true
	a.o.done.Go(func() {
		for wait := 5 * time.Millisecond; wait < lookEvery && machine.Alive(identity(info.Agent)); wait *= 2 {
			select {
			case <-a.o.background.Done():
				return
			case <-time.After(wait):
			}
		}
		if err := a.CatchUp(a.o.background, w); err != nil {
			a.o.log.Warn("the log of an agent could not be taken in", "run", info.Run, "why", err)
		}
	})
}

// damagedSuffix is behind the name of an agent's folder that could not be taken in
// whole.
const damagedSuffix = ".damaged"

// takeIn makes the log, the packs and the output of an ended agent part of the
// owner's own, and deletes its folder. Each step may be repeated.
func (a *agents) takeIn(ctx context.Context, w event.Writer, info agentdir.Info) error {
	if err := a.endChild(info); err != nil {
		a.o.log.Warn("what is left of a run could not be ended", "run", info.Run, "why", err)
	}
	if err := a.keepFiles(ctx, w, info.Run); err != nil {
		return err
	}
	dir, damaged := journal.Dir(a.o.ws.Journal(), w), false
	err := a.o.journal.Fold(dir, w, a.o.isPurged, func(d journal.Damage) {
		damaged = true
		a.o.onDamage(d)
	})
	if err != nil {
		return err
	}
	if _, err := a.o.packs.Merge(ctx, packs.Writer(w)); err != nil {
		return err
	}
	a.o.hub.Log(info.Run)
	if damaged { // what can be read is folded; the rest stays for whoever can mend it
		return a.o.disk.Rename(dir, dir+damagedSuffix)
	}
	return a.o.disk.RemoveAll(dir)
}

// endChild ends what a dead agent left running.
func (a *agents) endChild(info agentdir.Info) error {
	if info.Child == nil {
		return nil
	}
	return machine.EndTree(machine.Tree{Leader: identity(*info.Child), Mark: info.Run}, 0)
}

// keepFiles records what the program of a run has left, as far as its agent could
// not do it itself.
func (a *agents) keepFiles(ctx context.Context, w event.Writer, run string) error {
	if !a.o.tracker.Knows(run) {
		return nil
	}
	if err := contract.Take(ctx, run, a.o.tracker, a.o, a.dir(w)); err != nil {
		return err
	}
	return a.keepOutput(ctx, w, run)
}

// keepOutput records the output of a run.
func (a *agents) keepOutput(ctx context.Context, w event.Writer, run string) error {
	at := track.Owner{Run: run}
	if _, err := a.o.tracker.Artifact(at, execute.OutputName); err == nil {
		return nil
	}
	f, err := os.Open(a.dir(w).Output())
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fault.Wrap(err, fault.Internal, "read output of run", run)
	}
	defer f.Close()
	defer a.o.puts.enter()()
	ref, size, err := a.o.Put(ctx, f)
	if err != nil {
		return err
	}
	return a.o.tracker.PutArtifact(ctx, at, event.ArtifactPut{Path: execute.OutputName, Size: size, Content: ref})
}

// agentOf returns the folder of the live agent of a run.
func (a *agents) agentOf(run string) (agentdir.Dir, bool) {
	a.where.Lock()
	defer a.where.Unlock()
	w, ok := a.live[run]
	return a.dir(w), ok
}

// leftOf returns the folder of an ended agent that could not be taken in yet:
// on a full disk, for one.
func (a *agents) leftOf(run string) (agentdir.Dir, bool) {
	a.where.Lock()
	defer a.where.Unlock()
	w, ok := a.left[run]
	return a.dir(w), ok
}

func identity(p agentdir.Process) machine.Identity {
	return machine.Identity{PID: p.PID, Start: p.Start, Boot: p.Boot}
}
