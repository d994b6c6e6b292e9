package owner

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"path/filepath"
	"sync"
	"time"

	"dev.varve/app/machine"
	"dev.varve/backend/event"
	"dev.varve/backend/signs"
	"dev.varve/backend/track"
)

// scriptRuns follows the signs of life of runs that scripts record by themselves
// through the door of this owner.
type scriptRuns struct {
	o    *Owner
	book *signs.Book
	wake chan *signs.Caller // whose process is to be found out

	mu   sync.Mutex // held while writing
	kept []byte     // as written last
}

const (
	signsName   = "signs.json" // in the state folder
	mostCallers = 256          // that wait to be found out; those beyond stay unknown
	callersRest = 250 * time.Millisecond
	signsEvery  = time.Minute
)

func newScriptRuns(o *Owner) *scriptRuns {
	s := &scriptRuns{o: o, wake: make(chan *signs.Caller, mostCallers)}
	s.book = signs.NewBook(func(p signs.Process) bool {
		return machine.Alive(machine.Identity{PID: p.PID, Start: p.Start, Boot: p.Boot})
	})
	data, err := o.disk.ReadFile(filepath.Join(o.places.State, signsName))
	var kept []signs.Kept
	if err == nil && json.Unmarshal(data, &kept) == nil { // without it, silence decides
		s.book.Recall(kept, o.clock.Now())
	}
	return s
}

// keep writes down what the next owner has to know.
func (s *scriptRuns) keep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, err := json.Marshal(s.book.Keep())
	if err == nil && !bytes.Equal(data, s.kept) {
		if err = s.o.disk.WriteFile(filepath.Join(s.o.places.State, signsName), append(data, '\n'), 0o600); err == nil {
			s.kept = data
		}
	}
	if err != nil {
		s.o.log.Warn("which programs record runs could not be kept", "why", err)
	}
}

// follow finds out who has the connections over which runs are recorded. One
// look finds many, and takes a while: it is made at most every quarter of a
// second.
func (s *scriptRuns) follow(ctx context.Context) {
	for {
		var callers []*signs.Caller
		select {
		case <-ctx.Done():
			return
		case c := <-s.wake:
			callers = append(callers, c)
		}
		for more := true; more; {
			select {
			case c := <-s.wake:
				callers = append(callers, c)
			default:
				more = false
			}
		}
		s.find(callers)
		select {
		case <-ctx.Done():
			return
		case <-time.After(callersRest):
		}
	}
}

func (s *scriptRuns) find(callers []*signs.Caller) {
	known, err := machine.Callers(s.o.listeners.Port)
	if err != nil {
		s.o.log.Debug("who records runs is not known", "why", err)
	}
	some := false
	for _, c := range callers {
		p, ok := known[c.Port]
		if !ok {
			s.book.Answer(c, nil)
			continue
		}
		s.book.Answer(c, &signs.Process{PID: p.PID, Start: p.Start, Boot: p.Boot, Name: p.Name})
		some = true
	}
	if some { // an owner that dies has to leave this behind
		s.keep()
	}
}

// callerKey is where the context of a request has its connection.
type callerKey struct{}

// connection is the caller of one connection, who is found out when the first
// run is recorded over it.
type connection struct {
	signs.Caller
	asked chan struct{} // holds one value until then
}

// note remembers who has a connection, for the requests that come over it.
func (s *scriptRuns) note(ctx context.Context, c net.Conn) context.Context {
	remote, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return ctx
	}
	conn := &connection{Caller: signs.Caller{Port: remote.Port}, asked: make(chan struct{}, 1)}
	conn.asked <- struct{}{}
	return context.WithValue(ctx, callerKey{}, conn)
}

// sign notes that a run was recorded.
func (s *scriptRuns) sign(ctx context.Context, run string) {
	var by *signs.Caller
	if conn, ok := ctx.Value(callerKey{}).(*connection); ok {
		by = &conn.Caller
		select {
		case <-conn.asked:
			defer s.ask(by)
		default:
		}
	}
	if s.book.Sign(run, by, s.o.clock.Now()) {
		s.o.tracker.Found(run)
	}
}

// ask has a caller found out.
func (s *scriptRuns) ask(c *signs.Caller) {
	select {
	case s.wake <- c:
	default:
		s.book.Answer(c, nil)
	}
}

// recorded is the record of an owner as MLflow's interface sees it: what says
// that a program is recording a run is a sign of its life.
type recorded struct {
	announced
	signs *scriptRuns
}

// CreateRun is a sign of life.
func (r recorded) CreateRun(ctx context.Context, n track.NewRun) (string, error) {
	id, err := r.Tracker.CreateRun(ctx, n)
	return id, r.sign(ctx, id, err)
}

// UpdateRun is one, too; and who says that a run is running takes it up.
func (r recorded) UpdateRun(ctx context.Context, run string, u track.RunUpdate) error {
	err := r.Tracker.UpdateRun(ctx, run, u)
	if err == nil && u.Status == "RUNNING" {
		r.signs.book.Begins(run)
	}
	return r.sign(ctx, run, err)
}

// LogMetric is one.
func (r recorded) LogMetric(ctx context.Context, run string, m track.Metric) error {
	return r.sign(ctx, run, r.Tracker.LogMetric(ctx, run, m))
}

// LogParam is one.
func (r recorded) LogParam(ctx context.Context, run string, p event.Param) error {
	return r.sign(ctx, run, r.Tracker.LogParam(ctx, run, p))
}

// LogBatch is one.
func (r recorded) LogBatch(ctx context.Context, run string, b track.Batch) error {
	return r.sign(ctx, run, r.Tracker.LogBatch(ctx, run, b))
}

// LogInputs is one.
func (r recorded) LogInputs(ctx context.Context, run string, datasets []event.DatasetInput, models []string) error {
	return r.sign(ctx, run, r.Tracker.LogInputs(ctx, run, datasets, models))
}

// LogOutputs is one.
func (r recorded) LogOutputs(ctx context.Context, run string, models []event.ModelOutput) error {
	return r.sign(ctx, run, r.Tracker.LogOutputs(ctx, run, models))
}

// PutArtifact is one, for an artifact of a run.
func (r recorded) PutArtifact(ctx context.Context, o track.Owner, put event.ArtifactPut) error {
	err := r.Tracker.PutArtifact(ctx, o, put)
	if o.Run == "" {
		return err
	}
	return r.sign(ctx, o.Run, err)
}

func (r recorded) sign(ctx context.Context, run string, err error) error {
	if err == nil {
		r.signs.sign(ctx, run)
	}
	return err
}
