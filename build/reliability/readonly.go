//go:build linux

package main

import (
	"errors"
	"strings"
	"syscall"

	"dev.varve/build/reliability/record"
	"dev.varve/build/rig"
)

// reading are the commands that only read, and writing some that do not.
var (
	reading = []string{"runs list", "runs show RUN", "metrics RUN loss", "experiments list", "search", "data list", "data versions folder", "data get folder restored", "runs export", "backup copy", "doctor"}
	writing = []string{"experiments create x", "data add more folder", "runs delete RUN", "experiments rename wine other"}
)

// readOnly is R8.
func readOnly(l *lab) {
	l.about = "The workspace folder is mounted so that it can only be read, once after a clean end and once after its owner was killed. Everything that only reads works; what would change the record is refused with a sentence that " +
		"says so and exit code 206; nothing in the folder changes."
	l.head = []string{"command", "after a clean end", "after a kill"}
	seed := l.random.Uint64()
	results := map[string][]string{}
	for _, killed := range []bool{false, true} {
		h, m := l.home(), record.NewModel()
		l.fills(60, seed, killed)(h, m)
		before, err := contents(h.WS)
		l.must(err)
		if err := mountReadOnly(h.WS); err != nil {
			l.cannot("a folder cannot be mounted read-only here: %v", err)
		}
		for i, list := range [][]string{reading, writing} {
			for _, command := range list {
				l.tried()
				results[command] = append(results[command], l.command(h, m, command, i == 0))
			}
		}
		l.must(rig.EndAll(h.Dir, syscall.SIGTERM))
		unmount(h.WS)
		after, err := contents(h.WS)
		l.must(err)
		for _, what := range before.Differences(after) {
			l.broke("a folder that can only be read: %s", what)
		}
		l.goesOn(h, m, "after it could only be read")
	}
	for _, list := range [][]string{reading, writing} {
		for _, command := range list {
			l.row("`varve "+command+"`", results[command][0], results[command][1])
		}
	}
}

// command runs one command line and says what came of it.
func (l *lab) command(h *rig.Home, m *record.Model, line string, reads bool) string {
	run := l.withPoints(m)
	if line == "doctor" { // needs the workspace for itself
		l.must(rig.EndAll(h.Dir, syscall.SIGTERM))
	}
	_, err := h.Run(strings.Fields(strings.ReplaceAll(line, "RUN", run))...)
	var failed *rig.Failure
	switch {
	case reads && err == nil:
		return "works"
	case !reads && errors.As(err, &failed) && failed.Code == 206 && strings.Contains(failed.Said, "read-only"):
		return "refused"
	}
	l.broke("a folder that can only be read: varve %s: %v", line, err)
	return "**wrong**"
}

// withPoints returns a run that has points of the metric loss.
func (l *lab) withPoints(m *record.Model) string {
	for _, id := range m.Runs() {
		if m.Has("run/" + id + "/point/loss/0") {
			return id
		}
	}
	l.must(errors.New("no run has points"))
	return ""
}

func mountReadOnly(dir string) error {
	if err := syscall.Mount(dir, dir, "", syscall.MS_BIND, ""); err != nil {
		return err
	}
	err := syscall.Mount("", dir, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
	if err != nil {
		unmount(dir)
	}
	return err
}
