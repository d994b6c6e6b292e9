//go:build window

package windowtest

import (
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"dev.varve/build/windowtest/rig"
)

// noted is a notification as a desktop gets it.
type noted struct{ Title, Text string }

// desk shows notifications, as the specification of freedesktop.org has it.
type desk struct{ shown chan noted }

// Notify is called by programs; the answer names the notification.
func (d desk) Notify(_ string, _ uint32, _, title, text string, _ []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	d.shown <- noted{title, text}
	return 7, nil
}

const notifications = "org.freedesktop.Notifications"

// showNotifications makes the test the desktop's part that shows notifications.
func showNotifications(t *testing.T, screen *rig.Screen) (desk, *dbus.Conn) {
	t.Helper()
	bus, err := dbus.Connect(screen.Bus())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Close() })
	d := desk{make(chan noted, 10)}
	if err := bus.Export(d, "/org/freedesktop/Notifications", notifications); err != nil {
		t.Fatal(err)
	}
	if reply, err := bus.RequestName(notifications, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("the name was not given: %v, %v", reply, err)
	}
	return d, bus
}

func (d desk) next(t *testing.T) noted {
	t.Helper()
	select {
	case n := <-d.shown:
		return n
	case <-time.After(30 * time.Second):
		t.Fatal("no notification came")
		return noted{}
	}
}

const wish = `document.querySelector('[role=switch][aria-labelledby=set-notify]')`

// TestVarveNotifies: a run that ends while another window is in front is told by
// the desktop, and a click on that leads to the run.
func TestVarveNotifies(t *testing.T) {
	v := openVarve(t, rig.Options{SessionBus: true})
	d, bus := showNotifications(t, v.screen)
	v.Eval(t, `location.hash = "#/settings"`, nil)
	v.Until(t, wish)
	v.Eval(t, wish+`.click()`, nil)
	if n := d.next(t); n.Title != "Notifications are on" {
		t.Errorf("at first: %+v", n)
	}
	v.Until(t, wish+`.getAttribute("aria-checked") === "true"`)

	var made struct {
		Run struct{ Info struct{ Run_id string } }
	}
	create := map[string]any{"experiment_id": "0", "run_name": "deep <b> & blue", "start_time": 1}
	v.mlflow(t, "runs/create", create, &made)
	// What the page has not seen live, it does not miss.
	v.Eval(t, `location.hash = "#/home"`, nil)
	v.Until(t, `document.querySelector('[aria-label="Now"]')?.textContent.includes("deep <b> & blue")`)
	v.screen.OtherWindow(t)
	v.Until(t, `!document.hasFocus()`)
	v.mlflow(t, "runs/update", map[string]any{"run_id": made.Run.Info.Run_id, "status": "FINISHED", "end_time": 2}, nil)
	if n := d.next(t); n != (noted{"deep <b> & blue", "Finished"}) {
		t.Errorf("at the end of a run: %+v", n)
	}
	// A person clicks when the window has long heard what its notification is called.
	rig.Until(t, "the run is opened", func() bool {
		if err := bus.Emit("/org/freedesktop/Notifications", notifications+".ActionInvoked", uint32(7), "default"); err != nil {
			t.Fatal(err)
		}
		there := false
		return v.TryEval(`return document.querySelector("h1").textContent.includes("deep <b> & blue")`, &there) == nil && there
	})
	v.Until(t, `document.hasFocus()`)
}

// TestVarveSaysThatThereAreNoNotifications: a desktop without them is no error.
func TestVarveSaysThatThereAreNoNotifications(t *testing.T) {
	v := openVarve(t, rig.Options{})
	v.Eval(t, `location.hash = "#/settings"`, nil)
	v.Until(t, wish)
	v.Eval(t, wish+`.click()`, nil)
	v.Until(t, `document.body.textContent.includes("This window has no notifications of the system.")`)
	v.Until(t, wish+`.getAttribute("aria-checked") === "false"`)
}
