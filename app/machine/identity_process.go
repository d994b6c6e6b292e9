package machine

import (
	"os"
	"time"

	"dev.varve/backend/fault"
)

// Identity names one process for ever: process numbers are used again, but not
// with the same start time since the same boot.
type Identity struct {
	PID   int    `json:"pid" cbor:"1,keyasint"`
	Start uint64 `json:"start" cbor:"2,keyasint"` // in the kernel's own unit; only equality and order mean something
	Boot  string `json:"boot" cbor:"3,keyasint"`  // the boot of the machine, empty where Start is absolute
}

// IdentityOf names a living process. It fails with NotFound if there is none
// of that number.
func IdentityOf(pid int) (Identity, error) {
	start, gone, err := startOf(pid)
	if err != nil || gone {
		return Identity{}, fault.New(fault.NotFound, "there is no process %d", pid)
	}
	boot, err := bootID()
	if err != nil {
		return Identity{}, fault.Wrap(err, fault.Internal, "read the boot id of", "this machine")
	}
	return Identity{PID: pid, Start: start, Boot: boot}, nil
}

// Self names this process.
func Self() (Identity, error) { return IdentityOf(os.Getpid()) }

// Alive tells whether exactly this process lives on this machine. One that has
// ended but was not yet reaped does not live.
func Alive(id Identity) bool {
	if id.PID <= 0 {
		return false
	}
	now, err := IdentityOf(id.PID)
	return err == nil && now == id
}

// Terminate asks one process, and not its descendants, to end: TERM on Unix.
// It fails with NotFound if the process is gone, Denied if it is another
// person's, and on Windows with Unsupported if the process has no console to
// receive the request.
func Terminate(id Identity) error {
	if !Alive(id) {
		return fault.New(fault.NotFound, "the process %d has ended", id.PID)
	}
	return terminate(id.PID)
}

// Tree names a process and everything that descends from it.
type Tree struct {
	Leader Identity // also names the process group: Start makes both equal
	Mark   string   // Command.Mark, or empty
}

// EndTree ends a tree whose leader may be dead already, as Child.Stop does.
// Nothing happens, and nil is returned, if the machine was started anew since.
func EndTree(t Tree, grace time.Duration) error {
	boot, err := bootID()
	if err != nil {
		return fault.Wrap(err, fault.Internal, "read the boot id of", "this machine")
	}
	if t.Leader.PID <= 1 || t.Leader.Boot != boot {
		return nil
	}
	return newHunt(t).end(grace)
}
