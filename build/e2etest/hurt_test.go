//go:build e2e

package e2etest

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"dev.varve/build/rig"
)

// end [KILL]  ends the owners that commands of the session started: cleanly,
// or as a crash does.
func end(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 || len(args) == 1 && args[0] != "KILL" {
		ts.Fatalf("usage: end [KILL]")
	}
	signal := syscall.SIGTERM
	if len(args) == 1 {
		signal = syscall.SIGKILL
	}
	ts.Check(rig.EndAll(ts.Getenv("WORK"), signal))
}

// end ends the owner that commands started.
func (h *home) end(t *testing.T) {
	t.Helper()
	if err := rig.EndAll(h.dir, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

// hurts are the ways to damage a file. at is where its data end: behind that
// there are only zeros.
var hurts = map[string]func(data []byte, at int) []byte{
	"garble":  func(data []byte, at int) []byte { return overwrite(data, at, bytes.Repeat([]byte{0x55}, 100)) },
	"append":  func(data []byte, _ int) []byte { return append(data, bytes.Repeat([]byte{0x55}, 1000)...) },
	"cut":     func(data []byte, at int) []byte { return data[:at-40] },
	"zero":    func(data []byte, at int) []byte { return overwrite(data, at-40, make([]byte, 40)) },
	"flip":    func(data []byte, at int) []byte { data[at/2] ^= 1; return data },
	"stub":    func(data []byte, _ int) []byte { return data[:4] },
	"replace": func(data []byte, _ int) []byte { return bytes.Repeat([]byte("not a log\n"), len(data)/10+1) },
}

func overwrite(data []byte, at int, with []byte) []byte {
	if grow := at + len(with) - len(data); grow > 0 {
		data = append(data, make([]byte, grow)...)
	}
	copy(data[at:], with)
	return data
}

// hurt HOW PATTERN  damages the one file that a pattern names.
func hurt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 || hurts[args[0]] == nil {
		ts.Fatalf("usage: hurt HOW PATTERN")
	}
	names, err := filepath.Glob(ts.MkAbs(args[1]))
	ts.Check(err)
	if len(names) != 1 {
		ts.Fatalf("%s names %d files", args[1], len(names))
	}
	data, err := os.ReadFile(names[0])
	ts.Check(err)
	at := len(bytes.TrimRight(data, "\x00"))
	ts.Check(os.WriteFile(names[0], hurts[args[0]](data, at), 0o644))
}
