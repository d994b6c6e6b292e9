package machine_test

import (
	"testing"
	"time"

	"dev.varve/app/machine"
)

func TestWhoWeAre(t *testing.T) {
	if machine.Hostname() == "" || machine.UserName() == "" {
		t.Errorf("host %q, user %q", machine.Hostname(), machine.UserName())
	}
	a, errA := machine.ID()
	b, errB := machine.ID()
	if a != b || (errA == nil) != (errB == nil) || (errA == nil) != (a != "") {
		t.Errorf("ID: %q %v, then %q %v", a, errA, b, errB)
	}
}

func TestClockAndRandom(t *testing.T) {
	before := time.Now()
	if now := (machine.Clock{}).Now(); now.Before(before) || now.After(time.Now()) {
		t.Errorf("the clock says %v", now)
	}
	var a, b [16]byte
	for _, p := range [][]byte{a[:], b[:]} {
		if n, err := machine.Random().Read(p); n != len(p) || err != nil {
			t.Fatal(n, err)
		}
	}
	if a == b {
		t.Error("random bytes repeat")
	}
}
