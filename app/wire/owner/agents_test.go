package owner

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/adrg/xdg"

	"dev.varve/app/machine"
	"dev.varve/backend/event"
	"dev.varve/storage/agentdir"
	"dev.varve/storage/journal"
)

// TestALookAtAnAgentThatJustBegins: an owner may look at any moment between the
// making of an agent's folder and its first event, and must not take the log for
// one that never changes.
func TestALookAtAnAgentThatJustBegins(t *testing.T) {
	o := become(t)
	agent, device := event.Writer{1, 2, 3}, event.Writer{4, 5, 6}
	look := func() {
		t.Helper()
		if err := o.agents.look(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	dir := o.agents.dir(agent)
	if err := os.Mkdir(dir.Path, 0o755); err != nil {
		t.Fatal(err)
	}
	look()
	// The description, half written.
	if err := os.WriteFile(filepath.Join(dir.Path, ".tmp-1"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	look()
	self, err := machine.Self()
	if err != nil {
		t.Fatal(err)
	}
	me := agentdir.Process{PID: self.PID, Start: self.Start, Boot: self.Boot}
	if err := dir.Write(agentdir.Info{Run: "r1", Agent: me}); err != nil {
		t.Fatal(err)
	}
	look()
	if _, alive := o.agents.agentOf("r1"); !alive {
		t.Error("the agent was not seen when it had described itself")
	}

	// The log of another device has no description, and is read once.
	log, _, err := journal.Open(journal.Config{
		Disk: o.disk, Clock: o.clock, Random: o.random, Dir: journal.Dir(o.ws.Journal(), device), Writer: device,
		Device: device, Workspace: event.Writer(o.ws.ID), Person: "ada", Program: "varve test",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Append(t.Context(), event.Draft{Stream: "run/0a", Body: event.RunStatus{Status: "RUNNING"}}); err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	look()
	if !o.agents.settled[device] || o.agents.settled[agent] {
		t.Errorf("settled: device %v, agent %v", o.agents.settled[device], o.agents.settled[agent])
	}
}

// become makes a workspace and its owner, away from this person's own.
func become(t testing.TB) *Owner {
	t.Helper()
	for _, name := range []string{"XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"} {
		t.Setenv(name, t.TempDir())
	}
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	o, err := Become(t.Context(), Options{Dir: filepath.Join(t.TempDir(), "lake"), Program: "varve test", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}
