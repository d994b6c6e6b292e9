package owner

import (
	"context"
	"path/filepath"
	"time"

	"dev.varve/app/machine"
	"dev.varve/backend/track"
	"dev.varve/backend/webhook"
)

const webhooksName = "webhooks.json" // in the state folder: it holds secrets

func (o *Owner) openWebhooks() error {
	policy := webhook.Policy{Poster: machine.Poster{}, Private: o.PrivateWebhooks}
	book, err := webhook.OpenBook(o.disk, o.clock, o.random, filepath.Join(o.places.State, webhooksName), policy)
	if err != nil {
		return err
	}
	o.courier = webhook.NewCourier(book, o.missed, func(ctx context.Context, d time.Duration) {
		select {
		case <-ctx.Done():
		case <-time.After(d):
		}
	})
	return nil
}

func (o *Owner) missed(name string, err error) {
	o.log.Warn("a webhook could not be told", "webhook", name, "why", err)
}

// announced is the record of an owner that lets webhooks know what is changed here,
// whoever changes it.
type announced struct {
	*track.Tracker
	courier *webhook.Courier
}

// tell passes news on, and the error of what made them.
func (a announced) tell(err error, news func() webhook.News) error {
	if err == nil {
		a.courier.Tell(news())
	}
	return err
}

// prompt reports whether the registered model of a name is a prompt.
func (a announced) prompt(name string) (is bool) {
	_ = a.Registry(func(r track.Registry) error { // one that is gone by now is none
		m, err := r.Model(name)
		is = err == nil && track.IsPrompt(m.Labels.Tags())
		return err
	})
	return is
}

// CreateRegisteredModel is news.
func (a announced) CreateRegisteredModel(ctx context.Context, n track.NewRegisteredModel) (string, error) {
	id, err := a.Tracker.CreateRegisteredModel(ctx, n)
	return id, a.tell(err, func() webhook.News { return webhook.ModelCreated(n) })
}

// CreateModelVersion is.
func (a announced) CreateModelVersion(ctx context.Context, n track.NewModelVersion) (uint64, string, error) {
	number, id, err := a.Tracker.CreateModelVersion(ctx, n)
	return number, id, a.tell(err, func() webhook.News { return webhook.VersionCreated(n, number) })
}

// SetModelVersionTag is.
func (a announced) SetModelVersionTag(ctx context.Context, name string, number uint64, key, value string) error {
	err := a.Tracker.SetModelVersionTag(ctx, name, number, key, value)
	return a.tell(err, func() webhook.News { return webhook.VersionTag(name, number, key, &value, a.prompt(name)) })
}

// DeleteModelVersionTag is.
func (a announced) DeleteModelVersionTag(ctx context.Context, name string, number uint64, key string) error {
	err := a.Tracker.DeleteModelVersionTag(ctx, name, number, key)
	return a.tell(err, func() webhook.News { return webhook.VersionTag(name, number, key, nil, a.prompt(name)) })
}

// SetRegisteredModelTag is, of a prompt: MLflow has no such event of a model.
func (a announced) SetRegisteredModelTag(ctx context.Context, name, key, value string) error {
	err := a.Tracker.SetRegisteredModelTag(ctx, name, key, value)
	if err != nil || !a.prompt(name) {
		return err
	}
	return a.tell(nil, func() webhook.News { return webhook.PromptTag(name, key, &value) })
}

// DeleteRegisteredModelTag likewise.
func (a announced) DeleteRegisteredModelTag(ctx context.Context, name, key string) error {
	err := a.Tracker.DeleteRegisteredModelTag(ctx, name, key)
	if err != nil || !a.prompt(name) {
		return err
	}
	return a.tell(nil, func() webhook.News { return webhook.PromptTag(name, key, nil) })
}

// SetAlias is.
func (a announced) SetAlias(ctx context.Context, name, alias string, number uint64, why string) error {
	err := a.Tracker.SetAlias(ctx, name, alias, number, why)
	return a.tell(err, func() webhook.News { return webhook.Alias(name, alias, number, a.prompt(name)) })
}

// DeleteAlias is.
func (a announced) DeleteAlias(ctx context.Context, name, alias string) error {
	err := a.Tracker.DeleteAlias(ctx, name, alias)
	return a.tell(err, func() webhook.News { return webhook.Alias(name, alias, 0, a.prompt(name)) })
}
