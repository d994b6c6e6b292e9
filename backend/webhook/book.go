package webhook

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Book keeps the webhooks of a device in a file that only its person can read.
type Book struct {
	disk   host.Disk
	clock  host.Clock
	random host.Random
	name   string
	policy Policy

	mu   sync.Mutex
	list []Webhook // as they were made
}

// mostWebhooks is how many a book holds.
const mostWebhooks = 1000

// OpenBook reads the webhooks of a file, which need not exist yet.
func OpenBook(disk host.Disk, clock host.Clock, random host.Random, name string, policy Policy) (*Book, error) {
	b := &Book{disk: disk, clock: clock, random: random, name: name, policy: policy}
	data, err := disk.ReadFile(name)
	if errors.Is(err, fault.NotFound) {
		return b, nil
	}
	if err == nil {
		err = fault.Wrap(json.Unmarshal(data, &b.list), fault.Corrupt, "read webhooks", name)
	}
	return b, err
}

// Change is what Update changes; nil is left as it is.
type Change struct {
	Name, URL, Description, Secret, Status *string
	Events                                 []Event
}

// Create makes a webhook.
func (b *Book) Create(ctx context.Context, w Webhook) (Webhook, error) {
	if w.Status == "" {
		w.Status = Active
	}
	if err := b.check(ctx, w); err != nil {
		return w, err
	}
	w.ID, w.Created = b.id(), b.clock.Now().UnixMilli()
	w.Updated = w.Created
	return w, b.change(func(list []Webhook) ([]Webhook, error) {
		if len(list) == mostWebhooks {
			return list, fault.New(fault.Invalid, "there are %d webhooks already", mostWebhooks).WithHint("Delete some of them first.")
		}
		return append(list, w), nil
	})
}

func (b *Book) check(ctx context.Context, w Webhook) error {
	if err := checkName(w.Name); err != nil {
		return err
	}
	if err := b.policy.check(ctx, w.URL); err != nil {
		return err
	}
	if err := checkEvents(w.Events); err != nil {
		return err
	}
	return checkStatus(w.Status)
}

// id is random, in the form of a UUID.
func (b *Book) id() string {
	raw := make([]byte, 16)
	_, _ = b.random.Read(raw) // host.Random never fails
	raw[6], raw[8] = raw[6]&0x0f|0x40, raw[8]&0x3f|0x80
	s := hex.EncodeToString(raw)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// change writes the list anew, or leaves all as it is.
func (b *Book) change(to func([]Webhook) ([]Webhook, error)) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	list, err := to(slices.Clone(b.list))
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode", "webhooks")
	}
	if err := b.disk.WriteFile(b.name, append(data, '\n'), 0o600); err != nil {
		return err
	}
	b.list = list
	return nil
}

// List returns all webhooks, the latest first.
func (b *Book) List() []Webhook {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := slices.Clone(b.list)
	slices.Reverse(list)
	slices.SortStableFunc(list, func(x, y Webhook) int { return cmp.Compare(y.Created, x.Created) })
	return list
}

// Get finds a webhook.
func (b *Book) Get(id string) (Webhook, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := find(b.list, id); i >= 0 {
		return b.list[i], nil
	}
	return Webhook{}, noWebhook(id)
}

func find(list []Webhook, id string) int {
	return slices.IndexFunc(list, func(w Webhook) bool { return w.ID == id })
}

func noWebhook(id string) error {
	return fault.New(fault.NotFound, "Webhook with ID %s not found.", id)
}

// Update changes a webhook.
func (b *Book) Update(ctx context.Context, id string, c Change) (Webhook, error) {
	w, err := b.Get(id)
	if err != nil {
		return w, err
	}
	for _, set := range []struct {
		to   *string
		from *string
	}{{&w.Name, c.Name}, {&w.URL, c.URL}, {&w.Description, c.Description}, {&w.Secret, c.Secret}, {&w.Status, c.Status}} {
		if set.from != nil {
			*set.to = *set.from
		}
	}
	if len(c.Events) > 0 {
		w.Events = c.Events
	}
	if err := b.check(ctx, w); err != nil {
		return w, err
	}
	w.Updated = b.clock.Now().UnixMilli()
	return w, b.change(func(list []Webhook) ([]Webhook, error) {
		i := find(list, id)
		if i < 0 {
			return list, noWebhook(id)
		}
		list[i] = w
		return list, nil
	})
}

// Delete takes a webhook away.
func (b *Book) Delete(id string) error {
	return b.change(func(list []Webhook) ([]Webhook, error) {
		i := find(list, id)
		if i < 0 {
			return list, noWebhook(id)
		}
		return slices.Delete(list, i, i+1), nil
	})
}

// active lists those that want to be told of an event.
func (b *Book) active(e Event) (list []Webhook) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.list {
		if w.Status == Active && slices.Contains(w.Events, e) {
			list = append(list, w)
		}
	}
	return list
}
