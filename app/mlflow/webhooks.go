package mlflow

import (
	"context"
	"net/http"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/webhook"
)

// Webhooks are kept by the owner's device; an agent hands on what concerns them.
type Webhooks interface {
	Create(context.Context, webhook.Webhook) (webhook.Webhook, error)
	List() []webhook.Webhook
	Get(id string) (webhook.Webhook, error)
	Update(ctx context.Context, id string, c webhook.Change) (webhook.Webhook, error)
	Delete(id string) error
	Try(ctx context.Context, id string, e *webhook.Event) (webhook.Tried, error)
}

var errNoWebhooks = fault.New(fault.Unavailable, "The owner of the workspace keeps webhooks, and does not answer now.")

// hooks are those of the owner; in an agent there are none.
func (d *door) hooks() (Webhooks, error) {
	if d.Webhooks == nil {
		return nil, errNoWebhooks
	}
	return d.Webhooks, nil
}

// hookEvent is an event as clients name it.
type hookEvent struct {
	Entity name `json:"entity"`
	Action name `json:"action"`
}

func (e hookEvent) event() webhook.Event {
	return webhook.Named(strings.ToUpper(string(e.Entity)), strings.ToUpper(string(e.Action)))
}

func events(list []hookEvent) []webhook.Event {
	out := make([]webhook.Event, len(list))
	for i, e := range list {
		out[i] = e.event()
	}
	return out
}

// hookStatuses are MLflow's numbers of statuses.
var hookStatuses = map[name]string{"1": webhook.Active, "2": webhook.Disabled}

func hookStatus(n name) string {
	if status, ok := hookStatuses[n]; ok {
		return status
	}
	return string(n)
}

type newHook struct {
	everywhere
	Name        string      `json:"name"`
	URL         string      `json:"url"`
	Events      []hookEvent `json:"events"`
	Description string      `json:"description"`
	Secret      string      `json:"secret"`
	Status      name        `json:"status"`
}

func (d *door) createWebhook(ctx context.Context, req *newHook, out []byte) ([]byte, error) {
	h, err := d.hooks()
	if err != nil {
		return nil, err
	}
	if err := need("name", req.Name, "url", req.URL); err != nil {
		return nil, err
	}
	if req.Events == nil {
		return nil, missing("events")
	}
	w, err := h.Create(ctx, webhook.Webhook{
		Name: req.Name, URL: req.URL, Events: events(req.Events), Description: req.Description, Secret: req.Secret, Status: hookStatus(req.Status),
	})
	return appendHookAnswer(out, w), err
}

// hookRef names a webhook in the path of its request.
type hookRef struct {
	everywhere
	ID string `json:"-"`
}

func (h *hookRef) fromPath(r *http.Request) { h.ID = r.PathValue("webhook_id") }

func (d *door) getWebhook(_ context.Context, req *hookRef, out []byte) ([]byte, error) {
	h, err := d.hooks()
	if err != nil {
		return nil, err
	}
	w, err := h.Get(req.ID)
	return appendHookAnswer(out, w), err
}

func (d *door) deleteWebhook(_ context.Context, req *hookRef, out []byte) ([]byte, error) {
	h, err := d.hooks()
	if err != nil {
		return nil, err
	}
	return nothing(out), h.Delete(req.ID)
}

type changedHook struct {
	hookRef
	Name        string      `json:"name"`
	URL         string      `json:"url"`
	Events      []hookEvent `json:"events"`
	Description *string     `json:"description"`
	Secret      *string     `json:"secret"`
	Status      *name       `json:"status"`
}

func (d *door) updateWebhook(ctx context.Context, req *changedHook, out []byte) ([]byte, error) {
	h, err := d.hooks()
	if err != nil {
		return nil, err
	}
	c := webhook.Change{Description: req.Description, Secret: req.Secret, Events: events(req.Events)}
	if req.Name != "" {
		c.Name = &req.Name
	}
	if req.URL != "" {
		c.URL = &req.URL
	}
	if req.Status != nil {
		status := hookStatus(*req.Status)
		c.Status = &status
	}
	w, err := h.Update(ctx, req.ID, c)
	return appendHookAnswer(out, w), err
}

type listHooks struct {
	everywhere
	MaxResults whole  `json:"max_results"`
	PageToken  string `json:"page_token"`
}

// hookToken says where the next page begins: behind a webhook.
type hookToken struct {
	After string `json:"after"`
}

func (d *door) listWebhooks(_ context.Context, req *listHooks, out []byte) ([]byte, error) {
	h, err := d.hooks()
	if err != nil {
		return nil, err
	}
	size := int(req.MaxResults.or(0))
	if size == 0 {
		size = 100
	}
	if size < 1 || size > 1000 {
		return nil, fault.New(fault.Invalid, "max_results must be between 1 and 1000.")
	}
	list := h.List()
	if req.PageToken != "" {
		var token hookToken
		if err := readToken(req.PageToken, &token); err != nil {
			return nil, err
		}
		for i, w := range list {
			if w.ID == token.After {
				list = list[i+1:]
				break
			}
		}
	}
	out = append(out, '{')
	page := list[:min(size, len(list))]
	if len(page) > 0 {
		out = append(member(out, "webhooks"), '[')
		for _, w := range page {
			out = appendHook(next(out), w)
		}
		out = append(out, ']')
	}
	if len(list) > len(page) {
		token, err := writeToken(hookToken{page[len(page)-1].ID})
		if err != nil {
			return nil, err
		}
		out = memberString(out, "next_page_token", token)
	}
	return append(out, '}'), nil
}

type triedHook struct {
	hookRef
	Event *hookEvent `json:"event"`
}

func (d *door) testWebhook(ctx context.Context, req *triedHook, out []byte) ([]byte, error) {
	h, err := d.hooks()
	if err != nil {
		return nil, err
	}
	var e *webhook.Event
	if req.Event != nil {
		named := req.Event.event()
		e = &named
	}
	tried, err := h.Try(ctx, req.ID, e)
	if err != nil {
		return nil, err
	}
	out = append(member(append(out, '{'), "result"), '{')
	out = memberBool(out, "success", tried.Success)
	if tried.Status != 0 {
		out = memberInt(out, "response_status", int64(tried.Status))
		out = memberString(out, "response_body", tried.Answer)
	}
	return append(memberSet(out, "error_message", tried.Error), '}', '}'), nil
}

func appendHookAnswer(out []byte, w webhook.Webhook) []byte {
	return append(appendHook(member(append(out, '{'), "webhook"), w), '}')
}

// appendHook appends a webhook as MLflow writes it: never its secret.
func appendHook(b []byte, w webhook.Webhook) []byte {
	b = memberString(append(b, '{'), "webhook_id", w.ID)
	b = memberString(b, "name", w.Name)
	b = memberString(b, "url", w.URL)
	b = append(member(b, "events"), '[')
	for _, e := range w.Events {
		b = memberString(append(next(b), '{'), "entity", e.Entity)
		b = append(memberString(b, "action", e.Action), '}')
	}
	b = append(b, ']')
	b = memberSet(b, "description", w.Description)
	b = memberString(b, "status", w.Status)
	b = memberInt(b, "creation_timestamp", w.Created)
	return append(memberInt(b, "last_updated_timestamp", w.Updated), '}')
}
