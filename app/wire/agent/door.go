package agent

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"dev.varve/app/guard"
	"dev.varve/app/machine"
	"dev.varve/app/mlflow"
	"dev.varve/backend/artifact"
	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

// door is where the child reaches its agent: MLflow's interface on this
// machine's own address, behind the same guard as the owner's.
type door struct {
	address string
	token   string
	server  *http.Server
	work    sync.WaitGroup // requests being answered
}

func (a *Agent) openDoor() (*door, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fault.New(fault.Unavailable, "the agent cannot open its door: %v", err)
	}
	secret := make([]byte, 24)
	if _, err := io.ReadFull(machine.Random(), secret); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "draw", "random bytes")
	}
	d := &door{address: "http://" + listener.Addr().String(), token: base64.RawURLEncoding.EncodeToString(secret)}
	handler := mlflow.New(mlflow.Options{
		Tracker: a.tracker, Artifacts: &artifact.Places{Records: a.tracker, Bytes: agentFiles{a}}, Elsewhere: a.owner, Version: a.program,
	})
	d.server = &http.Server{Handler: d.guarded(handler, a.owner), ReadHeaderTimeout: 30 * time.Second, MaxHeaderBytes: 1 << 20}
	go d.server.Serve(listener) // ends with close
	return d, nil
}

// guarded lets nobody pass but programs that know the token. A person who
// follows a link is led to the owner, who is still there tomorrow.
func (d *door) guarded(next http.Handler, owner *ownerDoor) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !guard.Host(r.Host) || !guard.Origin(r):
			http.Error(w, "this address is for programs on this computer", http.StatusForbidden)
		case r.Method == http.MethodGet && r.URL.Path == "/":
			if address, _ := owner.find(); address != "" {
				http.Redirect(w, r, address+"/", http.StatusFound)
				return
			}
			http.Error(w, "Varve is not open", http.StatusServiceUnavailable)
		case !guard.Token(r, d.token):
			w.Header().Set("WWW-Authenticate", `Basic realm="Varve"`)
			http.Error(w, "the token of this run is missing or wrong", http.StatusUnauthorized)
		default:
			d.work.Add(1)
			defer d.work.Done()
			next.ServeHTTP(w, r)
		}
	})
}

// drain waits for requests that the child sent before it ended.
func (d *door) drain() {
	done := make(chan struct{})
	go func() {
		d.work.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
	}
}

func (d *door) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := d.server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// agentFiles keeps artifacts in the agent's own packs.
type agentFiles struct{ a *Agent }

// Begin has nothing to do: nobody deletes what an agent keeps.
func (agentFiles) Begin() (done func()) { return func() {} }

// Put keeps content durably.
func (f agentFiles) Put(ctx context.Context, r io.Reader) ([]byte, int64, error) {
	return f.a.put(ctx, r)
}

// Open returns the bytes that a reference names.
func (f agentFiles) Open(ctx context.Context, ref []byte) (io.ReadSeekCloser, error) {
	var r content.Ref
	if err := event.Unmarshal(ref, &r); err != nil {
		return nil, err
	}
	reader, err := content.Open(ctx, f.a.packs, r)
	if err != nil {
		return nil, err
	}
	return nopCloser{reader}, nil
}

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }
