// Package owner makes a process the owner of a workspace: it chooses the
// concrete disk, journal, index, packs and door, and connects them.
package owner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"dev.varve/app/door"
	"dev.varve/app/machine"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
	"dev.varve/backend/job"
	"dev.varve/backend/live"
	"dev.varve/backend/track"
	"dev.varve/backend/webhook"
	"dev.varve/storage/disk"
	"dev.varve/storage/index"
	"dev.varve/storage/journal"
	"dev.varve/storage/lock"
	"dev.varve/storage/packs"
	"dev.varve/storage/workspace"
)

// Options say which workspace to own, and how.
type Options struct {
	Dir     string // absolute path of the workspace folder
	Program string // name and version, for journals and pages
	Log     *slog.Logger
	Port    int  // of the door; 0: the remembered one, else a free one
	NoToken bool // the door asks for no token
	// PrivateWebhooks lets webhooks go to private networks, and by http.
	PrivateWebhooks bool
	Pages           http.Handler
	Rebuild         bool // delete the index first, and build it again from the journal

	// Folder is what relative artifact locations start from. Empty: they stay as
	// they are.
	Folder string
	// ArtifactRoot is the location below which new experiments keep their
	// artifacts. Empty: Varve keeps them.
	ArtifactRoot string
	// ArtifactsDestination is the folder where files that come through the proxy
	// are kept as they are. Empty: they are managed.
	ArtifactsDestination string
}

// Owner is the process that holds a workspace.
type Owner struct {
	Options
	// Rebuilt says why the index was built again at the start, or nothing.
	Rebuilt string

	places  Places
	disk    host.Disk
	clock   host.Clock
	random  host.Random
	log     *slog.Logger
	words   *kept // the last of what was logged
	started time.Time
	person  string
	boot    string
	device  event.Writer

	lock    *lock.Lock
	ws      *workspace.Workspace
	journal *journal.Log
	began   journal.Position // where the own log ended when it was opened
	shrunk  []event.Writer   // logs that hold less than was read from them before
	index   *index.Index
	tracker *track.Tracker
	packs   *packs.Store
	hub     *live.Hub
	jobs    *job.Manager
	puts    *puts
	care    chan struct{} // holds a token while somebody copies or cleans the whole record
	// importing holds a token while somebody imports: two would make experiments
	// of the same names.
	importing chan struct{}
	exporting chan struct{} // likewise: two would write to one folder
	imported  imported
	agents    *agents
	scripts   *scriptRuns
	courier   *webhook.Courier
	activity  activity

	door       *door.Door
	listeners  *door.Listeners // nil until the door is open
	background context.Context // of everything that goes on until Close
	stop       context.CancelFunc
	done       sync.WaitGroup

	mu     sync.Mutex
	damage []string // each names a file and what is wrong with it
}

const indexName = "index" // of the folder in the cache

// flushEvery is how often changed records go to the index.
const flushEvery = 250 * time.Millisecond

// Become takes the workspace, or fails with fault.Locked if another process
// has it. A folder that is missing or empty becomes a workspace.
func Become(ctx context.Context, opts Options) (*Owner, error) {
	log := remember(opts.Log.Handler())
	o := &Owner{
		Options: opts, places: PlacesOf(opts.Dir), disk: disk.OS{}, clock: machine.Clock{}, random: machine.Random(),
		puts: newPuts(), care: make(chan struct{}, 1), importing: make(chan struct{}, 1), exporting: make(chan struct{}, 1),
		log: slog.New(log), words: log.kept, started: machine.Clock{}.Now(), person: machine.UserName(),
	}
	if err := o.open(ctx); err != nil {
		return nil, errors.Join(err, o.release())
	}
	return o, nil
}

func (o *Owner) open(ctx context.Context) (err error) {
	// The lock comes before the marker: two processes that meet at a new folder
	// must not make two workspaces of it.
	if err := workspace.Check(o.disk, o.Dir, cuttings()); err != nil {
		return err
	}
	if err := o.disk.MkdirAll(o.Dir); err != nil {
		return err
	}
	if o.lock, err = lock.Try(filepath.Join(o.Dir, workspace.LockName)); err != nil {
		return err
	}
	if o.ws, err = workspace.Open(o.disk, o.clock, o.random, o.Dir, cuttings()); err != nil {
		return err
	}
	for _, dir := range []string{o.places.State, o.places.Cache} {
		if err := o.disk.MkdirAll(dir); err != nil {
			return err
		}
	}
	if o.boot, err = machine.BootID(); err != nil {
		return err
	}
	if err := o.openJournal(); err != nil {
		return err
	}
	o.hub = live.New(o.clock, machine.After)
	o.jobs = job.New(job.Config{Clock: o.clock, Random: o.random, After: machine.After, Watch: o.hub.Job, Past: o.pastJobs(), Keep: o.keepJobs})
	if err := o.openRecords(); err != nil {
		return err
	}
	if err := o.openPacks(ctx); err != nil {
		return err
	}
	o.background, o.stop = context.WithCancel(context.WithoutCancel(ctx))
	o.agents, o.scripts = newAgents(o), newScriptRuns(o)
	if err := o.agents.look(ctx); err != nil {
		o.log.Warn("the logs of agents could not be followed", "why", err)
	}
	o.run(flushEvery, o.flush)
	o.run(checkpointEvery, o.checkpoint)
	o.run(signsEvery, func(context.Context) { o.scripts.keep() })
	o.run(lookEvery, func(ctx context.Context) {
		if err := o.agents.look(ctx); err != nil {
			o.log.Warn("the logs of agents could not be followed", "why", err)
		}
	})
	return nil
}

func (o *Owner) openJournal() error {
	d, err := recall(o.disk, o.random, o.ws, o.places)
	if err != nil {
		return err
	}
	if o.device, err = event.ParseWriter(d.Device); err != nil {
		return err
	}
	o.journal, o.began, err = journal.Open(journal.Config{
		Disk: o.disk, Clock: o.clock, Random: o.random, Dir: journal.Dir(o.ws.Journal(), o.device),
		Writer: o.device, Device: o.device, Workspace: o.ws.ID, Person: o.person, Program: o.Program,
	}, o.onDamage)
	if err != nil {
		return err
	}
	d.Opened = o.journal.Incarnation().String()
	return d.remember(o.disk, o.places)
}

func (o *Owner) openPacks(ctx context.Context) (err error) {
	o.packs, err = packs.Open(ctx, packs.Options{
		Disk: o.disk, Random: o.random, Base: o.ws.Dir, Writer: packs.Writer(o.device), Catalog: o.index.Catalog(), Concurrency: runtime.NumCPU(),
	})
	return err
}

func (o *Owner) indexDir() string { return filepath.Join(o.places.Cache, indexName) }

// run does something again and again until the owner closes.
func (o *Owner) run(every time.Duration, do func(context.Context)) {
	o.done.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-o.background.Done():
				return
			case <-ticker.C:
				do(o.background)
			}
		}
	})
}

// checkpointEvery is how often it is asked whether the columns of the runs have
// changed enough to be kept anew, and what was read of the index leaves the memory.
const checkpointEvery = time.Minute

func (o *Owner) checkpoint(context.Context) {
	o.rest()
	machine.RoomyHeap(roomyHeap) // by now what the start needed is gone
	if err := o.tracker.Checkpoint(false); err != nil {
		o.log.Warn("the columns of the runs could not be kept; the next start takes longer", "why", err)
	}
	o.index.LetGo()
}

// roomyHeap is what the heap may grow to, in bytes, while much is asked.
const roomyHeap = 128 << 20

// rest gives back the memory of what was asked, once nobody asks any more.
func (o *Owner) rest() {
	if quiet := o.activity.idle(); quiet >= checkpointEvery && quiet < 2*checkpointEvery {
		debug.FreeOSMemory()
	}
}

// A flush of many thousand series takes long. The longer one takes the longer
// the next one waits, so that they take a tenth of the time together.
const (
	flushRest = 9 // times what a flush took
	mostRest  = 5 * time.Second
)

// flush writes changed records to the index. A full disk is no loss: the
// journal has everything, and the next flush tries again. A damaged index is
// built again by the next owner.
func (o *Owner) flush(ctx context.Context) {
	began := o.clock.Now()
	if err := o.tracker.Flush(o.ownEnd); err != nil {
		o.log.Warn("the index could not be written", "why", err)
		if errors.Is(err, fault.Corrupt) {
			o.index.Distrust()
		}
	}
	select {
	case <-ctx.Done():
	case <-time.After(min(flushRest*o.clock.Now().Sub(began), mostRest)):
	}
}

// ownEnd is where this process's own log ends.
func (o *Owner) ownEnd() (string, []byte) {
	mark, err := event.Marshal(o.journal.End())
	if err != nil {
		return "", nil
	}
	return positionKey(o.device), mark
}

func (o *Owner) watch(key string, what track.Aspect) { o.hub.Record(key, what) }

func (o *Owner) onDamage(d journal.Damage) {
	o.log.Error("the journal is damaged", "file", d.File, "offset", d.Offset, "bytes", d.Bytes, "what", d.Sentence,
		"hint", "varve doctor names all that is damaged")
	o.mu.Lock()
	defer o.mu.Unlock()
	if line := describe(d); !slices.Contains(o.damage, line) {
		o.damage = append(o.damage, line)
	}
}

// describe says in one line where the journal is damaged.
func describe(d journal.Damage) string {
	if d.Offset <= 0 { // the whole of it
		return d.File + ": " + d.Sentence
	}
	return fmt.Sprintf("%s, byte %d: %s", d.File, d.Offset, d.Sentence)
}

// Damage names the damaged places of the journal that this owner has met.
func (o *Owner) Damage() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.damage)
}

// Close ends everything in order: what is running, records, packs, journal,
// lock. What was acknowledged is safe with or without it.
func (o *Owner) Close() error {
	if o.jobs != nil {
		o.endJobs()
	}
	if o.stop != nil {
		o.stop()
		o.done.Wait()
		o.hub.Close()
		o.scripts.keep()
	}
	var err error
	if o.listeners != nil {
		err = o.hint(false).write(o.disk, o.places)
	}
	if o.tracker != nil {
		err = errors.Join(err, o.tracker.Flush(o.ownEnd))
		if err == nil { // a snapshot of what is not in the index would be wrong
			err = o.tracker.Checkpoint(true)
		}
	}
	return errors.Join(err, o.release())
}

// jobsGrace is how long jobs get to notice that they are cancelled.
const jobsGrace = 5 * time.Second

func (o *Owner) endJobs() {
	ctx, cancel := context.WithTimeout(context.Background(), jobsGrace)
	defer cancel()
	if err := o.jobs.Close(ctx); err != nil {
		o.log.Warn("a job did not end in time", "why", err)
	}
}

// release closes what is open, in the reverse order of opening.
func (o *Owner) release() error {
	var errs []error
	if o.packs != nil {
		errs = append(errs, o.packs.Close())
	}
	if o.index != nil {
		errs = append(errs, o.index.Close())
	}
	if o.journal != nil {
		errs = append(errs, o.journal.Close())
	}
	if o.lock != nil {
		errs = append(errs, o.lock.Release())
	}
	return fault.Wrap(errors.Join(errs...), fault.Internal, "close workspace", o.Dir)
}
