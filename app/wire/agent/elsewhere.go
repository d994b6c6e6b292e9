package agent

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"dev.varve/backend/event"
)

// ownerDoor finds the door of whoever owns the workspace now. Owners come and
// go while a training runs; what they leave in the state folder is a hint that
// is read again when it changes.
type ownerDoor struct {
	state  string // state folder of this machine for the workspace
	writer event.Writer

	mu      sync.Mutex
	read    time.Time // modification time of the hint that is known
	address string
	token   string
}

// hint is the part of door.json that matters here.
type hint struct {
	Address string `json:"address"`
}

// find returns address and token, or nothing.
func (d *ownerDoor) find() (address, token string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	info, err := os.Stat(filepath.Join(d.state, "door.json"))
	if err != nil {
		return "", ""
	}
	if !info.ModTime().Equal(d.read) {
		d.address, d.token, d.read = "", "", info.ModTime()
		var h hint
		if data, err := os.ReadFile(filepath.Join(d.state, "door.json")); err == nil && json.Unmarshal(data, &h) == nil {
			d.address = h.Address
		}
		if data, err := os.ReadFile(filepath.Join(d.state, "token")); err == nil {
			d.token = strings.TrimSpace(string(data))
		}
	}
	return d.address, d.token
}

// ServeHTTP forwards a request to the owner, who first reads what this agent
// has written. Where no owner answers it says 503.
func (d *ownerDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	address, token := d.find()
	target, err := url.Parse(address)
	if address == "" || err != nil {
		http.Error(w, "no owner", http.StatusServiceUnavailable)
		return
	}
	proxy := httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(target)
			p.Out.Host = target.Host
			p.Out.Header.Del("Origin")
			p.Out.Header.Set("Authorization", "Bearer "+token)
			p.Out.Header.Set("Varve-Agent", d.writer.String())
		},
		Transport: direct,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			http.Error(w, "no owner", http.StatusServiceUnavailable)
		},
	}
	proxy.ServeHTTP(w, r)
}

// direct goes to this machine without any proxy.
var direct = &http.Transport{MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, ResponseHeaderTimeout: time.Minute}

// tell lets the owner know that the log has grown; nothing depends on it.
func (d *ownerDoor) tell(ctx context.Context) {
	address, token := d.find()
	if address == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/api/varve/v1/agents/"+d.writer.String(), strings.NewReader("{}"))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	if resp, err := direct.RoundTrip(req); err == nil {
		resp.Body.Close()
	}
}

// teller wraps the journal: after each commit the owner is told, at most four
// times a second.
type teller struct {
	door *ownerDoor
	wake chan struct{}
}

func newTeller(d *ownerDoor) *teller { return &teller{door: d, wake: make(chan struct{}, 1)} }

// grown notes that the log has grown.
func (t *teller) grown() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

const tellEvery = 200 * time.Millisecond

// run tells the owner until ctx ends, the first time at once.
func (t *teller) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.wake:
		}
		t.door.tell(ctx)
		select {
		case <-ctx.Done():
			return
		case <-time.After(tellEvery):
		}
	}
}
