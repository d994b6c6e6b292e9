package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
	"dev.varve/backend/webhook"
	"dev.varve/storage/disk"
)

// post is a Poster that keeps what it was given, and answers with some statuses in
// turn.
type post struct {
	mu     sync.Mutex
	means  string // what names mean
	answer []int
	got    []sent
}

type sent struct {
	url    string
	header map[string]string
	body   string
}

func (p *post) Lookup(context.Context, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr(p.means)}, nil
}

func (p *post) Post(_ context.Context, url string, header map[string]string, body []byte, may func(netip.Addr) error) (int, string, error) {
	if err := may(netip.MustParseAddr(p.means)); err != nil {
		return 0, "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, sent{url, header, string(body)})
	if len(p.answer) == 0 {
		return 200, "thanks", nil
	}
	status := p.answer[0]
	p.answer = p.answer[1:]
	return status, "", nil
}

type clock struct{}

func (clock) Now() time.Time { return time.Unix(1_800_000_000, 0) }

func newCourier(t *testing.T, p *post, private bool) *webhook.Courier {
	t.Helper()
	book, err := webhook.OpenBook(disk.OS{}, clock{}, rand.Reader, filepath.Join(t.TempDir(), "webhooks.json"), webhook.Policy{Poster: p, Private: private})
	if err != nil {
		t.Fatal(err)
	}
	return webhook.NewCourier(book, func(string, error) {}, func(context.Context, time.Duration) {})
}

func chat(events ...webhook.Event) webhook.Webhook {
	return webhook.Webhook{Name: "chat", URL: "https://chat.example/hook", Events: events, Secret: "s3cret"}
}

// TestDelivery checks what arrives where somebody waits for versions.
func TestDelivery(t *testing.T) {
	p := &post{means: "93.184.216.34", answer: []int{503, 429}}
	c := newCourier(t, p, false)
	created := webhook.Event{Entity: "MODEL_VERSION", Action: "CREATED"}
	if _, err := c.Create(t.Context(), chat(created)); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { c.Run(ctx); close(ended) }()
	c.Tell(webhook.ModelCreated(track.NewRegisteredModel{Name: "lake"})) // nobody waits for it
	c.Tell(webhook.VersionCreated(track.NewModelVersion{Model: "lake", Source: "s3://b/x", Tags: map[string]string{"k": "v"}}, 7))
	for range 12_000 { // until it has arrived
		p.mu.Lock()
		n := len(p.got)
		p.mu.Unlock()
		if n == 3 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	<-ended
	if len(p.got) != 3 {
		t.Fatalf("%d requests: two are refused and one is taken", len(p.got))
	}
	got := p.got[2]
	var message map[string]any
	if err := json.Unmarshal([]byte(got.body), &message); err != nil {
		t.Fatal(err)
	}
	data, _ := message["data"].(map[string]any)
	if message["entity"] != "model_version" || message["action"] != "created" || data["version"] != "7" || data["run_id"] != nil || data["source"] != "s3://b/x" {
		t.Errorf("the message is %s", got.body)
	}
	mac := hmac.New(sha256.New, []byte("s3cret"))
	mac.Write([]byte(got.header["X-MLflow-Delivery-Id"] + "." + got.header["X-MLflow-Timestamp"] + "." + got.body))
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); got.header["X-MLflow-Signature"] != want || got.header["X-MLflow-Timestamp"] != "1800000000" {
		t.Errorf("headers %v, want the signature %s", got.header, want)
	}
}

// TestTry checks an example of every event, and what comes back.
func TestTry(t *testing.T) {
	p := &post{means: "93.184.216.34"}
	c := newCourier(t, p, false)
	for _, e := range []webhook.Event{
		{Entity: "REGISTERED_MODEL", Action: "CREATED"}, {Entity: "MODEL_VERSION", Action: "CREATED"}, {Entity: "MODEL_VERSION_TAG", Action: "SET"},
		{Entity: "MODEL_VERSION_TAG", Action: "DELETED"}, {Entity: "MODEL_VERSION_ALIAS", Action: "CREATED"}, {Entity: "MODEL_VERSION_ALIAS", Action: "DELETED"},
		{Entity: "PROMPT", Action: "CREATED"}, {Entity: "PROMPT_VERSION", Action: "CREATED"}, {Entity: "PROMPT_TAG", Action: "SET"},
		{Entity: "PROMPT_VERSION_TAG", Action: "DELETED"}, {Entity: "PROMPT_ALIAS", Action: "CREATED"}, {Entity: "PROMPT_ALIAS", Action: "DELETED"},
	} {
		w, err := c.Create(t.Context(), chat(e))
		if err != nil {
			t.Fatal(err)
		}
		tried, err := c.Try(t.Context(), w.ID, nil)
		if err != nil || !tried.Success || tried.Status != 200 || tried.Answer != "thanks" {
			t.Errorf("%v: %+v, %v", e, tried, err)
		}
		last := p.got[len(p.got)-1].body
		if !strings.Contains(last, `"entity":"`+strings.ToLower(e.Entity)+`","action":"`+strings.ToLower(e.Action)+`"`) || strings.Contains(last, "is_prompt") {
			t.Errorf("%v: %s", e, last)
		}
	}
	w, err := c.Create(t.Context(), chat(webhook.Event{Entity: "MODEL_VERSION", Action: "CREATED"}))
	if err != nil {
		t.Fatal(err)
	}
	p.means = "127.0.0.1" // what the name means has changed since
	before := len(p.got)
	if tried, err := c.Try(t.Context(), w.ID, nil); err != nil || tried.Success || tried.Error == "" || len(p.got) != before {
		t.Errorf("a name that means this machine now: %+v, %v", tried, err)
	}
}

func TestAddresses(t *testing.T) {
	for address, public := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true, "127.0.0.1": false, "10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false, "198.18.0.1": false, "::1": false, "::": false,
		"fe80::1": false, "fc00::1": false, "::ffff:10.0.0.1": false, "64:ff9b::a00:1": false, "2002:7f00:1::": false, "2001:db8::1": false, "64:ff9b::5db8:d822": true,
	} {
		if got := webhook.Public(netip.MustParseAddr(address)); got != public {
			t.Errorf("%s is public: %v", address, got)
		}
	}
}

// TestBook checks that webhooks survive their process, and what is refused.
func TestBook(t *testing.T) {
	name := filepath.Join(t.TempDir(), "webhooks.json")
	open := func(private bool) *webhook.Book {
		b, err := webhook.OpenBook(disk.OS{}, clock{}, rand.Reader, name, webhook.Policy{Poster: &post{means: "10.0.0.1"}, Private: private})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	e := webhook.Event{Entity: "MODEL_VERSION", Action: "CREATED"}
	if _, err := open(false).Create(t.Context(), chat(e)); !errors.Is(err, fault.Invalid) {
		t.Errorf("a private network: %v", err)
	}
	w, err := open(true).Create(t.Context(), chat(e))
	if err != nil {
		t.Fatal(err)
	}
	again, err := open(true).Get(w.ID)
	if err != nil || again.Secret != "s3cret" || again.Status != webhook.Active {
		t.Errorf("after a restart it is %+v, %v", again, err)
	}
	other := "http://chat.example/hook"
	if changed, err := open(true).Update(t.Context(), w.ID, webhook.Change{URL: &other}); err != nil || changed.URL != other || changed.Secret != "s3cret" {
		t.Errorf("changed: %+v, %v", changed, err)
	}
	if err := open(true).Delete(w.ID); err != nil {
		t.Error(err)
	}
	if list := open(true).List(); len(list) != 0 {
		t.Errorf("left: %v", list)
	}
}
