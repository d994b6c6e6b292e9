//go:build desktop || bindings

package window

import (
	"html"
	goruntime "runtime"
	"sync"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"dev.varve/backend/fault"
)

// notices are the notifications of the desktop. They are begun with the first
// one: a window that shows none needs nothing of the system.
type notices struct {
	mu    sync.Mutex
	begun bool
}

// notify shows a notification, or says that this desktop has none.
func (s *shell) notify(q NotifyRequest) error {
	s.notices.mu.Lock()
	defer s.notices.mu.Unlock()
	if err := s.beginNotices(); err != nil {
		return fault.Wrap(err, fault.Unsupported, "show", "notifications")
	}
	text := q.Text
	if goruntime.GOOS == "linux" {
		text = html.EscapeString(text) // the desktops read it as markup
	}
	if err := runtime.SendNotification(s.ctx, runtime.NotificationOptions{ID: q.ID, Title: q.Title, Body: text}); err != nil {
		// Whoever shows notifications may come and go: the next one begins anew.
		s.notices.begun = false
		return fault.Wrap(err, fault.Unsupported, "show", "a notification")
	}
	return nil
}

func (s *shell) beginNotices() error {
	if s.notices.begun {
		return nil
	}
	if !runtime.IsNotificationAvailable(s.ctx) {
		return fault.New(fault.Unsupported, "this system has no notifications")
	}
	if err := runtime.InitializeNotifications(s.ctx); err != nil {
		return err
	}
	if allowed, err := runtime.RequestNotificationAuthorization(s.ctx); err != nil || !allowed {
		return fault.New(fault.Denied, "notifications are forbidden for Varve in the settings of this system")
	}
	runtime.OnNotificationResponse(s.ctx, func(r runtime.NotificationResult) {
		if r.Error != nil || r.Response.ID == "" {
			return
		}
		s.toFront()
		if err := s.happened.send("notified", Notified{ID: r.Response.ID}); err != nil {
			s.Log.Error("a chosen notification did not reach the page", "error", err)
		}
	})
	s.notices.begun = true
	return nil
}
