package window

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// heartbeat is how often a quiet stream writes a comment, to learn whether its
// page is still there.
const heartbeat = 15 * time.Second

// events passes what happens to the window on to its pages.
type events struct {
	mu        sync.Mutex
	listeners map[chan []byte]struct{}
}

// send gives an event to all pages that listen now. A page that has not read
// the last hundred misses it: such a page is gone, or stands still.
func (e *events) send(name string, value any) error {
	_, err := e.tell(name, value)
	return err
}

// tell is send, and counts the pages that listen.
func (e *events) tell(name string, value any) (pages int, err error) {
	data, err := json.Marshal(value)
	if err != nil {
		return 0, err
	}
	message := fmt.Appendf(nil, "event: %s\ndata: %s\n\n", name, data)
	e.mu.Lock()
	defer e.mu.Unlock()
	for l := range e.listeners {
		select {
		case l <- message:
		default:
		}
	}
	return len(e.listeners), nil
}

func (e *events) listen() (messages <-chan []byte, stop func()) {
	l := make(chan []byte, 100)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listeners == nil {
		e.listeners = map[chan []byte]struct{}{}
	}
	e.listeners[l] = struct{}{}
	return l, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.listeners, l)
	}
}

// ServeHTTP is the event stream.
func (e *events) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	messages, stop := e.listen()
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	message := []byte(": ready\n\n")
	for {
		if !write(w, message) {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case message = <-messages:
		case <-beat.C:
			message = []byte(":\n\n")
		}
	}
}

func write(w http.ResponseWriter, message []byte) bool {
	if _, err := bytes.NewReader(message).WriteTo(w); err != nil {
		return false
	}
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
	return true
}
