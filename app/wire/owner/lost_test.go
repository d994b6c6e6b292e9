package owner

import (
	"os/exec"
	"strings"
	"testing"

	"dev.varve/app/machine"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
	"dev.varve/storage/agentdir"
	"dev.varve/storage/journal"
)

// A run that a script starts under an agent is written into the agent's log, and
// lives as long as that agent does.
func TestARunNestedInAnAgent(t *testing.T) {
	const outer, nested = "0a", "0b"
	o := become(t)
	child := exec.Command("sleep", "600")
	if err := child.Start(); err != nil {
		t.Skipf("this system has no program that waits: %v", err)
	}
	end := func() {
		_ = child.Process.Kill()
		_ = child.Wait() // it was killed, and says so
	}
	defer end()
	self, err := machine.IdentityOf(child.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	agent := event.Writer{1, 2, 3}
	log, _, err := journal.Open(journal.Config{
		Disk: o.disk, Clock: o.clock, Random: o.random, Dir: o.agents.dir(agent).Path, Writer: agent,
		Device: o.device, Workspace: event.Writer(o.ws.ID), Person: "ada", Program: "varve test",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range []string{outer, nested} {
		stream, started := "run/"+run, event.RunCreated{Experiment: "0", Start: o.clock.Now().UnixMilli()}
		if run == outer {
			started.Origin = &event.Origin{Host: "here"}
		}
		made, goes := event.Draft{Stream: stream, Body: started}, event.Draft{Stream: stream, Body: event.RunStatus{Status: "RUNNING", Agent: run == outer}}
		if _, err := log.Append(t.Context(), made, goes); err != nil {
			t.Fatal(err)
		}
	}
	dir := o.agents.dir(agent)
	if err := dir.Write(agentdir.Info{Run: outer, Agent: agentdir.Process{PID: self.PID, Start: self.Start, Boot: self.Boot}}); err != nil {
		t.Fatal(err)
	}
	if reason, lost := lookAt(t, o, nested); lost {
		t.Fatalf("lost while its agent lives: %s", reason)
	}
	end()
	if reason, lost := lookAt(t, o, nested); !lost || !strings.Contains(reason, "agent of the program that started it has ended") {
		t.Fatalf("lost %v after its agent was killed: %q", lost, reason)
	}
	if reason, lost := lookAt(t, o, outer); !lost || strings.Contains(reason, "that started it") {
		t.Fatalf("the agent's own run is lost %v: %q", lost, reason)
	}
}

// lookAt lets the owner look at all agents, and tells whether a run is lost.
func lookAt(t *testing.T, o *Owner, id string) (reason string, lost bool) {
	t.Helper()
	if err := o.agents.look(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := o.tracker.Run(id, func(r *track.Run) { reason, lost = o.tracker.Lost(r) }); err != nil {
		t.Fatal(err)
	}
	return reason, lost
}
