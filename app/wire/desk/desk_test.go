package desk

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/adrg/xdg"

	"dev.varve/app/door/api"
	"dev.varve/app/wire/owner"
	"dev.varve/backend/fault"
)

// person gives a test a home of its own, and returns where workspaces can lie.
func person(t *testing.T) string {
	t.Helper()
	home, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(xdg.Reload) // after the variables have been put back
	t.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
	xdg.Reload()
	return home
}

func openDesk(t *testing.T, dir string) *Desk {
	t.Helper()
	d, first, err := Open(context.Background(), owner.Options{Dir: dir, Program: "test", Log: slog.New(slog.DiscardHandler)})
	if err != nil || !first {
		t.Fatalf("opened %v: %v", first, err)
	}
	return d
}

func closeDesk(t *testing.T, d *Desk) {
	t.Helper()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// ask sends a page's request and returns the status and the workspace that
// answered.
func ask(d *Desk) (status int, name string) {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, httptest.NewRequest("GET", "/api/varve/v1/workspace", nil))
	var about api.Workspace
	_ = json.Unmarshal(w.Body.Bytes(), &about) // what did not answer has no name
	return w.Code, about.Name
}

func TestSwitchThereAndBack(t *testing.T) {
	home := person(t)
	lake, glacier := filepath.Join(home, "Lake"), filepath.Join(home, "Glacier")
	d := openDesk(t, lake)
	defer closeDesk(t, d)
	for _, tt := range []struct {
		to     string
		create bool
		name   string
		kind   fault.Kind
	}{
		{glacier, false, "Lake", fault.NotFound},
		{glacier, true, "Glacier", ""},
		{glacier, false, "Glacier", ""}, // it is there already
		{lake, false, "Lake", ""},
		{filepath.Join(lake, "packs"), true, "Lake", fault.Invalid},
		{glacier, false, "Glacier", ""},
	} {
		raised, err := d.Switch(tt.to, tt.create)
		if raised || tt.kind == "" && err != nil || tt.kind != "" && !errors.Is(err, tt.kind) {
			t.Fatalf("to %s: %v, %v", tt.to, raised, err)
		}
		if status, name := ask(d); status != 200 || name != tt.name {
			t.Fatalf("to %s: %d from %s", tt.to, status, name)
		}
		if want := tt.name + " – Varve"; d.Title() != want {
			t.Errorf("the title is %q", d.Title())
		}
	}
	all, err := owner.Shelf().Workspaces()
	if err != nil || len(all) != 2 || all[0].Path != glacier || all[1].Path != lake {
		t.Errorf("remembered are %v (%v)", all, err)
	}
	// What was left can be had by others.
	other := openDesk(t, lake)
	if raised, err := d.Switch(lake, false); !raised || err != nil {
		t.Errorf("a workspace with a window: %v, %v", raised, err)
	}
	select {
	case <-other.Raise():
	case <-time.After(time.Minute):
		t.Error("its window was not raised")
	}
	if status, name := ask(d); status != 200 || name != "Glacier" {
		t.Errorf("%d from %s", status, name)
	}
	closeDesk(t, other)
}

// TestAPagesRequestsWhileSwitching: each is answered by the one or the other,
// whole, or told that nobody answers at the moment.
func TestAPagesRequestsWhileSwitching(t *testing.T) {
	home := person(t)
	lake, glacier := filepath.Join(home, "Lake"), filepath.Join(home, "Glacier")
	d := openDesk(t, lake)
	defer closeDesk(t, d)
	ctx, stop := context.WithCancel(context.Background())
	var pages sync.WaitGroup
	for range 4 {
		pages.Go(func() {
			for ctx.Err() == nil {
				status, name := ask(d)
				if !(status == 200 && (name == "Lake" || name == "Glacier") || status == http.StatusServiceUnavailable) {
					t.Errorf("%d from %q", status, name)
					return
				}
			}
		})
	}
	// A page that listens must not hold a workspace back.
	pages.Go(func() {
		for ctx.Err() == nil {
			r := httptest.NewRequest("GET", "/api/varve/v1/events", nil)
			d.ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
		}
	})
	for i := range 6 {
		to := glacier
		if i%2 == 1 {
			to = lake
		}
		if _, err := d.Switch(to, true); err != nil {
			t.Error(err)
		}
	}
	stop()
	pages.Wait()
}

func TestASwitchThatFailsLeavesTheOtherFree(t *testing.T) {
	home := person(t)
	lake, glacier := filepath.Join(home, "Lake"), filepath.Join(home, "Glacier")
	d := openDesk(t, lake)
	defer closeDesk(t, d)
	for _, dir := range []string{glacier, lake} {
		if _, err := d.Switch(dir, true); err != nil {
			t.Fatal(err)
		}
	}
	// It passes the check, and then cannot be entered.
	journal := filepath.Join(glacier, "journal")
	if err := errors.Join(os.RemoveAll(journal), os.WriteFile(journal, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if raised, err := d.Switch(glacier, false); raised || err == nil {
		t.Fatalf("switched: %v, %v", raised, err)
	}
	if status, name := ask(d); status != 200 || name != "Lake" {
		t.Errorf("%d from %s", status, name)
	}
	single, first, err := Claim(owner.PlacesOf(glacier))
	if err != nil || !first {
		t.Fatalf("the other is still claimed: %v, %v", first, err)
	}
	if err := single.Release(); err != nil {
		t.Error(err)
	}
}

func TestAClosedDeskDoesNotSwitch(t *testing.T) {
	home := person(t)
	d := openDesk(t, filepath.Join(home, "Lake"))
	closeDesk(t, d)
	if _, err := d.Switch(filepath.Join(home, "Glacier"), true); !errors.Is(err, fault.State) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(home, "Glacier")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it was made all the same (%v)", err)
	}
}

func TestAsking(t *testing.T) {
	person(t)
	a := Asking{}
	if !a.Asks() {
		t.Error("at first nobody is asked")
	}
	for _, on := range []bool{false, true} {
		if err := a.SetAsks(on); err != nil || a.Asks() != on {
			t.Errorf("%v is not kept: %v", on, err)
		}
	}
}
