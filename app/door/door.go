// Package door is Varve's HTTP interface: the guard that stands before every
// route, the API of the pages (described as OpenAPI 3.1 from the types in api),
// live events, artifacts, the pages themselves, and MLflow's interface, which
// another handler answers.
//
// A Door decides nothing. It checks who asks, reads the request, calls a
// service (services.go) and writes the answer; errors become an api.Problem in
// one table (problem.go).
//
// Every route is registered with what it demands of a request (routes.go), and
// what nobody registered is refused: deny by default.
package door

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"dev.varve/app/door/api"
	"dev.varve/backend/host"
	"dev.varve/backend/job"
	"dev.varve/backend/live"
	"dev.varve/backend/tabular"
)

// Prefix is where Varve's own interface begins.
const Prefix = "/api/varve/v1"

// Options are what a Door needs.
type Options struct {
	// Workspace is what is known of the open workspace; Seq, Counts and Machine
	// are filled in for each answer.
	Workspace api.Workspace
	// Device is the id of the device that appends to the record here.
	Device string
	// Token is what a program has to show. Empty: none is asked for; host and
	// origin are checked all the same.
	Token  string
	Clock  host.Clock
	Random host.Random

	Records     Records
	Artifacts   Artifacts
	Files       Files
	Data        Data
	Projects    Projects
	Control     Control
	Machine     Machine
	Scripts     Scripts
	Diagnostics Diagnostics
	// Workspaces may be nil: then there is no list of others.
	Workspaces Workspaces
	Hub        *live.Hub
	Jobs       *job.Manager

	// MLflow answers MLflow's paths; Pages the rest of GET. Either may be nil.
	MLflow http.Handler
	Pages  http.Handler

	// Workbook reads a workbook (.xlsx) that r gives; an empty sheet is the first one
	// with something in it. end has to be called.
	Workbook func(name, sheet string, r io.Reader) (t tabular.Table, end func() error, err error)

	Trash   Trash
	Imports Imports
	// Exports may be nil: nothing can be brought elsewhere then.
	Exports Exports
	// Backup copies the record into a folder.
	Backup func(ctx context.Context, dest string, p *job.Progress) (said string, err error)
	// Damage names what is damaged in the record, each with its file. It may be
	// nil.
	Damage func() []string

	// Log receives what went wrong inside Varve. Nil: nothing.
	Log *slog.Logger
	// OnActivity is told how many requests are being answered, after each
	// beginning and each end; an open event stream is one. Requests that the
	// guard refused do not count. It must return at once, and may be nil.
	OnActivity func(open int)
	// OnConnection adds to the context of the requests of a new connection what
	// whoever answers them wants to know of it. It may be nil.
	OnConnection func(context.Context, net.Conn) context.Context
}

// Door answers requests.
type Door struct {
	Options
	routes   *routes
	sessions sessions
	sparks   sparks

	mu   sync.Mutex // held while OnActivity is told, so that it hears numbers in order
	open int        // requests that are being answered

	streams    context.Context // ends when event streams have to
	endStreams context.CancelFunc

	readers chan struct{} // a place for each that looks into a file
}

// New makes a Door. It answers when Serve is called, or through Trusted.
func New(o Options) *Door {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d := &Door{Options: o, readers: make(chan struct{}, mostReaders)}
	d.streams, d.endStreams = context.WithCancel(context.Background())
	d.sessions.init(o)
	d.routes = d.register()
	return d
}

// Guarded is the door for everybody who can reach the port.
func (d *Door) Guarded() http.Handler { return http.HandlerFunc(d.guarded) }

// Trusted is the door for the pages in this process, which need no token: only
// they can reach it.
func (d *Door) Trusted() http.Handler { return http.HandlerFunc(d.trusted) }

// Close lets event streams and long polls end. It does not wait.
func (d *Door) Close() { d.endStreams() }
