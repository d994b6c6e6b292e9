// Package agent makes a process the agent of one run: it chooses the concrete
// disk, journal, packs, processes and door, and goes through the run from
// start to end. Nobody else has to live for that.
package agent

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"dev.varve/app/machine"
	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/execute"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/backend/track"
	"dev.varve/storage/agentdir"
	"dev.varve/storage/disk"
	"dev.varve/storage/journal"
	"dev.varve/storage/packs"
	"dev.varve/storage/workspace"
)

// Agent is the agent of one run.
type Agent struct {
	spec    execute.Spec
	program string
	news    *news

	disk   host.Disk
	writer event.Writer
	dir    agentdir.Dir
	self   machine.Identity

	journal *journal.Log
	packs   *packs.Store
	tracker *track.Tracker
	owner   *ownerDoor
	teller  *teller
	door    *door
}

// Run reads a spec, runs its entry point and returns when everything is
// recorded. News go to out until the child runs. Cancelling ctx stops the run.
func Run(ctx context.Context, in io.Reader, out io.WriteCloser, program string) error {
	a := &Agent{program: program, news: &news{out: out}, disk: disk.OS{}}
	if err := a.readSpec(in); err != nil {
		return a.news.refuse(err)
	}
	ready, err := a.prepareEnvironment(ctx)
	if err != nil {
		return a.news.refuse(err)
	}
	if err := a.open(ctx); err != nil {
		return a.news.refuse(errors.Join(err, a.close()))
	}
	err = errors.Join(a.record(ctx, ready), a.close())
	a.owner.tell(context.Background()) // the last word would otherwise be heard at the owner's next look
	return err
}

const maxSpec = 16 << 20 // bytes

func (a *Agent) readSpec(in io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(in, maxSpec))
	if err == nil {
		err = json.Unmarshal(data, &a.spec)
	}
	if err != nil {
		return fault.New(fault.Invalid, "the agent was started without a description of the run: %v", err)
	}
	_, err = io.ReadFull(machine.Random(), a.writer[:])
	return err
}

// open makes the agent a writer: its door, its folder, its log and packs.
func (a *Agent) open(ctx context.Context) (err error) {
	s := &a.spec
	w := workspace.Workspace{Dir: s.Workspace}
	a.dir = agentdir.Dir{Disk: a.disk, Path: journal.Dir(w.Journal(), a.writer)}
	a.owner = &ownerDoor{state: s.State, writer: a.writer}
	a.teller = newTeller(a.owner)
	if a.self, err = machine.Self(); err != nil {
		return err
	}
	if err := a.disk.MkdirAll(a.dir.Path); err != nil {
		return err
	}
	// Before the log: a log without it is taken for that of a device.
	if err := a.describe(nil); err != nil {
		return err
	}
	id, err1 := hex.DecodeString(s.ID)
	device, err2 := event.ParseWriter(s.Device)
	if err := errors.Join(err1, err2); err != nil || len(id) != len(w.ID) {
		return fault.New(fault.Invalid, "the description of the run names no workspace or device")
	}
	a.journal, _, err = journal.Open(journal.Config{
		Disk: a.disk, Clock: machine.Clock{}, Random: machine.Random(), Dir: a.dir.Path, Writer: a.writer,
		Device: device, Workspace: event.Writer(id), Person: s.User, Program: a.program, First: firstSegment,
	}, nil)
	if err != nil {
		return err
	}
	a.packs, err = packs.Open(ctx, packs.Options{
		Disk: a.disk, Random: machine.Random(), Base: s.Workspace, Writer: packs.Writer(a.writer), OwnOnly: true,
	})
	if err != nil {
		return err
	}
	a.tracker, err = track.Open(track.Config{
		Journal: telling{a.journal, a.teller}, Store: track.NewMemory(),
		Points: logPoints{a.disk, a.dir.Path, a.writer}, Clock: machine.Clock{}, Random: machine.Random(),
		Workspace: [16]byte(id), Created: s.Created, Person: s.User,
	})
	if err != nil {
		return err
	}
	a.tracker.Assume(s.ExpID, s.ExpName)
	if a.door, err = a.openDoor(); err != nil {
		return err
	}
	return a.describe(nil)
}

// firstSegment is small: most runs are.
const firstSegment = 256 << 10

// telling lets the owner know after each commit.
type telling struct {
	*journal.Log
	teller *teller
}

func (t telling) Append(ctx context.Context, drafts ...event.Draft) ([]*event.Event, error) {
	events, err := t.Log.Append(ctx, drafts...)
	if err == nil {
		t.teller.grown()
	}
	return events, err
}

// describe writes who the agent is.
func (a *Agent) describe(child *machine.Identity) error {
	info := agentdir.Info{
		Run: a.spec.Run, Host: machine.Hostname(), Agent: process(a.self),
	}
	if a.door != nil {
		info.Door = a.door.address
	}
	if child != nil {
		p := process(*child)
		info.Child = &p
	}
	return a.dir.Write(info)
}

func process(id machine.Identity) agentdir.Process {
	return agentdir.Process{PID: id.PID, Start: id.Start, Boot: id.Boot}
}

// close seals packs and log. What was acknowledged is safe with or without it.
func (a *Agent) close() error {
	var errs []error
	if a.door != nil {
		errs = append(errs, a.door.close())
	}
	if a.packs != nil {
		errs = append(errs, a.packs.Close())
	}
	if a.journal != nil {
		errs = append(errs, a.journal.Close())
	}
	if a.journal != nil && !journal.Exists(a.disk, a.dir.Path) {
		errs = append(errs, a.disk.RemoveAll(a.dir.Path)) // nothing was recorded
	}
	return errors.Join(errs...)
}

// put keeps content in the agent's own packs, durably.
func (a *Agent) put(ctx context.Context, r io.Reader) (ref []byte, size int64, err error) {
	got, err := content.WriteFile(ctx, a.packs, r, content.WriteOptions{})
	if err != nil {
		return nil, 0, err
	}
	if err := a.packs.Flush(ctx); err != nil {
		return nil, 0, err
	}
	ref, err = event.Marshal(got)
	return ref, got.Size, err
}

// news is what the agent says to whoever started it.
type news struct{ out io.WriteCloser }

// say writes one line. Nobody may be listening any more.
func (n *news) say(line execute.News) {
	if n.out == nil {
		return
	}
	data, err := json.Marshal(line)
	if err == nil {
		_, err = n.out.Write(append(data, '\n'))
	}
	if err != nil || line.Started || line.Problem != nil {
		n.out.Close()
		n.out = nil
	}
}

// refuse says that there will be no run, and why.
func (n *news) refuse(err error) error {
	n.say(execute.News{Problem: &execute.Error{
		Kind: string(fault.KindOf(err)), Message: err.Error(), Hint: fault.HintOf(err),
	}})
	return err
}
