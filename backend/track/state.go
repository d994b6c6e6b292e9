package track

import (
	"maps"
	"strings"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// Prefixes of keys in the Store, and of streams in the journal: a stream is
// the key of its record.
const (
	runPrefix        = "run/"
	experimentPrefix = "experiment/"
	modelPrefix      = "logged-model/"
	datasetPrefix    = "dataset/"
	registeredPrefix = "registered-model/"
	versionPrefix    = "model-version/"
	projectPrefix    = "project/"
	artifactPrefix   = "artifact/"
	unknownPrefix    = "unknown/"
)

// record is anything that events are folded into.
type record interface{ head() *Head }

// state holds the records. It has no lock; Tracker guards it.
type state struct {
	experiments map[string]*Experiment
	models      map[string]*LoggedModel
	datasets    map[string]*Dataset
	projects    map[string]*Project
	registry    *registry
	workspace   *Workspace
	names       map[string]string // experiment by name
	shelf       *shelf
	tables      *tables
	listed      bool            // each stored run is in the tables, or one of the strays
	strays      map[string]bool // stored runs whose creation has not arrived
	store       Store
	points      Points
	dirty       map[string]record      // changed since the last flush, by key
	flushing    map[string]record      // being flushed, by key
	artifacts   map[string]*Artifact   // changed since the last flush, by key
	writing     map[string]*Artifact   // being flushed, by key
	changes     []Pair                 // settings of labels since the last flush
	changing    []Pair                 // those that are being flushed
	unknown     []Pair                 // events from a later Varve, kept for after an update
	purged      map[string]event.Stamp // by stream: what is gone for good
	buried      []string               // streams that were purged since the last flush
	stopped     map[string]bool        // streams that wait for a later Varve
	touched     func(key string, what Aspect)
	fresh       bool          // the event being applied cannot have been applied before
	unpacked    []event.Point // of the series being applied
}

// Aspect says what about a record changed, for those who watch.
type Aspect int

// The aspects.
const (
	Facts       Aspect = iota // anything but points
	PointsAdded               // new points of a metric
)

func newState(store Store, points Points) *state {
	return &state{
		experiments: map[string]*Experiment{}, models: map[string]*LoggedModel{},
		datasets: map[string]*Dataset{}, projects: map[string]*Project{}, workspace: &Workspace{Head: newHead("")}, names: map[string]string{},
		registry: newRegistry(), shelf: newShelf(), tables: newTables(),
		store: store, points: points, dirty: map[string]record{}, flushing: map[string]record{}, artifacts: map[string]*Artifact{},
		purged: map[string]event.Stamp{}, strays: map[string]bool{}, stopped: map[string]bool{}, touched: func(string, Aspect) {},
	}
}

// load reads all records from the store.
func (s *state) load() error {
	load := func(prefix string, decode func(id string, value []byte) error) error {
		return s.store.Scan(prefix, func(key string, value []byte) error {
			return fault.Wrap(decode(strings.TrimPrefix(key, prefix), value), fault.Corrupt, "read record", key)
		})
	}
	if err := load(purgedPrefix, s.loadPurged); err != nil {
		return err
	}
	if err := load(experimentPrefix, loadInto(s.experiments)); err != nil {
		return err
	}
	if err := s.loadRuns(); err != nil {
		return err
	}
	if err := load(modelPrefix, loadInto(s.models)); err != nil {
		return err
	}
	if err := load(datasetPrefix, loadInto(s.datasets)); err != nil {
		return err
	}
	if err := load(projectPrefix, loadInto(s.projects)); err != nil {
		return err
	}
	if err := load(registeredPrefix, loadInto(s.registry.models)); err != nil {
		return err
	}
	if err := load(versionPrefix, loadInto(s.registry.versions)); err != nil {
		return err
	}
	if err := s.loadWorkspace(); err != nil {
		return err
	}
	for _, e := range s.experiments {
		s.index(e)
	}
	s.registry.indexAll()
	return s.retryUnknown()
}

func (s *state) loadWorkspace() error {
	value, ok, err := s.store.Get(workspaceStream)
	if err != nil || !ok {
		return err
	}
	return fault.Wrap(event.Unmarshal(value, s.workspace), fault.Corrupt, "read record", workspaceStream)
}

func loadInto[T any](records map[string]*T) func(string, []byte) error {
	return func(id string, value []byte) error {
		r := new(T)
		records[id] = r
		return event.Unmarshal(value, r)
	}
}

// index keeps the experiment findable by name. Two devices may have made two
// experiments of one name; the earlier one is found.
func (s *state) index(e *Experiment) {
	if !e.Known() {
		return
	}
	name := e.Name()
	if old, ok := s.experiments[s.names[name]]; ok && old.Name() == name && old.Created.Compare(e.Created) < 0 {
		return
	}
	s.names[name] = e.ID
}

// byName finds an experiment by its shown name.
func (s *state) byName(name string) *Experiment {
	e := s.experiments[s.names[name]]
	if e != nil && e.Name() == name {
		return e
	}
	return nil
}

func get[T any](records map[string]*T, id string, fresh func() *T) *T {
	r, ok := records[id]
	if !ok {
		r = fresh()
		records[id] = r
	}
	return r
}

func newHead(id string) Head { return Head{ID: id, Applied: Applied{}} }

func (s *state) experiment(id string) *Experiment {
	return get(s.experiments, id, func() *Experiment { return &Experiment{Head: newHead(id)} })
}

func (s *state) model(id string) *LoggedModel {
	return get(s.models, id, func() *LoggedModel { return &LoggedModel{Head: newHead(id)} })
}

func (s *state) dataset(id string) *Dataset {
	return get(s.datasets, id, func() *Dataset { return &Dataset{Head: newHead(id)} })
}

func (s *state) project(id string) *Project {
	return get(s.projects, id, func() *Project { return &Project{Head: newHead(id)} })
}

// artifactKey is the key of one artifact of a stream.
func artifactKey(stream, path string) string { return artifactPrefix + stream + "\x00" + path }

// artifact returns the record of one artifact, from the changes or the store.
func (s *state) artifact(key string) (*Artifact, error) {
	if a, ok := s.artifacts[key]; ok {
		return a, nil
	}
	if a, ok := s.writing[key]; ok {
		return a, nil
	}
	a := &Artifact{Head: newHead(key)}
	if s.gone(streamOf(key)) {
		return a, nil
	}
	value, ok, err := s.store.Get(key)
	if err != nil || !ok {
		return a, err
	}
	return a, event.Unmarshal(value, a)
}

// take encodes everything that changed since the last call. The caller says
// written when it is in the store.
func (s *state) take() ([]Pair, error) {
	pairs := append(s.unknown, s.changes...)
	for _, stream := range s.buried {
		value, err := event.Marshal(s.purged[stream])
		if err != nil {
			return nil, fault.Wrap(err, fault.Internal, "encode purge of", stream)
		}
		pairs = append(pairs, Pair{Key: purgedPrefix + stream, Value: value})
	}
	for key, r := range s.dirty {
		value, err := encode(r)
		if err != nil {
			return nil, fault.Wrap(err, fault.Internal, "encode record", key)
		}
		pairs = append(pairs, Pair{Key: key, Value: value, New: isNew(r)})
	}
	for key, a := range s.artifacts {
		value, err := event.Marshal(a)
		if err != nil {
			return nil, fault.Wrap(err, fault.Internal, "encode record", key)
		}
		pairs = append(pairs, Pair{Key: key, Value: value})
	}
	if s.writing == nil {
		s.writing = map[string]*Artifact{}
	}
	maps.Copy(s.writing, s.artifacts) // what could not be written before is there, too
	s.changing = append(s.changing, s.changes...)
	maps.Copy(s.flushing, s.dirty)
	s.unknown, s.changes, s.buried, s.dirty, s.artifacts = nil, nil, nil, map[string]record{}, map[string]*Artifact{}
	return pairs, nil
}

// isNew reports, once, that the store cannot have a record yet.
func isNew(r record) bool {
	run, ok := r.(*Run)
	if !ok || run.stored {
		return false
	}
	run.stored = true
	return true
}

func encode(r record) ([]byte, error) {
	if run, ok := r.(*Run); ok {
		return encodeRun(run)
	}
	return event.Marshal(r)
}

// written says that what take returned is in the store.
func (s *state) written() {
	s.writing, s.changing = nil, nil
	for key, r := range s.flushing {
		run, ok := r.(*Run)
		if ok && !run.Known() {
			s.strays[run.ID] = true
		}
		if _, changed := s.dirty[key]; ok && !changed {
			s.shelf.put(run)
		}
	}
	s.flushing = map[string]record{}
}
