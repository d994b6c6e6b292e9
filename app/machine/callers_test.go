//go:build linux || windows

package machine_test

import (
	"net"
	"os"
	"testing"
	"time"

	"dev.varve/app/machine"
)

func TestWhoHasAConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	if callers, err := machine.Callers(port); err != nil || len(callers) != 0 {
		t.Fatalf("callers of a port that nobody has called: %v, %v", callers, err)
	}
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	self, err := machine.Self()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	callers, err := machine.Callers(port)
	t.Logf("one look took %v", time.Since(began))
	got, ok := callers[c.LocalAddr().(*net.TCPAddr).Port]
	if err != nil || !ok || got.Identity != self || got.PID != os.Getpid() || got.Name == "" {
		t.Errorf("caller %v of %v, %v; want %v", got, callers, err, self)
	}
}
