package door

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"dev.varve/backend/fault"
)

// Limits of the server. There is none for a whole request: an artifact may be
// large and a stream long.
const (
	headerTime = 10 * time.Second // until the header of a request has arrived
	headerSize = 128 << 10
	idleTime   = 2 * time.Minute  // between two requests of a connection
	bodyIdle   = 30 * time.Second // between two pieces of a body
	jsonTime   = 2 * time.Minute  // until a body that is not an artifact has arrived
	farewell   = 5 * time.Second  // for requests that are being answered at the end
)

// serve answers a request that may come in.
func (d *Door) serve(w http.ResponseWriter, r *http.Request) {
	d.activity(1)
	defer d.activity(-1)
	out := &response{ResponseWriter: w}
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler || out.started {
			panic(http.ErrAbortHandler) // the other side has to see that the answer is not whole
		}
		cause := fmt.Errorf("%v\n%s", v, debug.Stack())
		d.fail(out, r, &fault.Error{Kind: fault.Internal, Message: "Varve failed at this; the rest goes on", Err: cause})
	}()
	if err := d.catchUp(r); err != nil {
		d.fail(out, r, err)
		return
	}
	d.routes.ServeHTTP(out, r)
}

// activity counts the requests that are being answered, and tells.
func (d *Door) activity(more int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open += more
	if d.OnActivity != nil {
		d.OnActivity(d.open)
	}
}

// response knows whether an answer has begun.
type response struct {
	http.ResponseWriter
	started bool
}

// WriteHeader begins the answer. Whoever hangs up in the middle of one gets no
// second.
func (w *response) WriteHeader(status int) {
	if w.started {
		return
	}
	w.started = w.started || status >= http.StatusOK
	w.ResponseWriter.WriteHeader(status)
}

// Write writes a part of the answer.
func (w *response) Write(p []byte) (int, error) {
	w.started = true
	return w.ResponseWriter.Write(p)
}

// pieces are what large answers are copied through: chunks of a file fit into
// one, so that each is one write to the connection.
var pieces = sync.Pool{New: func() any { b := make([]byte, 256<<10); return &b }}

// ReadFrom writes what is read, in larger pieces than io.Copy makes.
func (w *response) ReadFrom(r io.Reader) (int64, error) {
	b := pieces.Get().(*[]byte)
	defer pieces.Put(b)
	return io.CopyBuffer(struct{ io.Writer }{w}, r, *b)
}

// Unwrap lets http.ResponseController find the connection.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush sends what was written.
func (w *response) Flush() {
	w.started = true
	// A writer that cannot flush does not hold back, either.
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// limitBody sets the limits of a body: its time, and unless it is an artifact
// its size.
func (d *Door) limitBody(w http.ResponseWriter, r *http.Request, demand access) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	b := &body{ReadCloser: r.Body, rc: http.NewResponseController(w), now: d.Clock.Now}
	if demand != upload {
		b.until = d.Clock.Now().Add(jsonTime)
		b.ReadCloser = http.MaxBytesReader(w, r.Body, mostJSON)
	}
	r.Body = b
}

// body gives up when nothing comes for a while.
type body struct {
	io.ReadCloser
	rc    *http.ResponseController
	now   func() time.Time
	until time.Time // zero: as long as something comes
}

// Read reads a piece.
func (b *body) Read(p []byte) (int, error) {
	deadline := b.now().Add(bodyIdle)
	if !b.until.IsZero() && b.until.Before(deadline) {
		deadline = b.until
	}
	// A writer without a connection has no deadlines, and nobody to wait for.
	_ = b.rc.SetReadDeadline(deadline)
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		// The server watches for a hang-up from now on; that may take as long as
		// the answer takes.
		_ = b.rc.SetReadDeadline(time.Time{})
	}
	return n, err
}

// Listeners are the ports of a door: 127.0.0.1, and ::1 where there is one.
type Listeners struct {
	Port int
	list []net.Listener
}

// Listen opens a port on the loopback. 0 is any port that is free. Otherwise,
// if the port is taken, it fails with fault.Locked when it must be this one,
// and else takes a free one.
func Listen(ctx context.Context, port int, must bool) (*Listeners, error) {
	l, err := listen(ctx, port)
	for range 20 {
		if err == nil || must && port != 0 {
			break
		}
		l, err = listen(ctx, 0) // may fail because the same port of ::1 is taken
	}
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, fs.ErrPermission):
		return nil, fault.New(fault.Denied, "port %d cannot be opened: %v", port, err).WithHint("Choose one above 1023.")
	case port == 0 || !must:
		return nil, fault.New(fault.Unavailable, "no port of this computer can be opened: %v", err)
	}
	return nil, fault.New(fault.Locked, "port %d cannot be opened: %v", port, err).
		WithHint("Another program may be using it. Choose another one with --port, or leave that out.")
}

func listen(ctx context.Context, port int) (*Listeners, error) {
	var c net.ListenConfig
	four, err := c.Listen(ctx, "tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, err
	}
	l := &Listeners{Port: four.Addr().(*net.TCPAddr).Port, list: []net.Listener{four}}
	probe, err := c.Listen(ctx, "tcp6", "[::1]:0")
	if err != nil {
		return l, nil //nolint:nilerr // there is no IPv6 here
	}
	probe.Close()
	six, err := c.Listen(ctx, "tcp6", fmt.Sprintf("[::1]:%d", l.Port))
	if err != nil {
		// To some programs, localhost is ::1: whoever has that port would get
		// their requests, and the token with them.
		four.Close()
		return nil, err
	}
	l.list = append(l.list, six)
	return l, nil
}

// Address is where scripts find the door.
func (l *Listeners) Address() string { return fmt.Sprintf("http://127.0.0.1:%d", l.Port) }

// Close closes the ports, if no Serve has done so.
func (l *Listeners) Close() {
	for _, one := range l.list {
		one.Close()
	}
}

// Serve answers requests until ctx ends; then it gives those under way a few
// seconds, and returns nil.
func (d *Door) Serve(ctx context.Context, l *Listeners) error {
	server := &http.Server{
		Handler: d.Guarded(), ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: headerSize,
		ErrorLog: slog.NewLogLogger(d.Log.Handler(), slog.LevelWarn), Protocols: new(http.Protocols), ConnContext: d.OnConnection,
	}
	server.Protocols.SetHTTP1(true)
	failed := make(chan error, len(l.list))
	for _, one := range l.list {
		go func() { failed <- server.Serve(one) }()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	d.Close()
	rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if server.Shutdown(rest) != nil {
		server.Close()
	}
	return fault.Wrap(err, fault.Unavailable, "serve", l.Address())
}
