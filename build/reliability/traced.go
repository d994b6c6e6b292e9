//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"dev.varve/build/reliability/record"
	"dev.varve/build/reliability/tracer"
	"dev.varve/build/rig"
)

// session is a script that one owner serves under a rule: it opens the
// workspace, a client writes, and the owner is asked to end.
type session struct {
	h     *rig.Home
	model *record.Model
	ops   int
	seed  uint64
}

// outcome is what came of a session.
type outcome struct {
	tracer.Outcome
	said     string   // what the owner wrote to standard error
	wordless []string // refusals that say nothing
	refused  int
}

// run plays the session. Requests that are refused do not end it; an owner
// that is gone does.
func (s session) run(rule tracer.Rule) (out outcome, err error) {
	name := filepath.Join(s.h.Dir, "stderr.txt")
	stderr, err := os.Create(name)
	if err != nil {
		return out, err
	}
	defer stderr.Close()
	cmd := s.h.Command("serve", "--no-token")
	cmd.Stderr = stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return out, err
	}
	ended, err := tracer.Start(cmd, rule)
	if err != nil {
		return out, err
	}
	defer stdout.Close()
	if address, err := rig.ReadyAt(stdout); err == nil {
		server := rig.NewServer(cmd, address)
		c := clientOf(s.model, s.seed)
		c.Server, c.Refuse = server, func(err error) bool { return out.refusal(err) }
		_ = c.Write(s.ops)                 // ends when the owner is gone
		time.Sleep(300 * time.Millisecond) // a flush of the index takes place
		_ = cmd.Process.Signal(syscall.SIGTERM)
	}
	select {
	case out.Outcome = <-ended:
	case <-time.After(time.Minute):
		_ = cmd.Process.Kill()
		out.Outcome = <-ended
		return out, fmt.Errorf("the owner did not end within a minute: %s", out.Hit)
	}
	said, err := os.ReadFile(name)
	out.said = string(bytes.TrimSpace(said))
	return out, err
}

// refusal notes an answer that is not 200, and tells it from no answer.
func (o *outcome) refusal(err error) bool {
	r, ok := err.(*rig.Refusal)
	if !ok {
		return false
	}
	o.refused++
	if !record.Words(r) {
		o.wordless = append(o.wordless, r.Error())
	}
	return true
}
