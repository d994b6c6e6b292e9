package track

import (
	"context"
	"hash/fnv"
	"maps"
	"sync"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Config is what a Tracker needs.
type Config struct {
	Journal   Journal
	Store     Store
	Points    Points // nil: in the Store
	Clock     host.Clock
	Random    host.Random
	Workspace [16]byte
	Created   int64  // when the workspace was made, ms since 1970
	Person    string // shown as the user of what is made here
	// ArtifactRoot is the location below which experiments that are made here
	// keep their artifacts. Empty: Varve keeps them.
	ArtifactRoot string
	// Watch is told, with locks held, which record changed. It must return at
	// once and not call back.
	Watch func(key string, what Aspect)
}

// Tracker is the record of a workspace, or of the runs of one agent.
type Tracker struct {
	Config
	history *History

	quiet      sync.RWMutex              // held for reading from append to apply; Flush holds it for writing
	flushing   sync.Mutex                // one flush at a time
	checkpoint sync.Mutex                // held by whoever writes a snapshot
	stripes    [stripeCount]sync.RWMutex // by record: held for reading by whoever only adds points

	mu    sync.RWMutex // guards what follows
	state *state
	marks map[string][]byte // positions in logs, written with the next flush
	carry []Pair            // what the last flush could not write
	lost  map[string]string // runs whose agent is gone, with the reason
}

// Open loads the records from the store.
func Open(c Config) (*Tracker, error) {
	t := &Tracker{Config: c, marks: map[string][]byte{}, lost: map[string]string{}}
	points := c.Points
	if points == nil {
		t.history = NewHistory(c.Store)
		points = t.history
	}
	t.state = newState(c.Store, points)
	if c.Watch != nil {
		t.state.touched = c.Watch
	}
	t.addDefault()
	if err := t.state.load(); err != nil {
		return nil, err
	}
	return t, nil
}

// DefaultExperiment exists in every workspace, as in MLflow.
const DefaultExperiment = "0"

func (t *Tracker) addDefault() {
	t.state.assume(DefaultExperiment, NewExperiment{Name: "Default"}, t.Created*1e6+1)
}

// assume makes an experiment known without an event: the default one, which
// needs none, and in an agent the one that its run belongs to.
func (s *state) assume(id string, n NewExperiment, created int64) {
	x := s.experiment(id)
	if x.Known() {
		return
	}
	x.Created.Time, x.Location = created, n.Location
	x.Labels.first(&event.Event{Time: created}, n.Name, n.Tags, x.Applied)
	s.index(x)
}

// Assume makes an experiment known that another writer made.
func (t *Tracker) Assume(id, name string) { t.Learn(id, NewExperiment{Name: name}) }

// Learn is Assume with what else is known of the experiment. One that is known
// already stays as it is.
func (t *Tracker) Learn(id string, n NewExperiment) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state.assume(id, n, 1)
}

// Apply folds an event that another log holds. Applying it again changes
// nothing.
func (t *Tracker) Apply(e *event.Event) error {
	said := decode(e)
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state.apply(e, said)
}

// commit appends drafts and applies them when they are durable.
func (t *Tracker) commit(ctx context.Context, drafts ...event.Draft) error {
	_, err := t.commitEvents(ctx, drafts)
	return err
}

// commitOne is commit of one draft for who needs to know its event.
func (t *Tracker) commitOne(ctx context.Context, draft event.Draft) (event.ID, error) {
	events, err := t.commitEvents(ctx, []event.Draft{draft})
	if err != nil {
		return event.ID{}, err
	}
	return events[0].ID, nil
}

// commitEvents is commit for who needs to know the events.
func (t *Tracker) commitEvents(ctx context.Context, drafts []event.Draft) ([]*event.Event, error) {
	if len(drafts) == 0 {
		return nil, nil
	}
	t.quiet.RLock()
	defer t.quiet.RUnlock()
	events, err := t.Journal.Append(ctx, drafts...)
	if err != nil {
		return nil, err
	}
	all := make([]said, len(events))
	for i, e := range events {
		all[i] = recall(e, &drafts[i])
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, e := range events {
		if err := t.state.applyOwn(e, all[i]); err != nil {
			return events, err
		}
	}
	return events, nil
}

// lock keeps other commands off one record from the check to the commit.
func (t *Tracker) lock(stream string) (unlock func()) {
	m := t.stripe(stream)
	m.Lock()
	return m.Unlock
}

// share lets several commands that only add to one record run side by side.
func (t *Tracker) share(stream string) (unlock func()) {
	m := t.stripe(stream)
	m.RLock()
	return m.RUnlock
}

func (t *Tracker) stripe(stream string) *sync.RWMutex { return &t.stripes[stripeOf(stream)] }

const stripeCount = 64

func stripeOf(stream string) int {
	h := fnv.New32a()
	h.Write([]byte(stream))
	return int(h.Sum32() % stripeCount)
}

// Mark remembers a position in a log; it is stored with the next flush. The
// caller has applied everything before it.
func (t *Tracker) Mark(key string, position []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.marks[key] = position
}

// MarkOf returns the position that was stored for a key, or nil.
func (t *Tracker) MarkOf(key string) ([]byte, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if p, ok := t.marks[key]; ok {
		return p, nil
	}
	value, _, err := t.Store.Get(key)
	return value, err
}

// Flush writes what changed to the store. own is called while nothing is
// between the journal and the records, and says where this process's own log
// ends; it may be nil.
func (t *Tracker) Flush(own func() (key string, position []byte)) error {
	t.flushing.Lock()
	defer t.flushing.Unlock()
	pairs, buried, err := t.takeAll(own)
	if err != nil || len(pairs) == 0 {
		return err
	}
	forgotten, err := t.forget(pairs, buried)
	if err == nil {
		pairs = forgotten
		err = t.Store.Write(pairs)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		t.carry = pairs
		t.state.buried = append(t.state.buried, buried...)
		return err
	}
	t.state.written()
	if t.history != nil {
		t.history.written()
	}
	return nil
}

// takeAll returns what is to be written, and the streams of which the store is
// to keep nothing.
func (t *Tracker) takeAll(own func() (string, []byte)) (pairs []Pair, buried []string, err error) {
	t.quiet.Lock()
	defer t.quiet.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.state.dirty)+len(t.state.changes)+len(t.state.artifacts)+len(t.state.unknown)+len(t.state.buried)+len(t.marks)+len(t.carry) == 0 {
		return nil, nil, nil
	}
	buried = t.state.buried
	changed, err := t.state.take()
	if err != nil {
		return nil, nil, err
	}
	carried := len(t.carry) > 0
	pairs = append(t.carry, changed...)
	t.carry = nil
	if t.history != nil {
		blocks, err := t.history.take()
		if err != nil {
			t.carry, t.state.buried = pairs, append(t.state.buried, buried...)
			return nil, nil, err
		}
		pairs = append(pairs, blocks...)
	}
	if own != nil {
		key, position := own()
		t.marks[key] = position
	}
	for key, position := range t.marks {
		pairs = append(pairs, Pair{Key: key, Value: position})
	}
	if carried {
		for i := range pairs { // a part of what could not be written may have been
			pairs[i].New = false
		}
	}
	t.marks = map[string][]byte{}
	return pairs, buried, nil
}

// SetLost replaces the set of runs whose agent or program is gone without a word, each
// with the reason as a sentence. It is derived from the machine, never written.
func (t *Tracker) SetLost(lost map[string]string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id := range lost {
		if t.lost[id] != lost[id] {
			t.state.touched(runPrefix+id, Facts)
		}
	}
	for id := range t.lost {
		if _, still := lost[id]; !still {
			t.state.touched(runPrefix+id, Facts)
		}
	}
	t.lost = maps.Clone(lost)
}

// Found says that a run that counted as lost has been heard of again.
func (t *Tracker) Found(run string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, lost := t.lost[run]; lost {
		delete(t.lost, run)
		t.state.touched(runPrefix+run, Facts)
	}
}

// random returns n random bytes.
func (t *Tracker) random(n int) []byte {
	b := make([]byte, n)
	if _, err := t.Random.Read(b); err != nil {
		panic(fault.Wrap(err, fault.Internal, "draw", "random bytes")) // host.Random never fails
	}
	return b
}

// nowMS is the present in ms since 1970.
func (t *Tracker) nowMS() int64 { return t.Clock.Now().UnixMilli() }
